//! `PutItem`.

use std::sync::Arc;

use fogbank_api_dynamodb::{PutItemInput, PutItemOutput, ReturnValue};
use fogbank_service::{RequestContext, ServiceError};

use crate::conversion::{attributes_in, held};
use crate::engine::value::limits::check_item;
use crate::table::capacity::write_units;
use crate::table::write::Write;
use crate::{errors, parameters, store};

/// Stores an item in place of any other with its key.
pub fn put_item(cx: &RequestContext, input: PutItemInput) -> Result<PutItemOutput, ServiceError> {
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
    let item = Arc::new(attributes_in(input.item)?);
    let returns_old = returns_old(input.return_values.as_ref())?;
    check_item(&item)?;
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
    let write = Write::Put(item);
    table.update(|state| {
        let change = state
            .plan(&write, condition.as_ref())
            .map_err(|refusal| errors::refused(refusal, show))?;
        state.commit(&change, table.now());
        Ok(PutItemOutput {
            attributes: change.old.as_ref().filter(|_| returns_old).map(held),
            consumed_capacity: capacity.and_then(|_| {
                write_units(state, &change, false).report(&input.table_name, capacity)
            }),
            item_collection_metrics: metrics.and_then(|_| {
                parameters::collection_metrics(state, change.new.as_deref()?, metrics)
            }),
        })
    })?
}

/// Whether the old item is asked for, which is all that puts and deletes can return.
pub(super) fn returns_old(asked: Option<&ReturnValue>) -> Result<bool, ServiceError> {
    match asked {
        None | Some(ReturnValue::None) => Ok(false),
        Some(ReturnValue::AllOld) => Ok(true),
        Some(_) => Err(errors::validation("ReturnValues can only be ALL_OLD or NONE")),
    }
}
