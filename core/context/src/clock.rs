//! The clock of a world.

mod position;
mod sleep;
mod timers;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use parking_lot::{Mutex, RwLock};
use tokio::sync::Notify;

use crate::Timestamp;
use timers::Timers;

pub use position::ClockPosition;
pub use sleep::{Elapsed, Sleep, Timeout};
pub use timers::{JobId, Ran};

/// The time that a world sees. Clones share one clock; [`Clock::fork`] makes an independent one.
///
/// A clock starts in real time. It can be frozen, set, advanced and scaled, and everything that
/// waits on it follows: [`Clock::sleep`], [`Clock::sleep_until`], [`Clock::timeout_at`] and the
/// jobs given to [`Clock::schedule`].
#[derive(Clone, Debug, Default)]
pub struct Clock {
    inner: Arc<Inner>,
}

/// How a clock runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ClockMode {
    /// The time of the machine.
    Real,
    /// A time of its own that passes at a rate: 1.0 as fast as real time, 60.0 a minute a second.
    Running {
        /// Virtual seconds that pass in a real second.
        rate: f64,
    },
    /// Time stands still until it is set or advanced.
    Frozen,
}

#[derive(Debug)]
struct Inner {
    /// Spares the common case, real time, the lock of `face`.
    real: AtomicBool,
    face: RwLock<Face>,
    timers: Mutex<Timers>,
    /// Held by whoever runs due work, so that work never runs twice at a time or out of order.
    running: tokio::sync::Mutex<()>,
    /// Counts the changes of how the clock runs.
    changes: AtomicU64,
    /// Tells the driver that the earliest job or the face changed.
    rearm: Arc<Notify>,
}

/// The hands of a clock that does not show real time.
#[derive(Clone, Copy, Debug)]
struct Face {
    origin: Instant,
    at: Timestamp,
    rate: f64,
}

impl Face {
    fn now(&self) -> Timestamp {
        if self.rate == 0.0 {
            return self.at;
        }
        let passed = self.origin.elapsed().as_secs_f64() * self.rate;
        self.at + Duration::try_from_secs_f64(passed).unwrap_or(Duration::MAX)
    }
}

fn real_now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_nanos(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            real: AtomicBool::new(true),
            face: RwLock::new(Face { origin: Instant::now(), at: Timestamp::EPOCH, rate: 1.0 }),
            timers: Mutex::default(),
            running: tokio::sync::Mutex::default(),
            changes: AtomicU64::new(0),
            rearm: Arc::default(),
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.rearm.notify_one();
    }
}

impl Inner {
    fn now(&self) -> Timestamp {
        if self.real.load(Ordering::Acquire) { real_now() } else { self.face.read().now() }
    }

    fn mode(&self) -> ClockMode {
        if self.real.load(Ordering::Acquire) {
            return ClockMode::Real;
        }
        match self.face.read().rate {
            0.0 => ClockMode::Frozen,
            rate => ClockMode::Running { rate },
        }
    }

    fn rate(&self) -> f64 {
        match self.mode() {
            ClockMode::Real => 1.0,
            ClockMode::Running { rate } => rate,
            ClockMode::Frozen => 0.0,
        }
    }

    /// The real time until the clock shows `deadline`, or none while it stands still before it.
    fn real_wait(&self, deadline: Timestamp) -> Option<Duration> {
        let left = deadline.since(self.now());
        match self.rate() {
            _ if left.is_zero() => Some(Duration::ZERO),
            0.0 => None,
            rate => Some(
                Duration::try_from_secs_f64(left.as_secs_f64() / rate).unwrap_or(Duration::MAX),
            ),
        }
    }

    /// Sets the hands without telling anybody.
    fn show(&self, at: Timestamp, rate: f64) {
        *self.face.write() = Face { origin: Instant::now(), at, rate };
        self.real.store(false, Ordering::Release);
        self.changes.fetch_add(1, Ordering::AcqRel);
    }

    /// Makes everything that waits look at the clock again.
    fn retime(&self) {
        let wakers = self.timers.lock().take_wakers();
        wakers.into_iter().for_each(std::task::Waker::wake);
        self.rearm.notify_one();
    }
}

impl Clock {
    /// A clock that stands still at `at`, as tests want it.
    pub fn frozen_at(at: Timestamp) -> Self {
        let clock = Self::default();
        clock.inner.show(at, 0.0);
        clock
    }

    /// The current time of the world.
    pub fn now(&self) -> Timestamp {
        self.inner.now()
    }

