//! The world's side of the journal: a queue, a thread that empties it in groups, and tickets.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use fogbank_context::Stopwatch;
use parking_lot::{Condvar, Mutex};
use tokio::sync::watch;

use super::batch;
use super::{CompactionWriter, Durability, Journal, JournalError, TableName};
use crate::blob::{BlobHash, BlobStore};

/// How often the disk gets what the operating system has, with [`Durability::EverySecond`], and
/// how often a failed write is tried again.
const SECOND: Duration = Duration::from_secs(1);

/// What a request changed, to be awaited with [`World::durable`](crate::World::durable).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

tokio::task_local! {
    static CHANGES: Arc<AtomicU64>;
}

/// Runs a request and notes what it changed. What tasks that it spawns change is not noted.
///
/// The gateway awaits the ticket before it sends the response.
pub async fn track<F: Future>(request: F) -> (F::Output, Ticket) {
    let changes = Arc::new(AtomicU64::new(0));
    let output = CHANGES.scope(Arc::clone(&changes), request).await;
    (output, Ticket(changes.load(Ordering::Relaxed)))
}

pub(super) type CompactionStart = Result<Option<Box<dyn CompactionWriter>>, JournalError>;

enum Work {
    Batch(Vec<u8>),
    Compact { definitions: Vec<u8>, start: mpsc::Sender<CompactionStart> },
}

#[derive(Default)]
struct Queue {
    work: Vec<Work>,
    /// The number of the last batch.
    last: u64,
    names: HashMap<TableName, u32>,
    idle: bool,
    stop: bool,
}

#[derive(Clone, Debug, Default)]
struct Progress {
    /// The last batch that is durable.
    done: u64,
    /// Why the batches up to this one are not.
    failed: Option<(u64, JournalError)>,
    closed: bool,
}

/// Takes the changes of a world and brings them into its journal.
pub(crate) struct Recorder {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    queue: Mutex<Queue>,
    filled: Condvar,
    progress: watch::Sender<Progress>,
    compacting: AtomicBool,
    durability: Durability,
    blobs: BlobStore,
    world: Box<dyn RecordedWorld>,
}

/// What the recorder needs of its world.
pub(crate) trait RecordedWorld: Send + Sync {
    /// Starts a compaction, in the background.
    fn compact(&self);
    /// Waits until all changes that are being made are in the queue.
    fn settle(&self);
}

