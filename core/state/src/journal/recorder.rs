//! The world's side of the journal: a queue, what empties it in groups, and tickets.
//!
//! With [`Durability::Always`] a thread empties the queue, because the disk makes it wait. With
//! [`Durability::EverySecond`] a group only has to reach the operating system (where the journal is
//! a file), so requests write by themselves: a thread between them would cost more than the write. A
//! request that waits lets the others that are ready go first, and then the first of them writes
//! the changes of all. The thread is left with what nobody waits for, with syncs and with compaction.

use std::cell::Cell;
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use fogbank_context::Stopwatch;
use parking_lot::{Condvar, Mutex};
use tokio::sync::watch;
use tokio::task::yield_now;

use super::batch;
use super::{CompactionWriter, Durability, Journal, JournalError, TableName};
use crate::blob::{BlobHash, BlobStore};

/// How often the disk gets what the operating system has, with [`Durability::EverySecond`], and
/// how often a failed write is tried again.
const SECOND: Duration = Duration::from_secs(1);

/// How often a request lets others go first, while somebody else writes, before it sleeps.
const PATIENCE: u32 = 3;

/// What a request changed, to be awaited with [`World::durable`](crate::World::durable).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

thread_local! {
    /// The last change of the request that the thread is at; none when it is at no request.
    static CHANGES: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Runs a request and notes what it changed. What tasks that it spawns change is not noted.
///
/// The gateway awaits the ticket before it sends the response. A large future is given pinned, so
/// that it is not moved.
pub async fn track<F: Future>(request: F) -> (F::Output, Ticket) {
    let mut request = pin!(request);
    let mut changes = 0;
    let output = poll_fn(|cx| {
        let mut noting = Noting::start(&mut changes);
        let polled = request.as_mut().poll(cx);
        noting.stop();
        polled
    });
    let output = output.await;
    (output, Ticket(changes))
}

/// Notes the changes of a request while it is polled.
struct Noting<'a> {
    changes: &'a mut u64,
    outer: Option<u64>,
}

impl<'a> Noting<'a> {
    fn start(changes: &'a mut u64) -> Self {
        let outer = CHANGES.replace(Some(*changes));
        Self { changes, outer }
    }

    fn stop(&mut self) {
        *self.changes = CHANGES.get().unwrap_or(*self.changes);
    }
}

impl Drop for Noting<'_> {
    fn drop(&mut self) {
        CHANGES.set(self.outer);
    }
}

/// Notes a change of the request that the thread is at; false when it is at none.
fn note(number: u64) -> bool {
    let noted = CHANGES.get();
    CHANGES.set(noted.map(|last| last.max(number)));
    noted.is_some()
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
    /// Compactions that start in the queue; only the thread gets past them.
    cuts: usize,
    thread: Rest,
    /// Something was taken out that no sync has followed yet.
    unsynced: bool,
    stop: bool,
}

