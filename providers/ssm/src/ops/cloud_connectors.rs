//! Cloud connectors. They are recorded; no other cloud is asked.

use std::collections::BTreeMap;

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::kept::Kept;
use crate::ops::tags;
use crate::page::page;
use crate::store::{Tags, store};

/// How many connectors a page has usually.
const PAGE: usize = 10;

fn not_found(id: &str) -> ServiceError {
    errors::resource_not_found(format!("Cloud connector {id} does not exist."))
}

/// A configuration is for exactly one cloud.
fn check(configuration: &api::CloudConnectorConfiguration) -> Result<(), ServiceError> {
    match configuration {
        api::CloudConnectorConfiguration::Unknown => Err(errors::validation(
            "Exactly one of AzureConfiguration and GcpConfiguration is required.",
        )),
        _ => Ok(()),
    }
}

pub(crate) fn create(
    cx: &RequestContext,
    input: api::CreateCloudConnectorRequest,
) -> Result<api::CreateCloudConnectorResult, ServiceError> {
    check(&input.configuration)?;
    let added = tags::checked(&BTreeMap::new(), input.tags.unwrap_or_default())?;
    let id = cx.ids().uuid();
    let connector = api::GetCloudConnectorResult {
        cloud_connector_arn: Some(cx.arn("ssm", format!("cloud-connector/{id}")).to_string()),
        display_name: Some(input.display_name),
        description: input.description,
        role_arn: Some(input.role_arn),
        configuration: Some(input.configuration),
        config_connector_arn: input.config_connector_arn,
        created_at: Some(cx.now().to_wire()),
        updated_at: Some(cx.now().to_wire()),
    };
    let store = store(cx);
    store.cloud_connectors.insert(id.clone(), Kept(connector));
    if !added.is_empty() {
        store.tags.insert(format!("CloudConnector/{id}"), Tags(added));
    }
    Ok(api::CreateCloudConnectorResult { cloud_connector_id: Some(id) })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &api::GetCloudConnectorRequest,
) -> Result<api::GetCloudConnectorResult, ServiceError> {
    let connector = store(cx).cloud_connectors.get(&input.cloud_connector_id);
    let connector = connector.ok_or_else(|| not_found(&input.cloud_connector_id))?;
    Ok(connector.0.clone())
}

pub(crate) fn update(
    cx: &RequestContext,
    input: api::UpdateCloudConnectorRequest,
) -> Result<api::UpdateCloudConnectorResult, ServiceError> {
    if let Some(configuration) = &input.configuration {
        check(configuration)?;
    }
    let id = input.cloud_connector_id;
    let edited = store(cx).cloud_connectors.update(&id, |connector| {
        let old = connector.0.clone();
        connector.display_name = input.display_name.or(old.display_name);
        connector.configuration = input.configuration.or(old.configuration);
        connector.description = input.description.or(old.description);
        connector.updated_at = Some(cx.now().to_wire());
    });
    edited.ok_or_else(|| not_found(&id))?;
    Ok(api::UpdateCloudConnectorResult { cloud_connector_id: Some(id) })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &api::DeleteCloudConnectorRequest,
) -> Result<api::DeleteCloudConnectorResult, ServiceError> {
    let store = store(cx);
    let id = &input.cloud_connector_id;
    store.cloud_connectors.remove(id).ok_or_else(|| not_found(id))?;
    store.tags.remove(&format!("CloudConnector/{id}"));
    Ok(api::DeleteCloudConnectorResult { cloud_connector_id: Some(id.clone()) })
}

fn passes(connector: &api::GetCloudConnectorResult, filter: &api::CloudConnectorFilter) -> bool {
    let values: Vec<String> = match &connector.configuration {
        Some(api::CloudConnectorConfiguration::AzureConfiguration(azure)) => {
            match filter.filter_key.as_ref().map_or("", |key| key.as_str()) {
                "TenantId" => vec![azure.tenant_id.clone()],
                "SubscriptionId" => {
                    let Some(api::ConfigurationTargets::Subscriptions(all)) = &azure.targets else {
                        return false;
                    };
                    all.iter().map(|it| it.id.clone()).collect()
                }
                _ => Vec::new(),
            }
        }
        Some(api::CloudConnectorConfiguration::GcpConfiguration(gcp)) => {
            match filter.filter_key.as_ref().map_or("", |key| key.as_str()) {
                "OrganizationId" => gcp.organization_id.clone().into_iter().collect(),
                "ProjectId" => {
                    let Some(api::GcpConfigurationTargets::Projects(all)) = &gcp.targets else {
                        return false;
                    };
                    all.iter().map(|it| it.project_id.clone()).collect()
                }
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    };
    filter.filter_values.iter().flatten().any(|wanted| values.contains(wanted))
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &api::ListCloudConnectorsRequest,
) -> Result<api::ListCloudConnectorsResult, ServiceError> {
    let mut summaries = Vec::new();
    for (id, connector) in store(cx).cloud_connectors.iter() {
        if !input.filters.iter().flatten().all(|filter| passes(&connector, filter)) {
            continue;
        }
        let azure = matches!(
            connector.configuration,
            Some(api::CloudConnectorConfiguration::AzureConfiguration(_))
        );
        let it = connector.0.clone();
        summaries.push(api::CloudConnectorSummary {
            cloud_connector_id: Some(id.clone()),
            display_name: it.display_name,
            description: it.description,
            role_arn: it.role_arn,
            created_at: it.created_at,
            updated_at: it.updated_at,
            provider: Some(if azure { "Azure" } else { "GCP" }.into()),
            config_connector_arn: it.config_connector_arn,
        });
    }
    let (summaries, next_token) = page(
        summaries,
        |it: &api::CloudConnectorSummary| it.cloud_connector_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::ListCloudConnectorsResult { cloud_connectors: Some(summaries), next_token })
}

/// No other cloud is reached, which is what each target's finding says.
pub(crate) fn validate(
    cx: &RequestContext,
    input: &api::ValidateCloudConnectorRequest,
) -> Result<api::ValidateCloudConnectorResult, ServiceError> {
    let connector = store(cx).cloud_connectors.get(&input.cloud_connector_id);
    let connector = connector.ok_or_else(|| not_found(&input.cloud_connector_id))?;
    let scopes: Vec<(api::ValidationFindingScopeType, String)> = match &connector.configuration {
        Some(api::CloudConnectorConfiguration::AzureConfiguration(azure)) => {
            vec![(api::ValidationFindingScopeType::AzureTenant, azure.tenant_id.clone())]
        }
        Some(api::CloudConnectorConfiguration::GcpConfiguration(gcp)) => {
            let id = gcp.organization_id.clone().unwrap_or_default();
            vec![(api::ValidationFindingScopeType::GcpOrganization, id)]
        }
        _ => Vec::new(),
    };
    let finding = |(kind, id): (api::ValidationFindingScopeType, String)| api::ValidationFinding {
        r#type: Some(api::ValidationFindingType::Error),
        code: Some(api::ValidationFindingCode::TargetInaccessible),
        message: Some("The target can't be reached.".to_owned()),
        provider_message: None,
        scope: Some(api::ValidationFindingScope { r#type: Some(kind), id: Some(id) }),
    };
    Ok(api::ValidateCloudConnectorResult {
        validation_findings: Some(scopes.into_iter().map(finding).collect()),
        next_token: None,
    })
}
