//! Maps inside a resource that are saved row by row.

mod load;

use std::borrow::Borrow;
use std::fmt;
use std::ops::RangeBounds;
use std::sync::atomic::{AtomicU64, Ordering};

use imbl::OrdMap;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::codec::{self, Encoded, Saved};
use crate::journal::RawRows;
use crate::{DecodeError, Key};

/// What can be the value of a row.
pub trait Row: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Row for T {}

/// An ordered map inside a [`Resource`](crate::Resource), saved row by row.
///
/// Clones share structure: cloning costs the same whatever the length, and a write to a clone
/// copies a few nodes. List the field with [`rows!`](crate::rows) and have serde skip it.
#[derive(Clone)]
pub struct Rows<K, V> {
    map: OrdMap<K, V>,
    changes: Changes<K>,
}

/// What the journal has to be told of a row map.
#[derive(Clone, Debug)]
enum Changes<K> {
    /// Nothing is known to the journal: if there is one, it gets all rows.
    All,
    /// The journal knows the rows as they were at `stamp`; since then these keys, which may
    /// repeat, were touched. A clone that was kept from before has an older stamp.
    Since { stamp: u64, keys: Vec<K> },
}

/// One change of a row map on its way to the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RowChange {
    /// All rows are gone.
    Clear,
    /// A row has this value.
    Put(Vec<u8>, Saved),
    /// A row is gone.
    Drop(Vec<u8>),
}

/// Brings a row that an older version wrote to this version.
pub(crate) type Migration<'a> = &'a (dyn Fn(u32, Encoded) -> Result<Encoded, DecodeError> + Sync);

/// Rows that were saved.
pub(crate) struct SavedRows<'a> {
    pub(crate) rows: RawRows,
    /// The version that needs no migration.
    pub(crate) version: u32,
    pub(crate) migrate: Migration<'a>,
}

/// Rows that cannot be read, in their saved form, with the reason.
pub(crate) struct Unread {
    pub(crate) error: DecodeError,
    pub(crate) rows: RawRows,
}

/// A row map whose types are not known.
pub(crate) trait ErasedRows {
    /// Hands out what changed since `stamp` and returns the stamp for the next time.
    fn drain(&mut self, stamp: u64, out: &mut dyn FnMut(RowChange)) -> u64;
    /// Starts noting changes, on contents that the journal knows, and returns the stamp; or stops.
    fn track(&mut self, on: bool) -> u64;
    /// Takes rows in that were saved; the map is empty before, and stays empty on an error.
    fn load(&mut self, saved: SavedRows<'_>) -> Result<(), Box<Unread>>;
    /// Shows every row, encoded.
    fn each(&self, out: &mut dyn FnMut(Vec<u8>, Saved));
}

/// The memory for so many touched keys is kept.
const FEW: usize = 16;

/// A stamp that no row map had before; 0 is none's.
fn next_stamp() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl<K, V> Default for Rows<K, V> {
    fn default() -> Self {
        Self { map: OrdMap::new(), changes: Changes::All }
    }
}

impl<K: fmt::Debug, V> fmt::Debug for Rows<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("len", &self.map.len()).finish_non_exhaustive()
    }
}

impl<K: Key, V: Row> Rows<K, V> {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many rows there are; constant time.
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    fn note(&mut self, key: impl FnOnce() -> K) {
        if let Changes::Since { keys, .. } = &mut self.changes {
            keys.push(key());
        }
    }

    /// Puts a row and returns the one it replaces.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.note(|| key.clone());
        self.map.insert(key, value)
    }

    /// Takes a row out.
    pub fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let (key, value) = self.map.remove_with_key(key)?;
        self.note(|| key);
        Some(value)
    }

    /// Takes the row with the smallest key out.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        let key = self.map.get_min()?.0.clone();
        let value = self.remove(&key)?;
        Some((key, value))
    }

    /// Takes the row with the largest key out.
    pub fn pop_last(&mut self) -> Option<(K, V)> {
        let key = self.map.get_max()?.0.clone();
        let value = self.remove(&key)?;
        Some((key, value))
    }

    /// Takes all rows out.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The row under a key.
    pub fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.map.get(key)
    }

    /// Whether there is a row under a key.
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.map.contains_key(key)
    }

    /// The row under a key, to be changed; it counts as changed.
    pub fn get_mut<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let (key, value) = self.map.get_key_value_mut(key)?;
        if let Changes::Since { keys, .. } = &mut self.changes {
            keys.push(key.clone());
        }
        Some(value)
    }

    /// The row with the smallest key.
    pub fn first(&self) -> Option<(&K, &V)> {
        self.map.get_min().map(|(key, value)| (key, value))
    }

    /// The row with the largest key.
    pub fn last(&self) -> Option<(&K, &V)> {
        self.map.get_max().map(|(key, value)| (key, value))
    }

    /// The rows in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.map.iter()
    }

    /// The keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.map.keys()
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.map.iter().map(|(_, value)| value)
    }

    /// The rows whose keys are in a range, in order; start anywhere, go both ways.
    pub fn range<R, Q>(&self, range: R) -> impl DoubleEndedIterator<Item = (&K, &V)>
    where
        R: RangeBounds<Q>,
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.map.range(range)
    }

    /// Keeps the rows that `keep` wants.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &V) -> bool) {
        let drop = self.map.iter().filter(|(key, value)| !keep(key, value));
        let drop: Vec<K> = drop.map(|(key, _)| key.clone()).collect();
        for key in drop {
            self.remove(&key);
        }
    }
}

impl<K: Key, V: Row> FromIterator<(K, V)> for Rows<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(rows: I) -> Self {
        Self { map: rows.into_iter().collect(), changes: Changes::All }
    }
}

impl<K: Key, V: Row> Extend<(K, V)> for Rows<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, rows: I) {
        for (key, value) in rows {
            self.insert(key, value);
        }
    }
}

impl<K: Key, V: Row> ErasedRows for Rows<K, V> {
    fn drain(&mut self, stamp: u64, out: &mut dyn FnMut(RowChange)) -> u64 {
        match &mut self.changes {
            Changes::Since { stamp: since, keys } if *since == stamp => {
                if keys.is_empty() {
                    return stamp;
                }
                keys.sort_unstable();
                keys.dedup();
                for key in &*keys {
                    let name = codec::encode(key);
                    out(match self.map.get(key) {
                        Some(value) => RowChange::Put(name, Saved::of(value)),
                        None => RowChange::Drop(name),
                    });
                }
                keys.clear();
                keys.shrink_to(FEW);
                *since = next_stamp();
                return *since;
            }
            _ => {
                out(RowChange::Clear);
                self.each(&mut |key, value| out(RowChange::Put(key, value)));
            }
        }
        self.track(true)
    }

    fn track(&mut self, on: bool) -> u64 {
        if !on {
            self.changes = Changes::All;
            return 0;
        }
        let stamp = next_stamp();
        self.changes = Changes::Since { stamp, keys: Vec::new() };
        stamp
    }

    fn load(&mut self, saved: SavedRows<'_>) -> Result<(), Box<Unread>> {
        self.map.extend(load::decode::<K, V>(saved)?);
        Ok(())
    }

    fn each(&self, out: &mut dyn FnMut(Vec<u8>, Saved)) {
        for (key, value) in self.map.iter() {
            out(codec::encode(key), Saved::of(value));
        }
    }
}
