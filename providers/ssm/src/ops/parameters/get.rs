//! `GetParameter`, `GetParameters` and `GetParametersByPath`.

use std::collections::BTreeSet;

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::page::page;
use crate::parameter::filter::{self, Filter, Of};
use crate::parameter::{all, lookup, name, public, tags_key};
use crate::store::{SsmStore, store};

pub(crate) async fn one(
    cx: &RequestContext,
    input: &api::GetParameterRequest,
) -> Result<api::GetParameterResult, ServiceError> {
    let decrypted = input.with_decryption == Some(true);
    let parameter = lookup::get(cx, &input.name, decrypted).await?;
    Ok(api::GetParameterResult { parameter: Some(parameter) })
}

pub(crate) async fn several(
    cx: &RequestContext,
    input: api::GetParametersRequest,
) -> Result<api::GetParametersResult, ServiceError> {
    let decrypted = input.with_decryption == Some(true);
    let mut found = Vec::with_capacity(input.names.len());
    let mut invalid = Vec::new();
    let mut seen = BTreeSet::new();
    for name in input.names {
        if !seen.insert(name.clone()) {
            continue;
        }
        match lookup::get(cx, &name, decrypted).await {
            Ok(parameter) => found.push(parameter),
            Err(error)
                if matches!(error.code(), "ParameterNotFound" | "ParameterVersionNotFound") =>
            {
                invalid.push(name);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(api::GetParametersResult { parameters: Some(found), invalid_parameters: Some(invalid) })
}

/// How many parameters a page has, at most and usually.
const PAGE: usize = 10;

pub(crate) async fn by_path(
    cx: &RequestContext,
    input: api::GetParametersByPathRequest,
) -> Result<api::GetParametersByPathResult, ServiceError> {
    let path = name::check_path(&input.path)?;
    let filters = filter::parse(input.parameter_filters.unwrap_or_default(), Of::ByPath)?;
    let recursive = input.recursive == Some(true);
    let (most, token) = (input.max_results, input.next_token.as_deref());
    if path.starts_with(public::PREFIX) {
        let found = public::below(&cx.region, &path, recursive);
        let name = |parameter: &api::Parameter| parameter.name.clone().unwrap_or_default();
        let (found, next_token) = page(found, name, most, PAGE, token)?;
        return Ok(api::GetParametersByPathResult { parameters: Some(found), next_token });
    }
    let store = store(cx);
    let found = all(&store, cx.now())
        .into_iter()
        .filter(|(key, _)| name::is_below(key, &path, recursive))
        .filter_map(|(key, parameter)| {
            let version = match filters.iter().find_map(Filter::labels) {
                None => parameter.latest.clone(),
                Some(labels) => {
                    let number = labels.iter().find_map(|label| parameter.labels.get(label))?;
                    parameter.versions.get(number)?.clone()
                }
            };
            let tags = tags_for(&store, &key, &filters);
            let passes = filters.iter().all(|filter| filter.passes(&parameter, &version, &tags));
            passes.then_some((key, parameter, version))
        });
    let (found, next_token) = page(found.collect(), |row| row.0.clone(), most, PAGE, token)?;
    let mut parameters = Vec::with_capacity(found.len());
    for (_, parameter, version) in found {
        let decrypted = input.with_decryption == Some(true);
        parameters.push(lookup::show(cx, &parameter, &version, decrypted).await?);
    }
    Ok(api::GetParametersByPathResult { parameters: Some(parameters), next_token })
}

/// The tags of a parameter, where there are filters that could look at them.
pub(super) fn tags_for(
    store: &SsmStore,
    key: &str,
    filters: &[Filter],
) -> std::collections::BTreeMap<String, String> {
    if filters.is_empty() {
        return Default::default();
    }
    store.tags.get(&tags_key(key)).map(|tags| tags.0.clone()).unwrap_or_default()
}
