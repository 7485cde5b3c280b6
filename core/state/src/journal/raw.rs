//! State as bytes: what was loaded and not (yet) asked for.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::batch::OpSink;
use super::{Op, TableName};
use crate::blob::{Blob, BlobHash, BlobStore};
use crate::codec::Saved;
use crate::store::StoreAddress;

/// All stores of a world as bytes, while they are replayed.
#[derive(Debug, Default)]
pub(crate) struct RawState {
    /// What the numbers in the batches stand for.
    names: FxHashMap<u32, Place>,
    tables: Vec<(StoreAddress, Arc<str>, RawTable)>,
}

#[derive(Clone, Debug)]
struct Place {
    /// In `tables`.
    table: usize,
    rows: Option<Arc<str>>,
    version: u32,
}

/// A store as it was saved.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawStore {
    /// The tables by name.
    pub(crate) tables: BTreeMap<Arc<str>, RawTable>,
    /// Handles on the payloads that the tables refer to, so that they stay.
    kept: Arc<Vec<Blob>>,
}

/// Rows by encoded key, in the order in which they were read: what was read together can be given
/// back together.
pub(crate) type RawRows = IndexMap<Bytes, RawValue, FxBuildHasher>;

/// The resources of a table by their encoded keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawTable(pub(crate) FxHashMap<Bytes, RawResource>);

/// A resource as it was saved.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawResource {
    /// The header; none when it is lost.
    pub(crate) header: Option<RawValue>,
    /// The row maps by name, rows by encoded key.
    pub(crate) rows: Vec<(Arc<str>, RawRows)>,
}

/// A saved value with the version that wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawValue {
    pub(crate) version: u32,
    pub(crate) bytes: Bytes,
    pub(crate) blobs: Box<[BlobHash]>,
}

impl RawResource {
    fn rows_mut(&mut self, map: &Arc<str>) -> &mut RawRows {
        let place = self.rows.iter().position(|(name, _)| name == map).unwrap_or_else(|| {
            self.rows.push((Arc::clone(map), RawRows::default()));
            self.rows.len() - 1
        });
        &mut self.rows[place].1
    }

    /// Whether older versions wrote some of the rows.
    pub(crate) fn has_versions_before(&self, version: u32) -> bool {
        let mut rows = self.rows.iter().flat_map(|(_, rows)| rows.values());
        rows.any(|row| row.version < version)
    }

    fn is_empty(&self) -> bool {
        self.header.is_none() && self.rows.iter().all(|(_, rows)| rows.is_empty())
    }
}

impl RawState {
    /// The stores, once all is replayed.
    pub(crate) fn into_stores(self) -> FxHashMap<StoreAddress, RawStore> {
        let mut stores = FxHashMap::<StoreAddress, RawStore>::default();
        for (address, name, table) in self.tables {
            if !table.0.is_empty() {
                stores.entry(address).or_default().tables.insert(name, table);
            }
        }
        stores
    }

    fn define(&mut self, id: u32, name: TableName) {
        let TableName { store, table, rows, version } = name;
        let known =
            self.tables.iter().position(|(address, name, _)| *address == store && **name == *table);
        let place = known.unwrap_or_else(|| {
            self.tables.push((store, table.into(), RawTable::default()));
            self.tables.len() - 1
        });
        self.names.insert(id, Place { table: place, rows: rows.map(Arc::from), version });
    }

    fn table(&mut self, id: u32) -> Option<(&mut RawTable, &Place)> {
        let place = self.names.get(&id)?;
        Some((&mut self.tables[place.table].2, place))
    }