impl Recorder {
    /// Starts the thread.
    pub(crate) fn start(
        journal: Box<dyn Journal>,
        durability: Durability,
        blobs: BlobStore,
        world: Box<dyn RecordedWorld>,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            filled: Condvar::new(),
            progress: watch::Sender::new(Progress::default()),
            compacting: AtomicBool::new(false),
            durability,
            blobs,
            world,
        });
        let writer = Writer::new(Arc::clone(&shared), journal);
        let thread = std::thread::Builder::new().name("fogbank-journal".to_owned());
        let thread = Mutex::new(Some(thread.spawn(move || writer.run())?));
        Ok(Self { shared, thread })
    }

    /// Adds a batch; called under the locks of everything that it is about.
    pub(crate) fn append(&self, batch: Vec<u8>) {
        let mut queue = self.shared.queue.lock();
        queue.last += 1;
        let number = queue.last;
        queue.work.push(Work::Batch(batch));
        let wake = std::mem::take(&mut queue.idle);
        drop(queue);
        if wake {
            self.shared.filled.notify_one();
        }
        let _ = CHANGES.try_with(|changes| changes.fetch_max(number, Ordering::Relaxed));
    }

    /// The number that stands for a table in batches.
    pub(crate) fn id(&self, name: TableName) -> u32 {
        let mut queue = self.shared.queue.lock();
        if let Some(id) = queue.names.get(&name) {
            return *id;
        }
        let id = u32::try_from(queue.names.len()).expect("fewer tables than 2^32");
        let mut definition = Vec::new();
        batch::define(&mut definition, id, &name);
        queue.names.insert(name, id);
        queue.last += 1;
        queue.work.push(Work::Batch(definition));
        id
    }

    /// Cuts the journal here: what was appended before is to be replaced by what goes to the
    /// writer that the receiver gets. Called while nobody else appends.
    pub(crate) fn cut(&self) -> mpsc::Receiver<CompactionStart> {
        let (start, started) = mpsc::channel();
        let mut queue = self.shared.queue.lock();
        let mut definitions = Vec::new();
        for (name, id) in &queue.names {
            batch::define(&mut definitions, *id, name);
        }
        queue.work.push(Work::Compact { definitions, start });
        drop(queue);
        self.shared.filled.notify_one();
        started
    }

    /// Says that a compaction is over, so that the next one may start.
    pub(crate) fn compacted(&self) {
        self.shared.compacting.store(false, Ordering::Release);
    }

    /// Everything that was appended so far.
    pub(crate) fn now(&self) -> Ticket {
        Ticket(self.shared.queue.lock().last)
    }

    /// Waits until everything up to the ticket is durable.
    pub(crate) async fn durable(&self, ticket: Ticket) -> Result<(), JournalError> {
        let settled = |progress: &Progress| {
            progress.done >= ticket.0
                || progress.closed
                || progress.failed.as_ref().is_some_and(|(upto, _)| *upto >= ticket.0)
        };
        let progress = self.shared.progress.borrow().clone();
        let progress = if settled(&progress) {
            progress
        } else {
            let mut changes = self.shared.progress.subscribe();
            changes.wait_for(settled).await.map_err(|_| JournalError::Closed)?.clone()
        };
        match progress.failed {
            _ if progress.done >= ticket.0 => Ok(()),
            Some((_, error)) => Err(error),
            None => Err(JournalError::Closed),
        }
    }

    /// The error that keeps changes from becoming durable, while there is one.
    pub(crate) fn failure(&self) -> Option<JournalError> {
        self.shared.progress.borrow().failed.as_ref().map(|(_, error)| error.clone())
    }

    /// Brings everything to the disk and ends the thread.
    pub(crate) fn close(&self) {
        self.shared.queue.lock().stop = true;
        self.shared.filled.notify_one();
        if let Some(thread) = self.thread.lock().take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.close();
    }
}

/// The state of the recorder's thread.
struct Writer {
    shared: Arc<Shared>,
    journal: Box<dyn Journal>,
    /// Batches that are not in the journal yet, from number `done + 1` on.
    pending: Vec<Vec<u8>>,
    done: u64,
    /// Set when a sync failed: what is on the disk is not known any more.
    broken: Option<JournalError>,
    /// Payloads that no change refers to which is in the queue or still to come.
    condemned: Vec<BlobHash>,
    unsynced: bool,
    synced: Stopwatch,
    syncer: Option<Syncer>,
}

impl Writer {
    fn new(shared: Arc<Shared>, journal: Box<dyn Journal>) -> Self {
        let syncer = (shared.durability == Durability::EverySecond).then(Syncer::start).flatten();
        Self {
            shared,
            journal,
            pending: Vec::new(),
            done: 0,
            broken: None,
            condemned: Vec::new(),
            unsynced: false,
            synced: Stopwatch::start(),
            syncer,
        }
    }

    fn run(mut self) {
        loop {
            let (work, stop) = self.next_work();
            self.take_in(work);
            if stop {
                break;
            }
            self.sync_if_due();
            if self.journal.wants_compaction()
                && !self.shared.compacting.swap(true, Ordering::AcqRel)
            {
                self.shared.world.compact();
            }
        }
        self.condemn();
        let (work, _) = self.next_work();
        self.take_in(work);
        if self.pending.is_empty()
            && let Err(error) = self.start_sync().and_then(|sync| sync())
        {
            self.fail(self.done, error);
        }
    }

    fn take_in(&mut self, work: Vec<Work>) {
        for work in work {
            match work {
                Work::Batch(batch) => self.pending.push(batch),
                Work::Compact { definitions, start } => {
                    self.flush();
                    let started = match self.failure() {
                        Some(error) => Err(error),
                        None => self.journal.compact(&definitions),
                    };
                    let _ = start.send(started);
                }
            }
        }
        self.flush();
    }

    /// Takes over what went to the trash. It may go when what is in the queue now is on the disk.
    fn condemn(&mut self) {
        self.condemned.extend(self.shared.blobs.take_trash());
        if !self.condemned.is_empty() {
            // A change drops a payload a moment before it is in the queue.
            self.shared.world.settle();
        }
    }