    /// How the clock runs.
    pub fn mode(&self) -> ClockMode {
        self.inner.mode()
    }

    /// An independent clock that shows the same time and runs the same way, with no waiting work.
    pub fn fork(&self) -> Self {
        let fork = Self::default();
        match self.mode() {
            ClockMode::Real => {}
            ClockMode::Running { rate } => fork.inner.show(self.now(), rate),
            ClockMode::Frozen => fork.inner.show(self.now(), 0.0),
        }
        fork
    }

    /// Stops the clock at its current time.
    pub fn freeze(&self) {
        self.inner.show(self.now(), 0.0);
        self.inner.retime();
    }

    /// Lets time pass at `rate` virtual seconds a real second from the current time on; 0 freezes.
    ///
    /// A rate that is negative or not a number counts as 0.
    pub fn scale(&self, rate: f64) {
        self.inner.show(self.now(), if rate.is_finite() { rate.max(0.0) } else { 0.0 });
        self.inner.retime();
    }

    /// Returns to the time of the machine.
    pub fn resume(&self) {
        self.inner.real.store(true, Ordering::Release);
        self.inner.changes.fetch_add(1, Ordering::AcqRel);
        self.inner.retime();
    }

    /// Sets the clock. Forward, this is [`Clock::advance`]; backward, nothing falls due.
    ///
    /// A frozen clock stays frozen, a running one runs on at its rate from `at`.
    pub async fn set(&self, at: Timestamp) -> Vec<Ran> {
        let now = self.now();
        if at > now {
            return self.advance(at.since(now)).await;
        }
        let _turn = self.inner.running.lock().await;
        self.inner.show(at, self.inner.rate());
        self.inner.retime();
        Vec::new()
    }

    /// Moves the clock forward by `by` and runs what falls due on the way, in order of due time
    /// and then of scheduling, each job at its own due time. Returns when all of it is done, with
    /// the list of the jobs that ran.
    ///
    /// A clock in real time becomes one that runs ahead of it at rate 1. Do not call this from
    /// inside a job: a job waits for its turn behind the caller.
    pub async fn advance(&self, by: Duration) -> Vec<Ran> {
        let _turn = self.inner.running.lock().await;
        let rate = self.inner.rate();
        let target = self.now() + by;
        self.inner.show(self.now(), 0.0);
        let ran = timers::run_due(&self.inner, target, true).await;
        self.inner.show(target, rate);
        self.inner.retime();
        ran
    }

    /// A future that completes when the clock shows `deadline` or later.
    pub fn sleep_until(&self, deadline: Timestamp) -> Sleep {
        Sleep::new(self.clone(), deadline)
    }

    /// A future that completes after `duration` of this clock's time.
    pub fn sleep(&self, duration: Duration) -> Sleep {
        self.sleep_until(self.now() + duration)
    }

    /// Runs `future` until the clock shows `deadline`; [`Elapsed`] when it did not complete.
    pub fn timeout_at<F: Future>(&self, deadline: Timestamp, future: F) -> Timeout<F> {
        Timeout::new(self.sleep_until(deadline), future)
    }

    /// Runs `job` when the clock shows `at`, in the background or inside [`Clock::advance`].
    ///
    /// The job gets its due time. Jobs run one after the other; long work belongs into a task
    /// that the job spawns. A job that captures its world strongly keeps the world alive: capture
    /// a `Weak`, or schedule through the world. Needs a tokio runtime for real time to pass.
    pub fn schedule<F, Fut>(&self, at: Timestamp, name: impl Into<Arc<str>>, job: F) -> JobId
    where
        F: FnOnce(Timestamp) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let job = Box::new(move |due| -> timers::JobFuture { Box::pin(job(due)) });
        let id = self.inner.timers.lock().insert_job(at, name.into(), job);
        timers::ensure_driver(&self.inner);
        id
    }

    /// Takes a job back; false when it has started already.
    pub fn cancel(&self, job: JobId) -> bool {
        self.inner.timers.lock().remove(job.key())
    }

    /// Takes all jobs back, as a world does that is reset or dropped.
    pub fn cancel_all(&self) {
        self.inner.timers.lock().remove_jobs();
    }

    /// The jobs that wait, in the order in which they fall due.
    pub fn scheduled(&self) -> Vec<(Timestamp, Arc<str>)> {
        self.inner.timers.lock().jobs()
    }
}

/// Measures how long something takes, in real time, whatever the world's clock does.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The real time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
