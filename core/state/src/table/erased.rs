//! Tables whose types are not known.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;

use super::cell::{Cell, Owner};
use super::{Table, record};
use crate::codec::{self, Encoded, Saved};
use crate::journal::{OpSink, RawResource, RawRows, RawTable, RawValue};
use crate::rows::SavedRows;
use crate::store::StoreAddress;
use crate::{DecodeError, Key, Resource, RowVisitor};

/// A table, whatever it holds.
pub(crate) trait ErasedTable: Send + Sync {
    /// The table's name in saved state.
    fn name(&self) -> &'static str;
    /// How many resources it holds.
    fn count(&self) -> usize;
    /// Takes the contents of a table of the same type, or becomes empty, while nobody writes.
    fn adopt(&self, from: Option<&dyn ErasedTable>);
    /// Takes saved resources in; returns those that cannot be read, with the reasons.
    fn load(&self, saved: RawTable) -> (RawTable, Vec<LoadProblem>);
    /// Writes everything that it holds.
    fn export(&self, sink: &mut OpSink<'_>);
    /// The table as itself.
    fn as_any(&self) -> &dyn Any;
}

/// A saved resource that this program cannot read. It stays as it is in the saved state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadProblem {
    /// The store.
    pub store: StoreAddress,
    /// The table.
    pub table: String,
    /// Why.
    pub reason: String,
}

impl fmt::Display for LoadProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StoreAddress { service, scope } = &self.store;
        write!(f, "{service} {scope:?}: a resource of {}: {}", self.table, self.reason)
    }
}

/// The header as this version has it.
fn read_header<R: Resource>(saved: Option<&RawValue>) -> Result<R, DecodeError> {
    let Some(saved) = saved else { return Err(DecodeError::new("its header is missing")) };
    match saved.version {
        version if version == R::VERSION => codec::decode(&saved.bytes),
        version if version < R::VERSION => {
            R::migrate(version, &Encoded::from_bytes(saved.bytes.to_vec()))
        }
        newer => Err(DecodeError::new(format!("version {newer} wrote it, newer than this"))),
    }
}

/// Makes a resource of its saved form, which is gone afterwards or given back with the reason.
fn read_resource<R: Resource>(mut saved: RawResource) -> Result<R, (DecodeError, RawResource)> {
    let mut resource: R = match read_header(saved.header.as_ref()) {
        Ok(resource) => resource,
        Err(error) => return Err((error, saved)),
    };
    // Rows that are migrated cannot be given back as they were; others are not needed twice.
    let kept = saved.has_versions_before(R::VERSION).then(|| saved.clone());
    let mut problem = None;
    resource.visit_rows(&mut RowVisitor::new(&mut |name, rows| {
        let Some(place) = saved.rows.iter().position(|(map, _)| &**map == name) else { return };
        let (map, found) = saved.rows.swap_remove(place);
        let migrate = |from, row| R::migrate_row(from, name, row);
        let found = SavedRows { rows: found, version: R::VERSION, migrate: &migrate };
        if let Err(unread) = rows.load(found) {
            saved.rows.push((map, unread.rows));
            problem.get_or_insert(unread.error);
        }
    }));
    if saved.rows.iter().any(|(_, rows)| !rows.is_empty()) {
        problem
            .get_or_insert_with(|| DecodeError::new("it has rows that this version does not know"));
    }
    if let Some(error) = problem {
        if let Some(kept) = kept {
            return Err((error, kept));
        }
        resource.visit_rows(&mut RowVisitor::new(&mut |name, rows| {
            let mut back = RawRows::default();
            rows.each(&mut |key, value| {
                back.insert(key.into(), RawValue::of(value, R::VERSION));
            });
            if !back.is_empty() {
                saved.rows.push((name.into(), back));
            }
        }));
        return Err((error, saved));
    }
    resource.rebuild();
    Ok(resource)
}

impl<K: Key, R: Resource> Table<K, R> {
    fn load_one(
        &self,
        key: &Bytes,
        saved: RawResource,
    ) -> Result<(K, Cell<K, R>), (DecodeError, RawResource)> {
        let key: K = match codec::decode(key) {
            Ok(key) => key,
            Err(error) => return Err((error, saved)),
        };
        let resource: R = read_resource(saved)?;
        let journalled = self.context.core.has_journal();
        Ok((key.clone(), Cell::saved(key, self.owner(), resource, journalled)))
    }
}

impl<K: Key, R: Resource> ErasedTable for Table<K, R> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn count(&self) -> usize {
        self.len()
    }

    fn adopt(&self, from: Option<&dyn ErasedTable>) {
        let from = from.and_then(|table| table.as_any().downcast_ref::<Self>());
        let contents = from.map(|table| {
            table.owner.store(Owner::next().0, Ordering::Release);
            table.map.read().clone()
        });
        let old = std::mem::replace(&mut *self.map.write(), contents.unwrap_or_default());
        self.owner.store(Owner::next().0, Ordering::Release);
        for cell in old.values() {
            cell.wake.wake();
        }
        self.any.wake();
    }

    fn load(&self, saved: RawTable) -> (RawTable, Vec<LoadProblem>) {
        let mut rest = RawTable::default();
        let mut problems = Vec::new();
        let mut map = self.map.write();
        for (key, saved) in saved.0 {
            match self.load_one(&key, saved) {
                Ok((key, cell)) => {
                    map.insert(key, Arc::new(cell));
                }
                Err((error, saved)) => {
                    problems.push(LoadProblem {
                        store: (*self.context.address).clone(),
                        table: self.name.to_owned(),
                        reason: error.to_string(),
                    });
                    rest.0.insert(key, saved);
                }
            }
        }
        (rest, problems)
    }

    fn export(&self, sink: &mut OpSink<'_>) {
        let map = self.map.read().clone();
        let mut numbers: Option<record::Numbers> = None;
        for cell in map.values() {
            let Some(value) = cell.value() else { continue };
            let mut value = R::clone(&value);
            let numbers =
                numbers.get_or_insert_with(|| self.number(&mut value, |name| sink.id(name)));
            let key = codec::encode(&cell.key);
            let header = Saved::of(&value);
            sink.put(numbers.header(), &key, &header);
            let mut maps = numbers.rows().iter();
            value.visit_rows(&mut RowVisitor::new(&mut |_, rows| {
                let Some(number) = maps.next() else { return };
                rows.each(&mut |row, saved| {
                    sink.put_row(*number, &key, &row, &saved);
                });
            }));
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
