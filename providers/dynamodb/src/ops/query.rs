//! `Query`.

use fogbank_api_dynamodb::{QueryInput, QueryOutput};
use fogbank_service::{RequestContext, ServiceError};

use super::selection::{Source, check_select, start_key};
use crate::conversion::held_parts;
use crate::engine::expression::{Condition, KeyCondition, key_condition};
use crate::engine::schema::KeySchema;
use crate::engine::validation::Invalid;
use crate::{parameters, store};

/// Reads the items of one partition of a table or an index, in the order of their sort keys.
pub fn query(cx: &RequestContext, input: QueryInput) -> Result<QueryOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    let filter_given = input.filter_expression.is_some();
    let keys_given = input.key_condition_expression.is_some();
    let projection_given = input.projection_expression.is_some();
    parameters::check_not_mixed(
        &[
            ("ProjectionExpression", projection_given),
            ("FilterExpression", filter_given),
            ("KeyConditionExpression", keys_given),
        ],
        &[
            ("AttributesToGet", input.attributes_to_get.is_some()),
            ("QueryFilter", input.query_filter.is_some()),
            ("ConditionalOperator", input.conditional_operator.is_some()),
            // Key conditions go with a filter expression, but not with a key condition expression.
            ("KeyConditions", keys_given && input.key_conditions.is_some()),
        ],
    )?;
    let mut placeholders = parameters::placeholders(
        input.expression_attribute_names,
        input.expression_attribute_values,
        &[("FilterExpression", filter_given), ("KeyConditionExpression", keys_given)],
        filter_given || keys_given || projection_given,
    )?;
    let legacy_filter = input.query_filter.is_some();
    let start = start_key(input.exclusive_start_key)?;
    let filter = parameters::filter(
        input.filter_expression.as_deref(),
        input.query_filter,
        input.conditional_operator.as_ref(),
        &mut placeholders,
    )?;
    let projection = parameters::projection(
        input.projection_expression.as_deref(),
        input.attributes_to_get.as_deref(),
        &mut placeholders,
    )?;
    let terms = match (&input.key_condition_expression, input.key_conditions) {
        (Some(text), _) => key_condition::parse(text, &mut placeholders)?,
        (None, Some(entries)) => parameters::key_conditions(entries)?,
        (None, None) => {
            return Err(Invalid::new(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified \
                 in the request.",
            )
            .into());
        }
    };
    placeholders.check_all_used()?;
    check_select(
        input.select.as_ref(),
        projection.is_some(),
        projection_given,
        input.index_name.is_some(),
    )?;

    let state = table.snapshot()?;
    let consistent = input.consistent_read == Some(true);
    let source = Source::find(&state.definition, input.index_name.as_deref(), consistent, "Query")?;
    let selection = source.select(input.select.as_ref(), projection)?;
    let schema = source.index.map_or(&state.definition.keys, |(_, index)| &index.keys);
    let condition = KeyCondition::bind(terms, schema)?;
    if let Some(filter) = &filter {
        check_filter(filter, schema, legacy_filter)?;
    }
    let (from, to) = condition.range();
    let mut request = source.page_request(&selection, input.limit);
    if let Some(key) = start {
        let row = source.start_row(&key, true)?;
        if row < from || row >= to {
            return Err(Invalid::new(
                "The provided starting key is outside query boundaries based on provided \
                 conditions",
            )
            .into());
        }
        request.after = Some(row);
    }
    (request.from, request.to) = (from, Some(to));
    request.backward = input.scan_index_forward == Some(false);
    request.filter = filter;
    let page = state.page(&request);
    Ok(QueryOutput {
        count: i32::try_from(page.items.len()).ok(),
        scanned_count: i32::try_from(page.scanned).ok(),
        last_evaluated_key: page.last.clone().map(held_parts),
        consumed_capacity: source.consumed(
            &input.table_name,
            &page,
            consistent,
            input.return_consumed_capacity.as_ref(),
        ),
        items: selection.shown(&page),
    })
}

/// A filter of a query is about what is not in the key.
fn check_filter(filter: &Condition, schema: &KeySchema, legacy: bool) -> Result<(), Invalid> {
    let mut found = None;
    filter.for_each_path(&mut |path| {
        if found.is_none() && schema.contains(&path.root) {
            found = Some(path.root.clone());
        }
    });
    let Some(attribute) = found else { return Ok(()) };
    let parameter = if legacy { "QueryFilter" } else { "Filter Expression" };
    Err(Invalid::from(format!(
        "{parameter} can only contain non-primary key attributes: Primary key attribute: {attribute}"
    )))
}
