//! OpsItems.

use std::collections::BTreeMap;

use fogbank_api_ssm as api;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

use super::filters;
use crate::errors;
use crate::kept::Kept;
use crate::ops::tags;
use crate::page::page;
use crate::store::{SsmStore, Tags, store};

/// How many items a page has usually.
const PAGE: usize = 50;
/// The data that makes an item the same as another.
const DEDUP: &str = "/aws/dedup";

/// An OpsItem with what belongs to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Item {
    /// The item.
    pub(crate) about: Kept<api::OpsItem>,
    /// The resources that are related to it.
    pub(crate) related: Vec<Kept<api::OpsItemRelatedItemSummary>>,
    /// What has happened to it, the oldest first.
    pub(crate) events: Vec<Kept<api::OpsItemEventSummary>>,
}

impl Resource for Item {
    const VERSION: u32 = 1;
}

/// An item that does not exist.
pub(super) fn unknown(id: &str) -> ServiceError {
    errors::ops_item_not_found(format!("The specified OpsItem ID doesn't exist: {id}"))
}

fn invalid(parameter: &str, message: impl Into<String>) -> ServiceError {
    let mut error = api::OpsItemInvalidParameterException::new(message.into());
    error.parameter_names = Some(vec![parameter.to_owned()]);
    error.into()
}

/// What has happened to an item.
pub(super) fn event(cx: &RequestContext, id: &str, kind: &str) -> Kept<api::OpsItemEventSummary> {
    let principal = cx.principal.arn.to_string();
    Kept(api::OpsItemEventSummary {
        ops_item_id: Some(id.to_owned()),
        event_id: Some(cx.ids().uuid()),
        source: Some("aws.ssm".to_owned()),
        detail_type: Some(kind.to_owned()),
        detail: Some("{}".to_owned()),
        created_by: Some(api::OpsItemIdentity { arn: Some(principal) }),
        created_time: Some(cx.now().to_wire()),
    })
}

/// Beginnings of keys of operational data that are reserved, with or without a slash in front.
const RESERVED: &[&str] = &["amazon", "amzn", "aws", "ssm"];
/// The keys under them that are for everybody.
const OPEN: &[&str] = &["/aws/automations", DEDUP, "/aws/resources"];

/// Keys of operational data leave AWS's alone.
fn check_data(data: Option<&BTreeMap<String, api::OpsItemDataValue>>) -> Result<(), ServiceError> {
    let reserved = |key: &&String| {
        let lower = key.to_ascii_lowercase();
        let bare = lower.strip_prefix('/').unwrap_or(&lower);
        RESERVED.iter().any(|prefix| bare.starts_with(prefix)) && !OPEN.contains(&key.as_str())
    };
    match data.into_iter().flat_map(BTreeMap::keys).find(reserved) {
        Some(key) => Err(invalid(
            "OperationalData",
            format!("The operational data key {key} begins with a reserved word."),
        )),
        None => Ok(()),
    }
}

