//! `TransactWriteItems`.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::hash::Hasher;
use std::sync::Arc;

use fogbank_api_dynamodb::{
    CancellationReason, ConsumedCapacity, IdempotentParameterMismatchException,
    ReturnConsumedCapacity, ReturnItemCollectionMetrics, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, TransactWriteItemsInput, TransactWriteItemsOutput,
    TransactionCanceledException,
};
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Tx;

use crate::conversion::{AttributeMap, attributes_in, held, write_json};
use crate::engine::expression::{Condition, Placeholders, Update};
use crate::engine::validation::Invalid;
use crate::engine::value::Attributes;
use crate::engine::value::limits::check_item;
use crate::store::{Tokens, UsedToken};
use crate::table::capacity::{ReadMode, Side, Units, read_units, write_units};
use crate::table::state::{Item, TableState};
use crate::table::write::{Change, Refusal, Write};
use crate::{errors, parameters, store};

/// How many bytes the items of a transaction may have together.
const TRANSACTION_BYTES: usize = 4 * 1024 * 1024;

/// Refuses a transaction whose items are too large together.
pub(super) fn check_size(bytes: usize) -> Result<(), Invalid> {
    if bytes <= TRANSACTION_BYTES {
        return Ok(());
    }
    Err(Invalid::new("The aggregate size of the items in the transaction cannot exceed 4 MB"))
}

/// One action of a transaction.
pub(crate) struct Action {
    /// The table as the request names it.
    pub(crate) name: String,
    /// The table.
    pub(crate) table: store::TableRef,
    /// What is done.
    pub(crate) write: Write,
    /// On which condition.
    pub(crate) condition: Option<Condition>,
    /// Whether the item is shown when the condition fails.
    pub(crate) show: bool,
    /// Whether the condition fails because the item is there already.
    pub(crate) inserts: bool,
}

/// Capacity used by a transaction, by table.
#[derive(Default)]
pub(crate) struct Sum(BTreeMap<String, Units>);

impl Sum {
    /// Adds what was used on a table.
    pub(crate) fn add(&mut self, table: &str, units: Units) {
        self.0.entry(table.to_owned()).or_default().add(units);
    }

    /// As an answer reports it.
    pub(crate) fn report(
        &self,
        asked: Option<&ReturnConsumedCapacity>,
        side: Side,
    ) -> Option<Vec<ConsumedCapacity>> {
        let list: Vec<_> =
            self.0.iter().filter_map(|(name, units)| units.report_as(name, asked, side)).collect();
        (!list.is_empty()).then_some(list)
    }
}

/// Does up to 100 puts, updates, deletes and checks: all of them or none.
pub fn transact_write_items(
    cx: &RequestContext,
    input: TransactWriteItemsInput,
) -> Result<TransactWriteItemsOutput, ServiceError> {
    let actions = input
        .transact_items
        .into_iter()
        .map(|item| action(cx, item))
        .collect::<Result<Vec<_>, _>>()?;
    let capacity = input.return_consumed_capacity.as_ref();
    let metrics = input.return_item_collection_metrics.as_ref();
    run(cx, &actions, input.client_request_token, capacity, metrics)
}

