//! `GetItem`.

use fogbank_api_dynamodb::{GetItemInput, GetItemOutput};
use fogbank_service::{RequestContext, ServiceError};

use crate::table::capacity::{ReadMode, Units, read_units};
use crate::{parameters, store};

/// Reads one item by its key.
pub fn get_item(cx: &RequestContext, input: GetItemInput) -> Result<GetItemOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    let has_projection = input.projection_expression.is_some();
    parameters::check_not_mixed(
        &[("ProjectionExpression", has_projection)],
        &[("AttributesToGet", input.attributes_to_get.is_some())],
    )?;
    let mut placeholders =
        parameters::placeholders(input.expression_attribute_names, None, &[], has_projection)?;
    let key = parameters::key(input.key)?;
    let projection = parameters::projection(
        input.projection_expression.as_deref(),
        input.attributes_to_get.as_deref(),
        &mut placeholders,
    )?;
    placeholders.check_all_used()?;
    let item = table.read(|state| {
        let row = state.definition.keys.row_key_of_key(&key)?;
        Ok::<_, ServiceError>(state.items.get(row.as_slice()).cloned())
    })??;
    let mode = match input.consistent_read {
        Some(true) => ReadMode::Consistent,
        _ => ReadMode::Eventual,
    };
    let capacity = input.return_consumed_capacity.as_ref();
    Ok(GetItemOutput {
        item: item.as_ref().map(|item| parameters::shown(item, projection.as_ref())),
        consumed_capacity: capacity.and_then(|_| {
            let bytes = item.as_deref().map_or(0, |item| item.size());
            Units::of_table(read_units(bytes, mode)).report(&input.table_name, capacity)
        }),
    })
}