pub(crate) fn create(
    cx: &RequestContext,
    input: api::CreateOpsItemRequest,
) -> Result<api::CreateOpsItemResponse, ServiceError> {
    if input.account_id.as_ref().is_some_and(|account| *account != cx.account.to_string()) {
        return Err(errors::ops_item_access_denied(
            "You don't have permission to view OpsItems in the specified account. Verify that your \
             account is configured either as a Systems Manager delegated administrator or that you \
             are logged into the Organizations management account.",
        ));
    }
    let lower = input.source.to_ascii_lowercase();
    if ["aws", "amazon", "amzn"].iter().any(|prefix| lower.starts_with(prefix)) {
        return Err(invalid("Source", "The source can't begin with aws, amazon or amzn."));
    }
    check_data(input.operational_data.as_ref())?;
    let added = tags::checked(&BTreeMap::new(), input.tags.unwrap_or_default())?;
    let store = store(cx);
    let data = input.operational_data.unwrap_or_default();
    if let Some(dedup) = data.get(DEDUP).and_then(|it| it.value.as_deref()) {
        let same = |item: &Item| {
            let status = item.about.status.as_ref();
            let before = item.about.operational_data.as_ref().and_then(|data| data.get(DEDUP));
            status != Some(&api::OpsItemStatus::Resolved)
                && before.and_then(|it| it.value.as_deref()) == Some(dedup)
        };
        if let Some((id, _)) = store.ops_items.iter().find(|(_, item)| same(item)) {
            let mut error = api::OpsItemAlreadyExistsException::new(
                "Similar OpsItem exists. OpsItem was not created",
            );
            error.ops_item_id = Some(id);
            return Err(error.into());
        }
    }
    let id = format!("oi-{}", cx.ids().hex(12));
    let arn = cx.arn("ssm", format!("opsitem/{id}")).to_string();
    let user = cx.principal.arn.to_string();
    let item = api::OpsItem {
        created_by: Some(user.clone()),
        ops_item_type: input.ops_item_type.or_else(|| Some("/aws/issue".to_owned())),
        created_time: Some(cx.now().to_wire()),
        description: Some(input.description),
        last_modified_by: Some(user),
        last_modified_time: Some(cx.now().to_wire()),
        notifications: Some(input.notifications.unwrap_or_default()),
        priority: input.priority,
        related_ops_items: Some(input.related_ops_items.unwrap_or_default()),
        status: Some(api::OpsItemStatus::Open),
        ops_item_id: Some(id.clone()),
        version: Some("1".to_owned()),
        title: Some(input.title),
        source: Some(input.source),
        operational_data: Some(data),
        category: input.category,
        severity: input.severity,
        actual_start_time: input.actual_start_time,
        actual_end_time: input.actual_end_time,
        planned_start_time: input.planned_start_time,
        planned_end_time: input.planned_end_time,
        ops_item_arn: Some(arn.clone()),
    };
    let events = vec![event(cx, &id, "OpsItem Create")];
    store.ops_items.insert(id.clone(), Item { about: Kept(item), related: Vec::new(), events });
    if !added.is_empty() {
        store.tags.insert(format!("OpsItem/{id}"), Tags(added));
    }
    Ok(api::CreateOpsItemResponse { ops_item_id: Some(id), ops_item_arn: Some(arn) })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &api::GetOpsItemRequest,
) -> Result<api::GetOpsItemResponse, ServiceError> {
    let item = store(cx).ops_items.get(&input.ops_item_id);
    let item = item.ok_or_else(|| unknown(&input.ops_item_id))?;
    Ok(api::GetOpsItemResponse { ops_item: Some(item.about.0.clone()) })
}

pub(crate) fn update(
    cx: &RequestContext,
    input: api::UpdateOpsItemRequest,
) -> Result<api::UpdateOpsItemResponse, ServiceError> {
    check_data(input.operational_data.as_ref())?;
    let id = input.ops_item_id.clone();
    let edited = store(cx).ops_items.update(&id, |item| {
        let user = cx.principal.arn.to_string();
        let old = item.about.0.clone();
        let mut data = old.operational_data.unwrap_or_default();
        for key in input.operational_data_to_delete.iter().flatten() {
            data.remove(key);
        }
        data.extend(input.operational_data.unwrap_or_default());
        let version: u64 = old.version.as_deref().and_then(|it| it.parse().ok()).unwrap_or(1);
        item.about = Kept(api::OpsItem {
            description: input.description.or(old.description),
            last_modified_by: Some(user),
            last_modified_time: Some(cx.now().to_wire()),
            notifications: input.notifications.or(old.notifications),
            priority: input.priority.or(old.priority),
            related_ops_items: input.related_ops_items.or(old.related_ops_items),
            status: input.status.or(old.status),
            version: Some((version + 1).to_string()),
            title: input.title.or(old.title),
            operational_data: Some(data),
            category: input.category.or(old.category),
            severity: input.severity.or(old.severity),
            actual_start_time: input.actual_start_time.or(old.actual_start_time),
            actual_end_time: input.actual_end_time.or(old.actual_end_time),
            planned_start_time: input.planned_start_time.or(old.planned_start_time),
            planned_end_time: input.planned_end_time.or(old.planned_end_time),
            ..item.about.0.clone()
        });
        item.events.push(event(cx, &id, "OpsItem Update"));
    });
    edited.ok_or_else(|| unknown(&id))?;
    Ok(api::UpdateOpsItemResponse {})
}

