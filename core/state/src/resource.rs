//! What a table holds.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::rows::ErasedRows;
use crate::{DecodeError, Encoded};

/// What can be the key of a table or of a row map.
pub trait Key: Ord + Clone + Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<T: Ord + Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Key for T {}

/// A thing that is locked, saved and forked as a whole: a queue, a bucket, a role.
///
/// What serde sees of the type is its *header*, saved as one value whenever it changed. Collections
/// that grow belong into [`Rows`] fields, which are skipped by serde, listed with
/// [`rows!`](crate::rows) and saved row by row. Derived indexes are skipped too, and made again by
/// [`Resource::rebuild`].
///
/// `Clone` must be cheap (a fork's first write to a resource clones it): keep big things in
/// [`Rows`], `Arc`, `Bytes` or blobs.
///
/// A type without rows needs no more than its version:
///
/// ```
/// # use fogbank_state::Resource;
/// #[derive(Clone, serde::Serialize, serde::Deserialize)]
/// struct Role { description: String }
/// impl Resource for Role { const VERSION: u32 = 1; }
/// ```
pub trait Resource: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The version of the saved form. Raise it when older bytes would decode wrongly or not at
    /// all (fields with `#[serde(default)]` can come and go without), and write the migration.
    const VERSION: u32;

    /// Shows each row map to `visit`; written by [`rows!`](crate::rows).
    fn visit_rows(&mut self, visit: &mut RowVisitor<'_>) {
        let _ = visit;
    }

    /// Makes derived fields again, after loading.
    fn rebuild(&mut self) {}

    /// A number that is another whenever the header may be another, for resources whose rows change
    /// often and whose header is large: while it stays, the header is not encoded to be compared.
    fn header_stamp(&self) -> Option<u64> {
        None
    }

    /// Reads a header that version `from` wrote.
    ///
    /// # Errors
    /// When the value cannot be brought to this version; its resource is then kept as bytes and
    /// reported.
    fn migrate(from: u32, header: &Encoded) -> Result<Self, DecodeError> {
        let _ = from;
        header.decode()
    }

    /// Brings a row's value that version `from` wrote to this version.
    ///
    /// # Errors
    /// As [`Resource::migrate`].
    fn migrate_row(from: u32, map: &str, row: Encoded) -> Result<Encoded, DecodeError> {
        let _ = (from, map);
        Ok(row)
    }
}

/// Sees the row maps of a resource one after the other.
pub struct RowVisitor<'a> {
    visit: &'a mut dyn FnMut(&'static str, &mut dyn ErasedRows),
}

impl std::fmt::Debug for RowVisitor<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RowVisitor")
    }
}

impl<'a> RowVisitor<'a> {
    pub(crate) fn new(visit: &'a mut dyn FnMut(&'static str, &mut dyn ErasedRows)) -> Self {
        Self { visit }
    }

    /// Shows one row map under its name, which is part of the saved form.
    pub fn rows<K: Key, V: crate::rows::Row>(
        &mut self,
        name: &'static str,
        rows: &mut crate::Rows<K, V>,
    ) {
        (self.visit)(name, rows);
    }
}

/// Lists the [`Rows`](crate::Rows) fields of a resource, inside its `impl Resource`.
///
/// The fields' names are part of the saved form.
#[macro_export]
macro_rules! rows {
    ($($field:ident),+ $(,)?) => {
        fn visit_rows(&mut self, visit: &mut $crate::RowVisitor<'_>) {
            $(visit.rows(stringify!($field), &mut self.$field);)+
        }
    };
}

/// All that a resource's header consists of, with a stamp for
/// [`Resource::header_stamp`](crate::Resource::header_stamp).
///
/// It is saved as the value alone. Clones share the value and its stamp; borrowing it mutably gives it
/// another stamp, whether it is then changed or not.
///
/// ```
/// # use fogbank_state::Tracked;
/// let mut header = Tracked::new(vec![1]);
/// let (copy, before) = (header.clone(), header.stamp());
/// header.push(2);
/// assert_ne!(header.stamp(), before);
/// assert_eq!((copy.stamp(), &copy[..]), (before, &[1][..]));
/// ```
#[derive(Debug)]
pub struct Tracked<T> {
    value: Arc<T>,
    stamp: u64,
}

/// A stamp that nothing had before.
fn next_stamp() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl<T> Tracked<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self { value: Arc::new(value), stamp: next_stamp() }
    }

    /// A number that no other value has.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }

    /// The value, which stays as it is when this one changes.
    pub fn share(&self) -> Arc<T> {
        Arc::clone(&self.value)
    }
}

impl<T> Clone for Tracked<T> {
    fn clone(&self) -> Self {
        Self { value: self.share(), stamp: self.stamp }
    }
}

impl<T> Deref for Tracked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Clone> DerefMut for Tracked<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.stamp = next_stamp();
        Arc::make_mut(&mut self.value)
    }
}

impl<T: Serialize> Serialize for Tracked<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Tracked<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::new)
    }
}
