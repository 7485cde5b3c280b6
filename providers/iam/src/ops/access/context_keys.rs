//! `GetContextKeysForCustomPolicy` and `GetContextKeysForPrincipalPolicy`.

use std::collections::BTreeMap;

use fogbank_api_iam::*;
use fogbank_iam::Policy;
use fogbank_service::{RequestContext, ServiceError};

use super::subject::Subject;
use crate::errors;

pub(crate) fn custom(
    _cx: &RequestContext,
    input: &GetContextKeysForCustomPolicyRequest,
) -> Result<GetContextKeysForPolicyResponse, ServiceError> {
    keys(input.policy_input_list.iter().map(String::as_str))
}

pub(crate) fn principal(
    cx: &RequestContext,
    input: &GetContextKeysForPrincipalPolicyRequest,
) -> Result<GetContextKeysForPolicyResponse, ServiceError> {
    let subject = Subject::find(cx, &input.policy_source_arn)?;
    let own = subject.policies.iter().filter_map(|policy| policy.document.as_deref());
    let given = input.policy_input_list.iter().flatten().map(String::as_str);
    keys(own.chain(given))
}

fn keys<'a>(
    documents: impl Iterator<Item = &'a str>,
) -> Result<GetContextKeysForPolicyResponse, ServiceError> {
    // Keys are not distinguished by case; the first spelling stays.
    let mut keys = BTreeMap::new();
    for document in documents {
        let policy = Policy::parse(document)
            .map_err(|error| errors::invalid_input(format!("Invalid policy: {error}")))?;
        for key in policy.context_keys() {
            keys.entry(key.to_lowercase()).or_insert(key);
        }
    }
    Ok(GetContextKeysForPolicyResponse { context_key_names: Some(keys.into_values().collect()) })
}
