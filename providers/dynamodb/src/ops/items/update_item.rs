//! `UpdateItem`.

use std::collections::BTreeMap;

use fogbank_api_dynamodb::{
    AttributeAction, AttributeValueUpdate, ReturnValue, UpdateItemInput, UpdateItemOutput,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::conversion::{HeldMap, held, held_parts, value_in};
use crate::engine::expression::legacy::{self, UpdateAction};
use crate::engine::expression::{Placeholders, Update};
use crate::engine::validation::Invalid;
use crate::table::capacity::write_units;
use crate::table::state::Item;
use crate::table::write::{Change, Write};
use crate::{errors, parameters, store};

/// Changes the item with a key, which is made if there is none.
pub fn update_item(
    cx: &RequestContext,
    input: UpdateItemInput,
) -> Result<UpdateItemOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    let has_update = input.update_expression.is_some();
    let has_condition = input.condition_expression.is_some();
    parameters::check_not_mixed(
        &[("UpdateExpression", has_update), ("ConditionExpression", has_condition)],
        &[
            ("AttributeUpdates", input.attribute_updates.is_some()),
            ("Expected", input.expected.is_some()),
            ("ConditionalOperator", input.conditional_operator.is_some()),
        ],
    )?;
    let mut placeholders = parameters::placeholders(
        input.expression_attribute_names,
        input.expression_attribute_values,
        &[("UpdateExpression", has_update), ("ConditionExpression", has_condition)],
        has_update || has_condition,
    )?;
    let key = parameters::key(input.key)?;
    let update =
        update(input.update_expression.as_deref(), input.attribute_updates, &mut placeholders)?;
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
    let write = Write::Update(key, update);
    table.update(|state| {
        let change = state
            .plan(&write, condition.as_ref())
            .map_err(|refusal| errors::refused(refusal, show))?;
        state.commit(&change, table.now());
        Ok(UpdateItemOutput {
            attributes: returned(input.return_values.as_ref(), &change, &write),
            consumed_capacity: capacity.and_then(|_| {
                write_units(state, &change, false).report(&input.table_name, capacity)
            }),
            item_collection_metrics: metrics.and_then(|_| {
                parameters::collection_metrics(state, change.new.as_deref()?, metrics)
            }),
        })
    })?
}

fn update(
    expression: Option<&str>,
    entries: Option<BTreeMap<String, AttributeValueUpdate>>,
    placeholders: &mut Placeholders,
) -> Result<Update, Invalid> {
    if let Some(text) = expression {
        return Update::parse(text, placeholders);
    }
    let entries = entries
        .unwrap_or_default()
        .into_iter()
        .map(|(attribute, entry)| {
            let action = match entry.action {
                None | Some(AttributeAction::Put) => UpdateAction::Put,
                Some(AttributeAction::Add) => UpdateAction::Add,
                Some(_) => UpdateAction::Delete,
            };
            Ok((attribute, action, entry.value.map(value_in).transpose()?))
        })
        .collect::<Result<Vec<_>, Invalid>>()?;
    legacy::update(
        entries.iter().map(|(name, action, value)| (name.as_str(), *action, value.clone())),
    )
}

/// What `ReturnValues` asks for. Parts that do not exist are left out; nothing at all is absent.
fn returned(asked: Option<&ReturnValue>, change: &Change, write: &Write) -> Option<HeldMap> {
    let Write::Update(_, update) = write else { return None };
    let (old, new) = (change.old.as_ref(), change.new.as_ref());
    let parts = |item: &Item| {
        let parts = update.touched().apply(item);
        (!parts.is_empty()).then(|| held_parts(parts))
    };
    match asked? {
        ReturnValue::AllOld => old.map(held),
        ReturnValue::AllNew => new.map(held),
        ReturnValue::UpdatedOld => old.and_then(parts),
        ReturnValue::UpdatedNew => new.and_then(parts),
        _ => None,
    }
}