/// Runs the actions, unless a transaction with the same token was done.
pub(crate) fn run(
    cx: &RequestContext,
    actions: &[Action],
    token: Option<String>,
    capacity: Option<&ReturnConsumedCapacity>,
    metrics: Option<&ReturnItemCollectionMetrics>,
) -> Result<TransactWriteItemsOutput, ServiceError> {
    let store = store::tables(cx);
    let token = token.map(|token| (token, fingerprint(actions)));
    let mut transaction = cx.world.transaction();
    let mut locks = Vec::with_capacity(actions.len());
    for (at, action) in actions.iter().enumerate() {
        let known = actions[..at].iter().position(|it| it.table.is(&action.table));
        locks.push(match known {
            Some(first) => locks[first],
            None => transaction.lock(&action.table.store().tables, action.table.name.clone()),
        });
    }
    let token_lock = token.as_ref().map(|(token, _)| {
        let key = Tokens::key_of(token);
        // Whoever comes first makes the resource; that it is there already is fine.
        let _ = store.tokens.insert_new(key.clone(), Tokens::default());
        transaction.lock(&store.tokens, key)
    });
    let now = cx.now();
    let plan = |tx: &mut Tx<'_>| {
        let mut replay = false;
        if let (Some((token, fingerprint)), Some(lock)) = (&token, token_lock)
            && let Some(known) = tx.edit::<Tokens>(lock)
        {
            match known.get(token, now).map(|used| used.fingerprint) {
                Some(before) if before != *fingerprint => return Err(token_mismatch()),
                Some(_) => replay = true,
                None => {}
            }
        }
        let changes = plan_all(actions, |at| {
            tx.edit::<TableState>(locks[at]).ok_or_else(errors::no_table).map(|state| {
                let action = &actions[at];
                let planned = if replay {
                    Ok(None)
                } else {
                    state.plan(&action.write, action.condition.as_ref()).map(Some)
                };
                (action.write.row(&state.definition), planned)
            })
        })?;
        let touched = changes.iter().flatten().map(|change| {
            let size = |item: &Option<Item>| item.as_deref().map_or(0, |item| item.size());
            size(&change.new).max(size(&change.old))
        });
        check_size(touched.sum())?;
        Ok((replay, changes))
    };
    let apply = |tx: &mut Tx<'_>, (replay, changes): (bool, Vec<Option<Change>>)| {
        if let (Some((token, fingerprint)), Some(lock), false) = (&token, token_lock, replay)
            && let Some(mut known) = tx.edit::<Tokens>(lock)
        {
            known.insert(token, UsedToken { fingerprint: *fingerprint, at: now });
        }
        let mut sum = Sum::default();
        let mut collections: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for ((action, lock), change) in actions.iter().zip(&locks).zip(&changes) {
            let Some(mut state) = tx.edit::<TableState>(*lock) else { continue };
            let Some(change) = change else {
                // What was done before is only read again.
                let row = action.write.row(&state.definition).ok();
                let item = row.and_then(|row| state.items.get(&row));
                let size = item.map_or(0, |item| item.size());
                sum.add(&action.name, Units::of_table(read_units(size, ReadMode::Transactional)));
                continue;
            };
            if !matches!(action.write, Write::Check(_)) {
                state.commit(change, now);
            }
            if capacity.is_some() {
                sum.add(&action.name, write_units(&state, change, true));
            }
            let item = change.new.as_deref().or(change.old.as_deref());
            let metrics =
                item.and_then(|item| parameters::collection_metrics(&state, item, metrics));
            if let Some(metrics) = metrics {
                collections.entry(action.name.clone()).or_default().push(metrics);
            }
        }
        TransactWriteItemsOutput {
            consumed_capacity: sum.report(capacity, if replay { Side::Read } else { Side::Write }),
            item_collection_metrics: (!collections.is_empty()).then_some(collections),
        }
    };
    let output = transaction.run_planned(plan, apply)?;
    actions.iter().for_each(|action| action.table.deliver());
    Ok(output)
}

type Planned = (Result<bytes::Bytes, Invalid>, Result<Option<Change>, Refusal>);

/// Plans all actions; if one of them is refused, the error says so for each.
fn plan_all(
    actions: &[Action],
    mut plan: impl FnMut(usize) -> Result<Planned, ServiceError>,
) -> Result<Vec<Option<Change>>, ServiceError> {
    let mut rows = Vec::with_capacity(actions.len());
    let mut changes = Vec::with_capacity(actions.len());
    // What is said of the actions up to one that is refused is made up then.
    let mut reasons: Vec<CancellationReason> = Vec::new();
    let fill = |reasons: &mut Vec<CancellationReason>, count: usize| {
        reasons.resize_with(count, || reason("None", None));
    };
    for (at, action) in actions.iter().enumerate() {
        let (row, planned) = plan(at)?;
        if let Ok(row) = &row {
            let item = (action.table.name.as_str(), row.clone());
            if rows.contains(&item) {
                return Err(Invalid::new(
                    "Transaction request cannot include multiple operations on one item",
                )
                .into());
            }
            rows.push(item);
        }
        match planned {
            Ok(change) => changes.push(change),
            Err(Refusal::Condition(_)) if action.inserts => {
                fill(&mut reasons, at);
                let message = errors::DUPLICATE_ITEM.to_owned();
                reasons.push(reason("DuplicateItem", Some(message)));
            }
            Err(Refusal::Condition(item)) => {
                fill(&mut reasons, at);
                let item = item.filter(|_| action.show).map(|item| held(&item));
                let message = "The conditional request failed".to_owned();
                reasons.push(CancellationReason {
                    item,
                    ..reason("ConditionalCheckFailed", Some(message))
                });
            }
            // What is empty in a key or in an item is seen before the transaction begins.
            Err(Refusal::Invalid(invalid))
                if invalid.is_of_empty_key()
                    && !matches!((&action.write, &row), (Write::Update(..), Ok(_))) =>
            {
                return Err(invalid.into());
            }
            Err(Refusal::Invalid(invalid)) => {
                fill(&mut reasons, at);
                reasons.push(reason("ValidationError", Some(invalid.to_string())));
            }
        }
    }
    if changes.len() == actions.len() {
        return Ok(changes);
    }
    fill(&mut reasons, actions.len());
    Err(cancelled(reasons))
}

