//! Resource data syncs. They are recorded; nothing is written to their buckets.

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::kept::Kept;
use crate::page::page;
use crate::store::store;

/// How many syncs a page has usually.
const PAGE: usize = 50;
/// The most syncs of an account and region.
const MOST: usize = 5;

const TO_DESTINATION: &str = "SyncToDestination";
const FROM_SOURCE: &str = "SyncFromSource";

fn invalid(message: &str) -> ServiceError {
    errors::invalid_data_sync(message)
}

fn not_found(name: &str, kind: &str) -> ServiceError {
    let mut error =
        api::ResourceDataSyncNotFoundException::new("The specified sync name wasn't found.");
    error.sync_name = Some(name.to_owned());
    error.sync_type = Some(kind.to_owned());
    error.into()
}

fn with_state(source: api::ResourceDataSyncSource) -> api::ResourceDataSyncSourceWithState {
    api::ResourceDataSyncSourceWithState {
        source_type: Some(source.source_type),
        aws_organizations_source: source.aws_organizations_source,
        source_regions: Some(source.source_regions),
        include_future_regions: Some(source.include_future_regions == Some(true)),
        state: Some("CREATED".to_owned()),
        enable_all_ops_data_sources: Some(source.enable_all_ops_data_sources == Some(true)),
    }
}

pub(crate) fn create(
    cx: &RequestContext,
    input: api::CreateResourceDataSyncRequest,
) -> Result<api::CreateResourceDataSyncResult, ServiceError> {
    let kind = input.sync_type.unwrap_or_else(|| TO_DESTINATION.to_owned());
    match (kind.as_str(), &input.s3_destination, &input.sync_source) {
        (TO_DESTINATION, Some(_), None) | (FROM_SOURCE, None, Some(_)) => {}
        (TO_DESTINATION, None, _) => {
            return Err(invalid("S3 destination is required for the sync type SyncToDestination."));
        }
        (FROM_SOURCE, _, None) => {
            return Err(invalid("Sync source is required for the sync type SyncFromSource."));
        }
        _ => return Err(invalid("The specified sync configuration is invalid.")),
    }
    let store = store(cx);
    if store.data_syncs.contains(&input.sync_name) {
        let mut error = api::ResourceDataSyncAlreadyExistsException::new(
            "A sync configuration with the same name already exists.",
        );
        error.sync_name = Some(input.sync_name);
        return Err(error.into());
    }
    if store.data_syncs.len() >= MOST {
        return Err(errors::data_sync_limit(
            "You have exceeded the allowed maximum sync configurations.",
        ));
    }
    let item = api::ResourceDataSyncItem {
        sync_name: Some(input.sync_name.clone()),
        sync_type: Some(kind),
        sync_source: input.sync_source.map(with_state),
        s3_destination: input.s3_destination,
        sync_created_time: Some(cx.now().to_wire()),
        sync_last_modified_time: Some(cx.now().to_wire()),
        ..Default::default()
    };
    store.data_syncs.insert(input.sync_name, Kept(item));
    Ok(api::CreateResourceDataSyncResult {})
}

pub(crate) fn update(
    cx: &RequestContext,
    input: api::UpdateResourceDataSyncRequest,
) -> Result<api::UpdateResourceDataSyncResult, ServiceError> {
    if input.sync_type != FROM_SOURCE {
        return Err(invalid("Only syncs of the type SyncFromSource can be updated."));
    }
    let kind = input.sync_type.as_str();
    let edited = store(cx).data_syncs.try_update(&input.sync_name, |sync| {
        if sync.sync_type.as_deref() != Some(kind) {
            return Err(not_found(&input.sync_name, kind));
        }
        sync.sync_source = Some(with_state(input.sync_source));
        sync.sync_last_modified_time = Some(cx.now().to_wire());
        Ok(api::UpdateResourceDataSyncResult {})
    });
    edited.unwrap_or_else(|| Err(not_found(&input.sync_name, kind)))
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &api::DeleteResourceDataSyncRequest,
) -> Result<api::DeleteResourceDataSyncResult, ServiceError> {
    let kind = input.sync_type.as_deref().unwrap_or(TO_DESTINATION);
    let is = |sync: &Kept<api::ResourceDataSyncItem>| sync.sync_type.as_deref() == Some(kind);
    match store(cx).data_syncs.remove_if(&input.sync_name, is) {
        Some(_) => Ok(api::DeleteResourceDataSyncResult {}),
        None => Err(not_found(&input.sync_name, kind)),
    }
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &api::ListResourceDataSyncRequest,
) -> Result<api::ListResourceDataSyncResult, ServiceError> {
    let known = |kind: &String| [TO_DESTINATION, FROM_SOURCE].contains(&kind.as_str());
    if !input.sync_type.as_ref().is_none_or(known) {
        return Err(invalid("The specified sync configuration is invalid."));
    }
    let wanted = |sync: &api::ResourceDataSyncItem| {
        input.sync_type.is_none() || sync.sync_type == input.sync_type
    };
    let syncs = store(cx).data_syncs.iter().map(|(_, sync)| sync.0.clone()).collect::<Vec<_>>();
    let (items, next_token) = page(
        syncs.into_iter().filter(wanted).collect(),
        |it: &api::ResourceDataSyncItem| it.sync_name.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::ListResourceDataSyncResult { resource_data_sync_items: Some(items), next_token })
}
