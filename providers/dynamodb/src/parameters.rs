//! What several operations take: placeholders, conditions, legacy conditions, keys.

use std::collections::BTreeMap;

use fogbank_api_dynamodb as api;

use crate::conversion::{
    AttributeMap, HeldMap, attributes_in, held, held_parts, value_in, values_in,
};
use crate::engine::expression::legacy::{self, Comparison, Expectation};
use crate::engine::expression::{Condition, ExpressionKind, Placeholders, Projection};
use crate::engine::validation::Invalid;
use crate::engine::value::{Attributes, Value};
use crate::table::state::Item;

/// Refuses a request that mixes expressions and what was there before them. Each list names the
/// parameters and says whether they were given.
pub fn check_not_mixed(
    expressions: &[(&str, bool)],
    legacy: &[(&str, bool)],
) -> Result<(), Invalid> {
    let given = |list: &[(&str, bool)]| -> Vec<String> {
        list.iter().filter(|(_, given)| *given).map(|(name, _)| (*name).to_owned()).collect()
    };
    let (expressions, legacy) = (given(expressions), given(legacy));
    if expressions.is_empty() || legacy.is_empty() {
        return Ok(());
    }
    Err(Invalid::from(format!(
        "Can not use both expression and non-expression parameters in the same request: \
         Non-expression parameters: {{{}}} Expression parameters: {{{}}}",
        legacy.join(", "),
        expressions.join(", ")
    )))
}

fn value_definitions(values: AttributeMap) -> Result<Vec<(String, Value)>, Invalid> {
    values
        .into_iter()
        .map(|(key, value)| match value_in(value).and_then(|v| v.check_levels().map(|()| v)) {
            Ok(value) => Ok((key, value)),
            Err(invalid) => Err(Invalid::from(format!(
                "ExpressionAttributeValues contains invalid value: {invalid} for key {key}"
            ))),
        })
        .collect()
}

/// The placeholders of a request. `with_values` names the expressions that can use values and
/// says which are given; `any` says whether any expression is given at all.
///
/// # Errors
/// Placeholders without an expression, an empty map, a malformed placeholder or value.
pub fn placeholders(
    names: Option<BTreeMap<String, String>>,
    values: Option<AttributeMap>,
    with_values: &[(&str, bool)],
    any: bool,
) -> Result<Placeholders, Invalid> {
    if names.is_some() && !any {
        return Err(Invalid::new(
            "ExpressionAttributeNames can only be specified when using expressions",
        ));
    }
    if names.as_ref().is_some_and(BTreeMap::is_empty) {
        return Err(Invalid::new("ExpressionAttributeNames must not be empty"));
    }
    let mut placeholders = Placeholders::default();
    placeholders.define_names(names)?;
    if values.is_some() && with_values.iter().all(|(_, given)| !given) {
        let absent: Vec<&str> = with_values.iter().map(|(name, _)| *name).collect();
        let verb = if absent.len() > 1 { "are" } else { "is" };
        let absent = absent.join(" and ");
        let reason = match absent.is_empty() {
            true => String::new(),
            false => format!(": {absent} {verb} null"),
        };
        return Err(Invalid::from(format!(
            "ExpressionAttributeValues can only be specified when using expressions{reason}"
        )));
    }
    if values.as_ref().is_some_and(BTreeMap::is_empty) {
        return Err(Invalid::new("ExpressionAttributeValues must not be empty"));
    }
    if let Some(values) = values {
        Placeholders::check_values(values.keys())?;
        placeholders.define_values(value_definitions(values)?);
    }
    Ok(placeholders)
}

fn comparison(operator: &api::ComparisonOperator) -> Result<Comparison, Invalid> {
    Comparison::from_name(operator.as_str()).ok_or_else(|| {
        Invalid::from(format!("Unsupported ComparisonOperator: {}", operator.as_str()))
    })
}

/// Checks `ConditionalOperator` and says whether it is `OR`.
fn joined_by_or(
    operator: Option<&api::ConditionalOperator>,
    entries: Option<usize>,
) -> Result<bool, Invalid> {
    match (operator, entries) {
        (None, _) => Ok(false),
        (Some(_), None) => {
            Err(Invalid::new("ConditionalOperator cannot be used without Filter or Expected"))
        }
        (Some(_), Some(..=1)) => Err(Invalid::new(
            "ConditionalOperator can only be used when Filter or Expected has two or more elements",
        )),
        (Some(operator), Some(_)) => Ok(*operator == api::ConditionalOperator::Or),
    }
}

