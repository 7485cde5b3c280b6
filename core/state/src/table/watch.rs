//! Waiting for a resource to change.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::sync::Notify;

use super::cell::Cell;

/// Wakes who watches; costs an addition and a load when nobody does.
#[derive(Debug, Default)]
pub(crate) struct Wake {
    changes: AtomicU64,
    watchers: AtomicUsize,
    generation: AtomicU64,
    notify: Notify,
}

impl Wake {
    /// Called after a change, without the lock of what changed. A watcher that registers after
    /// the check below looks at the resource afterwards, and so sees the change.
    pub(crate) fn wake(&self) {
        self.changes.fetch_add(1, Ordering::Release);
        if self.watchers.load(Ordering::SeqCst) > 0 {
            self.generation.fetch_add(1, Ordering::SeqCst);
            self.notify.notify_waiters();
        }
    }

    /// How many changes there were.
    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    fn register(&self) -> u64 {
        self.watchers.fetch_add(1, Ordering::SeqCst);
        self.generation.load(Ordering::SeqCst)
    }

    fn unregister(&self) {
        self.watchers.fetch_sub(1, Ordering::SeqCst);
    }

    async fn changed(&self, seen: &mut u64) {
        loop {
            let mut notified = pin!(self.notify.notified());
            notified.as_mut().enable();
            let generation = self.generation.load(Ordering::SeqCst);
            if generation != *seen {
                *seen = generation;
                return;
            }
            notified.await;
        }
    }
}

/// Sees the changes of one resource from the moment it was made; from [`Table::watch`].
///
/// After a fork, a restore or the removal of the resource it wakes once more and then never
/// again: make a new one for each round of waiting.
///
/// [`Table::watch`]: crate::Table::watch
pub struct Watch<K, R> {
    cell: Arc<Cell<K, R>>,
    seen: u64,
}

impl<K, R> Watch<K, R> {
    pub(super) fn new(cell: Arc<Cell<K, R>>) -> Self {
        let seen = cell.wake.register();
        Self { cell, seen }
    }

    /// Waits until the resource changed since the watch was made or this last returned. It may
    /// return without a change.
    pub async fn changed(&mut self) {
        self.cell.wake.changed(&mut self.seen).await;
    }
}

impl<K, R> Drop for Watch<K, R> {
    fn drop(&mut self) {
        self.cell.wake.unregister();
    }
}

impl<K, R> fmt::Debug for Watch<K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// Sees the changes of all resources of a table; from [`Table::watch_all`].
///
/// [`Table::watch_all`]: crate::Table::watch_all
#[derive(Debug)]
pub struct WatchAll {
    wake: Arc<Wake>,
    seen: u64,
}

impl WatchAll {
    pub(super) fn new(wake: Arc<Wake>) -> Self {
        let seen = wake.register();
        Self { wake, seen }
    }

    /// As [`Watch::changed`], for any resource of the table, new and removed ones included.
    pub async fn changed(&mut self) {
        self.wake.changed(&mut self.seen).await;
    }
}

impl Drop for WatchAll {
    fn drop(&mut self) {
        self.wake.unregister();
    }
}
