//! `TransactGetItems`.

use fogbank_api_dynamodb::{Get, ItemResponse, TransactGetItemsInput, TransactGetItemsOutput};
use fogbank_service::{RequestContext, ServiceError};

use super::transact_write_items::{Sum, cancelled, check_size, reason};
use crate::engine::expression::Projection;
use crate::engine::validation::Invalid;
use crate::engine::value::Attributes;
use crate::table::capacity::{ReadMode, Side, Units, read_units};
use crate::table::state::{Item, TableState};
use crate::{errors, parameters, store};

/// One read of a transaction.
pub(crate) struct Read {
    /// The table as the request names it.
    pub(crate) name: String,
    /// The table.
    pub(crate) table: store::TableRef,
    /// The key.
    pub(crate) key: Attributes,
    /// What is returned of the item.
    pub(crate) projection: Option<Projection>,
}

/// Reads up to 100 items as they are at one moment.
pub fn transact_get_items(
    cx: &RequestContext,
    input: TransactGetItemsInput,
) -> Result<TransactGetItemsOutput, ServiceError> {
    let reads = input
        .transact_items
        .into_iter()
        .map(|item| prepare(cx, item.get))
        .collect::<Result<Vec<_>, _>>()?;
    let found = read_all(cx, &reads)?;
    check_size(found.iter().flatten().map(|item| item.size()).sum())?;
    let mut sum = Sum::default();
    let responses = reads
        .iter()
        .zip(&found)
        .map(|(read, item)| {
            let size = item.as_deref().map_or(0, |item| item.size());
            let units = read_units(size, ReadMode::Transactional);
            sum.add(&read.name, Units::of_table(units));
            let shown = |item| parameters::shown(item, read.projection.as_ref());
            ItemResponse { item: item.as_ref().map(shown) }
        })
        .collect();
    Ok(TransactGetItemsOutput {
        consumed_capacity: sum.report(input.return_consumed_capacity.as_ref(), Side::Read),
        responses: Some(responses),
    })
}

/// Reads all items under one lock.
pub(crate) fn read_all(
    cx: &RequestContext,
    reads: &[Read],
) -> Result<Vec<Option<Item>>, ServiceError> {
    let mut transaction = cx.world.transaction();
    let locks: Vec<_> = reads
        .iter()
        .map(|read| transaction.lock(&read.table.store().tables, read.table.name.clone()))
        .collect();
    transaction.run(|tx| {
        let mut seen = Vec::new();
        let mut reasons = Vec::new();
        let mut failed = false;
        let mut found = Vec::new();
        for (read, lock) in reads.iter().zip(&locks) {
            let state = tx.edit::<TableState>(*lock).ok_or_else(errors::no_table)?;
            let row = match state.definition.keys.row_key_of_key(&read.key) {
                Ok(row) => row,
                Err(invalid) if invalid.is_of_empty_key() => return Err(invalid.into()),
                Err(invalid) => {
                    reasons.push(reason("ValidationError", Some(invalid.to_string())));
                    failed = true;
                    continue;
                }
            };
            reasons.push(reason("None", None));
            found.push(state.items.get(row.as_slice()).cloned());
            let place = (read.table.name.as_str(), row);
            if seen.contains(&place) {
                return Err(ServiceError::from(Invalid::new(
                    "Transaction request cannot include multiple operations on one item",
                )));
            }
            seen.push(place);
        }
        if failed {
            return Err(cancelled(reasons));
        }
        Ok(found)
    })
}

fn prepare(cx: &RequestContext, get: Get) -> Result<Read, ServiceError> {
    let table = store::table(cx, &get.table_name)?;
    let has_projection = get.projection_expression.is_some();
    let mut placeholders =
        parameters::placeholders(get.expression_attribute_names, None, &[], has_projection)?;
    let key = parameters::key(get.key)?;
    let expression = get.projection_expression.as_deref();
    let projection = parameters::projection(expression, None, &mut placeholders)?;
    placeholders.check_all_used()?;
    Ok(Read { name: get.table_name, table, key, projection })
}
