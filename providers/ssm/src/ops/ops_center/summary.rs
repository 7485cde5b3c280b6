//! `GetOpsSummary`: the OpsItems and the inventory of nodes, listed or counted.

use std::collections::BTreeMap;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};
use serde_json::Value;

use crate::errors;
use crate::kept::json;
use crate::ops::nodes::inventory::compare;
use crate::page::page;
use crate::store::{SsmStore, store};

/// How many entities a page has usually.
const PAGE: usize = 50;
/// The type of OpsItems.
const OPS_ITEM: &str = "AWS:OpsItem";

type Entry = BTreeMap<String, String>;

/// A thing with what is known of it, by type.
struct Entity {
    id: String,
    data: BTreeMap<String, (String, Vec<Entry>)>,
}

fn shown(at: Option<&DateTime>) -> String {
    at.and_then(|at| at.fmt(Format::DateTime).ok()).unwrap_or_default()
}

/// An OpsItem as texts.
fn texts(account: &str, item: &api::OpsItem) -> Entry {
    let data = item.operational_data.clone().unwrap_or_default();
    let data: Vec<String> = data
        .iter()
        .map(|(key, value)| format!("{}:{}", Value::from(&key[..]), json(value)))
        .collect();
    let data = if data.is_empty() { String::new() } else { format!("{{{}}}", data.join(",")) };
    let related = item.related_ops_items.iter().flatten().map(|it| it.ops_item_id.clone());
    let pairs = [
        ("AccountId", Some(account.to_owned())),
        ("Category", item.category.clone()),
        ("CreatedBy", item.created_by.clone()),
        ("CreatedTime", Some(shown(item.created_time.as_ref()))),
        ("Description", item.description.clone()),
        ("LastModifiedBy", item.last_modified_by.clone()),
        ("LastModifiedTime", Some(shown(item.last_modified_time.as_ref()))),
        ("OperationalData", Some(data)),
        ("OpsItemId", item.ops_item_id.clone()),
        ("OpsItemType", item.ops_item_type.clone()),
        ("Priority", item.priority.map(|priority| priority.to_string())),
        ("RelatedItems", Some(related.collect::<Vec<_>>().join(","))),
        ("Severity", item.severity.clone()),
        ("Source", item.source.clone()),
        ("Status", item.status.as_ref().map(|status| status.as_str().to_owned())),
        ("Title", item.title.clone()),
    ];
    pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

fn entities(cx: &RequestContext, store: &SsmStore) -> Vec<Entity> {
    let account = cx.account.to_string();
    let captured = shown(Some(&cx.now().to_wire()));
    let items = store.ops_items.iter().map(|(id, item)| {
        let content = (captured.clone(), vec![texts(&account, &item.about)]);
        Entity { id, data: [(OPS_ITEM.to_owned(), content)].into() }
    });
    let mut all: Vec<Entity> = items.collect();
    let mut nodes: BTreeMap<String, Entity> = BTreeMap::new();
    for (key, item) in store.inventory.iter() {
        let Some((node, kind)) = key.split_once('/') else { continue };
        let entity = nodes
            .entry(node.to_owned())
            .or_insert_with(|| Entity { id: node.to_owned(), data: BTreeMap::new() });
        let content = item.content.clone().unwrap_or_default();
        entity.data.insert(kind.to_owned(), (item.capture_time.clone(), content));
    }
    all.extend(nodes.into_values());
    all
}

/// `AWS:OpsItem.Status`: the type, and the attribute where one is named.
fn parts(key: &str) -> (&str, Option<&str>) {
    match key.split_once('.') {
        Some((kind, attribute)) => (kind, Some(attribute)),
        None => (key, None),
    }
}

fn passes(entity: &Entity, filter: &api::OpsFilter) -> bool {
    let (kind, attribute) = parts(&filter.key);
    let operator = filter.r#type.as_ref().map(|it| it.as_str()).unwrap_or("Equal");
    let operator = api::InventoryQueryOperatorType::from(operator);
    let Some((_, entries)) = entity.data.get(kind) else { return false };
    match attribute {
        None => true,
        Some(attribute) => entries.iter().any(|entry| {
            let value = entry.get(attribute).map(String::as_str);
            compare(value, Some(&operator), &filter.values)
        }),
    }
}

fn check_filter(filter: &api::OpsFilter) -> Result<(), ServiceError> {
    let (kind, _) = parts(&filter.key);
    match kind.starts_with("AWS:") || kind.starts_with("Custom:") {
        true => Ok(()),
        false => Err(errors::invalid_filter(
            "The filter name isn't valid. Verify that you entered the correct name and try again.",
        )),
    }
}

/// The entries of a type counted by an attribute, and by those of nested aggregators.
fn counted(
    entities: &[Entity],
    aggregator: &api::OpsAggregator,
) -> Result<(String, Vec<Entry>), ServiceError> {
    let mut names = Vec::new();
    let mut kind = None;
    let mut at = Some(aggregator);
    while let Some(level) = at {
        let (Some(name), Some(attribute)) = (&level.type_name, &level.attribute_name) else {
            return Err(invalid_aggregator());
        };
        if level.aggregator_type.as_deref().is_some_and(|kind| kind != "count") {
            return Err(invalid_aggregator());
        }
        kind.get_or_insert_with(|| name.clone());
        names.push(attribute.clone());
        at = level.aggregators.iter().flatten().next();
    }
    let kind = kind.unwrap_or_default();
    let filters = aggregator.filters.as_deref().unwrap_or_default();
    filters.iter().try_for_each(check_filter)?;
    let mut counts: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for entity in entities {
        if !filters.iter().all(|filter| passes(entity, filter)) {
            continue;
        }
        for entry in entity.data.get(&kind).iter().flat_map(|(_, entries)| entries) {
            let values = names.iter().map(|name| entry.get(name).cloned().unwrap_or_default());
            *counts.entry(values.collect()).or_default() += 1;
        }
    }
    let row = |(values, count): (Vec<String>, usize)| {
        let mut row: Entry = names.iter().cloned().zip(values).collect();
        row.insert("Count".to_owned(), count.to_string());
        row
    };
    Ok((kind, counts.into_iter().map(row).collect()))
}

fn invalid_aggregator() -> ServiceError {
    errors::invalid_aggregator(
        "The specified aggregator isn't valid for the group type. Verify that the aggregator you \
         provided is supported.",
    )
}

pub(crate) fn run(
    cx: &RequestContext,
    input: &api::GetOpsSummaryRequest,
) -> Result<api::GetOpsSummaryResult, ServiceError> {
    let store = store(cx);
    if let Some(name) = input.sync_name.as_ref().filter(|name| !store.data_syncs.contains(*name)) {
        let mut error =
            api::ResourceDataSyncNotFoundException::new("The specified sync name wasn't found.");
        error.sync_name = Some(name.clone());
        return Err(error.into());
    }
    let filters = input.filters.as_deref().unwrap_or_default();
    filters.iter().try_for_each(check_filter)?;
    let mut found = entities(cx, &store);
    found.retain(|entity| filters.iter().all(|filter| passes(entity, filter)));
    let wanted: Vec<&str> =
        input.result_attributes.iter().flatten().map(|it| it.type_name.as_str()).collect();
    let item = |captured: Option<String>, content| api::OpsEntityItem {
        capture_time: captured,
        content: Some(content),
    };
    if let Some(aggregators) = input.aggregators.as_deref() {
        let mut data = BTreeMap::new();
        for aggregator in aggregators {
            let (kind, rows) = counted(&found, aggregator)?;
            data.insert(kind, item(None, rows));
        }
        let entities = Some(vec![api::OpsEntity { id: None, data: Some(data) }]);
        return Ok(api::GetOpsSummaryResult { entities, next_token: None });
    }
    let listed = found.into_iter().filter_map(|entity| {
        let shown = |kind: &str| wanted.is_empty() && kind == OPS_ITEM || wanted.contains(&kind);
        let data: BTreeMap<_, _> = entity
            .data
            .into_iter()
            .filter(|(kind, _)| shown(kind))
            .map(|(kind, (captured, content))| (kind, item(Some(captured), content)))
            .collect();
        (!data.is_empty()).then_some(api::OpsEntity { id: Some(entity.id), data: Some(data) })
    });
    let (listed, next_token) = page(
        listed.collect(),
        |it: &api::OpsEntity| it.id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::GetOpsSummaryResult { entities: Some(listed), next_token })
}
