//! Going through a table.

use std::borrow::Borrow;
use std::fmt;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use imbl::OrdMap;

use super::{Cell, Table};
use crate::world::forbid_nesting;
use crate::{Key, Resource};

/// The resources of a table in the order of their keys, from [`Table::iter`] and its siblings.
///
/// Which keys it goes through was settled when it was made; each resource is as it is when its
/// turn comes, and left out when it was removed by then.
pub struct Range<K, R> {
    map: OrdMap<K, Arc<Cell<K, R>>>,
    from: Bound<K>,
    to: Bound<K>,
}

impl<K, R> fmt::Debug for Range<K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Range")
    }
}

impl<K: Key, R: Resource> Iterator for Range<K, R> {
    type Item = (K, Arc<R>);

    fn next(&mut self) -> Option<Self::Item> {
        forbid_nesting();
        loop {
            let bounds = (self.from.as_ref(), self.to.as_ref());
            let (key, cell) = self.map.range::<_, K>(bounds).next()?;
            let found = cell.value().map(|value| (key.clone(), value));
            self.from = Bound::Excluded(key.clone());
            if found.is_some() {
                return found;
            }
        }
    }
}

impl<K: Key, R: Resource> Table<K, R> {
    /// All resources with their keys, in order.
    pub fn iter(&self) -> Range<K, R> {
        self.range(..)
    }

    /// All keys, in order.
    pub fn keys(&self) -> Vec<K> {
        self.map.read().keys().cloned().collect()
    }

    /// The resources whose keys are in `range`, in order. An empty or inverted range has none.
    pub fn range(&self, range: impl RangeBounds<K>) -> Range<K, R> {
        let (from, to) = (range.start_bound().cloned(), range.end_bound().cloned());
        let inverted = match (&from, &to) {
            (Bound::Included(from), Bound::Included(to)) => from > to,
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
            (Bound::Included(from) | Bound::Excluded(from), Bound::Excluded(to))
            | (Bound::Excluded(from), Bound::Included(to)) => from >= to,
        };
        let map = if inverted { OrdMap::new() } else { self.map.read().clone() };
        Range { map, from, to }
    }

    /// The resources whose keys come after `key`, as pages are continued.
    pub fn after(&self, key: K) -> Range<K, R> {
        self.range((Bound::Excluded(key), Bound::Unbounded))
    }

    /// The resources whose keys begin with `prefix`, in order.
    pub fn prefix(&self, prefix: &str) -> impl Iterator<Item = (K, Arc<R>)>
    where
        K: Borrow<str>,
    {
        let map = self.map.read();
        let from = (Bound::Included(prefix), Bound::Unbounded);
        let cells = map.range::<_, str>(from).map(|(_, cell)| cell);
        let cells = cells.take_while(|cell| cell.key.borrow().starts_with(prefix));
        let cells: Vec<_> = cells.cloned().collect();
        drop(map);
        cells.into_iter().filter_map(|cell| cell.value().map(|value| (cell.key.clone(), value)))
    }
}
