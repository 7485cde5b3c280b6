//! The place of one resource, with its lock.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::{Mutex, MutexGuard};

use super::watch::Wake;
use crate::world::Inside;
use crate::{Key, Resource};

/// Says which table may write a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner(pub(super) u64);

impl Owner {
    /// An owner that no table had before.
    pub(super) fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// One resource of one table, or of several that share it until one of them writes.
pub(crate) struct Cell<K, R> {
    pub(super) key: K,
    pub(super) owner: Owner,
    /// Set under the lock, after the journal was told.
    dead: AtomicBool,
    pub(super) wake: Wake,
    slot: Mutex<Slot<R>>,
}

/// What the lock of a cell protects.
struct Slot<R> {
    value: Arc<R>,
    known: Known,
}

/// What the journal knows of a resource.
#[derive(Default)]
pub(super) struct Known {
    /// The hash of the header.
    pub(super) header: Option<u64>,
    /// The stamp that the header had, if the resource has stamps.
    pub(super) stamp: Option<u64>,
    /// The stamps of the row maps.
    pub(super) stamps: Vec<u64>,
}

impl<K: Key, R: Resource> Cell<K, R> {
    pub(super) fn new(key: K, owner: Owner, value: Arc<R>) -> Self {
        Self::with(key, owner, Slot { value, known: Known::default() })
    }

    fn with(key: K, owner: Owner, slot: Slot<R>) -> Self {
        let dead = AtomicBool::new(false);
        Self { key, owner, dead, wake: Wake::default(), slot: Mutex::new(slot) }
    }

    /// A cell for a resource whose contents the world's journal, if `journalled`, knows.
    pub(super) fn saved(key: K, owner: Owner, mut value: R, journalled: bool) -> Self {
        let mut stamps = Vec::new();
        value.visit_rows(&mut crate::RowVisitor::new(&mut |_, rows| {
            stamps.push(rows.track(journalled));
        }));
        let known = Known { header: None, stamp: None, stamps };
        Self::with(key, owner, Slot { value: Arc::new(value), known })
    }

    /// A cell for another owner with a copy of the resource; `journalled` when the new owner's
    /// world has a journal, which knows the contents.
    pub(super) fn copy(&self, owner: Owner, journalled: bool) -> Self {
        let value = Arc::clone(&self.slot.lock().value);
        let copy = Self::saved(self.key.clone(), owner, R::clone(&value), journalled);
        copy.dead.store(self.is_dead(), Ordering::Release);
        copy
    }

    pub(super) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::Acquire)
    }

    /// The resource as it is, or none when it was removed.
    pub(super) fn value(&self) -> Option<Arc<R>> {
        let slot = self.slot.lock();
        (!self.is_dead()).then(|| Arc::clone(&slot.value))
    }

    pub(super) fn read<T>(&self, look: impl FnOnce(&R) -> T) -> Option<T> {
        let slot = self.slot.lock();
        let _inside = Inside::enter();
        (!self.is_dead()).then(|| look(&slot.value))
    }

    /// Waits for the lock; none when the resource was removed meanwhile.
    pub(super) fn lock(&self) -> Option<Locked<'_, K, R>> {
        let slot = self.slot.lock();
        (!self.is_dead()).then_some(Locked { cell: self, slot })
    }
}

/// The right to change a resource.
pub(crate) struct Locked<'a, K, R> {
    pub(super) cell: &'a Cell<K, R>,
    slot: MutexGuard<'a, Slot<R>>,
}

impl<K: Key, R: Resource> Locked<'_, K, R> {
    pub(super) fn value_mut(&mut self) -> &mut Arc<R> {
        &mut self.slot.value
    }

    /// The resource and what the journal knows of it.
    pub(super) fn parts(&mut self) -> (&mut Arc<R>, &mut Known) {
        let slot = &mut *self.slot;
        (&mut slot.value, &mut slot.known)
    }

    /// Marks the resource as removed and returns it.
    pub(super) fn kill(self) -> Arc<R> {
        self.cell.dead.store(true, Ordering::Release);
        Arc::clone(&self.slot.value)
    }
}

/// Runs an edit on a resource and tells whether it borrowed the resource mutably.
pub(super) fn edit<R: Resource, T>(
    value: &mut Arc<R>,
    edit: impl FnOnce(&mut Edit<'_, R>) -> T,
) -> (T, bool) {
    let mut changed = false;
    let output = edit(&mut Edit { value, changed: &mut changed });
    (output, changed)
}

/// A resource that is being changed, under its lock.
///
/// It dereferences to the resource. Only a mutable dereference counts as a change. To borrow two
/// fields mutably at once, dereference first: `let queue = &mut **queue;`.
#[derive(Debug)]
pub struct Edit<'a, R> {
    value: &'a mut Arc<R>,
    changed: &'a mut bool,
}

impl<'a, R> Edit<'a, R> {
    pub(crate) fn new(value: &'a mut Arc<R>, changed: &'a mut bool) -> Self {
        Self { value, changed }
    }
}

impl<R> Deref for Edit<'_, R> {
    type Target = R;

    fn deref(&self) -> &R {
        self.value
    }
}

impl<R: Clone> DerefMut for Edit<'_, R> {
    fn deref_mut(&mut self) -> &mut R {
        *self.changed = true;
        Arc::make_mut(self.value)
    }
}
