//! `DescribeParameters`.

use std::sync::Arc;

use fogbank_api_ssm as api;
use fogbank_context::AccountId;
use fogbank_service::{RequestContext, ServiceError};

use super::get::tags_for;
use crate::errors;
use crate::page::page;
use crate::parameter::filter::{self, Of};
use crate::parameter::{Parameter, all, arn_in, sharing};
use crate::store::store;

/// How many parameters a page has usually.
const PAGE: usize = 10;

pub(crate) fn run(
    cx: &RequestContext,
    input: api::DescribeParametersRequest,
) -> Result<api::DescribeParametersResult, ServiceError> {
    let old = input.filters.unwrap_or_default();
    let new = input.parameter_filters.unwrap_or_default();
    if !old.is_empty() && !new.is_empty() {
        return Err(errors::validation(
            "You can use either Filters or ParameterFilters in a single request.",
        ));
    }
    let filters = filter::parse(new, Of::Describe)?;
    let store = store(cx);
    // The key stands for a place in the list: of shared parameters it is the ARN.
    let candidates: Vec<(String, AccountId, Arc<Parameter>)> = match input.shared {
        Some(true) => sharing::with_caller(cx)
            .into_iter()
            .map(|(owner, it)| (arn_in(cx, owner, &it.name), owner, it))
            .collect(),
        _ => all(&store, cx.now()).into_iter().map(|(key, it)| (key, cx.account, it)).collect(),
    };
    let found = candidates.into_iter().filter(|(key, _, parameter)| {
        let tags = tags_for(&store, key, &filters);
        filter::passes_old(&old, parameter)
            && filters.iter().all(|filter| filter.passes(parameter, &parameter.latest, &tags))
    });
    let (found, next_token) = page(
        found.collect(),
        |(key, ..)| key.clone(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    let parameters = found.iter();
    let parameters = parameters.map(|(_, owner, it)| metadata(cx, *owner, it)).collect();
    Ok(api::DescribeParametersResult { parameters: Some(parameters), next_token })
}

fn metadata(
    cx: &RequestContext,
    owner: AccountId,
    parameter: &Parameter,
) -> api::ParameterMetadata {
    let version = &parameter.latest;
    api::ParameterMetadata {
        name: Some(parameter.name.clone()),
        arn: Some(arn_in(cx, owner, &parameter.name)),
        r#type: Some(version.kind.api()),
        key_id: version.key_id.clone(),
        last_modified_date: Some(version.modified.to_wire()),
        last_modified_user: Some(version.user.clone()),
        description: version.description.clone(),
        allowed_pattern: version.allowed_pattern.clone(),
        version: Some(version.number),
        tier: Some(version.tier.api()),
        policies: Some(version.inline_policies(cx.now())),
        data_type: Some(version.data_type.clone()),
    }
}
