//! What a table holds: its items and its indexes.

use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use fogbank_context::Timestamp;
use fogbank_state::{Resource, Rows, rows};
use serde::{Deserialize, Serialize};

use super::definition::{IndexDefinition, IndexProjection, TableDefinition};
use super::history::Undo;
use super::replication::Posted;
use super::vector::VectorRows;
use crate::engine::value::{Attributes, Value};
use crate::streams::record::StreamRecord;

/// An item, shared between the table and its indexes.
pub type Item = Arc<Attributes>;

/// Rows in the order of their keys.
pub type ItemRows = Rows<Bytes, Item>;

/// A table. Items are rows under [`KeySchema`](crate::engine::schema::KeySchema) row keys; everything
/// behind `records` is derived from them.
#[derive(Clone, Serialize, Deserialize)]
pub struct TableState {
    /// What the table is. Shared, because a fork's first write clones the state.
    pub definition: Arc<TableDefinition>,
    /// The items by row key.
    #[serde(skip)]
    pub items: ItemRows,
    /// What the stream holds, by sequence number. The last record stays, so that numbers go on.
    #[serde(skip)]
    pub records: Rows<u64, StreamRecord>,
    /// What recovery to a point in time undoes, by number.
    #[serde(skip)]
    pub history: Rows<u64, Undo>,
    /// Changes that the other regions of a global table have not seen yet.
    #[serde(skip)]
    pub(super) outbox: Vec<Posted>,
    /// Another one with each definition, which is all that the header holds.
    #[serde(skip)]
    revision: u64,
    /// The items of each index by index row key, in the order of the definition's indexes.
    #[serde(skip)]
    indexes: Vec<IndexRows>,
    /// The vectors of each vector index, in the order of the definition's.
    #[serde(skip)]
    vectors: Vec<VectorRows>,
    /// When items expire (seconds since the epoch), and which.
    #[serde(skip)]
    expiries: Rows<(i64, Bytes), ()>,
    /// The sizes of all items.
    #[serde(skip)]
    bytes: u64,
}

/// The entries of an index, and how many bytes they are.
#[derive(Clone, Default)]
struct IndexRows {
    rows: ItemRows,
    bytes: u64,
}

/// A number that no definition had before; zero is that of tables that were loaded.
fn next_revision() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Resource for TableState {
    const VERSION: u32 = 1;
    rows!(items, records, history);

    fn header_stamp(&self) -> Option<u64> {
        Some(self.revision)
    }

    fn rebuild(&mut self) {
        self.bytes = 0;
        self.indexes = vec![IndexRows::default(); self.definition.indexes.len()];
        self.vectors = vec![VectorRows::default(); self.definition.vectors.len()];
        self.expiries = Rows::new();
        let items = self.items.clone();
        for (row, item) in items.iter() {
            self.derive(row, None, Some(item));
        }
    }
}

impl TableState {
    /// A table without items.
    pub fn new(definition: TableDefinition) -> Self {
        let indexes = vec![IndexRows::default(); definition.indexes.len()];
        let vectors = vec![VectorRows::default(); definition.vectors.len()];
        Self {
            definition: Arc::new(definition),
            items: ItemRows::new(),
            records: Rows::new(),
            history: Rows::new(),
            outbox: Vec::new(),
            revision: next_revision(),
            indexes,
            vectors,
            expiries: Rows::new(),
            bytes: 0,
        }
    }

    /// A table with items.
    pub fn with_items(definition: TableDefinition, items: ItemRows) -> Self {
        let mut table = Self::new(definition);
        table.items = items;
        table.rebuild();
        table
    }

    /// Puts these items in place of those that are there.
    pub fn fill(&mut self, items: ItemRows) {
        self.items = items;
        self.rebuild();
    }

    /// Gives the table another definition and fills its indexes accordingly.
    pub fn redefine(&mut self, definition: TableDefinition) {
        let old = std::mem::replace(&mut self.definition, Arc::new(definition));
        self.revision = next_revision();
        let new = &self.definition;
        if new.recovery.is_none() {
            self.history.clear();
        }
        let same_rows = (&old.indexes, &old.vectors) == (&new.indexes, &new.vectors);
        if !same_rows || old.time_to_live != new.time_to_live {
            self.rebuild();
        }
    }

    /// The sizes of all items, in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The rows of an index, by its position in the definition.
    pub fn index_rows(&self, position: usize) -> Option<&ItemRows> {
        self.indexes.get(position).map(|index| &index.rows)
    }

    /// The bytes that the entries of an index have, by its position in the definition.
    pub fn index_bytes(&self, position: usize) -> u64 {
        self.indexes.get(position).map_or(0, |index| index.bytes)
    }

