//! `ListPoliciesGrantingServiceAccess`.

use fogbank_api_iam::*;
use fogbank_service::{RequestContext, ServiceError};

use super::subject::{Subject, SubjectPolicy, allowed_namespaces};
use crate::page::page_in_order;

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListPoliciesGrantingServiceAccessRequest,
) -> Result<ListPoliciesGrantingServiceAccessResponse, ServiceError> {
    let subject = Subject::find(cx, &input.arn)?;
    let entry = |namespace: &String| {
        let grants = |policy: &&SubjectPolicy| {
            let document = policy.document.as_deref().unwrap_or_default();
            let mut allowed = allowed_namespaces(document).into_iter();
            allowed.any(|vendor| vendor == "*" || vendor.eq_ignore_ascii_case(namespace))
        };
        let policies = subject.policies.iter().filter(grants).map(shape);
        ListPoliciesGrantingServiceAccessEntry {
            service_namespace: Some(namespace.clone()),
            policies: Some(policies.collect()),
        }
    };
    let entries: Vec<_> = input.service_namespaces.iter().map(entry).collect();
    let page = page_in_order(entries, input.marker.as_deref(), None)?;
    Ok(ListPoliciesGrantingServiceAccessResponse {
        is_truncated: page.is_truncated(),
        policies_granting_service_access: page.items,
        marker: page.marker,
    })
}

fn shape(policy: &SubjectPolicy) -> PolicyGrantingServiceAccess {
    let is_inline = policy.arn.is_none();
    PolicyGrantingServiceAccess {
        policy_name: policy.name.clone(),
        policy_type: PolicyType::from(if is_inline { "INLINE" } else { "MANAGED" }),
        policy_arn: policy.arn.clone(),
        entity_type: is_inline
            .then(|| PolicyOwnerEntityType::from(policy.noun.to_ascii_uppercase())),
        entity_name: is_inline.then(|| policy.owner.clone()),
    }
}
