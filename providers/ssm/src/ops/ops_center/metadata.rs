//! OpsMetadata.

use std::collections::BTreeMap;

use fogbank_api_ssm as api;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

use crate::errors;
use crate::ops::tags;
use crate::page::page;
use crate::store::{Tags, store};

/// How many objects a page has usually.
const PAGE: usize = 50;
/// The most keys of an object.
const MOST_KEYS: usize = 5;

/// The metadata of a resource.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Metadata {
    resource: String,
    values: BTreeMap<String, Option<String>>,
    created: Timestamp,
    modified: Timestamp,
    user: String,
}

impl Resource for Metadata {
    const VERSION: u32 = 1;
}

fn values(given: BTreeMap<String, api::MetadataValue>) -> BTreeMap<String, Option<String>> {
    given.into_iter().map(|(key, value)| (key, value.value)).collect()
}

fn not_found() -> ServiceError {
    errors::ops_metadata_not_found("The OpsMetadata object doesn't exist.")
}

fn too_many_keys() -> ServiceError {
    errors::ops_metadata_key_limit(
        "The OpsMetadata object exceeds the maximum number of OpsMetadata keys that you can assign to an application in Application Manager.",
    )
}

pub(crate) fn create(
    cx: &RequestContext,
    input: api::CreateOpsMetadataRequest,
) -> Result<api::CreateOpsMetadataResult, ServiceError> {
    let added = tags::checked(&BTreeMap::new(), input.tags.unwrap_or_default())?;
    let path = match input.resource_id.splitn(6, ':').nth(5) {
        Some(resource) if input.resource_id.starts_with("arn:") => format!("/{resource}"),
        _ => format!("/{}", input.resource_id.trim_start_matches('/')),
    };
    let arn = cx.arn("ssm", format!("opsmetadata{path}")).to_string();
    let metadata = Metadata {
        resource: input.resource_id,
        values: values(input.metadata.unwrap_or_default()),
        created: cx.now(),
        modified: cx.now(),
        user: cx.principal.arn.to_string(),
    };
    if metadata.values.len() > MOST_KEYS {
        return Err(too_many_keys());
    }
    let store = store(cx);
    store.ops_metadata.insert_new(arn.clone(), metadata).map_err(|_| {
        errors::ops_metadata_already_exists(
            "An OpsMetadata object already exists for the selected resource.",
        )
    })?;
    if !added.is_empty() {
        store.tags.insert(format!("OpsMetadata/{arn}"), Tags(added));
    }
    Ok(api::CreateOpsMetadataResult { ops_metadata_arn: Some(arn) })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &api::GetOpsMetadataRequest,
) -> Result<api::GetOpsMetadataResult, ServiceError> {
    let metadata = store(cx).ops_metadata.get(&input.ops_metadata_arn).ok_or_else(not_found)?;
    let (values, next_token) = page(
        metadata.values.clone().into_iter().collect(),
        |(key, _)| key.clone(),
        input.max_results,
        10,
        input.next_token.as_deref(),
    )?;
    let value = |(key, value)| (key, api::MetadataValue { value });
    Ok(api::GetOpsMetadataResult {
        resource_id: Some(metadata.resource.clone()),
        metadata: Some(values.into_iter().map(value).collect()),
        next_token,
    })
}

pub(crate) fn update(
    cx: &RequestContext,
    input: api::UpdateOpsMetadataRequest,
) -> Result<api::UpdateOpsMetadataResult, ServiceError> {
    let edited = store(cx).ops_metadata.try_update(&input.ops_metadata_arn, |metadata| {
        for key in input.keys_to_delete.iter().flatten() {
            metadata.values.remove(key);
        }
        metadata.values.extend(values(input.metadata_to_update.unwrap_or_default()));
        metadata.modified = cx.now();
        metadata.user = cx.principal.arn.to_string();
        match metadata.values.len() > MOST_KEYS {
            true => Err(too_many_keys()),
            false => Ok(()),
        }
    });
    edited.ok_or_else(not_found)??;
    Ok(api::UpdateOpsMetadataResult { ops_metadata_arn: Some(input.ops_metadata_arn) })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &api::DeleteOpsMetadataRequest,
) -> Result<api::DeleteOpsMetadataResult, ServiceError> {
    let store = store(cx);
    store.ops_metadata.remove(&input.ops_metadata_arn).ok_or_else(not_found)?;
    store.tags.remove(&format!("OpsMetadata/{}", input.ops_metadata_arn));
    Ok(api::DeleteOpsMetadataResult {})
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &api::ListOpsMetadataRequest,
) -> Result<api::ListOpsMetadataResult, ServiceError> {
    for filter in input.filters.iter().flatten() {
        if !matches!(filter.key.as_str(), "OpsMetadataArn" | "ResourceId") {
            return Err(errors::ops_metadata_invalid(format!(
                "One of the arguments passed is invalid: filter key {}",
                filter.key
            )));
        }
    }
    let mut list = Vec::new();
    for (arn, metadata) in store(cx).ops_metadata.iter() {
        let passes = input.filters.iter().flatten().all(|filter| {
            let by_id = filter.key == "ResourceId";
            filter.values.contains(if by_id { &metadata.resource } else { &arn })
        });
        if passes {
            list.push(api::OpsMetadata {
                resource_id: Some(metadata.resource.clone()),
                ops_metadata_arn: Some(arn.clone()),
                last_modified_date: Some(metadata.modified.to_wire()),
                last_modified_user: Some(metadata.user.clone()),
                creation_date: Some(metadata.created.to_wire()),
            });
        }
    }
    let (list, next_token) = page(
        list,
        |it: &api::OpsMetadata| it.ops_metadata_arn.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::ListOpsMetadataResult { ops_metadata_list: Some(list), next_token })
}
