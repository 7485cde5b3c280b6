//! Condition keys that single services have.

use std::borrow::Cow;

use fogbank_context::Arn;
use fogbank_iam::Values;
use fogbank_service::{ResourceFacts, ResourcePolicies};
use fogbank_wire::dynamic::Value;
use percent_encoding::percent_decode_str;

use super::dynamodb;
use crate::authorizer::Asked;
use crate::input::{Input, text_of};

/// Keys whose values are members of the input: key in lower case, members of which the first that
/// is there counts.
const MEMBERS: &[(&str, &[&str])] = &[
    ("dynamodb:returnconsumedcapacity", &["ReturnConsumedCapacity"]),
    ("dynamodb:returnvalues", &["ReturnValues"]),
    ("iam:awsservicename", &["AWSServiceName"]),
    ("iam:delegationduration", &["SessionDuration"]),
    ("iam:delegationrequestowner", &["OwnerId"]),
    ("iam:notificationchannel", &["NotificationChannel"]),
    ("iam:organizationspolicyid", &["OrganizationsPolicyId"]),
    ("iam:permissionsboundary", &["PermissionsBoundary"]),
    ("iam:policyarn", &["PolicyArn"]),
    ("iam:servicespecificcredentialagedays", &["CredentialAgeDays"]),
    ("iam:servicespecificcredentialservicename", &["ServiceName"]),
    ("kms:bypasspolicylockoutsafetycheck", &["BypassPolicyLockoutSafetyCheck"]),
    ("kms:datakeypairspec", &["KeyPairSpec"]),
    ("kms:encryptionalgorithm", &["EncryptionAlgorithm"]),
    ("kms:expirationmodel", &["ExpirationModel"]),
    ("kms:granteeprincipal", &["GranteePrincipal"]),
    ("kms:grantoperations", &["Operations"]),
    ("kms:keyagreementalgorithm", &["KeyAgreementAlgorithm"]),
    ("kms:keyorigin", &["Origin"]),
    ("kms:keyspec", &["KeySpec", "CustomerMasterKeySpec"]),
    ("kms:keyusage", &["KeyUsage"]),
    ("kms:macalgorithm", &["MacAlgorithm"]),
    ("kms:messagetype", &["MessageType"]),
    ("kms:multiregion", &["MultiRegion"]),
    ("kms:primaryregion", &["PrimaryRegion"]),
    ("kms:replicaregion", &["ReplicaRegion"]),
    ("kms:retiringprincipal", &["RetiringPrincipal"]),
    ("kms:rotationperiodindays", &["RotationPeriodInDays"]),
    ("kms:scheduledeletionpendingwindowindays", &["PendingWindowInDays"]),
    ("kms:signingalgorithm", &["SigningAlgorithm"]),
    ("kms:wrappingalgorithm", &["WrappingAlgorithm"]),
    ("lambda:functionurlauthtype", &["FunctionUrlAuthType"]),
    ("lambda:principal", &["Principal"]),
    ("s3:delimiter", &["Delimiter"]),
    ("s3:max-keys", &["MaxKeys"]),
    ("s3:object-lock-legal-hold", &["ObjectLockLegalHoldStatus"]),
    ("s3:object-lock-mode", &["ObjectLockMode"]),
    ("s3:prefix", &["Prefix"]),
    ("s3:versionid", &["VersionId"]),
    ("secretsmanager:blockpublicpolicy", &["BlockPublicPolicy"]),
    ("secretsmanager:description", &["Description"]),
    ("secretsmanager:forcedeletewithoutrecovery", &["ForceDeleteWithoutRecovery"]),
    ("secretsmanager:forceoverwritereplicasecret", &["ForceOverwriteReplicaSecret"]),
    ("secretsmanager:kmskeyid", &["KmsKeyId"]),
    ("secretsmanager:name", &["Name"]),
    ("secretsmanager:recoverywindowindays", &["RecoveryWindowInDays"]),
    ("secretsmanager:rotateimmediately", &["RotateImmediately"]),
    ("secretsmanager:rotationlambdaarn", &["RotationLambdaARN"]),
    ("secretsmanager:versionid", &["VersionId"]),
    ("secretsmanager:versionstage", &["VersionStage"]),
    ("sns:endpoint", &["Endpoint"]),
    ("sns:protocol", &["Protocol"]),
    ("ssm:overwrite", &["Overwrite"]),
    ("ssm:policies", &["Policies"]),
    ("ssm:recursive", &["Recursive"]),
    ("sts:durationseconds", &["DurationSeconds"]),
    ("sts:externalid", &["ExternalId"]),
    ("sts:identitytokenaudience", &["Audience"]),
    ("sts:rolesessionname", &["RoleSessionName"]),
    ("sts:signingalgorithm", &["SigningAlgorithm"]),
    ("sts:sourceidentity", &["SourceIdentity"]),
    ("sts:taskpolicyarn", &["TaskPolicyArn"]),
    ("sts:transitivetagkeys", &["TransitiveTagKeys"]),
];

