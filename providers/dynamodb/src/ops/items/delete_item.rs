//! `DeleteItem`.

use fogbank_api_dynamodb::{DeleteItemInput, DeleteItemOutput};
use fogbank_service::{RequestContext, ServiceError};

use super::put_item::returns_old;
use crate::conversion::held;
use crate::table::capacity::write_units;
use crate::table::write::Write;
use crate::{errors, parameters, store};

/// Deletes the item with a key; without such an item nothing happens.
pub fn delete_item(
    cx: &RequestContext,
    input: DeleteItemInput,
) -> Result<DeleteItemOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    let has_condition = input.condition_expression.is_some();
    parameters::check_not_mixed(
        &[("ConditionExpression", has_condition)],
        &[
            ("Expected", input.expected.is_some()),
            ("ConditionalOperator", input.conditional_operator.is_some()),
        ],
    )?;
    let mut placeholders = parameters::placeholders(
        input.expression_attribute_names,
        input.expression_attribute_values,
        &[("ConditionExpression", has_condition)],
        has_condition,
    )?;
    let key = parameters::key(input.key)?;
    let returns_old = returns_old(input.return_values.as_ref())?;
    let condition = parameters::write_condition(
        input.condition_expression.as_deref(),
        input.expected,
        input.conditional_operator.as_ref(),
        &mut placeholders,
    )?;
    placeholders.check_all_used()?;
    let show =
        parameters::shows_item_on_failure(input.return_values_on_condition_check_failure.as_ref());
    let capacity = input.return_consumed_capacity.as_ref();
    let metrics = input.return_item_collection_metrics.as_ref();
    let write = Write::Delete(key.clone());
    table.update(|state| {
        let change = state
            .plan(&write, condition.as_ref())
            .map_err(|refusal| errors::refused(refusal, show))?;
        if change.old.is_some() {
            state.commit(&change, table.now());
        }
        Ok(DeleteItemOutput {
            attributes: change.old.as_ref().filter(|_| returns_old).map(held),
            consumed_capacity: capacity.and_then(|_| {
                write_units(state, &change, false).report(&input.table_name, capacity)
            }),
            item_collection_metrics: metrics
                .and_then(|_| parameters::collection_metrics(state, &key, metrics)),
        })
    })?
}