pub(super) fn reason(code: &str, message: Option<String>) -> CancellationReason {
    CancellationReason { item: None, code: Some(code.to_owned()), message }
}

/// The error of a transaction that was not done.
pub(crate) fn cancelled(reasons: Vec<CancellationReason>) -> ServiceError {
    let codes: Vec<&str> =
        reasons.iter().map(|reason| reason.code.as_deref().unwrap_or("None")).collect();
    TransactionCanceledException {
        message: Some(format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
            codes.join(", ")
        )),
        cancellation_reasons: Some(reasons),
    }
    .into()
}

fn token_mismatch() -> ServiceError {
    IdempotentParameterMismatchException::new(
        "The provided client token is already in use with different request parameters",
    )
    .into()
}

/// A number by which two requests with the same token are compared.
fn fingerprint(actions: &[Action]) -> u64 {
    let mut text = String::new();
    for action in actions {
        text.push_str(&action.name);
        let (kind, attributes, update) = match &action.write {
            Write::Put(item) => ('p', &**item, None),
            Write::Update(key, update) => ('u', key, Some(update)),
            Write::Delete(key) => ('d', key, None),
            Write::Check(key) => ('c', key, None),
        };
        text.push(kind);
        write_json(&mut text, attributes);
        // A string takes everything.
        let _ = write!(text, "{:?}", (update, &action.condition, action.show));
    }
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// What the four kinds of actions have in common.
struct Parts {
    table_name: String,
    condition: Option<String>,
    update: Option<String>,
    names: Option<BTreeMap<String, String>>,
    values: Option<AttributeMap>,
    on_failure: Option<ReturnValuesOnConditionCheckFailure>,
}

/// What an action does, before its expressions are read.
enum Kind {
    Put(AttributeMap),
    Update(AttributeMap),
    Delete(AttributeMap),
    Check(AttributeMap),
}

fn parts(item: TransactWriteItem) -> Result<(Kind, Parts), Invalid> {
    macro_rules! parts {
        ($it:expr, $condition:expr, $update:expr) => {
            Parts {
                table_name: $it.table_name,
                condition: $condition,
                update: $update,
                names: $it.expression_attribute_names,
                values: $it.expression_attribute_values,
                on_failure: $it.return_values_on_condition_check_failure,
            }
        };
    }
    match (item.condition_check, item.put, item.delete, item.update) {
        (Some(it), None, None, None) => {
            Ok((Kind::Check(it.key), parts!(it, Some(it.condition_expression), None)))
        }
        (None, Some(it), None, None) => {
            Ok((Kind::Put(it.item), parts!(it, it.condition_expression, None)))
        }
        (None, None, Some(it), None) => {
            Ok((Kind::Delete(it.key), parts!(it, it.condition_expression, None)))
        }
        (None, None, None, Some(it)) => Ok((
            Kind::Update(it.key),
            parts!(it, it.condition_expression, Some(it.update_expression)),
        )),
        (None, None, None, None) => Err(Invalid::new(
            "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request",
        )),
        _ => {
            Err(Invalid::new("TransactItems can only contain one of Check, Put, Update or Delete"))
        }
    }
}

fn action(cx: &RequestContext, item: TransactWriteItem) -> Result<Action, ServiceError> {
    let (kind, parts) = parts(item)?;
    let table = store::table(cx, &parts.table_name)?;
    let has_update = parts.update.is_some();
    let has_condition = parts.condition.is_some();
    let both = [("UpdateExpression", has_update), ("ConditionExpression", has_condition)];
    let with_values = if has_update { &both[..] } else { &both[1..] };
    let mut placeholders = parameters::placeholders(
        parts.names,
        parts.values,
        with_values,
        has_update || has_condition,
    )?;
    let write = write(kind, parts.update.as_deref(), &mut placeholders)?;
    let condition =
        parameters::write_condition(parts.condition.as_deref(), None, None, &mut placeholders)?;
    placeholders.check_all_used()?;
    let show = parameters::shows_item_on_failure(parts.on_failure.as_ref());
    Ok(Action { name: parts.table_name, table, write, condition, show, inserts: false })
}

fn write(
    kind: Kind,
    update: Option<&str>,
    placeholders: &mut Placeholders,
) -> Result<Write, Invalid> {
    let key = |map: AttributeMap| -> Result<Attributes, Invalid> { parameters::key(map) };
    Ok(match kind {
        Kind::Put(item) => {
            let item = attributes_in(item)?;
            check_item(&item)?;
            Write::Put(Arc::new(item))
        }
        Kind::Update(map) => {
            Write::Update(key(map)?, Update::parse(update.unwrap_or_default(), placeholders)?)
        }
        Kind::Delete(map) => Write::Delete(key(map)?),
        Kind::Check(map) => Write::Check(key(map)?),
    })
}
