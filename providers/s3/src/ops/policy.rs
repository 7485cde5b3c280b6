//! Bucket policies.

use fogbank_api_s3 as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::access::{On, check_policy, is_public, is_public_text, not_authorized};
use crate::control::account_block;
use crate::errors::Missing;
use crate::store;

pub(crate) async fn put_bucket_policy(
    cx: &RequestContext,
    input: api::PutBucketPolicyRequest,
) -> Result<Unit, ServiceError> {
    let owner = store::store(cx).buckets.read(input.bucket.as_str(), |bucket| bucket.owner);
    let account = owner.map(|owner| account_block(&cx.world, owner)).unwrap_or_default();
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let document = check_policy(&input.policy, &input.bucket)?;
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
    let public = is_public_text(policy);
    let policy_status = Some(api::PolicyStatus { is_public: Some(public) });
    Ok(api::GetBucketPolicyStatusOutput { policy_status })
}
