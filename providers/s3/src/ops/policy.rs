//! Bucket policies.

use fogbank_api_s3 as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use serde_json::Value;

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

/// Whether a statement allows something to everyone without a condition.
fn is_public(document: &Value) -> bool {
    let statements = document.get("Statement");
    let statements: Vec<&Value> = match statements {
        Some(Value::Array(statements)) => statements.iter().collect(),
        Some(statement) => vec![statement],
        None => Vec::new(),
    };
    let everyone = |principal: &Value| match principal {
        Value::String(text) => text == "*",
        Value::Object(kinds) => kinds.get("AWS").is_some_and(|it| match it {
            Value::String(text) => text == "*",
            Value::Array(items) => items.iter().any(|item| item.as_str() == Some("*")),
            _ => false,
        }),
        _ => false,
    };
    statements.iter().any(|statement| {
        statement.get("Effect").and_then(Value::as_str) == Some("Allow")
            && statement.get("Principal").is_some_and(everyone)
            && statement.get("Condition").is_none()
    })
}

pub(crate) async fn put_bucket_policy(
    cx: &RequestContext,
    input: api::PutBucketPolicyRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let document = check(&input.policy)?;
        if is_public(&document) && bucket.configuration.public_access_block.blocks_policies() {
            return Err(errors::access_denied());
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
