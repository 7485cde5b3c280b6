//! Stream records, and how writes make them.

use std::sync::Arc;
use std::time::Duration;

use fogbank_context::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engine::value::Attributes;
use crate::table::state::{Item, TableState};

/// How long a record is kept.
pub(super) const RETENTION: Duration = Duration::from_secs(24 * 3600);

/// A change of one item.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StreamRecord {
    /// When it happened.
    pub at: Timestamp,
    /// The key of the item.
    pub keys: Attributes,
    /// Whether there was an item before and after; the images may not be kept.
    pub existed: (bool, bool),
    /// The item before, if the view has it.
    pub old: Option<Item>,
    /// The item after, if the view has it.
    pub new: Option<Item>,
    /// Whether the item was deleted because its time was over.
    pub expired: bool,
}

impl StreamRecord {
    /// Bytes that AWS reports for the record.
    pub fn size(&self) -> usize {
        let image = |item: &Option<Item>| item.as_deref().map_or(0, Attributes::size);
        self.keys.size() + image(&self.old) + image(&self.new)
    }
}

impl TableState {
    /// The number of the next record.
    pub fn next_sequence(&self) -> u64 {
        self.records.last().map_or(0, |(last, _)| last + 1)
    }

    /// Records a change, if the table has a stream and anything changed.
    pub fn record(
        &mut self,
        old: Option<&Item>,
        new: Option<&Item>,
        now: Timestamp,
        expired: bool,
    ) {
        let Some(stream) = self.definition.stream.as_ref().filter(|stream| stream.enabled) else {
            return;
        };
        let Some(item) = new.or(old).filter(|_| old != new) else { return };
        let (with_old, with_new) = match stream.view.as_str() {
            "NEW_IMAGE" => (false, true),
            "OLD_IMAGE" => (true, false),
            "NEW_AND_OLD_IMAGES" => (true, true),
            _ => (false, false),
        };
        let record = StreamRecord {
            at: now,
            keys: self.definition.keys.key_of(item),
            existed: (old.is_some(), new.is_some()),
            old: old.filter(|_| with_old).map(Arc::clone),
            new: new.filter(|_| with_new).map(Arc::clone),
            expired,
        };
        let oldest = now - RETENTION;
        while self.records.len() > 1 && self.records.first().is_some_and(|(_, it)| it.at < oldest) {
            self.records.pop_first();
        }
        self.records.insert(self.next_sequence(), record);
    }
}
