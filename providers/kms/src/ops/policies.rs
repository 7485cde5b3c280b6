//! `GetKeyPolicy`, `PutKeyPolicy`, `ListKeyPolicies`.

use fogbank_api_kms::{
    GetKeyPolicyRequest, GetKeyPolicyResponse, ListKeyPoliciesRequest, ListKeyPoliciesResponse,
    PutKeyPolicyRequest,
};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::key::{locate, policy};
use crate::paging::page;

/// The only name that a key policy can have.
const DEFAULT: &str = "default";

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetKeyPolicyRequest,
) -> Result<GetKeyPolicyResponse, ServiceError> {
    let found = locate::find_key(cx, &input.key_id)?;
    match input.policy_name.as_deref() {
        None | Some(DEFAULT) => {}
        Some(_) => return Err(errors::not_found("No such policy exists")),
    }
    Ok(GetKeyPolicyResponse {
        policy: Some(found.key.policy.to_string()),
        policy_name: Some(DEFAULT.to_owned()),
    })
}

pub(crate) fn put(cx: &RequestContext, input: PutKeyPolicyRequest) -> Result<Unit, ServiceError> {
    let found = locate::find_customer_key(cx, &input.key_id, "PutKeyPolicy")?;
    match input.policy_name.as_deref() {
        None | Some(DEFAULT) => {}
        Some(_) => return Err(errors::not_found("No such policy exists")),
    }
    let account = found.key.arn.account_id().expect("keys are made in an account");
    let bypass = input.bypass_policy_lockout_safety_check == Some(true);
    policy::check(cx, account, &input.policy, bypass)?;
    found.change(|key| {
        key.policy = input.policy.into();
        Ok(Unit)
    })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListKeyPoliciesRequest,
) -> Result<ListKeyPoliciesResponse, ServiceError> {
    locate::find_key(cx, &input.key_id)?;
    let names = [(DEFAULT.to_owned(), DEFAULT.to_owned())];
    let page = page(names, input.limit, 100, input.marker.as_deref())?;
    Ok(ListKeyPoliciesResponse {
        truncated: page.truncated(),
        next_marker: page.next,
        policy_names: Some(page.items),
    })
}
