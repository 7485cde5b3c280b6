//! What is different between two snapshots.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bytes::Bytes;
use rustc_hash::FxHashMap;

use super::Snapshot;
use crate::codec;
use crate::journal::{Op, OpSink, RawResource, RawRows, RawState, RawStore, RawValue};
use crate::store::StoreAddress;

/// A resource that two snapshots do not have alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The store.
    pub store: StoreAddress,
    /// The table.
    pub table: String,
    /// The resource's key: text as it is, anything else as JSON, or hexadecimal digits.
    pub key: String,
    /// What is different.
    pub change: Change,
}

/// How a resource of the second snapshot differs from that of the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Only the second snapshot has it.
    Added,
    /// Only the first snapshot has it.
    Removed,
    /// Both have it.
    Changed {
        /// The resource itself is different.
        header: bool,
        /// The row maps that are different.
        rows: BTreeMap<String, RowCounts>,
    },
}

/// How many rows are different.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Only in the second snapshot.
    pub added: usize,
    /// Only in the first snapshot.
    pub removed: usize,
    /// In both, with different values.
    pub changed: usize,
}

impl fmt::Display for RowCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{} -{} ~{}", self.added, self.removed, self.changed)
    }
}

type Stores = FxHashMap<StoreAddress, RawStore>;

impl Snapshot {
    /// The resources that `later` does not have as this snapshot has them, in order. Takes time
    /// and memory in proportion to both.
    pub fn diff(&self, later: &Snapshot) -> Vec<Difference> {
        let (before, after) = (self.to_stores(), later.to_stores());
        let addresses: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        let (none, mut differences) = (RawStore::default(), Vec::new());
        for address in addresses {
            let before = before.get(address).unwrap_or(&none);
            let after = after.get(address).unwrap_or(&none);
            diff_store(address, before, after, &mut differences);
        }
        differences
    }

    fn to_stores(&self) -> Stores {
        let mut state = RawState::default();
        let mut read = |batch: &[u8]| {
            Op::read_all(Bytes::copy_from_slice(batch), |op| {
                state.apply(op);
            });
            Ok(())
        };
        let mut sink = OpSink::new(&mut read);
        self.0.shelves.export(&|_| true, &mut sink);
        sink.finish().expect("reading what was written in memory does not fail");
        state.into_stores()
    }
}

fn diff_store(
    address: &StoreAddress,
    before: &RawStore,
    after: &RawStore,
    differences: &mut Vec<Difference>,
) {
    let tables: BTreeSet<_> = before.tables.keys().chain(after.tables.keys()).collect();
    for table in tables {
        let resources = |store: &RawStore| {
            store.tables.get(table).map(|table| table.0.clone()).unwrap_or_default()
        };
        let (before, after) = (resources(before), resources(after));
        let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        for key in keys {
            let change = match (before.get(key), after.get(key)) {
                (None, _) => Some(Change::Added),
                (_, None) => Some(Change::Removed),
                (Some(before), Some(after)) => diff_resource(before, after),
            };
            differences.extend(change.map(|change| Difference {
                store: address.clone(),
                table: table.to_string(),
                key: show_key(key),
                change,
            }));
        }
    }
}

fn diff_resource(before: &RawResource, after: &RawResource) -> Option<Change> {
    let bytes = |value: &Option<RawValue>| value.as_ref().map(|value| value.bytes.clone());
    let header = bytes(&before.header) != bytes(&after.header);
    let names: BTreeSet<_> = before.rows.iter().chain(&after.rows).map(|(name, _)| name).collect();
    let mut rows = BTreeMap::new();
    for name in names {
        let of = |resource: &RawResource| {
            let found = resource.rows.iter().find(|(map, _)| map == name);
            found.map(|(_, rows)| rows.clone()).unwrap_or_default()
        };
        let counts = diff_rows(&of(before), &of(after));
        if counts != RowCounts::default() {
            rows.insert(name.to_string(), counts);
        }
    }
    (header || !rows.is_empty()).then_some(Change::Changed { header, rows })
}

fn diff_rows(before: &RawRows, after: &RawRows) -> RowCounts {
    let mut counts = RowCounts::default();
    for (key, value) in after {
        match before.get(key) {
            None => counts.added += 1,
            Some(before) => counts.changed += usize::from(before.bytes != value.bytes),
        }
    }
    counts.removed = before.keys().filter(|key| !after.contains_key(*key)).count();
    counts
}

fn show_key(key: &Bytes) -> String {
    match codec::decode::<serde_json::Value>(key) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => key.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}
