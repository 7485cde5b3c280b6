//! `BatchGetItem`.

use std::collections::BTreeMap;

use fogbank_api_dynamodb::{BatchGetItemInput, BatchGetItemOutput, KeysAndAttributes};
use fogbank_service::{RequestContext, ServiceError};

use crate::conversion::AttributeMap;
use crate::engine::expression::Projection;
use crate::engine::validation::Invalid;
use crate::engine::value::Attributes;
use crate::table::capacity::{ReadMode, Units, read_units};
use crate::{parameters, store};

/// The most keys of one request.
const MOST_KEYS: usize = 100;
/// How many bytes of items one answer holds; what is behind them is unprocessed.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// What is read from one table.
struct Request {
    name: String,
    table: store::TableRef,
    keys: Vec<(Attributes, AttributeMap)>,
    projection: Option<Projection>,
    mode: ReadMode,
    rest: KeysAndAttributes,
}

/// Reads up to 100 items by their keys, from any tables.
pub fn batch_get_item(
    cx: &RequestContext,
    input: BatchGetItemInput,
) -> Result<BatchGetItemOutput, ServiceError> {
    let count: usize = input.request_items.values().map(|request| request.keys.len()).sum();
    if count > MOST_KEYS {
        return Err(Invalid::new("Too many items requested for the BatchGetItem call").into());
    }
    let given = |has: fn(&KeysAndAttributes) -> bool| input.request_items.values().any(has);
    parameters::check_not_mixed(
        &[("ProjectionExpression", given(|it| it.projection_expression.is_some()))],
        &[("AttributesToGet", given(|it| it.attributes_to_get.is_some()))],
    )?;
    let requests = input
        .request_items
        .into_iter()
        .map(|(name, request)| prepare(cx, name, request))
        .collect::<Result<Vec<_>, _>>()?;
    // Every table and key is checked before anything is read.
    let rows = requests.iter().map(rows).collect::<Result<Vec<_>, _>>()?;

    let capacity = input.return_consumed_capacity.as_ref();
    let mut output = BatchGetItemOutput {
        responses: Some(BTreeMap::new()),
        unprocessed_keys: Some(BTreeMap::new()),
        consumed_capacity: capacity.map(|_| Vec::new()),
    };
    let mut bytes = 0;
    for (request, rows) in requests.into_iter().zip(rows) {
        let mut units = 0.0;
        let mut found = Vec::new();
        let mut unprocessed = Vec::new();
        let state = request.table.snapshot()?;
        for (row, (_, key)) in rows.into_iter().zip(request.keys) {
            if bytes > ANSWER_BYTES {
                unprocessed.push(key);
                continue;
            }
            let item = state.items.get(row.as_slice());
            let size = item.map_or(0, |item| item.size());
            bytes += size;
            units += read_units(size, request.mode);
            found.extend(item.map(|item| parameters::shown(item, request.projection.as_ref())));
        }
        if let Some(list) = &mut output.consumed_capacity {
            list.extend(Units::of_table(units).report(&request.name, capacity));
        }
        if let (Some(map), false) = (&mut output.unprocessed_keys, unprocessed.is_empty()) {
            let rest = KeysAndAttributes { keys: unprocessed, ..request.rest };
            map.insert(request.name.clone(), rest);
        }
        output.responses.get_or_insert_default().insert(request.name, found);
    }
    output.consumed_capacity = output.consumed_capacity.filter(|list| !list.is_empty());
    Ok(output)
}

fn prepare(
    cx: &RequestContext,
    name: String,
    request: KeysAndAttributes,
) -> Result<Request, ServiceError> {
    let table = store::table(cx, &name)?;
    let has_projection = request.projection_expression.is_some();
    let mut placeholders = parameters::placeholders(
        request.expression_attribute_names.clone(),
        None,
        &[],
        has_projection,
    )?;
    let projection = parameters::projection(
        request.projection_expression.as_deref(),
        request.attributes_to_get.as_deref(),
        &mut placeholders,
    )?;
    placeholders.check_all_used()?;
    let mode = match request.consistent_read {
        Some(true) => ReadMode::Consistent,
        _ => ReadMode::Eventual,
    };
    let rest = KeysAndAttributes { keys: Vec::new(), ..request };
    let keys = request
        .keys
        .into_iter()
        .map(|key| Ok((parameters::key(key.clone())?, key)))
        .collect::<Result<Vec<_>, Invalid>>()?;
    Ok(Request { name, table, keys, projection, mode, rest })
}

/// The row keys of a request, all of them different.
fn rows(request: &Request) -> Result<Vec<Vec<u8>>, ServiceError> {
    request.table.read(|state| {
        let mut rows: Vec<Vec<u8>> = Vec::with_capacity(request.keys.len());
        for (key, _) in &request.keys {
            let row = state.definition.keys.row_key_of_key(key)?;
            if rows.contains(&row) {
                return Err(Invalid::new("Provided list of item keys contains duplicates").into());
            }
            rows.push(row);
        }
        Ok(rows)
    })?
}
