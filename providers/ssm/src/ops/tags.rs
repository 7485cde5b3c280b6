//! `AddTagsToResource`, `RemoveTagsFromResource` and `ListTagsForResource`.

use std::collections::BTreeMap;

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::{Resource, Table};

use crate::document;
use crate::errors;
use crate::ops::patches::patch;
use crate::parameter::{find, name};
use crate::store::{SsmStore, Tags, store};

/// The most tags of a resource.
const MOST: usize = 50;

/// Tags with new ones added, within the limits.
///
/// # Errors
/// `ValidationException`, `TooManyTagsError`.
pub(crate) fn checked(
    tags: &BTreeMap<String, String>,
    added: Vec<api::Tag>,
) -> Result<BTreeMap<String, String>, ServiceError> {
    let mut tags = tags.clone();
    for tag in added {
        if tag.key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
            return Err(errors::validation(
                "Tag keys starting with 'aws:' are reserved for system use.",
            ));
        }
        tags.insert(tag.key, tag.value);
    }
    match tags.len() > MOST {
        true => Err(errors::too_many_tags("")),
        false => Ok(tags),
    }
}

fn known<R: Resource>(table: &Table<String, R>, id: &str) -> Option<String> {
    table.contains(id).then(|| id.to_owned())
}

/// The key of a resource's tags, where there is such a resource.
fn key_of(
    cx: &RequestContext,
    store: &SsmStore,
    kind: &api::ResourceTypeForTagging,
    id: &str,
) -> Option<String> {
    let id = match kind {
        api::ResourceTypeForTagging::Parameter => {
            let arn = crate::parameter::arn(cx, "");
            let id = id.strip_prefix(&arn).map_or(id, |path| match path.contains('/') {
                // The ARN of a path has one slash where the path begins.
                true => &id[arn.len() - 1..],
                false => path,
            });
            let key = name::key(id);
            find(store, key, cx.now()).map(|_| key.to_owned())
        }
        api::ResourceTypeForTagging::Document => {
            let id = document::bare(cx, id);
            store.documents.contains(id).then(|| id.to_owned())
        }
        api::ResourceTypeForTagging::MaintenanceWindow => known(&store.windows, id),
        api::ResourceTypeForTagging::PatchBaseline => known(&store.baselines, patch::bare(cx, id)),
        api::ResourceTypeForTagging::OpsItem => known(&store.ops_items, id),
        api::ResourceTypeForTagging::OpsMetadata => known(&store.ops_metadata, id),
        api::ResourceTypeForTagging::Automation => known(&store.automations, id),
        api::ResourceTypeForTagging::Association => known(&store.associations, id),
        api::ResourceTypeForTagging::CloudConnector => known(&store.cloud_connectors, id),
        // Managed nodes: there are none.
        _ => None,
    };
    id.map(|id| format!("{kind}/{id}"))
}

pub(crate) fn add(
    cx: &RequestContext,
    input: api::AddTagsToResourceRequest,
) -> Result<api::AddTagsToResourceResult, ServiceError> {
    let store = store(cx);
    let key = key_of(cx, &store, &input.resource_type, &input.resource_id)
        .ok_or_else(|| errors::invalid_resource_id(""))?;
    let before = store.tags.get(&key).map(|tags| tags.0.clone()).unwrap_or_default();
    let tags = checked(&before, input.tags)?;
    store.tags.insert(key, Tags(tags));
    Ok(api::AddTagsToResourceResult {})
}

pub(crate) fn remove(
    cx: &RequestContext,
    input: &api::RemoveTagsFromResourceRequest,
) -> Result<api::RemoveTagsFromResourceResult, ServiceError> {
    let store = store(cx);
    let key = key_of(cx, &store, &input.resource_type, &input.resource_id)
        .ok_or_else(|| errors::invalid_resource_id(""))?;
    store.tags.update(&key, |tags| tags.0.retain(|key, _| !input.tag_keys.contains(key)));
    Ok(api::RemoveTagsFromResourceResult {})
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &api::ListTagsForResourceRequest,
) -> Result<api::ListTagsForResourceResult, ServiceError> {
    let store = store(cx);
    let key = key_of(cx, &store, &input.resource_type, &input.resource_id)
        .ok_or_else(|| errors::invalid_resource_id(""))?;
    Ok(api::ListTagsForResourceResult { tag_list: Some(of(&store, &key)) })
}

/// The tags of a resource.
pub(crate) fn of(store: &SsmStore, key: &str) -> Vec<api::Tag> {
    let tags = store.tags.get(key);
    let tags = tags.iter().flat_map(|tags| &tags.0);
    tags.map(|(key, value)| api::Tag { key: key.clone(), value: value.clone() }).collect()
}
