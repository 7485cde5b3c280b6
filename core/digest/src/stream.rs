//! The MD5 of a stream of chunks.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::md5::Md5;
use crate::worker;

/// Streams up to this many bytes are hashed on the spot: waking another thread would take as long.
const ON_THE_SPOT: u64 = 128 * 1024;
/// As long as there is no other, also those up to this many.
const ON_THE_SPOT_ALONE: u64 = 1024 * 1024;

/// The most bytes of all streams together that wait to be hashed. A stream may always have one
/// chunk waiting.
const WAITING: usize = 4 * 1024 * 1024;
/// The most bytes of one stream that wait.
const WAITING_OF_ONE: usize = 2 * 1024 * 1024;
/// A chunk counts as at least this many bytes, so that very small ones do not pile up.
const LEAST: usize = 1024;

/// The MD5 of a stream of chunks. Long streams are hashed on a thread that serves all of them;
/// [`Md5Stream::update`] then waits while too much is ahead of it.
///
/// Dropped before [`Md5Stream::finish`], it leaves nothing behind.
pub struct Md5Stream {
    place: Place,
    /// The bytes that were announced, or that came.
    length: u64,
    /// From when it is long enough.
    open: Option<Open>,
}

enum Place {
    Here(Md5),
    Aside(Aside),
}

/// One of the streams that are counted.
struct Open;

impl Open {
    fn new() -> Self {
        worker::opened();
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        worker::closed();
    }
}

impl fmt::Debug for Md5Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Md5Stream").finish_non_exhaustive()
    }
}

impl Md5Stream {
    /// The MD5 of nothing yet; `length` is the number of bytes that are to come, where it is
    /// known.
    pub fn new(length: Option<u64>) -> Self {
        let place = Place::Here(Md5::default());
        Self { place, length: length.unwrap_or(0), open: None }
    }

    /// Adds a chunk.
    pub async fn update(&mut self, chunk: &Bytes) {
        if let Place::Here(md5) = &mut self.place {
            self.length = self.length.max(md5.len() + chunk.len() as u64);
            if self.length > ON_THE_SPOT {
                self.open.get_or_insert_with(Open::new);
                if self.length > ON_THE_SPOT_ALONE || worker::open() > 1 {
                    self.place = Place::Aside(Aside::new(std::mem::take(md5)));
                }
            }
        }
        match &mut self.place {
            Place::Here(md5) => md5.update(chunk),
            Place::Aside(aside) => aside.add(chunk).await,
        }
    }

    /// The MD5 of everything that was added.
    pub async fn finish(self) -> [u8; 16] {
        match self.place {
            Place::Here(md5) => md5.finish(),
            Place::Aside(aside) => aside.finish().await,
        }
    }
}

/// The end of a stream that is hashed by the worker at which chunks go in.
struct Aside(Arc<Stream>);

/// A stream that the worker hashes.
pub(crate) struct Stream {
    progress: Mutex<Progress>,
    /// A chunk was taken, or the last one was hashed.
    taken: Notify,
}

struct Progress {
    /// None while a lane has it.
    md5: Option<Md5>,
    chunks: VecDeque<Bytes>,
    /// What the chunks count together.
    waiting: usize,
    /// It waits for a lane or has one.
    under_way: bool,
    /// Somebody waits for room or for the end.
    pressing: bool,
    /// No chunk comes any more.
    ending: bool,
}

impl Progress {
    fn press(&mut self) {
        if !std::mem::replace(&mut self.pressing, true) {
            worker::press();
        }
    }

    fn ease(&mut self) {
        if std::mem::replace(&mut self.pressing, false) {
            worker::ease();
        }
    }
}

/// The most bytes that may wait of each stream, as many as there are.
fn room() -> usize {
    (WAITING / worker::open().max(1)).min(WAITING_OF_ONE)
}

fn counted(chunk: &Bytes) -> usize {
    chunk.len().max(LEAST)
}

impl Aside {
    fn new(md5: Md5) -> Self {
        let progress = Progress {
            md5: Some(md5),
            chunks: VecDeque::new(),
            waiting: 0,
            under_way: false,
            pressing: false,
            ending: false,
        };
        Self(Arc::new(Stream { progress: Mutex::new(progress), taken: Notify::new() }))
    }

    async fn add(&self, chunk: &Bytes) {
        if chunk.is_empty() {
            return;
        }
        while !self.try_add(chunk) {
            self.0.taken.notified().await;
        }
    }

    /// Adds a chunk if there is room.
    fn try_add(&self, chunk: &Bytes) -> bool {
        let mut progress = self.0.progress.lock();
        if progress.waiting > 0 && progress.waiting + counted(chunk) > room() {
            progress.press();
            drop(progress);
            worker::wake();
            return false;
        }
        progress.waiting += counted(chunk);
        progress.chunks.push_back(chunk.clone());
        let begins = !std::mem::replace(&mut progress.under_way, true);
        drop(progress);
        if begins {
            worker::hash(Arc::clone(&self.0));
        }
        true
    }

    async fn finish(self) -> [u8; 16] {
        loop {
            match self.try_finish() {
                Some(md5) => return md5.finish(),
                None => self.0.taken.notified().await,
            }
        }
    }

    /// Takes the hash when everything is in it.
    fn try_finish(&self) -> Option<Md5> {
        let mut progress = self.0.progress.lock();
        progress.ending = true;
        if !progress.under_way {
            return progress.md5.take();
        }
        progress.press();
        drop(progress);
        worker::wake();
        None
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        let mut progress = self.0.progress.lock();
        progress.chunks.clear();
        progress.ease();
    }
}

impl Stream {
    /// Takes the hash, for a lane.
    pub(crate) fn begin(&self) -> Option<Md5> {
        self.progress.lock().md5.take()
    }

    /// The next chunk; none when nothing waits, and the lane is to end.
    pub(crate) fn next(&self, md5: &mut Md5) -> Option<Bytes> {
        let mut progress = self.progress.lock();
        let chunk = progress.chunks.pop_front();
        // Whoever waits for room is woken for more than one chunk.
        let mut wake = true;
        match &chunk {
            Some(chunk) => {
                progress.waiting -= counted(chunk);
                wake = progress.waiting <= room() / 2;
                if wake && !progress.ending {
                    progress.ease();
                }
            }
            None => {
                progress.ease();
                progress.waiting = 0;
                progress.md5 = Some(std::mem::take(md5));
                progress.under_way = false;
            }
        }
        drop(progress);
        if wake {
            self.taken.notify_one();
        }
        chunk
    }
}