/// What wakes the thread.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Rest {
    /// It is awake and looks into the queue before it rests.
    #[default]
    None,
    /// The time of the next sync, or a change that nobody waits for.
    Dozing,
    /// Any change.
    Asleep,
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
    /// Requests write what they wait for.
    here: bool,
    /// The last batch that is durable, as in `progress`.
    done: AtomicU64,
    blobs: BlobStore,
    world: Box<dyn RecordedWorld>,
    /// None once the world is closed.
    writer: Mutex<Option<Writer>>,
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
        let here = durability == Durability::EverySecond && journal.appends_at_once();
        let writer = Writer::new(journal, durability);
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            filled: Condvar::new(),
            progress: watch::Sender::new(Progress::default()),
            compacting: AtomicBool::new(false),
            durability,
            here,
            done: AtomicU64::new(0),
            blobs,
            world,
            writer: Mutex::new(Some(writer)),
        });
        let keeper = Keeper { shared: Arc::clone(&shared), synced: Stopwatch::start() };
        let thread = std::thread::Builder::new().name("fogbank-journal".to_owned());
        let thread = Mutex::new(Some(thread.spawn(move || keeper.run())?));
        Ok(Self { shared, thread })
    }

    /// Adds a batch; called under the locks of everything that it is about.
    pub(crate) fn append(&self, batch: Vec<u8>) {
        let mut queue = self.shared.queue.lock();
        queue.last += 1;
        let number = queue.last;
        queue.work.push(Work::Batch(batch));
        let noted = note(number);
        let wake = match queue.thread {
            Rest::None => false,
            // Who waits for the change writes it.
            Rest::Dozing => !noted,
            Rest::Asleep => true,
        };
        if wake {
            queue.thread = Rest::None;
        }
        drop(queue);
        if wake {
            self.shared.filled.notify_one();
        }
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
        queue.cuts += 1;
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
        let mut changes = None;
        let mut patience = if self.shared.here { PATIENCE } else { 0 };
        if self.shared.here {
            yield_now().await;
        }
        loop {
            if self.shared.done.load(Ordering::Acquire) >= ticket.0 {
                return Ok(());
            }
            if let Some(outcome) = self.shared.progress.borrow().outcome(ticket) {
                return outcome;
            }
            if self.shared.here && self.shared.flush_here() {
                continue;
            }
            // Somebody else is at it, which takes a moment.
            if patience > 0 {
                patience -= 1;
                yield_now().await;
                continue;
            }
            // Who subscribes looks once more before waiting.
            match &mut changes {
                None => changes = Some(self.shared.progress.subscribe()),
                Some(changes) => changes.changed().await.map_err(|_| JournalError::Closed)?,
            }
        }
    }

    /// The error that keeps changes from becoming durable, while there is one.
    pub(crate) fn failure(&self) -> Option<JournalError> {
        self.shared.failure()
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

impl Progress {
    /// What became of everything up to a ticket; none while that is not known.
    fn outcome(&self, ticket: Ticket) -> Option<Result<(), JournalError>> {
        match &self.failed {
            _ if self.done >= ticket.0 => Some(Ok(())),
            Some((upto, error)) if *upto >= ticket.0 || self.closed => Some(Err(error.clone())),
            _ => self.closed.then_some(Err(JournalError::Closed)),
        }
    }
}

impl Shared {
    /// Writes what is in the queue, unless somebody else is writing or only the thread may.
    ///
    /// What came of it is published when the writer is free again: who found it taken and waits
    /// can then write what came later.
    fn flush_here(&self) -> bool {
        let Some(mut writer) = self.writer.try_lock() else { return false };
        let Some(own) = writer.as_mut() else { return false };
        let mut queue = self.queue.lock();
        if queue.cuts > 0 || queue.stop {
            return false;
        }
        let mut work = queue.take(std::mem::take(&mut own.spare));
        drop(queue);
        own.pending.extend(work.drain(..).filter_map(Work::batch));
        own.spare = work;
        // With nothing to do, somebody has written it and is about to say so.
        let flushed = match own.flush(self) {
            Flushed::Nothing => Flushed::Done(own.done),
            flushed => flushed,
        };
        drop(writer);
        self.publish(flushed);
        true
    }

    fn publish(&self, flushed: Flushed) {
        if let Flushed::Nothing = flushed {
            return;
        }
        self.progress.send_modify(|progress| match flushed {
            Flushed::Nothing => {}
            Flushed::Done(last) => {
                self.done.fetch_max(last, Ordering::Release);
                progress.done = progress.done.max(last);
                if progress.failed.as_ref().is_some_and(|(upto, _)| *upto <= last) {
                    progress.failed = None;
                }
            }
            Flushed::Failed(last, error) => progress.failed = Some((last, error)),
        });
    }

    fn failure(&self) -> Option<JournalError> {
        self.progress.borrow().failed.as_ref().map(|(_, error)| error.clone())
    }
}

impl Queue {
    /// Takes everything out and leaves an empty list.
    fn take(&mut self, empty: Vec<Work>) -> Vec<Work> {
        self.unsynced |= !self.work.is_empty();
        self.cuts = 0;
        std::mem::replace(&mut self.work, empty)
    }
}

impl Work {
    fn batch(self) -> Option<Vec<u8>> {
        match self {
            Work::Batch(batch) => Some(batch),
            Work::Compact { .. } => None,
        }
    }
}

/// What came of bringing batches into the journal.
enum Flushed {
    Nothing,
    /// It has those up to this one.
    Done(u64),
    /// It does not have those up to this one.
    Failed(u64, JournalError),
}

/// Who has it writes to the journal.
struct Writer {
    journal: Box<dyn Journal>,
    /// Batches that are not in the journal yet, from number `done + 1` on.
    pending: Vec<Vec<u8>>,
    /// An empty list for the queue, which keeps its memory.
    spare: Vec<Work>,
    done: u64,
    /// Set when a sync failed: what is on the disk is not known any more.
    broken: Option<JournalError>,
    /// Payloads that no change refers to which is in the queue or still to come.
    condemned: Vec<BlobHash>,
    syncer: Option<Syncer>,
}

impl Writer {
    fn new(journal: Box<dyn Journal>, durability: Durability) -> Self {
        let syncer = (durability == Durability::EverySecond).then(Syncer::start).flatten();
        Self {
            journal,
            pending: Vec::new(),
            spare: Vec::new(),
            done: 0,
            broken: None,
            condemned: Vec::new(),
            syncer,
        }
    }

    fn take_in(&mut self, work: Vec<Work>, shared: &Shared) {
        for work in work {
            match work {
                Work::Batch(batch) => self.pending.push(batch),
                Work::Compact { definitions, start } => {
                    shared.publish(self.flush(shared));
                    let started = match shared.failure() {
                        Some(error) => Err(error),
                        None => self.journal.compact(&definitions),
                    };
                    let _ = start.send(started);
                }
            }
        }
        shared.publish(self.flush(shared));
    }

    /// Takes over what went to the trash. It may go when what is in the queue now is on the disk.
    fn condemn(&mut self, shared: &Shared) {
        self.condemned.extend(shared.blobs.take_trash());
        if !self.condemned.is_empty() {
            // A change drops a payload a moment before it is in the queue.
            shared.world.settle();
        }
    }

    /// Brings the pending batches into the journal.
    fn flush(&mut self, shared: &Shared) -> Flushed {
        if self.pending.is_empty() {
            return Flushed::Nothing;
        }
        let last = self.done + self.pending.len() as u64;
        match self.try_flush(shared) {
            Ok(()) => {
                self.pending.clear();
                self.done = last;
                Flushed::Done(last)
            }
            Err(error) => Flushed::Failed(last, error),
        }
    }

    fn try_flush(&mut self, shared: &Shared) -> Result<(), JournalError> {
        if let Some(error) = self.broken.clone().or_else(|| self.syncer.as_ref()?.failure()) {
            self.broken = Some(error.clone());
            return Err(error);
        }
        if shared.durability == Durability::Always {
            // The names of blobs' files are to be there before what refers to them.
            shared.blobs.sync()?;
        }
        self.journal.append(&self.pending)?;
        if shared.durability == Durability::Always {
            let synced = self.journal.start_sync().and_then(|sync| sync());
            self.broken = synced.as_ref().err().cloned();
            synced?;
        }
        Ok(())
    }

    /// What brings everything that was appended, and the payloads, to the disk.
    fn start_sync(&mut self, shared: &Shared) -> Result<super::Sync, JournalError> {
        let blobs = shared.blobs.clone();
        let condemned = std::mem::take(&mut self.condemned);
        let sync = self.journal.start_sync()?;
        Ok(Box::new(move || {
            blobs.sync()?;
            sync()?;
            blobs.purge(&condemned);
            Ok(())
        }))
    }
}

/// The recorder's thread.
struct Keeper {
    shared: Arc<Shared>,
    synced: Stopwatch,
}

impl Keeper {
    fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        loop {
            self.rest();
            let mut writer = shared.writer.lock();
            let Some(own) = writer.as_mut() else { return };
            // Taken under the writer's lock, so that batches reach the journal in their order.
            let (work, stop) = Self::next_work(&shared);
            own.take_in(work, &shared);
            if stop {
                break;
            }
            self.sync_if_due(own);
            let compacts = own.journal.wants_compaction();
            drop(writer);
            if compacts && !shared.compacting.swap(true, Ordering::AcqRel) {
                shared.world.compact();
            }
        }
        let mut writer = shared.writer.lock();
        let Some(own) = writer.as_mut() else { return };
        own.condemn(&shared);
        let (work, _) = Self::next_work(&shared);
        own.take_in(work, &shared);
        if own.pending.is_empty()
            && let Err(error) = own.start_sync(&shared).and_then(|sync| sync())
        {
            shared.publish(Flushed::Failed(own.done, error));
        }
    }

    fn next_work(shared: &Shared) -> (Vec<Work>, bool) {
        let mut queue = shared.queue.lock();
        (queue.take(Vec::new()), queue.stop)
    }

    /// Waits for work, or for the time to sync or to try again.
    fn rest(&self) {
        let failed = self.shared.failure().is_some();
        let mut queue = self.shared.queue.lock();
        if !queue.work.is_empty() || queue.stop {
            return;
        }
        if queue.unsynced || failed {
            queue.thread = if self.shared.here { Rest::Dozing } else { Rest::Asleep };
            let wait = SECOND.saturating_sub(self.synced.elapsed()).max(SECOND / 20);
            self.shared.filled.wait_for(&mut queue, wait);
        } else {
            queue.thread = Rest::Asleep;
            self.shared.filled.wait(&mut queue);
        }
        queue.thread = Rest::None;
    }

    /// Starts a sync when the last one is a second ago.
    fn sync_if_due(&mut self, writer: &mut Writer) {
        let shared = &*self.shared;
        if !shared.queue.lock().unsynced || self.synced.elapsed() < SECOND {
            return;
        }
        if writer.pending.is_empty() {
            // Before the sync starts: what is taken out from now on needs another one.
            shared.queue.lock().unsynced = false;
            match (writer.start_sync(shared), &writer.syncer) {
                (Ok(sync), Some(syncer)) => syncer.run(sync),
                (Ok(sync), None) => writer.broken = sync().err().or(writer.broken.take()),
                (Err(error), _) => writer.broken = Some(error),
            }
            writer.condemn(shared);
            if !writer.condemned.is_empty() {
                shared.queue.lock().unsynced = true;
            }
        }
        self.synced = Stopwatch::start();
    }
}

impl Drop for Keeper {
    /// However the thread ends, nobody waits for it any longer, and the journal is closed.
    fn drop(&mut self) {
        self.shared.writer.lock().take();
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