/// The condition of `Expected`.
fn expected(
    entries: BTreeMap<String, api::ExpectedAttributeValue>,
    or: bool,
) -> Result<Option<Condition>, Invalid> {
    let conditions = entries
        .into_iter()
        .map(|(attribute, entry)| {
            let expectation = Expectation {
                value: entry.value.map(value_in).transpose()?,
                exists: entry.exists,
                comparison: entry.comparison_operator.as_ref().map(comparison).transpose()?,
                list: entry.attribute_value_list.map(values_in).transpose()?,
            };
            legacy::expected(&attribute, expectation)
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok((!conditions.is_empty()).then(|| legacy::join(conditions, or)))
}

/// The condition of a write, from an expression or from `Expected`.
pub fn write_condition(
    expression: Option<&str>,
    entries: Option<BTreeMap<String, api::ExpectedAttributeValue>>,
    operator: Option<&api::ConditionalOperator>,
    placeholders: &mut Placeholders,
) -> Result<Option<Condition>, Invalid> {
    let or = joined_by_or(operator, entries.as_ref().map(BTreeMap::len))?;
    match (expression, entries) {
        (Some(text), _) => {
            Condition::parse(ExpressionKind::Condition, text, placeholders).map(Some)
        }
        (None, Some(entries)) => expected(entries, or),
        (None, None) => Ok(None),
    }
}

/// The filter of a read, from an expression or from `QueryFilter` or `ScanFilter`.
pub fn filter(
    expression: Option<&str>,
    entries: Option<BTreeMap<String, api::Condition>>,
    operator: Option<&api::ConditionalOperator>,
    placeholders: &mut Placeholders,
) -> Result<Option<Condition>, Invalid> {
    let or = joined_by_or(operator, entries.as_ref().map(BTreeMap::len))?;
    let entries = match (expression, entries) {
        (Some(text), _) => {
            return Condition::parse(ExpressionKind::Filter, text, placeholders).map(Some);
        }
        (None, Some(entries)) => entries,
        (None, None) => return Ok(None),
    };
    let conditions = entries
        .into_iter()
        .map(|(attribute, entry)| {
            let values = values_in(entry.attribute_value_list.unwrap_or_default())?;
            legacy::condition(&attribute, comparison(&entry.comparison_operator)?, values)
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok((!conditions.is_empty()).then(|| legacy::join(conditions, or)))
}

/// The terms of `KeyConditions`.
pub fn key_conditions(
    entries: BTreeMap<String, api::Condition>,
) -> Result<Vec<crate::engine::expression::key_condition::KeyTerm>, Invalid> {
    if entries.len() > 2 || entries.is_empty() {
        return Err(Invalid::new("Conditions can be of length 1 or 2 only"));
    }
    entries
        .into_iter()
        .map(|(attribute, entry)| {
            let values = values_in(entry.attribute_value_list.unwrap_or_default())?;
            legacy::key_term(&attribute, comparison(&entry.comparison_operator)?, values)
        })
        .collect()
}

/// The projection of a read, from an expression or from `AttributesToGet`.
pub fn projection(
    expression: Option<&str>,
    attributes: Option<&[String]>,
    placeholders: &mut Placeholders,
) -> Result<Option<Projection>, Invalid> {
    match (expression, attributes) {
        (Some(text), _) => Projection::parse(text, placeholders).map(Some),
        (None, Some(names)) => {
            for (at, name) in names.iter().enumerate() {
                if names[..at].contains(name) {
                    return Err(Invalid::parameter(format!(
                        "Duplicate value in attribute name: {name}"
                    )));
                }
            }
            Ok(Some(Projection::of_attributes(names.iter().map(String::as_str))))
        }
        (None, None) => Ok(None),
    }
}

/// A `Key` parameter.
pub fn key(map: AttributeMap) -> Result<Attributes, Invalid> {
    attributes_in(map)
}

/// An item, projected if the request asks for parts only, as an answer shows it.
pub fn shown(item: &Item, projection: Option<&Projection>) -> HeldMap {
    match projection {
        Some(projection) => held_parts(projection.apply(item)),
        None => held(item),
    }
}

/// Whether `ReturnValuesOnConditionCheckFailure` asks for the item.
pub fn shows_item_on_failure(asked: Option<&api::ReturnValuesOnConditionCheckFailure>) -> bool {
    asked == Some(&api::ReturnValuesOnConditionCheckFailure::AllOld)
}

/// `ItemCollectionMetrics`, which only tables with local indexes have. The estimate is a range of
/// sizes in gigabytes; item collections here stay in its first step.
pub fn collection_metrics(
    table: &crate::table::state::TableState,
    item_or_key: &Attributes,
    asked: Option<&api::ReturnItemCollectionMetrics>,
) -> Option<api::ItemCollectionMetrics> {
    let wanted = asked == Some(&api::ReturnItemCollectionMetrics::Size);
    if !wanted || !table.definition.has_local_index() {
        return None;
    }
    let hash = table.definition.keys.hash.iter().map(|key| key.name.as_ref());
    Some(api::ItemCollectionMetrics {
        item_collection_key: Some(held_parts(item_or_key.only(hash))),
        size_estimate_range_gb: Some(vec![0.0, 1.0]),
    })
}