/// Deleting an item that does not exist is no error.
pub(crate) fn delete(
    cx: &RequestContext,
    input: &api::DeleteOpsItemRequest,
) -> Result<api::DeleteOpsItemResponse, ServiceError> {
    let store = store(cx);
    store.ops_items.remove(&input.ops_item_id);
    store.tags.remove(&format!("OpsItem/{}", input.ops_item_id));
    Ok(api::DeleteOpsItemResponse {})
}

pub(crate) fn describe(
    cx: &RequestContext,
    input: &api::DescribeOpsItemsRequest,
) -> Result<api::DescribeOpsItemsResponse, ServiceError> {
    let wanted = input.ops_item_filters.as_deref().unwrap_or_default();
    wanted.iter().try_for_each(filters::check)?;
    let mut items: Vec<api::OpsItem> =
        store(cx).ops_items.iter().map(|(_, item)| item.about.0.clone()).collect();
    items.retain(|item| wanted.iter().all(|filter| filters::passes(item, filter)));
    items.sort_by_key(|item| {
        let created = item.created_time.as_ref().map(Timestamp::from_wire);
        (std::cmp::Reverse(created), item.ops_item_id.clone())
    });
    let summaries = items.into_iter().map(|item| api::OpsItemSummary {
        created_by: item.created_by,
        created_time: item.created_time,
        last_modified_by: item.last_modified_by,
        last_modified_time: item.last_modified_time,
        priority: item.priority,
        source: item.source,
        status: item.status,
        ops_item_id: item.ops_item_id,
        title: item.title,
        operational_data: item.operational_data,
        category: item.category,
        severity: item.severity,
        ops_item_type: item.ops_item_type,
        actual_start_time: item.actual_start_time,
        actual_end_time: item.actual_end_time,
        planned_start_time: item.planned_start_time,
        planned_end_time: item.planned_end_time,
    });
    let (summaries, next_token) = page(
        summaries.collect(),
        |it: &api::OpsItemSummary| it.ops_item_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribeOpsItemsResponse { next_token, ops_item_summaries: Some(summaries) })
}

/// How a resource can be related to an item, and which resources can.
const ASSOCIATION_TYPES: &[&str] = &["IsParentOf", "RelatesTo"];
const RELATED_TYPES: &[&str] = &["AWS::SSM::Document", "AWS::SSMIncidents::IncidentRecord"];

pub(crate) fn associate(
    cx: &RequestContext,
    input: api::AssociateOpsItemRelatedItemRequest,
) -> Result<api::AssociateOpsItemRelatedItemResponse, ServiceError> {
    for (name, value, known) in [
        ("AssociationType", &input.association_type, ASSOCIATION_TYPES),
        ("ResourceType", &input.resource_type, RELATED_TYPES),
    ] {
        if !known.contains(&value.as_str()) {
            return Err(invalid(name, format!("The {name} {value} is not supported.")));
        }
    }
    let id = cx.ids().uuid();
    let identity = api::OpsItemIdentity { arn: Some(cx.principal.arn.to_string()) };
    let edited = store(cx).ops_items.try_update(&input.ops_item_id, |item| {
        let same = |it: &Kept<api::OpsItemRelatedItemSummary>| {
            it.resource_uri.as_ref() == Some(&input.resource_uri)
        };
        if item.related.iter().any(same) {
            let mut error = api::OpsItemRelatedItemAlreadyExistsException::new(
                "The Amazon Resource Name (ARN) is already associated with the OpsItem.",
            );
            error.resource_uri = Some(input.resource_uri);
            error.ops_item_id = Some(input.ops_item_id.clone());
            return Err(error.into());
        }
        item.related.push(Kept(api::OpsItemRelatedItemSummary {
            ops_item_id: Some(input.ops_item_id.clone()),
            association_id: Some(id.clone()),
            resource_type: Some(input.resource_type),
            association_type: Some(input.association_type),
            resource_uri: Some(input.resource_uri),
            created_by: Some(identity.clone()),
            created_time: Some(cx.now().to_wire()),
            last_modified_by: Some(identity),
            last_modified_time: Some(cx.now().to_wire()),
        }));
        Ok(api::AssociateOpsItemRelatedItemResponse { association_id: Some(id) })
    });
    edited.unwrap_or_else(|| Err(unknown(&input.ops_item_id)))
}

