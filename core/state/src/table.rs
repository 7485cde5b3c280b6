//! Tables of resources.

mod cell;
mod erased;
mod iter;
mod record;
mod revision;
mod target;
mod watch;

use std::borrow::Borrow;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use imbl::OrdMap;
use parking_lot::RwLock;

use crate::store::StoreContext;
use crate::world::{Pass, forbid_nesting};
use crate::{Key, Resource};
use cell::Cell;

pub use cell::Edit;
use cell::Owner;
pub(crate) use erased::ErasedTable;
pub use erased::LoadProblem;
pub use iter::Range;
pub use revision::Revision;
pub(crate) use target::Target;
pub(crate) use watch::Wake;
pub use watch::{Watch, WatchAll};

/// Resources by key. Every resource has a lock of its own.
///
/// Reading and changing cost a few hundred nanoseconds whatever the size. Closures run under the
/// resource's lock: they are short, do not wait, and touch no other table (that panics; see
/// [`World::transaction`](crate::World::transaction)). A closure that panics leaves what it had
/// done, except in [`Table::try_update`] and in transactions, which take it back.
pub struct Table<K, R> {
    name: &'static str,
    context: StoreContext,
    /// Cells with another owner are shared with a fork or a snapshot and are copied on write.
    owner: AtomicU64,
    map: RwLock<OrdMap<K, Arc<Cell<K, R>>>>,
    any: Arc<Wake>,
    /// The numbers that stand for the table and its row maps in the journal.
    numbers: OnceLock<record::Numbers>,
}

/// There is a resource under that key already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the resource exists already")]
pub struct Exists;

impl<K, R> fmt::Debug for Table<K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len = self.map.read().len();
        f.debug_struct("Table").field("name", &self.name).field("len", &len).finish()
    }
}

impl<K: Key, R: Resource> Table<K, R> {
    /// An empty table; called by [`store!`](crate::store).
    #[doc(hidden)]
    pub fn new(name: &'static str, context: &StoreContext) -> Self {
        Self::with_map(name, context, OrdMap::new())
    }

    fn with_map(
        name: &'static str,
        context: &StoreContext,
        map: OrdMap<K, Arc<Cell<K, R>>>,
    ) -> Self {
        Self {
            name,
            context: context.clone(),
            owner: AtomicU64::new(Owner::next().0),
            map: RwLock::new(map),
            any: Arc::default(),
            numbers: OnceLock::new(),
        }
    }

    /// The same contents in another world; called by [`store!`](crate::store) while nobody writes.
    #[doc(hidden)]
    pub fn fork(&self, context: &StoreContext) -> Self {
        let map = self.map.read().clone();
        self.owner.store(Owner::next().0, Ordering::Release);
        Self::with_map(self.name, context, map)
    }

    fn owner(&self) -> Owner {
        Owner(self.owner.load(Ordering::Acquire))
    }

