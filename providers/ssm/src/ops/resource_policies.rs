//! `PutResourcePolicy`, `GetResourcePolicies` and `DeleteResourcePolicy`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};
use sha2::{Digest, Sha256};

use crate::errors;
use crate::page::page;
use crate::parameter::{Tier, find, name};
use crate::store::{ResourcePolicies, ResourcePolicy, store};

/// The most policies of a resource.
const MOST: usize = 1;
/// How many policies a page has usually.
const PAGE: usize = 50;

/// Whether there is the resource, and it can have policies.
fn check(cx: &RequestContext, arn: &str) -> Result<(), ServiceError> {
    let not_found =
        || errors::resource_not_found("The specified parameter to be shared could not be found.");
    let prefix = crate::parameter::arn(cx, "/");
    let groups = cx.arn("ssm", "opsitemgroup/").to_string();
    if arn.starts_with(&groups) {
        return Ok(());
    }
    let path = arn.strip_prefix(prefix.trim_end_matches('/')).ok_or_else(not_found)?;
    let parameter = find(&store(cx), name::key(path), cx.now()).ok_or_else(not_found)?;
    match parameter.latest.tier {
        Tier::Advanced => Ok(()),
        Tier::Standard => Err(api::ResourcePolicyInvalidParameterException::new(
            "Only parameters of the advanced tier can have resource policies.",
        )
        .into()),
    }
}

pub(crate) fn put(
    cx: &RequestContext,
    input: api::PutResourcePolicyRequest,
) -> Result<api::PutResourcePolicyResponse, ServiceError> {
    check(cx, &input.resource_arn)?;
    let document: serde_json::Value = serde_json::from_str(&input.policy)
        .map_err(|_| errors::malformed_resource_policy("The specified policy document is malformed or invalid, or excessive PutResourcePolicy or DeleteResourcePolicy calls have been made."))?;
    if !document.is_object() {
        return Err(errors::malformed_resource_policy(
            "The specified policy document is malformed or invalid, or excessive PutResourcePolicy or DeleteResourcePolicy calls have been made.",
        ));
    }
    let fresh = cx.ids().uuid();
    let store = store(cx);
    let changed = store.resource_policies.update_or_insert(
        input.resource_arn.clone(),
        ResourcePolicies::default,
        |policies| {
            let hash = STANDARD.encode(Sha256::digest(format!("{fresh}{}", input.policy)));
            match (&input.policy_id, &input.policy_hash) {
                (Some(id), Some(old)) => {
                    let policy = policies.0.iter_mut().find(|policy| policy.id == *id);
                    let policy = policy.ok_or_else(|| {
                        errors::resource_policy_not_found("No policies with the specified policy ID and hash could be found.")
                    })?;
                    if policy.hash != *old {
                        return Err(conflict());
                    }
                    policy.policy = input.policy.clone();
                    policy.hash = hash;
                    Ok((policy.id.clone(), policy.hash.clone()))
                }
                (None, None) if policies.0.len() >= MOST => Err(
                    api::ResourcePolicyLimitExceededException::new(
                        "The PutResourcePolicy API action enforces two limits. A policy can't be greater than 1024 bytes in size. And only one policy can be attached to a resource.",
                    )
                    .into(),
                ),
                (None, None) => {
                    let id = fresh.clone();
                    let policy = ResourcePolicy {
                        id: id.clone(),
                        hash: hash.clone(),
                        policy: input.policy.clone(),
                    };
                    policies.0.push(policy);
                    Ok((id, hash))
                }
                _ => Err(api::ResourcePolicyInvalidParameterException::new(
                    "PolicyId and PolicyHash go together.",
                )
                .into()),
            }
        },
    );
    let (id, hash) = changed?;
    Ok(api::PutResourcePolicyResponse { policy_id: Some(id), policy_hash: Some(hash) })
}

fn conflict() -> ServiceError {
    errors::resource_policy_conflict(
        "The hash provided in the call doesn't match the stored hash. This exception is thrown when \
         trying to update an obsolete policy version or when multiple requests to update a policy \
         are sent.",
    )
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &api::GetResourcePoliciesRequest,
) -> Result<api::GetResourcePoliciesResponse, ServiceError> {
    check(cx, &input.resource_arn)?;
    let policies = store(cx).resource_policies.get(&input.resource_arn);
    let policies = policies.map(|policies| policies.0.clone()).unwrap_or_default();
    let (policies, next_token) = page(
        policies,
        |policy| policy.id.clone(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    let entry = |policy: ResourcePolicy| api::GetResourcePoliciesResponseEntry {
        policy_id: Some(policy.id),
        policy_hash: Some(policy.hash),
        policy: Some(policy.policy),
    };
    let policies = Some(policies.into_iter().map(entry).collect());
    Ok(api::GetResourcePoliciesResponse { next_token, policies })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &api::DeleteResourcePolicyRequest,
) -> Result<api::DeleteResourcePolicyResponse, ServiceError> {
    check(cx, &input.resource_arn)?;
    let none = || {
        errors::resource_policy_not_found(
            "No policies with the specified policy ID and hash could be found.",
        )
    };
    let deleted = store(cx).resource_policies.try_update(&input.resource_arn, |policies| {
        let at = policies.0.iter().position(|policy| policy.id == input.policy_id);
        let at = at.ok_or_else(none)?;
        if policies.0[at].hash != input.policy_hash {
            return Err(conflict());
        }
        policies.0.remove(at);
        Ok(api::DeleteResourcePolicyResponse {})
    });
    deleted.unwrap_or_else(|| Err(none()))
}
