//! `BatchWriteItem`.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_dynamodb::{BatchWriteItemInput, BatchWriteItemOutput, WriteRequest};
use fogbank_service::{RequestContext, ServiceError};

use crate::conversion::attributes_in;
use crate::engine::validation::Invalid;
use crate::engine::value::limits::check_item;
use crate::table::capacity::{Units, write_units};
use crate::table::state::TableState;
use crate::table::write::Write;
use crate::{errors, parameters, store};

/// The most puts and deletes of one request.
const MOST_WRITES: usize = 25;

/// Puts and deletes up to 25 items, each by itself, in any tables.
pub fn batch_write_item(
    cx: &RequestContext,
    input: BatchWriteItemInput,
) -> Result<BatchWriteItemOutput, ServiceError> {
    let count: usize = input.request_items.values().map(Vec::len).sum();
    if count > MOST_WRITES {
        return Err(Invalid::new("Too many items requested for the BatchWriteItem call").into());
    }
    let mut requests = Vec::new();
    for (name, list) in input.request_items {
        if list.is_empty() {
            return Err(Invalid::new(
                "The batch write request list for a table cannot be null or empty",
            )
            .into());
        }
        let writes = list.into_iter().map(write).collect::<Result<Vec<_>, _>>()?;
        requests.push((store::table(cx, &name)?, name, writes));
    }
    // Every table and key is checked before anything is written.
    for (table, _, writes) in &requests {
        table.read(|state| check(state, writes))??;
    }

    let capacity = input.return_consumed_capacity.as_ref();
    let metrics = input.return_item_collection_metrics.as_ref();
    let mut consumed = Vec::new();
    let mut collections = BTreeMap::new();
    for (table, name, writes) in requests {
        let (units, sizes) = table.update(|state| {
            let mut units = Units::default();
            let mut sizes = Vec::new();
            for write in &writes {
                let change = state.plan(write, None).map_err(|r| errors::refused(r, false))?;
                state.commit(&change, table.now());
                if capacity.is_some() {
                    units.add(write_units(state, &change, false));
                }
                let item = change.new.as_deref().or(change.old.as_deref());
                sizes.extend(item.and_then(|i| parameters::collection_metrics(state, i, metrics)));
            }
            Ok::<_, ServiceError>((units, sizes))
        })??;
        consumed.extend(units.report(&name, capacity));
        if !sizes.is_empty() {
            collections.insert(name, sizes);
        }
    }
    Ok(BatchWriteItemOutput {
        unprocessed_items: Some(BTreeMap::new()),
        item_collection_metrics: (!collections.is_empty()).then_some(collections),
        consumed_capacity: (!consumed.is_empty()).then_some(consumed),
    })
}

fn write(request: WriteRequest) -> Result<Write, Invalid> {
    match (request.put_request, request.delete_request) {
        (Some(put), None) => {
            let item = attributes_in(put.item)?;
            check_item(&item)?;
            Ok(Write::Put(Arc::new(item)))
        }
        (None, Some(delete)) => Ok(Write::Delete(parameters::key(delete.key)?)),
        (Some(_), Some(_)) => Err(Invalid::new(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of \
             the supported datatypes",
        )),
        (None, None) => Err(Invalid::new(
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
        )),
    }
}

fn check(state: &TableState, writes: &[Write]) -> Result<(), ServiceError> {
    let mut rows = Vec::with_capacity(writes.len());
    for write in writes {
        let row = write.row(&state.definition).map_err(|invalid| match write {
            // A batch says the same of items that it says of keys.
            Write::Put(item) if misses_key(state, item) => {
                Invalid::new("The provided key element does not match the schema")
            }
            _ => invalid,
        })?;
        if rows.contains(&row) {
            return Err(Invalid::new("Provided list of item keys contains duplicates").into());
        }
        rows.push(row);
        state.plan(write, None).map_err(|refusal| errors::refused(refusal, false))?;
    }
    Ok(())
}

fn misses_key(state: &TableState, item: &crate::engine::value::Attributes) -> bool {
    state
        .definition
        .keys
        .attributes()
        .any(|key| item.get(&key.name).is_none_or(|value| value.kind() != key.kind))
}
