//! `GetParameterHistory`.

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::page::page;
use crate::parameter::{find, lookup, name};
use crate::store::store;

/// How many versions a page has usually.
const PAGE: usize = 50;

pub(crate) async fn run(
    cx: &RequestContext,
    input: &api::GetParameterHistoryRequest,
) -> Result<api::GetParameterHistoryResult, ServiceError> {
    let parameter = find(&store(cx), name::key(&input.name), cx.now())
        .ok_or_else(|| errors::parameter_not_found(""))?;
    let versions = parameter.versions.values().cloned().collect();
    let (versions, next_token) = page(
        versions,
        |version| version.number.to_string(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    let mut parameters = Vec::with_capacity(versions.len());
    for version in versions {
        let decrypted = input.with_decryption == Some(true);
        let shown = lookup::show(cx, &parameter, &version, decrypted).await?;
        parameters.push(api::ParameterHistory {
            name: Some(parameter.name.clone()),
            r#type: shown.r#type,
            key_id: version.key_id.clone(),
            last_modified_date: shown.last_modified_date,
            last_modified_user: Some(version.user.clone()),
            description: version.description.clone(),
            value: shown.value,
            allowed_pattern: version.allowed_pattern.clone(),
            version: Some(version.number),
            labels: Some(parameter.labels_of(version.number)),
            tier: Some(version.tier.api()),
            policies: Some(version.inline_policies(cx.now())),
            data_type: shown.data_type,
        });
    }
    Ok(api::GetParameterHistoryResult { parameters: Some(parameters), next_token })
}
