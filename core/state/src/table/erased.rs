//! Tables whose types are not known.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;

use super::cell::{Cell, Owner};
use super::{Table, record};
use crate::codec::{self, Encoded, Saved};
use crate::journal::{OpSink, RawResource, RawTable, RawValue};
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

fn read_resource<R: Resource>(saved: &RawResource) -> Result<R, DecodeError> {
    let mut resource: R = read_header(saved.header.as_ref())?;
    let mut problem = None;
    let mut seen = 0;
    resource.visit_rows(&mut RowVisitor::new(&mut |name, rows| {
        let Some((_, saved)) = saved.rows.iter().find(|(map, _)| &**map == name) else { return };
        seen += 1;
        let mut saved = saved.iter().map(|(key, value)| {
            if value.version == R::VERSION {
                return Ok((&key[..], Cow::Borrowed(&value.bytes[..])));
            }
            let row = Encoded::from_bytes(value.bytes.to_vec());
            let row = R::migrate_row(value.version, name, row)?;
            Ok((&key[..], Cow::Owned(row.into_bytes())))
        });
        if let Err(error) = rows.load(&mut saved) {
            problem.get_or_insert(error);
        }
    }));
    if let Some(error) = problem {
        return Err(error);
    }
    if saved.rows.iter().filter(|(_, rows)| !rows.is_empty()).count() > seen {
        return Err(DecodeError::new("it has rows that this version does not know"));
    }
    resource.rebuild();
    Ok(resource)
}

impl<K: Key, R: Resource> Table<K, R> {
    fn load_one(&self, key: &Bytes, saved: &RawResource) -> Result<(K, Cell<K, R>), DecodeError> {
        let key: K = codec::decode(key)?;
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
            match self.load_one(&key, &saved) {
                Ok((key, cell)) => {
                    map.insert(key, Arc::new(cell));
                }
                Err(error) => {
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