    /// Replays one change; false when its table has no name.
    pub(crate) fn apply(&mut self, op: Op) -> bool {
        match op {
            Op::Define(id, name) => {
                self.define(id, name);
                Some(())
            }
            Op::Wipe => {
                self.tables.iter_mut().for_each(|(_, _, table)| table.0.clear());
                Some(())
            }
            Op::Blob { .. } | Op::End(_) => Some(()),
            Op::Put { table, key, value, blobs } => self.table(table).map(|(table, place)| {
                let header = RawValue { version: place.version, bytes: value, blobs: blobs.into() };
                table.0.entry(key).or_default().header = Some(header);
            }),
            Op::Drop { table, key } => self.table(table).map(|(table, _)| {
                table.0.remove(&key);
            }),
            Op::PutRow { table, key, row, value, blobs } => {
                self.table(table).and_then(|(table, place)| {
                    let value =
                        RawValue { version: place.version, bytes: value, blobs: blobs.into() };
                    let rows = place.rows.as_ref()?;
                    // Most rows belong to resources that are known: no need to keep the key.
                    let resource = match table.0.get_mut(&key) {
                        Some(resource) => resource,
                        None => table.0.entry(key).or_default(),
                    };
                    resource.rows_mut(rows).insert(row, value);
                    Some(())
                })
            }
            Op::DropRow { table, key, row } => self.change_rows(table, &key, |rows| {
                rows.swap_remove(&row);
            }),
            Op::Clear { table, key } => self.change_rows(table, &key, RawRows::clear),
        }
        .is_some()
    }

    fn change_rows(
        &mut self,
        table: u32,
        key: &Bytes,
        change: impl FnOnce(&mut RawRows),
    ) -> Option<()> {
        let (table, place) = self.table(table)?;
        let rows = place.rows.as_ref()?;
        if let Some(resource) = table.0.get_mut(key) {
            change(resource.rows_mut(rows));
            if resource.is_empty() {
                table.0.remove(key);
            }
        }
        Some(())
    }
}

impl RawStore {
    /// How many resources there are.
    pub(crate) fn count(&self) -> usize {
        self.tables.values().map(|table| table.0.len()).sum()
    }

    /// Takes handles on the payloads that it refers to. One that is missing is found missing when
    /// the value is read.
    pub(crate) fn keep_blobs(&mut self, blobs: &BlobStore) {
        let mut hashes = HashSet::new();
        self.blobs(&mut |hash| {
            hashes.insert(hash);
        });
        let found = hashes.into_iter().filter_map(|hash| blobs.find_blob(hash).ok());
        self.kept = Arc::new(found.collect());
    }

    /// The files of blobs that it refers to.
    fn blobs(&self, seen: &mut dyn FnMut(BlobHash)) {
        for resource in self.tables.values().flat_map(|table| table.0.values()) {
            let rows = resource.rows.iter().flat_map(|(_, rows)| rows.values());
            let values = resource.header.iter().chain(rows);
            values.flat_map(|value| &*value.blobs).for_each(|hash| seen(*hash));
        }
    }

    /// Writes everything as it was read.
    pub(crate) fn export(&self, address: &StoreAddress, sink: &mut OpSink<'_>) {
        let name = |table: &Arc<str>, rows: Option<&Arc<str>>, version| TableName {
            store: address.clone(),
            table: table.to_string(),
            rows: rows.map(ToString::to_string),
            version,
        };
        for (table, resources) in &self.tables {
            for (key, resource) in &resources.0 {
                if let Some(header) = &resource.header {
                    let id = sink.id(name(table, None, header.version));
                    sink.put(id, key, &header.saved());
                }
                for (map, rows) in &resource.rows {
                    for (row, value) in rows {
                        let id = sink.id(name(table, Some(map), value.version));
                        sink.put_row(id, key, row, &value.saved());
                    }
                }
            }
        }
    }
}

impl RawValue {
    pub(crate) fn of(saved: Saved, version: u32) -> Self {
        Self { version, bytes: saved.bytes.into(), blobs: saved.blobs.into() }
    }

    fn saved(&self) -> Saved {
        Saved { bytes: self.bytes.to_vec(), blobs: self.blobs.to_vec() }
    }
}
