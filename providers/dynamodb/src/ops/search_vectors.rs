//! `SearchVectors`.

use fogbank_api_dynamodb::{
    ReturnConsumedCapacity, SearchResultItem, SearchVectorsInput, SearchVectorsOutput,
    VectorCapacity,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::conversion::{held_parts, values_in};
use crate::engine::expression::condition::{Comparator, Operand};
use crate::engine::expression::{Condition, ExpressionKind, Projection};
use crate::engine::validation::Invalid;
use crate::engine::value::{Attributes, Value};
use crate::table::state::{Item, TableState};
use crate::table::vector::VectorIndex;
use crate::{parameters, store};

/// The most results of one search.
const MOST_RESULTS: usize = 100;
/// How many bytes of items one answer holds at most.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// Finds the items whose vectors are nearest to a vector.
pub fn search_vectors(
    cx: &RequestContext,
    input: SearchVectorsInput,
) -> Result<SearchVectorsOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    let conditional = input.search_condition_expression.is_some();
    let mut placeholders = parameters::placeholders(
        input.expression_attribute_names,
        input.expression_attribute_values,
        &[("SearchConditionExpression", conditional)],
        conditional || input.projection_expression.is_some(),
    )?;
    let wanted = values_in(input.search_vector)?;
    let most = usize::try_from(input.top_k).unwrap_or_default();
    if most == 0 || most > MOST_RESULTS {
        return Err(Invalid::from(format!(
            "Provided TopK value '{}' is out of valid range. The value must be between 1 and \
             {MOST_RESULTS} inclusive",
            input.top_k
        ))
        .into());
    }
    let condition = input
        .search_condition_expression
        .as_deref()
        .map(|text| Condition::parse(ExpressionKind::SearchCondition, text, &mut placeholders))
        .transpose()?;
    let projection = input
        .projection_expression
        .as_deref()
        .map(|text| Projection::parse(text, &mut placeholders))
        .transpose()?;
    placeholders.check_all_used()?;

    let state = table.snapshot()?;
    let Some(at) = state.definition.vectors.iter().position(|own| own.name == input.index_name)
    else {
        let name = input.index_name;
        return Err(Invalid::from(match state.definition.index(&name) {
            Some(_) => "SearchVectors operation not supported on this index type.".to_owned(),
            None => format!("The table does not have the specified index: {name}"),
        })
        .into());
    };
    let index = &state.definition.vectors[at];
    let wanted = index.wanted(&wanted)?;
    let partition = check_condition(index, condition.as_ref())?;
    let (found, examined) = nearest(&state, at, &wanted, partition, condition.as_ref(), most);
    let mut bytes = 0;
    let results = found.into_iter().map_while(|(score, item)| {
        let shown = shown(&state, index, &item, projection.as_ref());
        bytes += shown.size();
        (bytes <= ANSWER_BYTES)
            .then(|| SearchResultItem { item: Some(held_parts(shown)), score: Some(score) })
    });
    let search_results = Some(results.collect());
    let charged = match input.return_consumed_capacity {
        Some(ReturnConsumedCapacity::Indexes | ReturnConsumedCapacity::Total) => {
            Some(VectorCapacity {
                vector_search_request_bytes: Some(index.search_bytes(examined)),
                vector_write_request_bytes: None,
            })
        }
        _ => None,
    };
    Ok(SearchVectorsOutput { consumed_capacity: charged, search_results })
}

fn invalid(detail: &str) -> Invalid {
    Invalid::from(format!("Invalid SearchConditionExpression: {detail}"))
}

/// The value that a condition of the conjunction asks of the partition key.
fn partition_value<'a>(condition: &'a Condition, hash: &str) -> Option<&'a Value> {
    match condition {
        Condition::And(all) => all.iter().find_map(|one| partition_value(one, hash)),
        Condition::Compare(Operand::Path(path), Comparator::Eq, Operand::Value(value))
        | Condition::Compare(Operand::Value(value), Comparator::Eq, Operand::Path(path))
            if path.steps.is_empty() && *path.root == *hash =>
        {
            Some(value)
        }
        _ => None,
    }
}

/// Checks a condition against the search schema and returns the partition that it selects.
fn check_condition<'a>(
    index: &VectorIndex,
    condition: Option<&'a Condition>,
) -> Result<Option<&'a Value>, Invalid> {
    let mut fault = None;
    let mut of_hash = 0;
    if let Some(condition) = condition {
        condition.for_each_path(&mut |path| {
            let is_hash = index.hash.as_ref().is_some_and(|hash| hash.name == path.root);
            of_hash += usize::from(is_hash);
            if !path.steps.is_empty() {
                fault.get_or_insert_with(|| {
                    invalid("SearchConditionExpression cannot have conditions on nested attributes")
                });
            } else if !index.schema().any(|own| own.name == path.root) {
                fault.get_or_insert_with(|| {
                    invalid(&format!(
                        "The attribute is not defined in SearchSchema; attribute: {}",
                        path.root
                    ))
                });
            }
        });
    }
    if let Some(fault) = fault {
        return Err(fault);
    }
    let Some(hash) = &index.hash else { return Ok(None) };
    let Some(condition) = condition.filter(|_| of_hash > 0) else {
        return Err(Invalid::new(
            "SearchConditionExpression must be provided when SearchSchema has a HASH key",
        ));
    };
    match partition_value(condition, &hash.name) {
        Some(value) if of_hash == 1 => {
            if value.kind() != hash.kind {
                return Err(Invalid::parameter(
                    "Condition parameter type does not match schema type",
                ));
            }
            Ok(Some(value))
        }
        _ => Err(invalid("Invalid comparator used in SearchConditionExpression")),
    }
}

/// The nearest items, nearest first, with their scores; and how many vectors were looked at.
fn nearest(
    state: &TableState,
    at: usize,
    wanted: &[f32],
    partition: Option<&Value>,
    condition: Option<&Condition>,
    most: usize,
) -> (Vec<(f64, Item)>, usize) {
    let index = &state.definition.vectors[at];
    let mut examined = 0;
    let mut found: Vec<(f64, Item)> = Vec::new();
    let rows = state.vector_rows(at).into_iter().flat_map(|entries| entries.rows.iter());
    for (row, vector) in rows {
        let Some(item) = state.items.get(row) else { continue };
        if let (Some(hash), Some(value)) = (&index.hash, partition)
            && item.get(&hash.name) != Some(value)
        {
            continue;
        }
        examined += 1;
        if condition.is_none_or(|condition| condition.holds(item)) {
            found.push((index.distance.score(wanted, vector), Item::clone(item)));
        }
    }
    found.sort_by(|a, b| index.distance.rank(a.0).total_cmp(&index.distance.rank(b.0)));
    found.truncate(most);
    (found, examined)
}

/// What of an item a result holds: what the index holds, and the vector only if it is asked for.
fn shown(
    state: &TableState,
    index: &VectorIndex,
    item: &Attributes,
    projection: Option<&Projection>,
) -> Attributes {
    let held = item.iter().filter(|(name, _)| match **name == *index.attribute {
        true => projection.is_some(),
        false => index.holds(&state.definition, name),
    });
    let held: Attributes = held.map(|(name, value)| (name.into(), value.clone())).collect();
    match projection {
        Some(projection) => projection.apply(&held),
        None => held,
    }
}
