//! Connections that do nothing: found and closed, at no cost to those that work.
//!
//! hyper's own timeout of heads arms a timer with every request. Here a connection only counts,
//! and one task looks at all of them now and then.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use fogbank_state::World;
use futures_core::Stream;
use parking_lot::Mutex;
use tokio::task::AbortHandle;

/// How often connections are looked at. One that has done nothing since the last look is closed,
/// so idle connections live one to two of these.
const INTERVAL: Duration = Duration::from_secs(75);

/// What a connection has done.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Heads that were read, and pieces of responses that the client made room for.
    steps: AtomicU64,
    /// Requests and streams that the server, not the client, is to go on with.
    busy: AtomicU64,
}

/// Something that the server is to go on with, until it is dropped.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Progress>);

impl Progress {
    /// Counts a request whose head is complete, or the next piece of a response.
    pub(crate) fn enter(self: &Arc<Self>) -> Busy {
        self.steps.fetch_add(1, Ordering::Relaxed);
        self.busy.fetch_add(1, Ordering::Relaxed);
        Busy(self.clone())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A body whose next piece counts as the server's work from when the client has room for it until
/// it is there. A client that stops reading is so told from a server that has nothing to send.
pub(crate) struct Watched<S> {
    chunks: S,
    progress: Arc<Progress>,
    working: Option<Busy>,
}

impl<S> Watched<S> {
    /// Watches the body of a response to a request of this connection.
    pub(crate) fn new(chunks: S, busy: Busy) -> Self {
        Self { chunks, progress: busy.0.clone(), working: Some(busy) }
    }
}

impl<S: Stream + Unpin> Stream for Watched<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = &mut *self;
        let piece = Pin::new(&mut this.chunks).poll_next(cx);
        if piece.is_ready() {
            this.working = None;
            this.progress.steps.fetch_add(1, Ordering::Relaxed);
        } else if this.working.is_none() {
            this.working = Some(this.progress.enter());
        }
        piece
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

    /// Closes the connections on which nothing has happened since the last look, through no
    /// fault of the server.
    fn look(&self) {
        self.0.lock().retain_mut(|connection| {
            let Some(progress) = connection.progress.upgrade() else { return false };
            // The first look finds a connection that may have just begun.
            let steps = progress.steps.load(Ordering::Relaxed) + 1;
            let idle = connection.seen == steps && progress.busy.load(Ordering::Relaxed) == 0;
            connection.seen = steps;
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
    use futures_util::{FutureExt, StreamExt};

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
        let (stalled, stalled_task) = open();
        let (producing, producing_task) = open();
        let _request = busy.enter();
        // One client does not fetch the second piece; another waits for it.
        let pieces = || futures_util::stream::iter([1]).chain(futures_util::stream::pending());
        let mut unread = Watched::new(pieces(), stalled.enter());
        let mut awaited = Watched::new(pieces(), producing.enter());
        assert_eq!(unread.next().now_or_never(), Some(Some(1)));
        assert_eq!(awaited.next().now_or_never(), Some(Some(1)));
        assert_eq!(awaited.next().now_or_never(), None);
        connections.look();
        drop(lively.enter());
        connections.look();
        assert!(stalled_task.await.unwrap_err().is_cancelled());
        assert!(!producing_task.is_finished());
        let aborted = slow_task.await.unwrap_err().is_cancelled();
        assert!(aborted && !busy_task.is_finished() && !lively_task.is_finished());
        drop(slow);
        assert_eq!(connections.0.lock().len(), 3);
    }
}
