//! `SELECT`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fogbank_api_dynamodb::{ExecuteStatementOutput, ReturnConsumedCapacity};
use fogbank_service::{RequestContext, ServiceError};

use crate::conversion::held_parts;
use crate::engine::expression::condition::{Comparator, Operand};
use crate::engine::expression::key_condition::{KeyTerm, KeyTest};
use crate::engine::expression::{Condition, KeyCondition, Projection};
use crate::engine::partiql::{Select, conjuncts, key_and_rest};
use crate::engine::schema::KeySchema;
use crate::engine::validation::Invalid;
use crate::engine::value::{Attributes, Value};
use crate::ops::selection::Source;
use crate::ops::transactions::transact_get_items::Read;
use crate::store;
use crate::table::page::PageRequest;

/// What comes with a statement.
pub(super) struct Options {
    pub(super) consistent: bool,
    pub(super) limit: Option<i32>,
    pub(super) token: Option<String>,
    pub(super) capacity: Option<ReturnConsumedCapacity>,
}

/// The test of a key attribute that a condition amounts to, if it is one.
fn key_term(condition: &Condition) -> Option<KeyTerm> {
    let attribute = |operand: &Operand| match operand {
        Operand::Path(path) if path.steps.is_empty() => Some(path.root.clone()),
        _ => None,
    };
    let value = |operand: &Operand| match operand {
        Operand::Value(value) => Some(Value::clone(value)),
        _ => None,
    };
    let (attribute, test) = match condition {
        Condition::Compare(_, Comparator::Ne, _) => return None,
        Condition::Compare(left, comparator, right) => match attribute(left) {
            Some(name) => (name, KeyTest::Compare(*comparator, value(right)?)),
            None => (attribute(right)?, KeyTest::Compare(comparator.mirrored(), value(left)?)),
        },
        Condition::Between(operand, low, high) => {
            (attribute(operand)?, KeyTest::Between(value(low)?, value(high)?))
        }
        Condition::BeginsWith(operand, prefix) => {
            (attribute(operand)?, KeyTest::BeginsWith(value(prefix)?))
        }
        _ => return None,
    };
    Some(KeyTerm { attribute, test })
}

/// The part of the table or index that a condition is confined to, if it names a partition.
fn key_condition(condition: &Condition, keys: &KeySchema) -> Option<KeyCondition> {
    let mut terms: Vec<KeyTerm> = Vec::new();
    for term in conjuncts(condition.clone()).iter().filter_map(key_term) {
        let equal = matches!(term.test, KeyTest::Compare(Comparator::Eq, _));
        let hash = keys.hash.iter().any(|key| key.name == term.attribute);
        let known = terms.iter().any(|own| own.attribute == term.attribute);
        if !known && (equal && hash || !hash && keys.contains(&term.attribute)) {
            terms.push(term);
        }
    }
    // A test that the key does not take is left to the filter.
    let hash_only = |terms: &[KeyTerm]| -> Vec<KeyTerm> {
        let in_hash = |term: &&KeyTerm| keys.hash.iter().any(|key| key.name == term.attribute);
        terms.iter().filter(in_hash).cloned().collect()
    };
    let rest = hash_only(&terms);
    KeyCondition::bind(terms, keys).or_else(|_| KeyCondition::bind(rest, keys)).ok()
}

/// Runs a `SELECT`, as a query where it names a partition and as a scan otherwise.
pub(super) fn select(
    cx: &RequestContext,
    select: Select,
    options: &Options,
) -> Result<ExecuteStatementOutput, ServiceError> {
    let table = store::table(cx, &select.table)?;
    let state = table.snapshot()?;
    let source = Source::find(
        &state.definition,
        select.index.as_deref(),
        options.consistent,
        "ExecuteStatement",
    )?;
    let projection = select.paths.as_ref().map(Projection::of_paths);
    let selection = source.select(None, projection)?;
    let keys = source.index.map_or(&state.definition.keys, |(_, index)| &index.keys);
    let confined = select.condition.as_ref().and_then(|condition| key_condition(condition, keys));
    let backward = match &select.order {
        None => false,
        Some((attribute, descending)) => {
            if !keys.contains(attribute) {
                return Err(Invalid::from(format!(
                    "Variable reference {attribute} in ORDER BY clause must be part of the primary key"
                ))
                .into());
            }
            if confined.is_none() {
                return Err(Invalid::new(
                    "Must have WHERE clause in the statement when using ORDER BY clause.",
                )
                .into());
            }
            *descending
        }
    };
    let mut request = PageRequest { backward, ..source.page_request(&selection, options.limit) };
    if let Some(confined) = &confined {
        let (from, to) = confined.range();
        (request.from, request.to) = (from, Some(to));
    }
    if let Some(token) = &options.token {
        request.after = Some(source.start_row(&position(token)?, true)?);
    }
    request.filter = select.condition;
    let page = state.page(&request);
    Ok(ExecuteStatementOutput {
        next_token: page.last.as_ref().map(token),
        last_evaluated_key: page.last.clone().map(held_parts),
        consumed_capacity: source.consumed(
            &select.table,
            &page,
            options.consistent,
            options.capacity.as_ref(),
        ),
        items: selection.shown(&page),
    })
}

/// The token from which a statement goes on behind the item with this key.
fn token(key: &Attributes) -> String {
    STANDARD.encode(serde_json::to_vec(key).unwrap_or_default())
}

/// The key of the item behind which a statement goes on.
fn position(token: &str) -> Result<Attributes, Invalid> {
    let bytes = STANDARD.decode(token).unwrap_or_default();
    let key: Option<Attributes> = serde_json::from_slice(&bytes).ok();
    key.ok_or(Invalid::new("NextToken does not match request"))
}

/// The one item that a `SELECT` of a batch or a transaction reads.
pub(super) fn by_key(
    cx: &RequestContext,
    select: Select,
    operation: &str,
) -> Result<Read, ServiceError> {
    let table = store::table(cx, &select.table)?;
    let keys = table.read(|state| state.definition.keys.clone())?;
    let found = select.condition.and_then(|condition| key_and_rest(condition, &keys));
    match found {
        Some((key, None)) if select.index.is_none() => Ok(Read {
            name: select.table,
            table,
            key,
            projection: select.paths.as_ref().map(Projection::of_paths),
        }),
        _ => Err(Invalid::from(format!(
            "Select statements within {operation} must specify the primary key in the where clause."
        ))
        .into()),
    }
}
