//! The queue of what waits for a clock, and the task that runs jobs as time passes.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Weak;
use std::task::Waker;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::Inner;
use crate::Timestamp;

pub(super) type JobFuture = Pin<Box<dyn Future<Output = ()> + Send>>;
type Job = Box<dyn FnOnce(Timestamp) -> JobFuture + Send>;

/// When something is due, and its place among what is due at the same time.
pub(super) type Key = (Timestamp, u64);

/// How often a woken task gets the chance to run before the next job does.
const YIELDS: usize = 8;

/// A scheduled job, for [`super::Clock::cancel`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JobId(Key);

impl JobId {
    pub(super) fn key(self) -> Key {
        self.0
    }
}

/// A job that ran while the clock advanced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The name it was scheduled under.
    pub name: Arc<str>,
    /// The time at which it was due.
    pub at: Timestamp,
    /// It panicked instead of completing.
    pub panicked: bool,
}

enum Waiting {
    Task(Waker),
    Job(Arc<str>, Job),
}

/// Everything that waits for one clock, in the order in which it falls due.
#[derive(Default)]
pub(super) struct Timers {
    queue: BTreeMap<Key, Waiting>,
    next: u64,
    driver: Option<JoinHandle<()>>,
}

impl fmt::Debug for Timers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timers").field("waiting", &self.queue.len()).finish_non_exhaustive()
    }
}

impl Timers {
    fn next_key(&mut self, at: Timestamp) -> Key {
        self.next += 1;
        (at, self.next)
    }

    pub(super) fn insert_job(&mut self, at: Timestamp, name: Arc<str>, job: Job) -> JobId {
        let key = self.next_key(at);
        self.queue.insert(key, Waiting::Job(name, job));
        JobId(key)
    }

    /// Registers a task, or renews its registration under `known`.
    pub(super) fn insert_waker(&mut self, at: Timestamp, known: Option<Key>, waker: &Waker) -> Key {
        let key = known.unwrap_or_else(|| self.next_key(at));
        self.queue.insert(key, Waiting::Task(waker.clone()));
        key
    }

    pub(super) fn remove(&mut self, key: Key) -> bool {
        self.queue.remove(&key).is_some()
    }

    pub(super) fn remove_jobs(&mut self) {
        self.queue.retain(|_, waiting| matches!(waiting, Waiting::Task(_)));
    }

    pub(super) fn jobs(&self) -> Vec<(Timestamp, Arc<str>)> {
        let jobs = self.queue.iter().filter_map(|(key, waiting)| match waiting {
            Waiting::Job(name, _) => Some((key.0, Arc::clone(name))),
            Waiting::Task(_) => None,
        });
        jobs.collect()
    }

    /// Takes all waiting tasks out; each registers again when it looks at the clock.
    pub(super) fn take_wakers(&mut self) -> Vec<Waker> {
        let mut wakers = Vec::new();
        for (key, waiting) in std::mem::take(&mut self.queue) {
            match waiting {
                Waiting::Task(waker) => wakers.push(waker),
                job @ Waiting::Job(..) => {
                    self.queue.insert(key, job);
                }
            }
        }
        wakers
    }

    fn pop_due(&mut self, until: Timestamp) -> Option<(Key, Waiting)> {
        let first = self.queue.first_entry()?;
        (first.key().0 <= until).then(|| first.remove_entry())
    }

    fn first_job(&self) -> Option<Timestamp> {
        let mut queue = self.queue.iter();
        queue.find_map(|(key, waiting)| matches!(waiting, Waiting::Job(..)).then_some(key.0))
    }
}

/// Fires what is due up to `until`, one after the other; with `stepping` the (frozen) clock shows
/// each one's due time while it runs. The caller holds the clock's turn.
pub(super) async fn run_due(inner: &Arc<Inner>, until: Timestamp, stepping: bool) -> Vec<Ran> {
    let mut ran = Vec::new();
    loop {
        let Some(((at, _), waiting)) = inner.timers.lock().pop_due(until) else { return ran };
        if stepping {
            inner.show(at.max(inner.now()), 0.0);
        }
        match waiting {
            Waiting::Task(waker) => {
                waker.wake();
                for _ in 0..if stepping { YIELDS } else { 0 } {
                    tokio::task::yield_now().await;
                }
            }
            Waiting::Job(name, job) => {
                let future = AssertUnwindSafe(async move { job(at).await });
                let panicked = future.catch_unwind().await.is_err();
                ran.push(Ran { name, at, panicked });
            }
        }
    }
}

/// Starts the task that runs jobs as time passes, where a runtime is there to run it.
pub(super) fn ensure_driver(inner: &Arc<Inner>) {
    inner.rearm.notify_one();
    let mut timers = inner.timers.lock();
    if timers.driver.as_ref().is_some_and(|driver| !driver.is_finished()) {
        return;
    }
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        let task = drive(Arc::downgrade(inner), Arc::clone(&inner.rearm));
        timers.driver = Some(runtime.spawn(task));
    }
}

async fn drive(clock: Weak<Inner>, rearm: Arc<Notify>) {
    const IDLE: Duration = Duration::from_secs(60 * 60);
    loop {
        let Some(inner) = clock.upgrade() else { return };
        let first = inner.timers.lock().first_job();
        let wait = first.map_or(Some(IDLE), |at| inner.real_wait(at)).unwrap_or(IDLE);
        if wait.is_zero() {
            let _turn = inner.running.lock().await;
            run_due(&inner, inner.now(), false).await;
            continue;
        }
        drop(inner);
        let _ = tokio::time::timeout(wait.min(IDLE), rearm.notified()).await;
    }
}
