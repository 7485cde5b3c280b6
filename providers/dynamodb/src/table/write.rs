//! Writes: what is put, updated or deleted, checked before anything changes.

use std::sync::Arc;

use bytes::Bytes;
use fogbank_context::Timestamp;

use super::definition::TableDefinition;
use super::state::{Item, TableState};
use crate::engine::expression::{Condition, Update};
use crate::engine::schema::IndexKeyFault;
use crate::engine::validation::Invalid;
use crate::engine::value::limits::{EMPTY_NAME, ITEM_BYTES};
use crate::engine::value::{Attributes, Value};

/// What is to be done to one item.
#[derive(Clone, Debug)]
pub enum Write {
    /// Store this item, in place of any other with its key. It has passed
    /// [`check_item`](crate::engine::value::limits::check_item).
    Put(Item),
    /// Change the item with this key, which is made if there is none.
    Update(Attributes, Update),
    /// Delete the item with this key.
    Delete(Attributes),
    /// Leave the item with this key as it is; only the condition matters.
    Check(Attributes),
}

/// A write that may be done.
#[derive(Clone, Debug)]
pub struct Change {
    /// The row key.
    pub row: Bytes,
    /// The item as it is.
    pub old: Option<Item>,
    /// The item as it will be.
    pub new: Option<Item>,
}

/// Why a write may not be done.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// The condition does not hold; with the item that it was tried on.
    Condition(Option<Item>),
    /// The key or the new item is not valid.
    Invalid(Invalid),
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Refusal::Invalid(invalid)
    }
}

impl Write {
    /// The row key of the item, checked against the key schema.
    pub fn row(&self, definition: &TableDefinition) -> Result<Bytes, Invalid> {
        let keys = &definition.keys;
        let row = match self {
            Write::Put(item) => keys.row_key_of_item(item),
            Write::Update(key, _) | Write::Delete(key) | Write::Check(key) => {
                keys.row_key_of_key(key)
            }
        };
        row.map(Bytes::from)
    }

    /// Checks what does not depend on the item that is stored.
    fn check(&self, definition: &TableDefinition) -> Result<(), Invalid> {
        match self {
            Write::Put(item) => match definition.index_fault(item) {
                Some((index, fault)) => Err(fault.for_put(&index.name)),
                None => check_vectors(definition, item, |fault, index| fault.for_put(index)),
            },
            Write::Update(_, update) => {
                for action in &update.actions {
                    let path = action.path();
                    if path.root.is_empty() {
                        return Err(EMPTY_NAME);
                    }
                    if definition.keys.contains(&path.root) {
                        return Err(Invalid::parameter(format!(
                            "Cannot update attribute {}. This attribute is part of the key",
                            path.root
                        )));
                    }
                }
                Ok(())
            }
            Write::Delete(_) | Write::Check(_) => Ok(()),
        }
    }
}

/// Refuses an item that one of the vector indexes cannot hold.
fn check_vectors(
    definition: &TableDefinition,
    item: &Attributes,
    word: impl Fn(&IndexKeyFault, &str) -> Invalid,
) -> Result<(), Invalid> {
    definition.vectors.iter().try_for_each(|index| {
        index.check_vector(item)?;
        index.key_fault(item).map_or(Ok(()), |fault| Err(word(&fault, &index.name)))
    })
}

impl TableState {
    /// Checks a write and computes what it changes; nothing is changed yet.
    pub fn plan(&self, write: &Write, condition: Option<&Condition>) -> Result<Change, Refusal> {
        static NOTHING: Attributes = Attributes::new();
        let row = write.row(&self.definition)?;
        write.check(&self.definition)?;
        let old = self.items.get(&row).cloned();
        let existing: &Attributes = old.as_deref().unwrap_or(&NOTHING);
        if condition.is_some_and(|condition| !condition.holds(existing)) {
            return Err(Refusal::Condition(old));
        }
        let new = match write {
            Write::Put(item) => Some(Arc::clone(item)),
            Write::Update(key, update) => {
                let before = old.as_deref().unwrap_or(key);
                Some(Arc::new(self.updated(before, update)?))
            }
            Write::Delete(_) => None,
            Write::Check(_) => old.clone(),
        };
        Ok(Change { row, old, new })
    }

    fn updated(&self, before: &Attributes, update: &Update) -> Result<Attributes, Invalid> {
        let after = update.apply(before)?;
        if let Some((index, fault)) = self.definition.index_fault(&after) {
            return Err(fault.for_update(&index.name, update.legacy));
        }
        check_vectors(&self.definition, &after, |fault, index| {
            fault.for_update(index, update.legacy)
        })?;
        for action in &update.actions {
            after.get(&action.path().root).map_or(Ok(()), Value::check_levels)?;
        }
        if after.size() > ITEM_BYTES {
            return Err(Invalid::new("Item size to update has exceeded the maximum allowed size"));
        }
        Ok(after)
    }

    /// Does a change that was planned on the same state, and records it for the stream.
    pub fn commit(&mut self, change: &Change, now: Timestamp) {
        self.record(change.old.as_ref(), change.new.as_ref(), now, false);
        self.remember(&change.row, change.old.as_ref(), now);
        self.post(&change.row, change.new.as_ref(), now);
        self.put_row(change.row.clone(), change.new.clone());
    }
}