/// A request, as the keys of services look at it.
pub(super) struct About<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) input: &'a Input<'a>,
    pub(super) facts: Option<&'a ResourceFacts>,
    pub(super) known: Option<(&'a Arn, &'a dyn ResourcePolicies)>,
    pub(super) action: &'a str,
    /// The service that calls for who asked it.
    pub(super) via: Option<&'static str>,
}

impl<'a> About<'a> {
    /// The value of a key that only some services have.
    pub(super) fn get(&self, key: &str) -> Option<Values<'a>> {
        if let Ok(at) = MEMBERS.binary_search_by(|row| row.0.cmp(key)) {
            return MEMBERS[at].1.iter().find_map(|name| values(self.input.get(name)?));
        }
        match key.split_once(':')? {
            ("iam", "templatearn") => {
                let Value::Struct(members) = self.input.get("Permissions")? else { return None };
                let mut texts = members.iter().map(|(_, value)| value);
                texts.find_map(|value| Some(vec![Cow::Owned(text_of(value)?)]))
            }
            ("s3", name) => s3(self.asked, self.input, self.facts, name),
            ("kms", name) => self.kms(name),
            ("dynamodb", name) => dynamodb::get(self, name),
            ("secretsmanager", "secretid") => Some(vec![Cow::Owned(self.known?.0.to_string())]),
            _ => None,
        }
    }

    /// The encryption context; re-encrypting has two.
    fn encryption_context(&self) -> Option<&'a [(String, Value)]> {
        let name = match self.action {
            "kms:ReEncryptFrom" => "SourceEncryptionContext",
            "kms:ReEncryptTo" => "DestinationEncryptionContext",
            _ => "EncryptionContext",
        };
        match self.input.get(name)? {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    fn kms(&self, name: &str) -> Option<Values<'a>> {
        let one = |text: String| Some(vec![Cow::Owned(text)]);
        if let Some(wanted) = name.strip_prefix("encryptioncontext:") {
            let mut entries = self.encryption_context()?.iter();
            return one(text_of(&entries.find(|(key, _)| key.to_lowercase() == wanted)?.1)?);
        }
        match name {
            "encryptioncontextkeys" => {
                let entries = self.encryption_context()?.iter();
                Some(entries.map(|(key, _)| Cow::Borrowed(key.as_str())).collect())
            }
            "calleraccount" => one(self.asked.principal.account.to_string()),
            "viaservice" => {
                let service = self.via?.split('.').next()?;
                one(format!("{service}.{}.amazonaws.com", self.asked.region))
            }
            "grantisforawsresource" => one("true".to_owned()).filter(|_| self.via.is_some()),
            "grantconstrainttype" => {
                let Value::Struct(members) = self.input.get("Constraints")? else { return None };
                let names = ["EncryptionContextSubset", "EncryptionContextEquals"];
                let found = members.iter().filter_map(|(at, _)| names.get(*at));
                Some(found.map(|name| Cow::Borrowed(*name)).collect())
            }
            "requestalias" => {
                let key = self.input.text("KeyId")?;
                let (_, alias) = key.split_once("alias/")?;
                one(format!("alias/{alias}"))
            }
            _ => None,
        }
    }
}

fn values(value: &Value) -> Option<Values<'_>> {
    match value {
        Value::List(all) => Some(all.iter().filter_map(text_of).map(Cow::Owned).collect()),
        value => Some(vec![Cow::Owned(text_of(value)?)]),
    }
}

fn s3<'a>(
    asked: &Asked<'_>,
    input: &'a Input<'_>,
    facts: Option<&'a ResourceFacts>,
    name: &str,
) -> Option<Values<'a>> {
    let one = |text: String| Some(vec![Cow::Owned(text)]);
    let header = |name: &str| Some(asked.http.headers.get(name)?.to_str().ok()?.to_owned());
    let request_tags = || {
        let text = input.text("Tagging").or_else(|| header("x-amz-tagging"))?;
        Some(form(&text))
    };
    if let Some(wanted) = name.strip_prefix("requestobjecttag/") {
        let tags = request_tags();
        return one(tags?.into_iter().find(|(key, _)| key.to_lowercase() == wanted)?.1);
    }
    match name {
        "requestobjecttagkeys" => {
            let tags = request_tags();
            Some(tags?.into_iter().map(|(key, _)| Cow::Owned(key)).collect())
        }
        "authtype" => {
            one(if asked.http.presigned { "REST-QUERY-STRING" } else { "REST-HEADER" }.to_owned())
        }
        "signatureversion" => one("AWS4-HMAC-SHA256".to_owned()),
        "resourceaccount" => one(facts?.owner?.to_string()),
        "locationconstraint" => one(asked.region.to_string()),
        "object-lock-retain-until-date" => one(header("x-amz-object-lock-retain-until-date")?),
        // `s3:x-amz-acl`, `s3:x-amz-server-side-encryption`, …: the header of this name.
        name if name.starts_with("x-amz-") => one(header(name)?),
        _ => None,
    }
}

/// The pairs of a form, such as the tags in S3's header.
pub(super) fn form(text: &str) -> Vec<(String, String)> {
    let decoded =
        |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decoded(key), decoded(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(MEMBERS.is_sorted_by(|a, b| a.0 < b.0));
    }
}
