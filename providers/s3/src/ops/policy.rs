//! Bucket policies.

use fogbank_api_s3 as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use serde_json::Value;

use crate::access::{On, is_public, not_authorized};
use crate::control::account_block;
use crate::errors::{self, Missing};
use crate::store;

/// The most bytes of a policy.
const MAX_BYTES: usize = 20 * 1024;

fn check(policy: &str) -> Result<Value, ServiceError> {
    let document: Option<Value> = serde_json::from_str(policy).ok();
    let document = document.filter(|_| policy.starts_with('{')).ok_or_else(|| {
        errors::malformed_policy("Policies must be valid JSON and the first byte must be '{'")
    })?;
    if document.get("Statement").is_none() {
        return Err(errors::malformed_policy("Missing required field Statement"));
    }
    check_statements(&document)?;
    if policy.len() > MAX_BYTES {
        return Err(errors::error(
            "PolicyTooLarge",
            400,
            "The policy is larger than the allowed size",
            &[],
        ));
    }
    Ok(document)
}

/// The statements of a policy: one, or a list.
fn statements(document: &Value) -> Vec<&Value> {
    match document.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().collect(),
        Some(statement) => vec![statement],
        None => Vec::new(),
    }
}

/// What S3 says of statements that cannot be those of a bucket's policy.
fn check_statements(document: &Value) -> Result<(), ServiceError> {
    let all = statements(document);
    if all.is_empty() {
        return Err(errors::malformed_policy("Could not parse the policy: Statement is empty!"));
    }
    for statement in all {
        let Value::Object(fields) = statement else {
            return Err(errors::malformed_policy("Policy has invalid statement"));
        };
        let has = |name: &str| fields.contains_key(name);
        let required: [(bool, &'static str); 4] = [
            (has("Effect"), "Missing required field Effect"),
            (has("Action") || has("NotAction"), "Missing required field Action"),
            (has("Resource") || has("NotResource"), "Missing required field Resource"),
            (has("Principal") || has("NotPrincipal"), "Missing required field Principal"),
        ];
        if let Some((_, message)) = required.iter().find(|(there, _)| !there) {
            return Err(errors::malformed_policy(message));
        }
        let effect = fields.get("Effect").and_then(Value::as_str).unwrap_or_default();
        if !["Allow", "Deny"].contains(&effect) {
            return Err(errors::error(
                "MalformedPolicy",
                400,
                format!("Invalid effect: {effect}"),
                &[],
            ));
        }
        let resources = fields.get("Resource").or_else(|| fields.get("NotResource"));
        let of_s3 = |text: &str| {
            text == "*"
                || text.split(':').nth(2).is_some_and(|service| service == "s3" || service == "*")
        };
        if !texts(resources).iter().all(|text| of_s3(text)) {
            return Err(errors::malformed_policy("Policy has invalid resource"));
        }
        let actions = fields.get("Action").or_else(|| fields.get("NotAction"));
        let known = |text: &str| {
            let lower = text.to_ascii_lowercase();
            text == "*"
                || ["s3:", "s3express:", "s3-object-lambda:"].iter().any(|it| lower.starts_with(it))
        };
        if !texts(actions).iter().all(|text| known(text)) {
            return Err(errors::malformed_policy("Policy has invalid action"));
        }
    }
    if fogbank_iam::Policy::parse(&document.to_string()).is_err() {
        return Err(errors::malformed_policy("This policy contains invalid Json"));
    }
    Ok(())
}

/// A text or a list of them.
fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

pub(crate) async fn put_bucket_policy(
    cx: &RequestContext,
    input: api::PutBucketPolicyRequest,
) -> Result<Unit, ServiceError> {
    let owner = store::store(cx).buckets.read(input.bucket.as_str(), |bucket| bucket.owner);
    let account = owner.map(|owner| account_block(&cx.world, owner)).unwrap_or_default();
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let document = check(&input.policy)?;
        let blocks = account.block_public_policy
            || bucket.configuration.public_access_block.blocks_policies();
        if blocks && is_public(&document) {
            let because = "public policies are blocked by the BlockPublicPolicy block public \
                           access setting.";
            let on = On::Bucket(&input.bucket);
            return Err(not_authorized(cx, bucket.owner, on, because));
        }
        bucket.configure(|configuration| configuration.policy = Some(input.policy));
        Ok(Unit)
    })
}

pub(crate) async fn get_bucket_policy(
    cx: &RequestContext,
    input: api::GetBucketPolicyRequest,
) -> Result<api::GetBucketPolicyOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let policy = bucket.configuration.policy.clone();
    let policy = policy.ok_or_else(|| Missing::Policy.of(&input.bucket))?;
    Ok(api::GetBucketPolicyOutput { policy: Some(policy) })
}

pub(crate) async fn delete_bucket_policy(
    cx: &RequestContext,
    input: api::DeleteBucketPolicyRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.configure(|configuration| configuration.policy = None);
        Ok(Unit)
    })
}

pub(crate) async fn get_bucket_policy_status(
    cx: &RequestContext,
    input: api::GetBucketPolicyStatusRequest,
) -> Result<api::GetBucketPolicyStatusOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let policy = bucket.configuration.policy.as_deref();
    let policy = policy.ok_or_else(|| Missing::Policy.of(&input.bucket))?;
    let public = check(policy).is_ok_and(|document| is_public(&document));
    let policy_status = Some(api::PolicyStatus { is_public: Some(public) });
    Ok(api::GetBucketPolicyStatusOutput { policy_status })
}
