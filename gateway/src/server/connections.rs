//! Connections that do nothing: found and closed, at no cost to those that work.
//!
//! hyper's own timeout of heads arms a timer with every request. Here a connection only counts,
//! and one task looks at all of them now and then.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use fogbank_state::World;
use parking_lot::Mutex;
use tokio::task::AbortHandle;

/// How often connections are looked at. One that has done nothing since the last look is closed,
/// so idle connections live one to two of these.
const INTERVAL: Duration = Duration::from_secs(75);

/// What a connection has done.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Heads that were read.
    heads: AtomicU64,
    /// Requests whose response has not been handed over completely.
    busy: AtomicU64,
}

/// A request of a connection, until its response has been handed over.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Progress>);

impl Progress {
    /// Counts a request whose head is complete.
    pub(crate) fn enter(self: &Arc<Self>) -> Busy {
        self.heads.fetch_add(1, Ordering::Relaxed);
        self.busy.fetch_add(1, Ordering::Relaxed);
        Busy(self.clone())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

/// All connections of a server.
#[derive(Debug, Default)]
pub(crate) struct Connections(Mutex<Vec<Connection>>);

#[derive(Debug)]
struct Connection {
    progress: Weak<Progress>,
    task: AbortHandle,
    world: Weak<World>,
    seen: u64,
}

impl Connections {
    /// Watches a connection to a world.
    pub(crate) fn watch(&self, progress: &Arc<Progress>, task: AbortHandle, world: Weak<World>) {
        let progress = Arc::downgrade(progress);
        self.0.lock().push(Connection { progress, task, world, seen: 0 });
    }

    /// Closes the connections to a world that are not at work; whether others are left.
    pub(crate) fn close_idle_of(&self, world: &Weak<World>) -> bool {
        let mut busy = false;
        self.0.lock().retain(|connection| {
            if !connection.world.ptr_eq(world) {
                return true;
            }
            let Some(progress) = connection.progress.upgrade() else { return false };
            if progress.busy.load(Ordering::Relaxed) > 0 {
                busy = true;
                return true;
            }
            connection.task.abort();
            false
        });
        busy
    }

    /// Closes the connections that have read no head since the last look and are not at work.
    fn look(&self) {
        self.0.lock().retain_mut(|connection| {
            let Some(progress) = connection.progress.upgrade() else { return false };
            // The first look finds a connection that may have just begun.
            let heads = progress.heads.load(Ordering::Relaxed) + 1;
            let idle = connection.seen == heads && progress.busy.load(Ordering::Relaxed) == 0;
            connection.seen = heads;
            if idle {
                connection.task.abort();
            }
            !idle
        });
    }

    /// Looks at all connections, for as long as it is polled.
    pub(crate) async fn watch_over(&self) {
        let mut interval = tokio::time::interval(INTERVAL);
        loop {
            interval.tick().await;
            self.look();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_connections_that_do_nothing_are_closed() {
        let connections = Connections::default();
        let open = || {
            let progress = Arc::new(Progress::default());
            let task = tokio::spawn(std::future::pending::<()>());
            connections.watch(&progress, task.abort_handle(), Weak::new());
            (progress, task)
        };
        let (slow, slow_task) = open();
        let (busy, busy_task) = open();
        let (lively, lively_task) = open();
        let _request = busy.enter();
        connections.look();
        drop(lively.enter());
        connections.look();
        let aborted = slow_task.await.unwrap_err().is_cancelled();
        assert!(aborted && !busy_task.is_finished() && !lively_task.is_finished());
        drop(slow);
        assert_eq!(connections.0.lock().len(), 2);
    }
}
