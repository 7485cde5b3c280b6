//! Storage Lens configurations and groups, as records.

use fogbank_api_s3control as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use super::store::{Lens, LensGroup, RegionalStore};
use super::{check_account, not_found, page};
use crate::errors::error;
use crate::stored::Stored;

fn store(cx: &RequestContext) -> std::sync::Arc<RegionalStore> {
    cx.world.regional::<RegionalStore>(cx.account, &cx.region)
}

fn missing(id: &str) -> ServiceError {
    not_found(
        "NoSuchConfiguration",
        "The specified configuration does not exist.",
        ("ConfigId", id),
    )
}

fn missing_group(name: &str) -> ServiceError {
    not_found(
        "NoSuchResource",
        "The specified resource doesn't exist.",
        ("StorageLensGroupName", name),
    )
}

pub(super) async fn put(
    cx: &RequestContext,
    input: api::PutStorageLensConfigurationRequest,
) -> Result<Unit, ServiceError> {
    check_account(cx, &input.account_id)?;
    let mut document = input.storage_lens_configuration;
    if document.id != input.config_id {
        return Err(error(
            "InvalidRequest",
            400,
            "The configuration ID in the URI does not match the one in the document.",
            &[],
        ));
    }
    let arn = cx.arn("s3", format!("storage-lens/{}", input.config_id));
    document.storage_lens_arn = Some(arn.to_string());
    let configuration = Stored::new(&document);
    let tags = input.tags.map(pairs);
    let store = store(cx);
    let kept = store.lenses.get(input.config_id.as_str()).map(|lens| lens.tags.clone());
    let tags = tags.or(kept).unwrap_or_default();
    store.lenses.insert(input.config_id, Lens { configuration, tags });
    Ok(Unit)
}

fn pairs(tags: Vec<api::StorageLensTag>) -> Vec<(String, String)> {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

pub(super) async fn get(
    cx: &RequestContext,
    input: api::GetStorageLensConfigurationRequest,
) -> Result<api::GetStorageLensConfigurationResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let id = input.config_id.as_str();
    let found = store(cx).lenses.read(id, |lens| lens.configuration.get());
    let storage_lens_configuration = Some(found.ok_or_else(|| missing(id))?);
    Ok(api::GetStorageLensConfigurationResult { storage_lens_configuration })
}

pub(super) async fn delete(
    cx: &RequestContext,
    input: api::DeleteStorageLensConfigurationRequest,
) -> Result<Unit, ServiceError> {
    check_account(cx, &input.account_id)?;
    let id = input.config_id.as_str();
    store(cx).lenses.remove(id).map(|_| Unit).ok_or_else(|| missing(id))
}

pub(super) async fn list(
    cx: &RequestContext,
    input: api::ListStorageLensConfigurationsRequest,
) -> Result<api::ListStorageLensConfigurationsResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let store = store(cx);
    let all = store.lenses.iter().map(|(id, lens)| {
        let document = lens.configuration.get();
        let shown = api::ListStorageLensConfigurationEntry {
            id: id.clone(),
            storage_lens_arn: document.storage_lens_arn.unwrap_or_default(),
            home_region: cx.region.to_string(),
            is_enabled: Some(document.is_enabled),
        };
        (id, shown)
    });
    let (list, next_token) = page(all, input.next_token.as_deref(), None)?;
    Ok(api::ListStorageLensConfigurationsResult {
        next_token,
        storage_lens_configuration_list: Some(list),
    })
}

pub(super) async fn put_tags(
    cx: &RequestContext,
    input: api::PutStorageLensConfigurationTaggingRequest,
) -> Result<api::PutStorageLensConfigurationTaggingResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let (id, tags) = (input.config_id.as_str(), pairs(input.tags));
    let changed = store(cx).lenses.update(id, |lens| lens.tags = tags);
    changed.ok_or_else(|| missing(id))?;
    Ok(api::PutStorageLensConfigurationTaggingResult::default())
}