    /// Waits for work, or for the time to sync or to try again.
    fn next_work(&mut self) -> (Vec<Work>, bool) {
        let mut queue = self.shared.queue.lock();
        if queue.work.is_empty() && !queue.stop {
            queue.idle = true;
            if self.unsynced || !self.pending.is_empty() {
                let wait = SECOND.saturating_sub(self.synced.elapsed()).max(SECOND / 20);
                self.shared.filled.wait_for(&mut queue, wait);
            } else {
                self.shared.filled.wait(&mut queue);
            }
            queue.idle = false;
        }
        (std::mem::take(&mut queue.work), queue.stop)
    }

    fn failure(&self) -> Option<JournalError> {
        self.shared.progress.borrow().failed.as_ref().map(|(_, error)| error.clone())
    }

    /// Brings the pending batches into the journal and says so.
    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let last = self.done + self.pending.len() as u64;
        match self.try_flush() {
            Ok(()) => {
                self.pending.clear();
                self.done = last;
                self.shared.progress.send_modify(|progress| {
                    progress.done = last;
                    progress.failed = None;
                });
            }
            Err(error) => self.fail(last, error),
        }
    }

    fn fail(&mut self, last: u64, error: JournalError) {
        self.shared.progress.send_modify(|progress| progress.failed = Some((last, error)));
    }

    fn try_flush(&mut self) -> Result<(), JournalError> {
        if let Some(error) = self.broken.clone().or_else(|| self.syncer.as_ref()?.failure()) {
            self.broken = Some(error.clone());
            return Err(error);
        }
        if self.shared.durability == Durability::Always {
            // The names of blobs' files are to be there before what refers to them.
            self.shared.blobs.sync()?;
        }
        self.journal.append(&self.pending)?;
        self.unsynced = true;
        if self.shared.durability == Durability::Always {
            let synced = self.journal.start_sync().and_then(|sync| sync());
            self.broken = synced.as_ref().err().cloned();
            synced?;
        }
        Ok(())
    }

    /// What brings everything that was appended, and the payloads, to the disk.
    fn start_sync(&mut self) -> Result<super::Sync, JournalError> {
        let blobs = self.shared.blobs.clone();
        let condemned = std::mem::take(&mut self.condemned);
        let sync = self.journal.start_sync()?;
        Ok(Box::new(move || {
            blobs.sync()?;
            sync()?;
            blobs.purge(&condemned);
            Ok(())
        }))
    }

    /// Starts a sync when the last one is a second ago.
    fn sync_if_due(&mut self) {
        if !self.unsynced || self.synced.elapsed() < SECOND {
            return;
        }
        if self.pending.is_empty() {
            match (self.start_sync(), &self.syncer) {
                (Ok(sync), Some(syncer)) => syncer.run(sync),
                (Ok(sync), None) => self.broken = sync().err().or(self.broken.take()),
                (Err(error), _) => self.broken = Some(error),
            }
            self.condemn();
            self.unsynced = !self.condemned.is_empty();
        }
        self.synced = Stopwatch::start();
    }
}

impl Drop for Writer {
    /// However the thread ends, nobody waits for it any longer.
    fn drop(&mut self) {
        self.shared.progress.send_modify(|progress| progress.closed = true);
    }
}

/// A thread that waits for the disk, so that the journal's thread does not.
struct Syncer {
    work: mpsc::Sender<super::Sync>,
    failure: Arc<Mutex<Option<JournalError>>>,
}

impl Syncer {
    fn start() -> Option<Self> {
        let (work, jobs) = mpsc::channel::<super::Sync>();
        let failure = Arc::new(Mutex::new(None));
        let failed = Arc::clone(&failure);
        let thread = std::thread::Builder::new().name("fogbank-sync".to_owned());
        let run = move || {
            for sync in jobs {
                if let Err(error) = sync() {
                    *failed.lock() = Some(error);
                }
            }
        };
        thread.spawn(run).ok()?;
        Some(Self { work, failure })
    }

    fn run(&self, sync: super::Sync) {
        if let Err(mpsc::SendError(sync)) = self.work.send(sync)
            && let Err(error) = sync()
        {
            *self.failure.lock() = Some(error);
        }
    }

    fn failure(&self) -> Option<JournalError> {
        self.failure.lock().clone()
    }
}
