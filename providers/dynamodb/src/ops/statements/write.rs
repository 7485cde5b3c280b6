//! `INSERT`, `UPDATE`, `DELETE` and the `EXISTS` of transactions.

use std::sync::Arc;

use fogbank_service::{RequestContext, ServiceError};

use crate::conversion::{HeldMap, held, held_parts};
use crate::engine::expression::{Condition, DocumentPath, Projection};
use crate::engine::partiql::{Returning, Statement, key_and_rest};
use crate::engine::schema::KeySchema;
use crate::engine::validation::Invalid;
use crate::engine::value::Attributes;
use crate::engine::value::limits::check_item;
use crate::ops::transactions::transact_write_items::Action;
use crate::table::capacity::{Units, write_units};
use crate::table::write::{Change, Refusal, Write};
use crate::{errors, store};

/// The partition key attribute as a path; an item exists if it has it.
fn hash_path(keys: &KeySchema) -> DocumentPath {
    DocumentPath::attribute(keys.hash.first().map_or("", |key| &key.name))
}

/// The key that a `WHERE` names, and what else it asks for.
fn key(condition: Condition, keys: &KeySchema) -> Result<(Attributes, Option<Condition>), Invalid> {
    key_and_rest(condition, keys).ok_or(Invalid::new(
        "Where clause does not contain a mandatory equality on all key attributes",
    ))
}

/// The condition that the item exists, and what else is asked for.
fn existing(keys: &KeySchema, rest: Option<Condition>) -> Condition {
    let exists = Condition::AttributeExists(hash_path(keys));
    Condition::And(std::iter::once(exists).chain(rest).collect())
}

/// A statement as a write with a condition, and what it returns.
pub(super) fn action(
    cx: &RequestContext,
    statement: Statement,
    show: bool,
) -> Result<(Action, Option<Returning>), ServiceError> {
    let name = statement.table().to_owned();
    let table = store::table(cx, &name)?;
    let keys = table.read(|state| state.definition.keys.clone())?;
    let inserts = matches!(statement, Statement::Insert { .. });
    let (write, condition, returning) = match statement {
        Statement::Insert { item, .. } => {
            let absent = Condition::AttributeNotExists(hash_path(&keys));
            check_item(&item)?;
            (Write::Put(Arc::new(item)), Some(absent), None)
        }
        Statement::Update { update, condition, returning, .. } => {
            let (key, rest) = key(condition, &keys)?;
            (Write::Update(key, update), Some(existing(&keys, rest)), returning)
        }
        Statement::Delete { condition, returning, .. } => {
            let (key, rest) = key(condition, &keys)?;
            (Write::Delete(key), rest, returning)
        }
        Statement::Exists(select) | Statement::Select(select) => {
            let condition = select.condition.unwrap_or(Condition::And(Vec::new()));
            let (key, rest) = key(condition, &keys)?;
            (Write::Check(key), Some(existing(&keys, rest)), None)
        }
    };
    Ok((Action { name, table, write, condition, show, inserts }, returning))
}

/// Runs a writing statement. Returns the item that it was asked for, what it cost, and the table.
pub(super) fn run(
    cx: &RequestContext,
    statement: Statement,
    show: bool,
) -> Result<(Option<HeldMap>, Units, String), ServiceError> {
    let (action, returning) = action(cx, statement, show)?;
    let (item, units) = action.table.update(|state| {
        let change =
            state.plan(&action.write, action.condition.as_ref()).map_err(
                |refusal| match refusal {
                    Refusal::Condition(_) if action.inserts => errors::duplicate_item(),
                    refusal => errors::refused(refusal, show),
                },
            )?;
        let units = write_units(state, &change, false);
        state.commit(&change, action.table.now());
        Ok::<_, ServiceError>((returned(returning, &change, &action.write), units))
    })??;
    Ok((item, units, action.name))
}

fn returned(returning: Option<Returning>, change: &Change, write: &Write) -> Option<HeldMap> {
    let Returning { modified, new } = returning?;
    let item = if new { change.new.as_ref() } else { change.old.as_ref() }?;
    match write {
        Write::Update(_, update) if modified => {
            let touched: Projection = update.touched();
            let parts = touched.apply(item);
            (!parts.is_empty()).then(|| held_parts(parts))
        }
        _ => Some(held(item)),
    }
}
