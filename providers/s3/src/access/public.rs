//! Public access: what is public, and what blocks of public access say to it.
//!
//! See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>.

use std::net::{Ipv4Addr, Ipv6Addr};

use fogbank_service::{RequestContext, ServiceError};
use serde_json::Value;

use super::{On, not_authorized};
use crate::acl::{Acl, canonical_id};
use crate::configuration::{Configuration, Ownership};
use crate::control::{Block, account_block};
use crate::errors;
use crate::store;

/// Condition keys whose fixed values keep a policy from being public.
const FIXING: [&str; 17] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalserviceid",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

/// The operators that hold a key to its values; the others, and those that let a key be absent,
/// hold nobody.
const HOLDING: [&str; 8] = [
    "arnequals",
    "arnlike",
    "ipaddress",
    "numericequals",
    "stringequals",
    "stringequalsignorecase",
    "stringlike",
    "foranyvalue:stringequals",
];

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether an address range is narrow enough: /8 of version 4, /32 of version 6.
fn is_narrow(range: &str) -> bool {
    let (address, length) = range.split_once('/').unwrap_or((range, "128"));
    let length: u8 = length.parse().unwrap_or(0);
    match address.parse::<Ipv4Addr>() {
        Ok(_) => length >= 8,
        Err(_) => address.parse::<Ipv6Addr>().is_ok() && length >= 32,
    }
}

fn is_fixed(key: &str, value: &str) -> bool {
    let wild = |text: &str| text.contains(['*', '?']) || text.contains("${");
    match key {
        "aws:sourceip" => is_narrow(value),
        // The name of the access point may be anything while the account is fixed.
        "s3:dataaccesspointarn" => value.splitn(6, ':').take(5).all(|part| !wild(part)),
        "aws:userid" => !wild(value.split(':').next().unwrap_or_default()),
        _ => !wild(value),
    }
}

fn is_held(statement: &Value) -> bool {
    let Some(Value::Object(operators)) = statement.get("Condition") else { return false };
    operators.iter().any(|(operator, keys)| {
        let holds = HOLDING.contains(&operator.to_ascii_lowercase().as_str());
        let keys = keys.as_object().filter(|_| holds);
        keys.into_iter().flatten().any(|(key, values)| {
            let key = key.to_ascii_lowercase();
            let values = texts(values);
            FIXING.contains(&key.as_str())
                && !values.is_empty()
                && values.iter().all(|value| is_fixed(&key, value))
        })
    })
}

/// Whether a policy is public: whether a statement allows something to everyone, without a
/// condition that holds one of the known keys to fixed values.
pub(crate) fn is_public(document: &Value) -> bool {
    let everyone = |principal: &Value| match principal {
        Value::Object(kinds) => kinds.get("AWS").is_some_and(|it| texts(it).contains(&"*")),
        other => other.as_str() == Some("*"),
    };
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(statement) => std::slice::from_ref(statement),
        None => &[],
    };
    statements.iter().any(|statement| {
        let open = statement.get("Principal").is_some_and(everyone)
            || statement.get("NotPrincipal").is_some();
        statement.get("Effect").and_then(Value::as_str) == Some("Allow")
            && open
            && !is_held(statement)
    })
}

/// As [`is_public`], of a policy as it is kept.
pub(crate) fn is_public_text(policy: &str) -> bool {
    serde_json::from_str(policy).is_ok_and(|document| is_public(&document))
}

/// What decides over an ACL that a request gives to a bucket or an object. Made before the bucket
/// is locked, because the account's block is in another table.
#[derive(Debug, Default)]
pub(crate) struct AclGuard {
    account: Block,
    /// The canonical id of the bucket's owner.
    owner: String,
    /// The answer to a public ACL.
    blocked: Option<ServiceError>,
}

impl AclGuard {
    /// The guard of a request; `given` when it gives an ACL at all.
    pub(crate) fn of(cx: &RequestContext, given: bool, bucket: &str, key: Option<&str>) -> Self {
        let owner = given.then(|| store::store(cx).buckets.read(bucket, |it| it.owner)).flatten();
        let Some(owner) = owner else { return Self::default() };
        let on = key.map_or(On::Bucket(bucket), |key| On::Object(bucket, key, None));
        let because = "public access control lists (ACLs) are blocked by the BlockPublicAcls \
                       block public access setting.";
        Self {
            account: account_block(&cx.world, owner),
            owner: canonical_id(owner),
            blocked: Some(not_authorized(cx, owner, on, because)),
        }
    }

    /// Checks an ACL against ownership controls and the blocks of public access.
    ///
    /// # Errors
    ///
    /// `AccessControlListNotSupported` where ACLs are off, `AccessDenied` for a public one that is
    /// blocked.
    pub(crate) fn check(
        &mut self,
        configuration: &Configuration,
        acl: Option<&Acl>,
        canned: Option<&str>,
    ) -> Result<(), ServiceError> {
        let Some(acl) = acl else { return Ok(()) };
        let harmless = matches!(canned, Some("bucket-owner-full-control" | "private"))
            || *acl == Acl::private(&self.owner);
        if configuration.ownership == Ownership::BucketOwnerEnforced && !harmless {
            return Err(errors::acls_are_off());
        }
        let blocks =
            configuration.public_access_block.blocks_acls() || self.account.block_public_acls;
        if blocks && acl.grants_publicly() {
            return Err(self.blocked.take().unwrap_or_else(errors::access_denied));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn public_policies() {
        let of = |principal: Value, condition: Value| {
            let mut statement = json!({
                "Effect": "Allow", "Principal": principal, "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::b/*",
            });
            if !condition.is_null() {
                statement["Condition"] = condition;
            }
            json!({ "Statement": [statement] })
        };
        let everyone = || json!("*");
        for (principal, condition, public) in [
            (everyone(), Value::Null, true),
            (json!({ "AWS": "*" }), Value::Null, true),
            (json!({ "AWS": ["arn:aws:iam::000000000000:root", "*"] }), Value::Null, true),
            (json!({ "AWS": "arn:aws:iam::000000000000:root" }), Value::Null, false),
            (json!({ "Service": "logging.s3.amazonaws.com" }), Value::Null, false),
            (everyone(), json!({ "StringEquals": { "aws:SourceVpc": "vpc-1" } }), false),
            (everyone(), json!({ "StringLike": { "aws:SourceVpc": "vpc-*" } }), true),
            (everyone(), json!({ "StringEqualsIfExists": { "aws:SourceVpc": "vpc-1" } }), true),
            (everyone(), json!({ "StringNotEquals": { "aws:SourceVpc": "vpc-1" } }), true),
            (everyone(), json!({ "StringEquals": { "s3:prefix": "public/" } }), true),
            (everyone(), json!({ "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } }), false),
            (everyone(), json!({ "IpAddress": { "aws:SourceIp": "0.0.0.0/0" } }), true),
            (everyone(), json!({ "IpAddress": { "aws:SourceIp": ["192.0.2.1", "::/0"] } }), true),
            (
                everyone(),
                json!({ "StringLike": {
                    "s3:DataAccessPointArn": "arn:aws:s3:us-east-1:000000000000:accesspoint/*"
                } }),
                false,
            ),
        ] {
            let document = of(principal, condition);
            assert_eq!(is_public(&document), public, "{document}");
        }
        let mut denies = of(everyone(), Value::Null);
        denies["Statement"][0]["Effect"] = json!("Deny");
        assert!(!is_public(&denies));
    }
}
