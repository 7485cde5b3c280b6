//! Futures that wait for the clock of a world.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use super::Clock;
use super::timers::Key;
use crate::Timestamp;

/// Longer real waits are cut into pieces of this length, which tokio's timer can hold.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Waits until a clock shows a time; made by [`Clock::sleep`] and [`Clock::sleep_until`].
#[derive(Debug)]
pub struct Sleep {
    clock: Clock,
    deadline: Timestamp,
    key: Option<Key>,
    /// Waits in real time, as was right before the clock's change with this number.
    real: Option<(u64, Pin<Box<tokio::time::Sleep>>)>,
}

impl Sleep {
    pub(super) fn new(clock: Clock, deadline: Timestamp) -> Self {
        Self { clock, deadline, key: None, real: None }
    }

    /// The time that is waited for.
    pub fn deadline(&self) -> Timestamp {
        self.deadline
    }

    fn forget(&mut self) {
        if let Some(key) = self.key.take() {
            self.clock.inner.timers.lock().remove(key);
        }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        // The waker is in the queue before the clock is read, so no change goes unseen.
        let mut timers = this.clock.inner.timers.lock();
        this.key = Some(timers.insert_waker(this.deadline, this.key, cx.waker()));
        drop(timers);
        let changes = this.clock.inner.changes.load(Ordering::Acquire);
        if let Some((since, real)) = &mut this.real
            && *since == changes
            && real.as_mut().poll(cx).is_pending()
        {
            return Poll::Pending;
        }
        loop {
            let Some(wait) = this.clock.inner.real_wait(this.deadline) else {
                this.real = None;
                return Poll::Pending;
            };
            if wait.is_zero() {
                this.forget();
                return Poll::Ready(());
            }
            let mut real = Box::pin(tokio::time::sleep(wait.min(LONGEST_WAIT)));
            if real.as_mut().poll(cx).is_pending() {
                this.real = Some((changes, real));
                return Poll::Pending;
            }
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.forget();
    }
}

/// The time ran out before the future completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the deadline passed")]
pub struct Elapsed;

/// A future with a deadline; made by [`Clock::timeout_at`].
#[derive(Debug)]
pub struct Timeout<F> {
    sleep: Sleep,
    future: Pin<Box<F>>,
}

impl<F> Timeout<F> {
    pub(super) fn new(sleep: Sleep, future: F) -> Self {
        Self { sleep, future: Box::pin(future) }
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Poll::Ready(output) = self.future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        Pin::new(&mut self.sleep).poll(cx).map(|()| Err(Elapsed))
    }
}
