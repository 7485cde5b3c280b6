//! The gate that makes a fork see one moment.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Threads spread over this many locks, so that they rarely touch the same cache line.
const DOORS: usize = 8;

#[derive(Default)]
#[repr(align(128))]
struct Door(RwLock<()>);

/// Lets any number of writers in, or one fork.
#[derive(Default)]
pub(super) struct Gate([Door; DOORS]);

thread_local! {
    static DOOR: usize = {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed) % DOORS
    };
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Panics in a closure that a table runs, where another access could dead-lock.
pub(crate) fn forbid_nesting() {
    assert!(
        !INSIDE.get(),
        "a closure given to a table touched a table: finish it first, or use World::transaction"
    );
}

/// Marks that the thread runs under the lock of a resource.
#[derive(Debug)]
pub(crate) struct Inside(());

impl Inside {
    pub(crate) fn enter() -> Self {
        forbid_nesting();
        INSIDE.set(true);
        Self(())
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(false);
    }
}

/// The right to change something in a world.
pub(crate) struct Pass<'a> {
    _inside: Inside,
    _door: RwLockReadGuard<'a, ()>,
}

impl Gate {
    pub(super) fn enter(&self) -> Pass<'_> {
        let inside = Inside::enter();
        Pass { _inside: inside, _door: self.0[DOOR.with(|door| *door)].0.read() }
    }

    /// Waits until nobody writes and keeps it so.
    pub(super) fn close(&self) -> Vec<RwLockWriteGuard<'_, ()>> {
        forbid_nesting();
        self.0.iter().map(|door| door.0.write()).collect()
    }
}
