//! What a table holds: its items and its indexes.

use std::ops::Bound;
use std::sync::Arc;

use bytes::Bytes;
use fogbank_context::Timestamp;
use fogbank_state::{Resource, Rows, rows};
use serde::{Deserialize, Serialize};

use super::definition::{IndexDefinition, IndexProjection, TableDefinition};
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
    /// The items of each index by index row key, in the order of the definition's indexes.
    #[serde(skip)]
    indexes: Vec<ItemRows>,
    /// When items expire (seconds since the epoch), and which.
    #[serde(skip)]
    expiries: Rows<(i64, Bytes), ()>,
    /// The sizes of all items.
    #[serde(skip)]
    bytes: u64,
}

impl Resource for TableState {
    const VERSION: u32 = 1;
    rows!(items, records);

    fn rebuild(&mut self) {
        self.bytes = 0;
        self.indexes = vec![ItemRows::new(); self.definition.indexes.len()];
        self.expiries = Rows::new();
        let items: Vec<(Bytes, Item)> =
            self.items.iter().map(|(row, item)| (row.clone(), Arc::clone(item))).collect();
        for (row, item) in items {
            self.derive(&row, None, Some(&item));
        }
    }
}

impl TableState {
    /// A table without items.
    pub fn new(definition: TableDefinition) -> Self {
        let indexes = vec![ItemRows::new(); definition.indexes.len()];
        Self {
            definition: Arc::new(definition),
            items: ItemRows::new(),
            records: Rows::new(),
            indexes,
            expiries: Rows::new(),
            bytes: 0,
        }
    }

    /// Gives the table another definition and fills its indexes accordingly.
    pub fn redefine(&mut self, definition: TableDefinition) {
        self.definition = Arc::new(definition);
        self.rebuild();
    }

    /// The sizes of all items, in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The rows of an index, by its position in the definition.
    pub fn index_rows(&self, position: usize) -> Option<&ItemRows> {
        self.indexes.get(position)
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
        for (index, rows) in definition.indexes.iter().zip(&mut self.indexes) {
            let key =
                |item: Option<&Item>| item.and_then(|item| index.keys.index_row_key(item, row));
            let (before, after) = (key(old), key(new));
            if let Some(before) = before.filter(|before| after.as_ref() != Some(before)) {
                rows.remove(before.as_slice());
            }
            if let Some((after, item)) = after.zip(new) {
                rows.insert(Bytes::from(after), Arc::clone(item));
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
