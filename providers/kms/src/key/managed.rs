//! AWS managed keys: one for each service that encrypts, made when its alias is first used.

use fogbank_context::{AccountId, Partition};
use fogbank_service::{RequestContext, ServiceError};

use super::locate::Located;
use super::new;
use super::spec::{KeySpec, Usage};
use crate::store::{Alias, KmsStore};

/// The services, by the last part of their alias, with what AWS says that the key protects.
const SERVICES: &[(&str, &str)] = &[
    ("acm", "ACM private keys"),
    ("backup", "Backup data"),
    ("cloud9", "Cloud9 environments"),
    ("codeartifact", "CodeArtifact assets"),
    ("codecommit", "CodeCommit repositories"),
    ("dynamodb", "DynamoDB data"),
    ("ebs", "EBS volumes"),
    ("elasticfilesystem", "EFS filesystems"),
    ("es", "Elasticsearch data"),
    ("fsx", "FSx resources"),
    ("glue", "Glue metadata"),
    ("kafka", "MSK data"),
    ("kinesis", "Kinesis data"),
    ("kinesisvideo", "Kinesis Video data"),
    ("lambda", "Lambda functions"),
    ("lex", "Lex data"),
    ("lightsail", "Lightsail data"),
    ("rds", "RDS database volumes"),
    ("redshift", "Redshift clusters"),
    ("s3", "S3 objects"),
    ("secretsmanager", "Secrets Manager data"),
    ("sns", "SNS data"),
    ("sqs", "SQS data"),
    ("ssm", "SSM data"),
    ("workspaces", "WorkSpaces volumes"),
    ("xray", "X-Ray data"),
];

/// The service whose key has this alias.
pub(crate) fn service_of(alias: &str) -> Option<&'static str> {
    let name = alias.strip_prefix("alias/aws/")?;
    SERVICES.iter().map(|(service, _)| *service).find(|service| *service == name)
}

/// The aliases of the services' keys, whether there is a key yet or not.
pub(crate) fn aliases() -> impl Iterator<Item = String> {
    SERVICES.iter().map(|(service, _)| format!("alias/aws/{service}"))
}

fn description(service: &str) -> String {
    let protects = SERVICES.iter().find(|(name, _)| *name == service);
    let protects = protects.map_or("data", |(_, protects)| *protects);
    format!("Default key that protects my {protects} when no other key is defined")
}

/// Makes the key of a service and its alias, and returns the key's id.
pub(crate) fn create(
    cx: &RequestContext,
    account: AccountId,
    alias: &str,
    service: &'static str,
) -> Result<String, ServiceError> {
    let store = cx.world.regional::<KmsStore>(account, &cx.region);
    let id = cx.ids().uuid();
    let mut key = new::key(cx, account, &id, KeySpec::symmetric(), Usage::EncryptDecrypt);
    key.description = description(service);
    key.managed_for = Some(service.to_owned());
    key.policy = policy(cx.partition(), account, cx.region.as_str(), service).into();
    let record = super::due::days_after(cx.now(), 365);
    key.rotation = Some(crate::store::Rotation { days: 365, next: record });
    key.adopt(new::symmetric_material(cx), None);
    let now = cx.now();
    let made = Alias { target: id.clone(), created: now, updated: now };
    new::insert(&store, key)?;
    if store.aliases.insert_new(alias.to_owned(), made).is_err() {
        // Somebody else was faster.
        if let Some(key) = store.keys.remove(&id) {
            key.materials.iter().for_each(|material| drop(store.materials.remove(&material.id)));
        }
        let target = store.aliases.read(alias, |alias| alias.target.clone());
        return target.ok_or_else(|| crate::errors::no_such_alias(alias));
    }
    Ok(id)
}

/// The policy of the key: everybody of the account through the service, and reading.
pub(crate) fn policy(
    partition: Partition,
    account: AccountId,
    region: &str,
    service: &str,
) -> String {
    let endpoint = if service == "ebs" || service == "rds" { "ec2" } else { service };
    let suffix = "amazonaws.com";
    format!(
        r#"{{
  "Version" : "2012-10-17",
  "Id" : "auto-{service}-2",
  "Statement" : [ {{
    "Sid" : "Allow access through {service} for all principals in the account that are authorized to use {service}",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "*"
    }},
    "Action" : [ "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey" ],
    "Resource" : "*",
    "Condition" : {{
      "StringEquals" : {{
        "kms:CallerAccount" : "{account}",
        "kms:ViaService" : "{endpoint}.{region}.{suffix}"
      }}
    }}
  }}, {{
    "Sid" : "Allow direct access to key metadata to the account",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:{partition}:iam::{account}:root"
    }},
    "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant" ],
    "Resource" : "*"
  }} ]
}}"#
    )
}

/// Refuses what the policies of AWS managed keys allow to nobody.
pub(crate) fn refuse(
    cx: &RequestContext,
    located: &Located,
    operation: &str,
) -> Result<(), ServiceError> {
    if located.key.managed_for.is_none() {
        return Ok(());
    }
    Err(ServiceError::new(
        "AccessDeniedException",
        400,
        format!(
            "User: {} is not authorized to perform: kms:{operation} on resource: {} because no \
             resource-based policy allows the kms:{operation} action",
            cx.principal.arn,
            located.arn(),
        ),
    ))
}
