//! Headers that know when they may have changed.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl<T> Tracked<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self { value: Arc::new(value), stamp: next() }
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
        self.stamp = next();
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