    fn cell<Q>(&self, key: &Q) -> Option<Arc<Cell<K, R>>>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.map.read().get(key).filter(|cell| !cell.is_dead()).cloned()
    }

    /// The cell under a key, owned by this table so that it may be written.
    fn own_cell<Q>(&self, _pass: &Pass<'_>, key: &Q) -> Option<Arc<Cell<K, R>>>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let cell = self.cell(key)?;
        let owner = self.owner();
        if cell.owner == owner {
            return Some(cell);
        }
        let mut map = self.map.write();
        let slot = map.get_mut(key)?;
        if slot.owner != owner {
            let old = Arc::clone(slot);
            *slot = Arc::new(old.copy(owner, self.context.core.has_journal()));
            // Who waited for the shared cell looks again and then waits for this one.
            old.wake.wake();
        }
        Some(Arc::clone(slot)).filter(|cell| !cell.is_dead())
    }

    /// The resource as it is now. Keeping it for long makes the next change copy it.
    pub fn get<Q>(&self, key: &Q) -> Option<Arc<R>>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        forbid_nesting();
        self.cell(key)?.value()
    }

    /// Whether there is a resource under the key.
    pub fn contains<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.cell(key).is_some()
    }

    /// How many resources there are; constant time.
    pub fn len(&self) -> usize {
        self.map.read().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Looks at a resource under its lock; none when there is none.
    pub fn read<Q, T>(&self, key: &Q, look: impl FnOnce(&R) -> T) -> Option<T>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        forbid_nesting();
        self.cell(key)?.read(look)
    }

    /// Changes a resource under its lock; none when there is none.
    ///
    /// An edit that only looks (never borrows the resource mutably) saves nothing and wakes nobody.
    pub fn update<Q, T>(&self, key: &Q, edit: impl FnOnce(&mut Edit<'_, R>) -> T) -> Option<T>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let pass = self.context.core.enter();
        loop {
            let cell = self.own_cell(&pass, key)?;
            let Some(mut locked) = cell.lock() else { continue };
            let (output, changed) = cell::edit(locked.value_mut(), edit);
            if changed {
                self.commit(&mut locked);
            }
            drop(locked);
            if changed {
                self.wake(&cell);
            }
            return Some(output);
        }
    }

    /// As [`Table::update`], but an error (or a panic) takes the changes back.
    ///
    /// Costs a clone of the resource, which is cheap by the contract of [`Resource`].
    ///
    /// # Errors
    /// What the closure returns.
    pub fn try_update<Q, T, E>(
        &self,
        key: &Q,
        edit: impl FnOnce(&mut Edit<'_, R>) -> Result<T, E>,
    ) -> Option<Result<T, E>>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let pass = self.context.core.enter();
        loop {
            let cell = self.own_cell(&pass, key)?;
            let Some(mut locked) = cell.lock() else { continue };
            let mut draft = Arc::clone(locked.value_mut());
            let (output, changed) = cell::edit(&mut draft, edit);
            let changed = changed && output.is_ok();
            if changed {
                *locked.value_mut() = draft;
                self.commit(&mut locked);
            }
            drop(locked);
            if changed {
                self.wake(&cell);
            }
            return Some(output);
        }
    }

    /// Changes the resource under the key, which `make` makes first when there is none.
    pub fn update_or_insert<T>(
        &self,
        key: K,
        make: impl FnOnce() -> R,
        edit: impl FnOnce(&mut Edit<'_, R>) -> T,
    ) -> T {
        // Each closure runs once: in the update, or in the insertion when there is nothing.
        let mut make = Some(make);
        let mut edit = Some(edit);
        let mut once = |resource: &mut Edit<'_, R>| {
            edit.take().expect("an edit that ran returned from the loop")(resource)
        };
        loop {
            if let Some(output) = self.update(&key, &mut once) {
                return output;
            }
            let mut output = None;
            let pass = self.context.core.enter();
            let made = self.insert_cell(&pass, key.clone(), || {
                let make = make.take().expect("what was made is in the table");
                let mut resource = Arc::new(make());
                output = Some(cell::edit(&mut resource, &mut once).0);
                resource
            });
            if let (true, Some(output)) = (made, output) {
                return output;
            }
        }
    }

    /// Puts a resource under a key that has none.
    ///
    /// # Errors
    /// [`Exists`] when there is one; it stays as it is.
    pub fn insert_new(&self, key: K, resource: R) -> Result<(), Exists> {
        let pass = self.context.core.enter();
        if self.insert_cell(&pass, key, || Arc::new(resource)) { Ok(()) } else { Err(Exists) }
    }

    /// Puts what `make` makes under a key that has nothing; false (and nothing made) otherwise.
    fn insert_cell(&self, _pass: &Pass<'_>, key: K, make: impl FnOnce() -> Arc<R>) -> bool {
        let mut map = self.map.write();
        if map.get(&key).is_some_and(|cell| !cell.is_dead()) {
            return false;
        }
        let cell = Arc::new(Cell::new(key.clone(), self.owner(), make()));
        let mut locked = cell.lock().expect("a cell that nobody else has seen is alive");
        map.insert(key, Arc::clone(&cell));
        drop(map);
        self.commit(&mut locked);
        drop(locked);
        self.any.wake();
        true
    }

    /// Puts a resource under a key and returns the one it replaces.
    pub fn insert(&self, key: K, resource: R) -> Option<Arc<R>> {
        let pass = self.context.core.enter();
        let mut resource = Arc::new(resource);
        loop {
            if let Some(cell) = self.own_cell(&pass, &key)
                && let Some(mut locked) = cell.lock()
            {
                std::mem::swap(locked.value_mut(), &mut resource);
                self.commit(&mut locked);
                drop(locked);
                self.wake(&cell);
                return Some(resource);
            }
            if self.insert_cell(&pass, key.clone(), || Arc::clone(&resource)) {
                return None;
            }
        }
    }

    /// Takes a resource out.
    pub fn remove<Q>(&self, key: &Q) -> Option<Arc<R>>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.remove_if(key, |_| true)
    }

    /// Takes a resource out if `condition`, looked at under its lock, holds.
    pub fn remove_if<Q>(&self, key: &Q, condition: impl FnOnce(&R) -> bool) -> Option<Arc<R>>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let pass = self.context.core.enter();
        loop {
            let cell = self.own_cell(&pass, key)?;
            let Some(mut locked) = cell.lock() else { continue };
            if !condition(locked.value_mut()) {
                return None;
            }
            self.commit_removal(&mut locked);
            let value = locked.kill();
            let mut map = self.map.write();
            if map.get(key).is_some_and(|found| Arc::ptr_eq(found, &cell)) {
                map.remove(key);
            }
            drop(map);
            self.wake(&cell);
            return Some(value);
        }
    }

    fn wake(&self, cell: &Cell<K, R>) {
        cell.wake.wake();
        self.any.wake();
    }

    /// Watches one resource for changes, its removal included; none when there is none.
    ///
    /// Take the watch first, look at the resource second, wait third: then no change is missed.
    pub fn watch<Q>(&self, key: &Q) -> Option<Watch<K, R>>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.cell(key).map(Watch::new)
    }

    /// The revision of the contents; another one after every change.
    pub fn revision(&self) -> Revision {
        Revision::new(self.owner().0, self.any.changes())
    }

    /// Watches all resources of the table, those that come and go included.
    pub fn watch_all(&self) -> WatchAll {
        WatchAll::new(Arc::clone(&self.any))
    }
}
