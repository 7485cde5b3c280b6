//! Telling the journal what changed.

use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use super::Table;
use super::cell::{Known, Locked};
use crate::codec::{self, Saved};
use crate::journal::{self, Recorder, TableName};
use crate::rows::RowChange;
use crate::{Key, Resource, RowVisitor};

/// The size that most changes have at most.
const USUAL: usize = 512;

/// The numbers that stand for a table and its row maps.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    header: u32,
    rows: Vec<u32>,
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

impl<K: Key, R: Resource> Table<K, R> {
    /// The name of the table, or of a row map of its resources, in saved state.
    pub(super) fn saved_name(&self, rows: Option<&str>) -> TableName {
        TableName {
            store: (*self.context.address).clone(),
            table: self.name.to_owned(),
            rows: rows.map(str::to_owned),
            version: R::VERSION,
        }
    }

    /// Numbers from `number` for the table and for the row maps of `resource`.
    pub(super) fn number(
        &self,
        resource: &mut R,
        mut number: impl FnMut(TableName) -> u32,
    ) -> Numbers {
        let header = number(self.saved_name(None));
        let mut rows = Vec::new();
        resource.visit_rows(&mut RowVisitor::new(&mut |name, _| {
            rows.push(number(self.saved_name(Some(name))));
        }));
        Numbers { header, rows }
    }

    fn numbers(&self, recorder: &Recorder, resource: &mut R) -> &Numbers {
        self.numbers.get_or_init(|| self.number(resource, |name| recorder.id(name)))
    }

    /// Hands a change to the journal, if there is one, under the lock of what changed.
    pub(super) fn commit(&self, locked: &mut Locked<'_, K, R>) {
        if let Some(recorder) = self.context.core.recorder() {
            let mut batch = Vec::with_capacity(USUAL);
            self.record_to(recorder, locked, &mut batch);
            self.context.core.append(batch);
        }
    }

    /// Adds a change to a batch, if there is a journal.
    pub(super) fn record(&self, locked: &mut Locked<'_, K, R>, batch: &mut Vec<u8>) {
        if let Some(recorder) = self.context.core.recorder() {
            self.record_to(recorder, locked, batch);
        }
    }

    fn record_to(&self, recorder: &Recorder, locked: &mut Locked<'_, K, R>, batch: &mut Vec<u8>) {
        let key = codec::encode(&locked.cell.key);
        let (value, known) = locked.parts();
        let value = Arc::make_mut(value);
        let numbers = self.numbers(recorder, value);
        record_header(value, known, numbers, &key, batch);
        known.stamps.resize(numbers.rows.len(), 0);
        let mut maps = numbers.rows.iter().zip(&mut known.stamps);
        value.visit_rows(&mut RowVisitor::new(&mut |_, rows| {
            let Some((number, stamp)) = maps.next() else { return };
            *stamp = rows.drain(*stamp, &mut |change| match change {
                RowChange::Clear => journal::clear(batch, *number, &key),
                RowChange::Put(row, saved) => {
                    journal::put_row(batch, *number, &key, &row, &saved);
                }
                RowChange::Drop(row) => journal::drop_row(batch, *number, &key, &row),
            });
        }));
    }

    /// Tells the journal, if there is one, that a resource goes.
    pub(super) fn commit_removal(&self, locked: &mut Locked<'_, K, R>) {
        if let Some(recorder) = self.context.core.recorder() {
            let key = codec::encode(&locked.cell.key);
            let header = match self.numbers.get() {
                Some(numbers) => numbers.header,
                None => self.numbers(recorder, Arc::make_mut(locked.value_mut())).header,
            };
            let mut batch = Vec::new();
            journal::drop_resource(&mut batch, header, &key);
            recorder.append(batch);
        }
    }
}

/// Adds the header when the journal has another one. Where there are no rows the header is all
/// there is to change, and is not compared.
fn record_header<R: Resource>(
    value: &R,
    known: &mut Known,
    numbers: &Numbers,
    key: &[u8],
    batch: &mut Vec<u8>,
) {
    let stamp = value.header_stamp();
    if stamp.is_some() && stamp == known.stamp {
        return;
    }
    known.stamp = stamp;
    let header = Saved::of(value);
    if !numbers.rows.is_empty() {
        let hash = Some(hash(&header.bytes));
        if known.header == hash {
            return;
        }
        known.header = hash;
    }
    journal::put(batch, numbers.header, key, &header);
}

impl Numbers {
    pub(super) fn header(&self) -> u32 {
        self.header
    }

    pub(super) fn rows(&self) -> &[u32] {
        &self.rows
    }
}
