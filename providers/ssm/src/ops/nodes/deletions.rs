//! `DeleteInventory` and `DescribeInventoryDeletions`.

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

use super::inventory::version;
use crate::errors;
use crate::idempotency::Token;
use crate::kept::Kept;
use crate::page::page;
use crate::store::{SsmStore, store};

/// How many deletions a page has usually.
const PAGE: usize = 50;

/// A type of inventory that was disabled: of this version and earlier ones nothing is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Disabled {
    version: String,
}

impl Resource for Disabled {
    const VERSION: u32 = 1;
}

/// Whether an item is of a version of its type that was disabled.
pub(super) fn ignores(store: &SsmStore, item: &api::InventoryItem) -> bool {
    let disabled = store.disabled_inventory.get(&item.type_name);
    disabled.is_some_and(|it| version(&item.schema_version) <= version(&it.version))
}

fn summary(version: &str, count: i32, remaining: i32) -> api::InventoryDeletionSummary {
    api::InventoryDeletionSummary {
        total_count: Some(count),
        remaining_count: Some(remaining),
        summary_items: Some(vec![api::InventoryDeletionSummaryItem {
            version: Some(version.to_owned()),
            count: Some(count),
            remaining_count: Some(remaining),
        }]),
    }
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &api::DeleteInventoryRequest,
) -> Result<api::DeleteInventoryResult, ServiceError> {
    if !input.type_name.starts_with("Custom:") {
        return Err(errors::invalid_delete_inventory(
            "One or more of the parameters specified for the delete operation isn't valid. Verify \
             all parameters and try again.",
        ));
    }
    let store = store(cx);
    let token = Token::new("DeleteInventory", input.client_token.as_deref(), input);
    if let Some(id) = token.before(&store)? {
        let before = store.inventory_deletions.get(&id);
        let count = before.and_then(|it| it.deletion_summary.as_ref()?.total_count).unwrap_or(0);
        return Ok(result(Some(id), input, summary("1.0", count, count)));
    }
    let keys: Vec<(String, String)> = store
        .inventory
        .iter()
        .filter(|(_, item)| item.type_name == input.type_name)
        .map(|(key, item)| (key.clone(), item.schema_version.clone()))
        .collect();
    let count = i32::try_from(keys.len()).unwrap_or(i32::MAX);
    let newest = keys.iter().map(|(_, text)| text).max_by_key(|text| version(text));
    let newest = newest.map_or("1.0", String::as_str);
    if input.dry_run == Some(true) {
        return Ok(result(None, input, summary(newest, count, count)));
    }
    for (key, _) in &keys {
        store.inventory.remove(key);
    }
    match input.schema_delete_option {
        Some(api::InventorySchemaDeleteOption::DisableSchema) => {
            let disabled = Disabled { version: newest.to_owned() };
            store.disabled_inventory.insert(input.type_name.clone(), disabled);
        }
        Some(_) => {
            store.disabled_inventory.remove(&input.type_name);
        }
        None => {}
    }
    let id = cx.ids().uuid();
    let status = api::InventoryDeletionStatusItem {
        deletion_id: Some(id.clone()),
        type_name: Some(input.type_name.clone()),
        deletion_start_time: Some(cx.now().to_wire()),
        last_status: Some(api::InventoryDeletionStatus::Complete),
        last_status_message: Some("Deletion succeeded".to_owned()),
        deletion_summary: Some(summary(newest, count, 0)),
        last_status_update_time: Some(cx.now().to_wire()),
    };
    store.inventory_deletions.insert(id.clone(), Kept(status));
    token.remember(&store, &id);
    Ok(result(Some(id), input, summary(newest, count, count)))
}

fn result(
    id: Option<String>,
    input: &api::DeleteInventoryRequest,
    summary: api::InventoryDeletionSummary,
) -> api::DeleteInventoryResult {
    api::DeleteInventoryResult {
        deletion_id: id,
        type_name: Some(input.type_name.clone()),
        deletion_summary: Some(summary),
    }
}

pub(crate) fn deletions(
    cx: &RequestContext,
    input: &api::DescribeInventoryDeletionsRequest,
) -> Result<api::DescribeInventoryDeletionsResult, ServiceError> {
    let store = store(cx);
    if let Some(id) = &input.deletion_id
        && !store.inventory_deletions.contains(id)
    {
        return Err(errors::invalid_deletion_id(
            "The ID specified for the delete operation doesn't exist or isn't valid. Verify the ID \
             and try again.",
        ));
    }
    let wanted = |id: &String| input.deletion_id.as_ref().is_none_or(|wanted| wanted == id);
    let deletions = store.inventory_deletions.iter().filter(|(id, _)| wanted(id));
    let (deletions, next_token) = page(
        deletions.map(|(_, it)| it.0.clone()).collect(),
        |it: &api::InventoryDeletionStatusItem| it.deletion_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribeInventoryDeletionsResult { inventory_deletions: Some(deletions), next_token })
}
