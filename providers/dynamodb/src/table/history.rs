//! What recovery to a point in time needs: for each change, what it took away.

use bytes::Bytes;
use fogbank_context::Timestamp;
use serde::{Deserialize, Serialize};

use super::state::{Item, ItemRows, TableState};

/// What a change took away.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Undo {
    /// When the change was done.
    pub at: Timestamp,
    /// The row key.
    pub row: Bytes,
    /// The item that was there before.
    pub old: Option<Item>,
}

const DAY: u64 = 86_400;

impl TableState {
    /// Remembers what a change takes away, if the table can be recovered.
    pub(super) fn remember(&mut self, row: &Bytes, old: Option<&Item>, now: Timestamp) {
        let Some((_, days)) = self.definition.recovery else { return };
        let oldest = now - std::time::Duration::from_secs(u64::from(days.unsigned_abs()) * DAY);
        while self.history.first().is_some_and(|(_, undo)| undo.at < oldest) {
            self.history.pop_first();
        }
        let number = self.history.last().map_or(0, |(last, _)| last + 1);
        self.history.insert(number, Undo { at: now, row: row.clone(), old: old.cloned() });
    }

    /// The items as they were at a time.
    pub fn items_at(&self, at: Timestamp) -> ItemRows {
        let mut items = self.items.clone();
        for (_, undo) in self.history.iter().rev().take_while(|(_, undo)| undo.at > at) {
            match &undo.old {
                Some(old) => drop(items.insert(undo.row.clone(), Item::clone(old))),
                None => drop(items.remove(&undo.row)),
            }
        }
        items
    }

    /// The rows that changed after the first and up to the second time, with the time of their
    /// last change, in the order of their keys.
    pub fn rows_changed(
        &self,
        after: Timestamp,
        until: Timestamp,
    ) -> std::collections::BTreeMap<Bytes, Timestamp> {
        self.history
            .values()
            .filter(|undo| undo.at > after && undo.at <= until)
            .map(|undo| (undo.row.clone(), undo.at))
            .collect()
    }
}
