//! The thread that hashes what waits of all streams.
//!
//! It comes with the first chunk and goes when there has been nothing to do for a while. There are
//! several of them only when more streams wait than have room in the lanes of one.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::{Buf, Bytes};
use parking_lot::{Condvar, Mutex};

use crate::md5::{BLOCK, Md5, most_lanes, update_together};
use crate::stream::Stream;

/// How long an idle thread stays.
const LINGER: Duration = Duration::from_millis(200);

/// How many blocks of each stream are hashed before the thread looks for others: 32 KiB.
const TURN: usize = 512;

/// How long to wait for more of the streams that there are, when few have something to hash and
/// nobody waits for those. As one takes as long as many, hashing them together leaves the processor
/// to others.
const GATHER: Duration = Duration::from_millis(2);

static QUEUE: Mutex<Queue> =
    Mutex::new(Queue { ready: VecDeque::new(), threads: 0, idle: 0, wanted: 1 });
static ARRIVED: Condvar = Condvar::new();
/// The streams that have not ended.
static OPEN: AtomicUsize = AtomicUsize::new(0);
/// Those for which somebody waits.
static PRESSING: AtomicUsize = AtomicUsize::new(0);

struct Queue {
    /// Streams with chunks that no lane has.
    ready: VecDeque<Arc<Stream>>,
    threads: usize,
    /// How many of them wait.
    idle: usize,
    /// How many streams must be ready to wake one that waits.
    wanted: usize,
}

/// Counts a stream.
pub(crate) fn opened() {
    OPEN.fetch_add(1, Ordering::Relaxed);
}

/// Counts a stream no longer.
pub(crate) fn closed() {
    OPEN.fetch_sub(1, Ordering::Relaxed);
}

/// How many streams there are.
pub(crate) fn open() -> usize {
    OPEN.load(Ordering::Relaxed)
}

/// Counts a stream for which somebody waits; [`wake`] is to follow.
pub(crate) fn press() {
    PRESSING.fetch_add(1, Ordering::Relaxed);
}

/// Counts it no longer.
pub(crate) fn ease() {
    PRESSING.fetch_sub(1, Ordering::Relaxed);
}

/// Has a thread that waits for more look again.
pub(crate) fn wake() {
    let queue = QUEUE.lock();
    if queue.idle > 0 {
        ARRIVED.notify_one();
    }
}

/// Has the chunks of a stream hashed.
pub(crate) fn hash(stream: Arc<Stream>) {
    let mut queue = QUEUE.lock();
    queue.ready.push_back(stream);
    if queue.idle > 0 {
        if queue.ready.len() >= queue.wanted {
            ARRIVED.notify_one();
        }
        return;
    }
    let full = queue.ready.len() > most_lanes() && queue.threads < most_threads();
    if queue.threads > 0 && !full {
        return;
    }
    queue.threads += 1;
    drop(queue);
    let thread = std::thread::Builder::new().name("fogbank-md5".to_owned());
    if thread.spawn(work).is_err() {
        // The system has no thread left: here, then.
        Worker::default().run(false);
    }
}

fn most_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn work() {
    Worker::default().run(true);
}

/// A stream that is being hashed.
struct Lane {
    stream: Arc<Stream>,
    md5: Md5,
    /// What is left of the chunk, from a whole block on.
    chunk: Bytes,
}

impl Lane {
    fn begin(stream: Arc<Stream>) -> Option<Self> {
        let md5 = stream.begin()?;
        let mut lane = Self { stream, md5, chunk: Bytes::new() };
        lane.fill().then_some(lane)
    }

    /// Goes on to the next whole block; without one the lane ends.
    fn fill(&mut self) -> bool {
        loop {
            let begun = self.md5.begun();
            if begun == 0 && self.chunk.len() >= BLOCK {
                return true;
            }
            if self.chunk.is_empty() {
                match self.stream.next(&mut self.md5) {
                    Some(chunk) => self.chunk = chunk,
                    None => return false,
                }
            } else {
                let part = self.chunk.len().min(BLOCK - begun);
                self.md5.update(&self.chunk[..part]);
                self.chunk.advance(part);
            }
        }
    }
}

#[derive(Default)]
struct Worker {
    lanes: Vec<Lane>,
}

impl Worker {
    fn run(mut self, lingers: bool) {
        while self.gather(lingers) {
            self.turn();
            self.lanes.retain_mut(Lane::fill);
        }
    }

    /// Takes streams into lanes; whether there is something to do.
    fn gather(&mut self, lingers: bool) -> bool {
        let mut queue = QUEUE.lock();
        loop {
            while self.lanes.len() < most_lanes()
                && let Some(stream) = queue.ready.pop_front()
            {
                self.lanes.extend(Lane::begin(stream));
            }
            let lanes = self.lanes.len();
            if lanes == 0 {
                if !lingers || !wait(&mut queue, 1, LINGER) && queue.ready.is_empty() {
                    queue.threads -= 1;
                    return false;
                }
                continue;
            }
            // Three quarters of what there could be.
            let enough = (open().min(most_lanes()) * 3).div_ceil(4);
            if lanes >= enough || PRESSING.load(Ordering::Relaxed) > 0 {
                return true;
            }
            if !wait(&mut queue, enough - lanes, GATHER) && queue.ready.is_empty() {
                return true;
            }
        }
    }

    /// Hashes as many blocks of each lane.
    fn turn(&mut self) {
        let whole = |lane: &Lane| lane.chunk.len() / BLOCK;
        let blocks = self.lanes.iter().map(whole).min().unwrap_or(0).min(TURN);
        let mut together: Vec<_> =
            self.lanes.iter_mut().map(|lane| (&mut lane.md5, lane.chunk.as_chunks().0)).collect();
        update_together(&mut together, blocks);
        for lane in &mut self.lanes {
            lane.chunk.advance(blocks * BLOCK);
        }
    }
}

/// Waits until so many streams are ready; not longer than this.
fn wait(queue: &mut parking_lot::MutexGuard<'_, Queue>, wanted: usize, most: Duration) -> bool {
    queue.idle += 1;
    queue.wanted = wanted;
    let came = !ARRIVED.wait_for(queue, most).timed_out();
    queue.idle -= 1;
    queue.wanted = 1;
    came
}