pub(crate) fn disassociate(
    cx: &RequestContext,
    input: &api::DisassociateOpsItemRelatedItemRequest,
) -> Result<api::DisassociateOpsItemRelatedItemResponse, ServiceError> {
    let edited = store(cx).ops_items.try_update(&input.ops_item_id, |item| {
        let is = |it: &Kept<api::OpsItemRelatedItemSummary>| {
            it.association_id.as_ref() == Some(&input.association_id)
        };
        let at = item.related.iter().position(is).ok_or_else(|| {
            errors::ops_item_relation_not_found(
                "The association wasn't found using the parameters you specified in the call. \
                 Verify the information and try again.",
            )
        })?;
        item.related.remove(at);
        Ok(api::DisassociateOpsItemRelatedItemResponse {})
    });
    edited.unwrap_or_else(|| Err(unknown(&input.ops_item_id)))
}

/// The items that a request looks at: one, or all.
fn looked_at(store: &SsmStore, id: Option<&String>) -> Vec<std::sync::Arc<Item>> {
    match id {
        Some(id) => store.ops_items.get(id).into_iter().collect(),
        None => store.ops_items.iter().map(|(_, item)| item).collect(),
    }
}

pub(crate) fn related(
    cx: &RequestContext,
    input: &api::ListOpsItemRelatedItemsRequest,
) -> Result<api::ListOpsItemRelatedItemsResponse, ServiceError> {
    let mut summaries = Vec::new();
    for item in looked_at(&store(cx), input.ops_item_id.as_ref()) {
        for summary in &item.related {
            let passes = input.filters.iter().flatten().all(|filter| {
                let value = match filter.key.as_str() {
                    "ResourceType" => summary.resource_type.as_ref(),
                    "AssociationId" => summary.association_id.as_ref(),
                    _ => summary.resource_uri.as_ref(),
                };
                value.is_some_and(|value| filter.values.contains(value))
            });
            if passes {
                summaries.push(summary.0.clone());
            }
        }
    }
    let (summaries, next_token) = page(
        summaries,
        |it: &api::OpsItemRelatedItemSummary| it.association_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::ListOpsItemRelatedItemsResponse { next_token, summaries: Some(summaries) })
}

pub(crate) fn events(
    cx: &RequestContext,
    input: &api::ListOpsItemEventsRequest,
) -> Result<api::ListOpsItemEventsResponse, ServiceError> {
    let wanted: Vec<&String> =
        input.filters.iter().flatten().flat_map(|filter| &filter.values).collect();
    let mut summaries = Vec::new();
    for item in looked_at(&store(cx), None) {
        let id = item.about.ops_item_id.as_ref();
        if wanted.is_empty() || id.is_some_and(|id| wanted.contains(&id)) {
            summaries.extend(item.events.iter().map(|event| event.0.clone()));
        }
    }
    let (summaries, next_token) = page(
        summaries,
        |it: &api::OpsItemEventSummary| it.event_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::ListOpsItemEventsResponse { next_token, summaries: Some(summaries) })
}
