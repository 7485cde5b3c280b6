//! Inventory: what was put for nodes, and the schemas.

use std::collections::BTreeMap;

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError, Unheeded};

use super::deletions;
use crate::errors;
use crate::kept::Kept;
use crate::page::page;
use crate::store::store;

/// How many entries a page has usually.
const PAGE: usize = 50;
/// The most types of custom inventory.
const MOST_CUSTOM: usize = 20;
/// The most bytes of an item of custom inventory, and of all items of a request.
const LARGEST: usize = 200 * 1_024;
const LARGEST_REQUEST: usize = 1_024 * 1_024;
/// The type whose items may have a context.
const WITH_CONTEXT: &str = "AWS:ComplianceItem";

/// The types of inventory that AWS defines: name, version, attributes; those that end with `#` are
/// numbers.
const SCHEMAS: &str = include_str!("inventory_schemas.txt");

/// The rows of [`SCHEMAS`].
fn schemas() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    SCHEMAS.lines().filter_map(|line| {
        let (name, rest) = line.split_once('|')?;
        let (version, attributes) = rest.split_once('|')?;
        Some((name, version, attributes))
    })
}

fn invalid_type(name: &str) -> ServiceError {
    errors::invalid_type_name(format!("The parameter type name {name} isn't valid."))
}

fn check_type(name: &str) -> Result<(), ServiceError> {
    let known = schemas().any(|row| row.0 == name);
    match known || name.starts_with("Custom:") {
        true => Ok(()),
        false => Err(invalid_type(name)),
    }
}

/// `1.10` as numbers, to be compared.
pub(super) fn version(text: &str) -> (u32, u32) {
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    (major.parse().unwrap_or(0), minor.parse().unwrap_or(0))
}

/// How many bytes an item has, when it has no more than it may have.
fn check_item(item: &api::InventoryItem) -> Result<usize, ServiceError> {
    if item.context.is_some() && item.type_name != WITH_CONTEXT {
        let mut error = api::UnsupportedInventoryItemContextException::new(
            "The Context attribute that you specified for the InventoryItem isn't allowed for this \
             inventory type. You can only use the Context attribute with inventory types like \
             AWS:ComplianceItem.",
        );
        error.type_name = Some(item.type_name.clone());
        return Err(error.into());
    }
    let known = schemas().find(|row| row.0 == item.type_name);
    if known.is_some_and(|row| version(&item.schema_version) > version(row.1)) {
        return Err(errors::unsupported_inventory_version(
            "Inventory item type schema version has to match supported versions in the service. \
             Check output of GetInventorySchema to see the available schema version for each type.",
        ));
    }
    let entries = item.content.iter().flatten().flatten();
    let size = entries.map(|(name, value)| name.len() + value.len()).sum();
    if known.is_none() && size > LARGEST {
        let mut error = api::ItemSizeLimitExceededException::new(
            "The inventory item size has exceeded the size limit.",
        );
        error.type_name = Some(item.type_name.clone());
        return Err(error.into());
    }
    Ok(size)
}

fn key(instance: &str, kind: &str) -> String {
    format!("{instance}/{kind}")
}

pub(crate) fn put(
    cx: &RequestContext,
    input: api::PutInventoryRequest,
) -> Result<api::PutInventoryResult, ServiceError> {
    let store = store(cx);
    let mut total = 0;
    for item in &input.items {
        check_type(&item.type_name)?;
        total += check_item(item)?;
        if item.content.is_none() && item.content_hash.is_none() {
            let mut error =
                api::InvalidItemContentException::new("One or more content items isn't valid.");
            error.type_name = Some(item.type_name.clone());
            return Err(error.into());
        }
    }
    if total > LARGEST_REQUEST {
        return Err(api::TotalSizeLimitExceededException::new(
            "The size of inventory data has exceeded the total size limit for the resource.",
        )
        .into());
    }
    let mut custom: Vec<String> = store
        .inventory
        .keys()
        .into_iter()
        .filter_map(|key| Some(key.split_once('/')?.1.to_owned()))
        .chain(input.items.iter().map(|item| item.type_name.clone()))
        .filter(|kind| kind.starts_with("Custom:"))
        .collect();
    custom.sort();
    custom.dedup();
    if custom.len() > MOST_CUSTOM {
        return Err(errors::custom_schema_limit(
            "You have exceeded the limit for custom schemas. Delete one or more custom schemas and \
             try again.",
        ));
    }
    for mut item in input.items {
        if deletions::ignores(&store, &item) {
            continue;
        }
        let key = key(&input.instance_id, &item.type_name);
        if item.content.is_none() {
            // The hash says that nothing has changed since.
            let before = store.inventory.get(&key);
            let before = before.filter(|before| before.content_hash == item.content_hash);
            let Some(before) = before else {
                let mut error = api::ItemContentMismatchException::new(
                    "The inventory item has invalid content.",
                );
                error.type_name = Some(item.type_name);
                return Err(error.into());
            };
            item.content = before.content.clone();
        }
        store.inventory.insert(key, Kept(item));
    }
    Ok(api::PutInventoryResult { message: None })
}