    /// The vectors of a vector index, by its position in the definition.
    pub fn vector_rows(&self, position: usize) -> Option<&VectorRows> {
        self.vectors.get(position)
    }

    /// Whether other regions wait for changes.
    pub fn has_posted(&self) -> bool {
        !self.outbox.is_empty()
    }

    /// Sets or removes the item of a row, and keeps what is derived in step.
    pub fn put_row(&mut self, row: Bytes, new: Option<Item>) {
        let old = match &new {
            Some(item) => self.items.insert(row.clone(), Arc::clone(item)),
            None => self.items.remove(&row),
        };
        self.derive(&row, old.as_ref(), new.as_ref());
    }

    fn derive(&mut self, row: &Bytes, old: Option<&Item>, new: Option<&Item>) {
        let size = |item: Option<&Item>| item.map_or(0, |item| item.size() as u64);
        self.bytes = self.bytes.saturating_sub(size(old)).saturating_add(size(new));
        let definition = Arc::clone(&self.definition);
        for (index, IndexRows { rows, bytes }) in definition.indexes.iter().zip(&mut self.indexes) {
            let key =
                |item: Option<&Item>| item.and_then(|item| index.keys.index_row_key(item, row));
            let (before, after) = (key(old), key(new));
            let held = |item: Option<&Item>| {
                item.map_or(0, |item| definition.index_size(index, item)) as u64
            };
            if before.is_some() {
                *bytes = bytes.saturating_sub(held(old));
            }
            if let Some(before) = before.filter(|before| after.as_ref() != Some(before)) {
                rows.remove(before.as_slice());
            }
            if let Some((after, item)) = after.zip(new) {
                *bytes += held(new);
                rows.insert(Bytes::from(after), Arc::clone(item));
            }
        }
        for (index, entries) in definition.vectors.iter().zip(&mut self.vectors) {
            let held = |item: &Item| index.entry_bytes(&definition, item) as u64;
            if entries.rows.remove(row).is_some() {
                entries.bytes = entries.bytes.saturating_sub(old.map_or(0, held));
            }
            if let Some((item, vector)) = new.and_then(|it| Some((it, index.vector_of(it)?))) {
                entries.bytes += held(item);
                entries.rows.insert(row.clone(), vector);
            }
        }
        let Some(attribute) = &definition.time_to_live else { return };
        if let Some(at) = old.and_then(|item| expiry(item, attribute)) {
            self.expiries.remove(&(at, row.clone()));
        }
        if let Some(at) = new.and_then(|item| expiry(item, attribute)) {
            self.expiries.insert((at, row.clone()), ());
        }
    }

    /// Whether an item expired before `deadline`.
    pub fn has_expired(&self, deadline: Timestamp) -> bool {
        self.expiries.first().is_some_and(|((at, _), ())| *at < deadline.as_secs())
    }

    /// Removes what expired before `deadline`, and ends the phases of indexes that are over now.
    pub fn settle(&mut self, deadline: Timestamp, now: Timestamp) {
        self.remove_expired(deadline, now);
        if self.definition.next_phase().is_some_and(|until| until <= now) {
            let mut definition = (*self.definition).clone();
            definition.settle(now);
            self.redefine(definition);
        }
    }

    /// Removes what expired before `deadline` and says how many items that were.
    pub fn remove_expired(&mut self, deadline: Timestamp, now: Timestamp) -> usize {
        let end = (deadline.as_secs(), Bytes::new());
        let range = (Bound::Unbounded, Bound::Excluded(&end));
        let due: Vec<Bytes> = self
            .expiries
            .range::<_, (i64, Bytes)>(range)
            .map(|((_, row), ())| row.clone())
            .collect();
        for row in &due {
            let old = self.items.get(row).cloned();
            self.record(old.as_ref(), None, now, true);
            self.remember(row, old.as_ref(), now);
            self.post(row, None, now);
            self.put_row(row.clone(), None);
        }
        due.len()
    }

    /// An item as an index shows it.
    pub fn projected(&self, index: &IndexDefinition, item: &Item) -> Item {
        match &index.projection {
            IndexProjection::All => Arc::clone(item),
            _ => Arc::new(
                item.iter()
                    .filter(|(name, _)| self.definition.index_holds(index, name))
                    .map(|(name, value)| (name.into(), value.clone()))
                    .collect(),
            ),
        }
    }
}

/// When an item expires, if its attribute says so; AWS ignores what lies more than five years back.
fn expiry(item: &Attributes, attribute: &str) -> Option<i64> {
    match item.get(attribute)? {
        Value::N(number) => number.to_whole(),
        _ => None,
    }
}
