//! A resource of a table inside a transaction.

use std::any::Any;
use std::sync::Arc;

use super::cell::{Cell, Locked};
use super::{Table, watch};
use crate::transaction::{ErasedAcquired, ErasedFound, ErasedTarget};
use crate::world::Pass;
use crate::{Key, Resource};

/// A table and a key.
pub(crate) struct Target<'w, K, R> {
    pub(crate) table: &'w Table<K, R>,
    pub(crate) key: K,
}

struct Found<'w, K, R> {
    table: &'w Table<K, R>,
    cell: Arc<Cell<K, R>>,
}

struct Acquired<'a, K, R> {
    table: &'a Table<K, R>,
    locked: Locked<'a, K, R>,
    /// The resource as the transaction left it so far; none when it works in place.
    draft: Option<Arc<R>>,
    changed: bool,
}

impl<K: Key, R: Resource> ErasedTarget for Target<'_, K, R> {
    fn find<'a>(&'a self, pass: &Pass<'_>) -> Option<Box<dyn ErasedFound + 'a>> {
        let cell = self.table.own_cell(pass, &self.key)?;
        Some(Box::new(Found { table: self.table, cell }))
    }
}

impl<K: Key, R: Resource> ErasedFound for Found<'_, K, R> {
    fn address(&self) -> usize {
        Arc::as_ptr(&self.cell).addr()
    }

    fn acquire(&self) -> Option<Box<dyn ErasedAcquired<'_> + '_>> {
        let mut locked = self.cell.lock()?;
        let draft = Some(Arc::clone(locked.value_mut()));
        Some(Box::new(Acquired { table: self.table, locked, draft, changed: false }))
    }
}

impl<'a, K: Key, R: Resource> ErasedAcquired<'a> for Acquired<'a, K, R> {
    fn value(&mut self) -> (&mut dyn Any, &mut bool) {
        let value = match &mut self.draft {
            Some(draft) => draft,
            None => self.locked.value_mut(),
        };
        (value, &mut self.changed)
    }

    fn drop_draft(&mut self) {
        self.draft = None;
        self.changed = false;
    }

    fn commit(&mut self, batch: &mut Vec<u8>) {
        if !self.changed {
            return;
        }
        if let Some(draft) = &mut self.draft {
            std::mem::swap(self.locked.value_mut(), draft);
        }
        self.table.record(&mut self.locked, batch);
    }

    fn release(self: Box<Self>) -> Option<(&'a watch::Wake, &'a watch::Wake)> {
        self.changed.then_some((&self.locked.cell.wake, &self.table.any))
    }
}