type Entry = BTreeMap<String, String>;

/// Whether an entry of a node passes a filter whose key is the name of an attribute.
pub(crate) fn compare(
    value: Option<&str>,
    kind: Option<&api::InventoryQueryOperatorType>,
    values: &[String],
) -> bool {
    let kind = kind.map_or("Equal", |kind| kind.as_str());
    let Some(value) = value else { return kind == "NotEqual" };
    let number = |text: &str| text.parse::<f64>().ok();
    let less = |one: &str, other: &str| match (number(one), number(other)) {
        (Some(one), Some(other)) => one < other,
        _ => one < other,
    };
    match kind {
        "Exists" => true,
        "NotEqual" => values.iter().all(|it| it != value),
        "BeginWith" => values.iter().any(|it| value.starts_with(it.as_str())),
        "LessThan" => values.iter().any(|it| less(value, it)),
        "GreaterThan" => values.iter().any(|it| less(it, value)),
        _ => values.iter().any(|it| it == value),
    }
}

pub(crate) fn entries(
    cx: &RequestContext,
    input: &api::ListInventoryEntriesRequest,
) -> Result<api::ListInventoryEntriesResult, ServiceError> {
    check_type(&input.type_name)?;
    let item = store(cx).inventory.get(&key(&input.instance_id, &input.type_name));
    let content = item.iter().flat_map(|item| item.content.clone().unwrap_or_default());
    let found: Vec<(usize, Entry)> = content
        .enumerate()
        .filter(|(_, entry)| {
            input.filters.iter().flatten().all(|filter| {
                let value = entry.get(&filter.key).map(String::as_str);
                compare(value, filter.r#type.as_ref(), &filter.values)
            })
        })
        .collect();
    let (found, next_token) = page(
        found,
        |(position, _)| position.to_string(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::ListInventoryEntriesResult {
        type_name: Some(input.type_name.clone()),
        instance_id: Some(input.instance_id.clone()),
        schema_version: item.as_ref().map(|item| item.schema_version.clone()),
        capture_time: item.as_ref().map(|item| item.capture_time.clone()),
        entries: Some(found.into_iter().map(|(_, entry)| entry).collect()),
        next_token,
    })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &api::GetInventoryRequest,
) -> Result<api::GetInventoryResult, ServiceError> {
    let wanted = input.result_attributes.iter().flatten().next();
    if let Some(wanted) = wanted {
        check_type(&wanted.type_name)?;
    }
    let mut nodes: BTreeMap<String, Vec<api::InventoryItem>> = BTreeMap::new();
    for (key, item) in store(cx).inventory.iter() {
        let Some((instance, _)) = key.split_once('/') else { continue };
        nodes.entry(instance.to_owned()).or_default().push(item.0.clone());
    }
    let passes = |instance: &str, items: &[api::InventoryItem]| {
        input.filters.iter().flatten().all(|filter| {
            let kind = filter.r#type.as_ref();
            // `AWS:Application.Name`; a type alone is asked for its existence.
            let (name, attribute) = match filter.key.split_once('.') {
                Some((name, attribute)) => (name, Some(attribute)),
                None => (filter.key.as_str(), None),
            };
            if name == "AWS:InstanceInformation" && attribute == Some("InstanceId") {
                return compare(Some(instance), kind, &filter.values);
            }
            let mut of_type = items.iter().filter(|item| item.type_name == name);
            match attribute {
                None => of_type.next().is_some(),
                Some(attribute) => of_type.any(|item| {
                    let entries = item.content.iter().flatten();
                    entries.into_iter().any(|entry| {
                        compare(entry.get(attribute).map(String::as_str), kind, &filter.values)
                    })
                }),
            }
        })
    };
    let entities = nodes.into_iter().filter(|(instance, items)| passes(instance, items));
    if let Some(aggregators) = &input.aggregators {
        let items: Vec<api::InventoryItem> = entities.flat_map(|(_, items)| items).collect();
        let data = aggregators.iter().map(|it| counted(&items, it)).collect::<Result<_, _>>()?;
        let entity = api::InventoryResultEntity { id: None, data: Some(data) };
        return Ok(api::GetInventoryResult { entities: Some(vec![entity]), next_token: None });
    }
    let entities = entities.map(|(instance, items)| {
        let shown = items.into_iter().filter(|item| match wanted {
            Some(wanted) => item.type_name == wanted.type_name,
            None => item.type_name == "AWS:InstanceInformation",
        });
        let item = |item: api::InventoryItem| {
            let result = api::InventoryResultItem {
                type_name: item.type_name.clone(),
                schema_version: item.schema_version,
                capture_time: Some(item.capture_time),
                content_hash: item.content_hash,
                content: item.content.unwrap_or_default(),
            };
            (item.type_name, result)
        };
        api::InventoryResultEntity { id: Some(instance), data: Some(shown.map(item).collect()) }
    });
    let (entities, next_token) = page(
        entities.collect(),
        |it: &api::InventoryResultEntity| it.id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::GetInventoryResult { entities: Some(entities), next_token })
}

/// The entries of a type counted by the attributes of an aggregator and of those in it.
fn counted(
    items: &[api::InventoryItem],
    aggregator: &api::InventoryAggregator,
) -> Result<(String, api::InventoryResultItem), ServiceError> {
    let invalid = || {
        errors::invalid_aggregator(
            "The specified aggregator isn't valid for the group type. Verify that the aggregator \
             you provided is supported.",
        )
    };
    let mut kind = None;
    let mut names = Vec::new();
    let mut at = Some(aggregator);
    while let Some(level) = at {
        let expression = level.expression.as_deref().filter(|_| level.groups.is_none());
        let (of, name) = expression.and_then(|it| it.split_once('.')).ok_or_else(invalid)?;
        if *kind.get_or_insert(of) != of {
            return Err(invalid());
        }
        names.push(name.to_owned());
        at = level.aggregators.iter().flatten().next();
    }
    let kind = kind.unwrap_or_default();
    check_type(kind)?;
    let mut counts: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut version = None;
    for item in items.iter().filter(|item| item.type_name == kind) {
        version.get_or_insert_with(|| item.schema_version.clone());
        for entry in item.content.iter().flatten() {
            let values = names.iter().map(|name| entry.get(name).cloned().unwrap_or_default());
            *counts.entry(values.collect()).or_default() += 1;
        }
    }
    let row = |(values, count): (Vec<String>, usize)| {
        let mut row: Entry = names.iter().cloned().zip(values).collect();
        row.insert("Count".to_owned(), count.to_string());
        row
    };
    let result = api::InventoryResultItem {
        type_name: kind.to_owned(),
        schema_version: version.unwrap_or_else(|| "1.0".to_owned()),
        capture_time: None,
        content_hash: None,
        content: counts.into_iter().map(row).collect(),
    };
    Ok((kind.to_owned(), result))
}

pub(crate) static SUB_TYPE: Unheeded = Unheeded {
    operations: "GetInventorySchema",
    parameter: "SubType",
    effect: "the whole schema of a type is answered",
};

pub(crate) fn schema(
    cx: &RequestContext,
    input: &api::GetInventorySchemaRequest,
) -> Result<api::GetInventorySchemaResult, ServiceError> {
    if input.sub_type == Some(true) {
        cx.unheeded(&SUB_TYPE)?;
    }
    let wanted = input.type_name.as_deref().unwrap_or_default();
    let attribute = |name: &str| api::InventoryItemAttribute {
        name: name.trim_end_matches('#').to_owned(),
        data_type: match name.ends_with('#') {
            true => api::InventoryAttributeDataType::Number,
            false => api::InventoryAttributeDataType::String,
        },
    };
    let known = schemas().map(|(name, version, attributes)| api::InventoryItemSchema {
        type_name: name.to_owned(),
        version: Some(version.to_owned()),
        attributes: attributes.split(',').map(attribute).collect(),
        display_name: None,
    });
    let mut schemas: Vec<api::InventoryItemSchema> = known.collect();
    for (_, item) in store(cx).inventory.iter() {
        let new = schemas.iter().all(|schema| schema.type_name != item.type_name);
        let first = item.content.iter().flatten().next();
        if let Some(first) = first.filter(|_| new) {
            schemas.push(api::InventoryItemSchema {
                type_name: item.type_name.clone(),
                version: Some(item.schema_version.clone()),
                attributes: first.keys().map(|name| attribute(name)).collect(),
                display_name: None,
            });
        }
    }
    schemas.retain(|schema| schema.type_name.starts_with(wanted));
    if schemas.is_empty() {
        return Err(invalid_type(wanted));
    }
    let (schemas, next_token) = page(
        schemas,
        |it: &api::InventoryItemSchema| it.type_name.clone(),
        input.max_results,
        200,
        input.next_token.as_deref(),
    )?;
    Ok(api::GetInventorySchemaResult { schemas: Some(schemas), next_token })
}
