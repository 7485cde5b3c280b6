//! Capacity units that reads and writes consume.

use std::collections::BTreeMap;

use fogbank_api_dynamodb::{Capacity, ConsumedCapacity, ReturnConsumedCapacity, VectorCapacity};

use super::definition::IndexScope;
use super::state::TableState;
use super::vector;
use super::write::Change;

/// Bytes of one read unit.
const READ_BLOCK: usize = 4096;
/// Bytes of one write unit.
const WRITE_BLOCK: usize = 1024;

/// How a read is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadMode {
    /// Eventually consistent: half a unit a block.
    Eventual,
    /// Strongly consistent: one unit.
    Consistent,
    /// Of a transaction: two units.
    Transactional,
}

/// Units used by one request on one table, and where.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Units {
    /// On the table itself.
    pub table: f64,
    /// On local indexes, by name.
    pub local: BTreeMap<String, f64>,
    /// On global indexes, by name.
    pub global: BTreeMap<String, f64>,
    /// Bytes written to vector indexes, by name.
    pub vectors: BTreeMap<String, f64>,
}

/// Read units of `bytes` that were read together; nothing read costs as much as one block.
pub fn read_units(bytes: usize, mode: ReadMode) -> f64 {
    let blocks = bytes.div_ceil(READ_BLOCK).max(1) as f64;
    match mode {
        ReadMode::Eventual => blocks / 2.0,
        ReadMode::Consistent => blocks,
        ReadMode::Transactional => blocks * 2.0,
    }
}

fn write_blocks(bytes: usize) -> f64 {
    bytes.div_ceil(WRITE_BLOCK).max(1) as f64
}

/// Write units of a change: of the larger of old and new item, and of each index entry that
/// appears, disappears, moves or changes.
pub fn write_units(table: &TableState, change: &Change, transactional: bool) -> Units {
    let factor = if transactional { 2.0 } else { 1.0 };
    let size = |item: Option<&super::state::Item>| item.map_or(0, |item| item.size());
    let (old, new) = (change.old.as_ref(), change.new.as_ref());
    let mut units =
        Units { table: factor * write_blocks(size(old).max(size(new))), ..Units::default() };
    for index in &table.definition.indexes {
        let entry = |item: Option<&super::state::Item>| {
            let item = item?;
            let row = index.keys.index_row_key(item, &change.row)?;
            Some((row, table.projected(index, item)))
        };
        let (before, after) = (entry(old), entry(new));
        let cost = match (&before, &after) {
            (Some((a, old)), Some((b, new))) if a == b => {
                if old == new {
                    0.0
                } else {
                    write_blocks(old.size().max(new.size()))
                }
            }
            _ => [&before, &after]
                .into_iter()
                .flatten()
                .map(|(_, item)| write_blocks(item.size()))
                .sum(),
        };
        if cost > 0.0 {
            units.on_index(index.scope, &index.name, factor * cost);
        }
    }
    units.vectors =
        vector::written_bytes(&table.definition, old.map(|it| &**it), new.map(|it| &**it));
    units
}

impl Units {
    /// Units on the table alone.
    pub fn of_table(units: f64) -> Units {
        Units { table: units, ..Units::default() }
    }

    /// Adds units on an index.
    pub fn on_index(&mut self, scope: IndexScope, name: &str, units: f64) {
        let map = match scope {
            IndexScope::Local => &mut self.local,
            IndexScope::Global => &mut self.global,
        };
        *map.entry(name.to_owned()).or_default() += units;
    }

    /// Adds what another request on the same table used.
    pub fn add(&mut self, other: Units) {
        self.table += other.table;
        for (name, units) in other.local {
            *self.local.entry(name).or_default() += units;
        }
        for (name, units) in other.global {
            *self.global.entry(name).or_default() += units;
        }
        for (name, bytes) in other.vectors {
            *self.vectors.entry(name).or_default() += bytes;
        }
    }

    fn total(&self) -> f64 {
        self.table + self.local.values().sum::<f64>() + self.global.values().sum::<f64>()
    }

    /// As an answer reports it, if it was asked to.
    pub fn report(
        &self,
        table: &str,
        asked: Option<&ReturnConsumedCapacity>,
    ) -> Option<ConsumedCapacity> {
        self.report_as(table, asked, Side::Plain)
    }

    /// As a transaction reports it, which says read or write beside the sum.
    pub fn report_as(
        &self,
        table: &str,
        asked: Option<&ReturnConsumedCapacity>,
        side: Side,
    ) -> Option<ConsumedCapacity> {
        let detailed = match asked? {
            ReturnConsumedCapacity::Indexes => true,
            ReturnConsumedCapacity::Total => false,
            _ => return None,
        };
        let read = |units: f64| (side == Side::Read).then_some(units);
        let write = |units: f64| (side == Side::Write).then_some(units);
        let capacity = |units: f64| Capacity {
            capacity_units: Some(units),
            read_capacity_units: read(units),
            write_capacity_units: write(units),
        };
        let indexes = |map: &BTreeMap<String, f64>| {
            (detailed && !map.is_empty())
                .then(|| map.iter().map(|(name, units)| (name.clone(), capacity(*units))).collect())
        };
        let written = |bytes| VectorCapacity {
            vector_search_request_bytes: None,
            vector_write_request_bytes: Some(bytes),
        };
        Some(ConsumedCapacity {
            table_name: Some(table.to_owned()),
            capacity_units: Some(self.total()),
            read_capacity_units: read(self.total()),
            write_capacity_units: write(self.total()),
            table: detailed.then(|| capacity(self.table)),
            local_secondary_indexes: indexes(&self.local),
            global_secondary_indexes: indexes(&self.global),
            vector_indexes: (detailed && !self.vectors.is_empty()).then(|| {
                self.vectors.iter().map(|(name, bytes)| (name.clone(), written(*bytes))).collect()
            }),
        })
    }
}

/// What a report names its units, beside the sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Nothing more.
    Plain,
    /// Read units.
    Read,
    /// Write units.
    Write,
}