pub(super) async fn get_tags(
    cx: &RequestContext,
    input: api::GetStorageLensConfigurationTaggingRequest,
) -> Result<api::GetStorageLensConfigurationTaggingResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let id = input.config_id.as_str();
    let tags = store(cx).lenses.read(id, |lens| lens.tags.clone()).ok_or_else(|| missing(id))?;
    let tags = tags.into_iter().map(|(key, value)| api::StorageLensTag { key, value }).collect();
    Ok(api::GetStorageLensConfigurationTaggingResult { tags: Some(tags) })
}

pub(super) async fn delete_tags(
    cx: &RequestContext,
    input: api::DeleteStorageLensConfigurationTaggingRequest,
) -> Result<api::DeleteStorageLensConfigurationTaggingResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let id = input.config_id.as_str();
    let changed = store(cx).lenses.update(id, |lens| lens.tags.clear());
    changed.ok_or_else(|| missing(id))?;
    Ok(api::DeleteStorageLensConfigurationTaggingResult::default())
}

fn group_arn(cx: &RequestContext, name: &str) -> String {
    cx.arn("s3", format!("storage-lens-group/{name}")).to_string()
}

pub(super) async fn create_group(
    cx: &RequestContext,
    input: api::CreateStorageLensGroupRequest,
) -> Result<Unit, ServiceError> {
    check_account(cx, &input.account_id)?;
    let mut group = input.storage_lens_group;
    let name = group.name.clone();
    group.storage_lens_group_arn = Some(group_arn(cx, &name));
    let tags = input.tags.into_iter().flatten().map(|tag| (tag.key, tag.value)).collect();
    let row = LensGroup { group: Stored::new(&group), tags };
    store(cx).lens_groups.insert_new(name, row).map(|()| Unit).map_err(|_| {
        error(
            "ResourceAlreadyExists",
            409,
            "A Storage Lens group with this name already exists.",
            &[],
        )
    })
}

pub(super) async fn get_group(
    cx: &RequestContext,
    input: api::GetStorageLensGroupRequest,
) -> Result<api::GetStorageLensGroupResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let name = input.name.as_str();
    let group = store(cx).lens_groups.read(name, |row| row.group.get());
    let storage_lens_group = Some(group.ok_or_else(|| missing_group(name))?);
    Ok(api::GetStorageLensGroupResult { storage_lens_group })
}

pub(super) async fn update_group(
    cx: &RequestContext,
    input: api::UpdateStorageLensGroupRequest,
) -> Result<Unit, ServiceError> {
    check_account(cx, &input.account_id)?;
    let mut group = input.storage_lens_group;
    group.storage_lens_group_arn = Some(group_arn(cx, &input.name));
    let stored = Stored::new(&group);
    let changed = store(cx).lens_groups.update(input.name.as_str(), |row| row.group = stored);
    changed.map(|()| Unit).ok_or_else(|| missing_group(&input.name))
}

pub(super) async fn delete_group(
    cx: &RequestContext,
    input: api::DeleteStorageLensGroupRequest,
) -> Result<Unit, ServiceError> {
    check_account(cx, &input.account_id)?;
    let name = input.name.as_str();
    store(cx).lens_groups.remove(name).map(|_| Unit).ok_or_else(|| missing_group(name))
}

pub(super) async fn list_groups(
    cx: &RequestContext,
    input: api::ListStorageLensGroupsRequest,
) -> Result<api::ListStorageLensGroupsResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let store = store(cx);
    let all = store.lens_groups.iter().map(|(name, _)| {
        let shown = api::ListStorageLensGroupEntry {
            name: name.clone(),
            storage_lens_group_arn: group_arn(cx, &name),
            home_region: cx.region.to_string(),
        };
        (name, shown)
    });
    let (list, next_token) = page(all, input.next_token.as_deref(), None)?;
    Ok(api::ListStorageLensGroupsResult { next_token, storage_lens_group_list: Some(list) })
}
