//! Worlds: all state of all services.

mod background;
mod difference;
mod gate;
mod kept;
mod open;
mod shelf;
mod snapshot;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use fogbank_context::{AccountId, Clock, IdSource, Region};
use parking_lot::Mutex;

use crate::blob::BlobStore;
use crate::journal::{self, JournalError, OpSink, Recorder, Ticket};
use crate::store::{AccountWide, Global, Regional, Store};
use crate::table::LoadProblem;
use background::SharedBackground;
use gate::Gate;
use kept::{KeptFile, STEP};
use shelf::Shelves;

pub use difference::{Change, Difference, RowCounts};
pub(crate) use gate::{Inside, Pass, forbid_nesting};
pub use open::OpenOptions;
pub use snapshot::Snapshot;

/// All state of all services, with its clock and its id source.
///
/// [`World::fork`] makes an independent copy in a time that does not depend on its size.
pub struct World {
    pub(crate) core: Arc<Core>,
    clock: Clock,
    ids: IdSource,
    requests: AtomicU64,
    shelves: Shelves,
    background: SharedBackground,
}

/// What the tables of a world share.
pub(crate) struct Core {
    gate: Gate,
    blobs: BlobStore,
    /// Set before the world is used, when it has a journal.
    recorder: OnceLock<Recorder>,
    /// What is kept beside the tables; set with the recorder.
    kept: OnceLock<Mutex<KeptFile>>,
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Core")
    }
}

impl Core {
    fn new(blobs: BlobStore) -> Arc<Self> {
        Arc::new(Self {
            gate: Gate::default(),
            blobs,
            recorder: OnceLock::new(),
            kept: OnceLock::new(),
        })
    }

    /// Enters the world to change something; forks wait until the pass is dropped.
    pub(crate) fn enter(&self) -> Pass<'_> {
        self.gate.enter()
    }

    pub(crate) fn blobs(&self) -> &BlobStore {
        &self.blobs
    }

    pub(crate) fn has_journal(&self) -> bool {
        self.recorder.get().is_some()
    }

    pub(crate) fn recorder(&self) -> Option<&Recorder> {
        self.recorder.get()
    }

    /// Hands changes to the journal, if there is one, under the locks of all that changed.
    pub(crate) fn append(&self, batch: Vec<u8>) {
        if let Some(recorder) = self.recorder().filter(|_| !batch.is_empty()) {
            recorder.append(batch);
        }
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("clock", &self.clock).finish_non_exhaustive()
    }
}

impl World {
    /// An empty world in real time with random ids, in memory.
    pub fn new() -> Arc<Self> {
        Self::with(Clock::default(), IdSource::random())
    }

    /// An empty world, in memory.
    pub fn with(clock: Clock, ids: IdSource) -> Arc<Self> {
        Self::with_blobs(clock, ids, BlobStore::default())
    }

    /// An empty world, in memory, with a blob store of its own.
    pub fn with_blobs(clock: Clock, ids: IdSource, blobs: BlobStore) -> Arc<Self> {
        Arc::new(Self {
            core: Core::new(blobs),
            clock,
            ids,
            requests: AtomicU64::new(0),
            shelves: Shelves::default(),
            background: SharedBackground::default(),
        })
    }

    /// The world's clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The world's id source. Requests use their own: [`World::request_ids`].
    pub fn ids(&self) -> &IdSource {
        &self.ids
    }

    /// Where large payloads go; shared with the forks of this world.
    pub fn blobs(&self) -> &BlobStore {
        &self.core.blobs
    }

    /// The id source of the next request.
    pub fn request_ids(&self) -> IdSource {
        if !self.ids.is_seeded() {
            return self.ids.clone();
        }
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        if number.is_multiple_of(STEP) {
            // Where that fails the journal fails too, and so does every request that it concerns.
            self.keep(|kept| kept.requests = number + STEP).ok();
        }
        self.ids.for_request(number)
    }

    /// Keeps where the clock stands, so that the world goes on from there after a restart; call it
    /// when the clock was frozen, set, advanced or scaled. Nothing happens without a journal.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_clock(&self) -> Result<(), JournalError> {
        let position = self.clock.position();
        self.keep(|kept| kept.clock = position)
    }

    fn keep(&self, change: impl FnOnce(&mut kept::Kept)) -> Result<(), JournalError> {
        let Some(file) = self.core.kept.get() else { return Ok(()) };
        file.lock().change(change).map_err(|error| JournalError::io("world.json", error))
    }

    /// The store of an account and a region, made when it is first asked for.
    pub fn regional<S: Store<Scope = Regional>>(
        &self,
        account: AccountId,
        region: &Region,
    ) -> Arc<S> {
        self.shelves.store(&self.core, &Regional(account, region.clone()))
    }

    /// The store of an account, made when it is first asked for.
    pub fn account<S: Store<Scope = AccountWide>>(&self, account: AccountId) -> Arc<S> {
        self.shelves.store(&self.core, &AccountWide(account))
    }

    /// The store that all accounts share, made when it is first asked for.
    pub fn global<S: Store<Scope = Global>>(&self) -> Arc<S> {
        self.shelves.store(&self.core, &Global)
    }

    /// Whether a service keeps anything, in any scope: a quick look for whoever would tell it something
    /// that it only hears of when it was asked to.
    pub fn keeps(&self, service: &str) -> bool {
        self.shelves.keep(service)
    }

    /// All stores of a type that exist, with their scopes, in no particular order.
    pub fn stores<S: Store>(&self) -> Vec<(S::Scope, Arc<S>)> {
        self.shelves.all(&self.core)
    }

    /// An independent world with the same contents and the same time, in memory.
    ///
    /// Costs time in proportion to the number of tables, not to what they hold. Writers wait
    /// meanwhile, so the fork is of one moment. Its background work starts anew from what it
    /// holds.
    pub fn fork(&self) -> Arc<Self> {
        let still = self.core.gate.close();
        let fork = Arc::new(self.copy());
        drop(still);
        fork.start_background();
        fork
    }

    /// The contents of this moment; the gate is closed.
    fn copy(&self) -> Self {
        let core = Core::new(self.core.blobs.clone());
        Self {
            shelves: self.shelves.fork(&core),
            core,
            clock: self.clock.fork(),
            ids: self.ids.fork(),
            requests: AtomicU64::new(0),
            background: Mutex::new(self.background.lock().clone()),
        }
    }

    /// Keeps the contents as they are now, at the cost of a fork.
    pub fn snapshot(&self) -> Snapshot {
        let _still = self.core.gate.close();
        Snapshot(Arc::new(self.copy()))
    }

    /// Replaces the contents by those of a snapshot, of this world or of another. The clock and
    /// the ids go on. Whoever watches a resource is woken.
    ///
    /// In a world with a journal this writes all of the snapshot into it.
    pub fn restore(self: &Arc<Self>, snapshot: &Snapshot) {
        let source = snapshot.copy();
        source.shelves.prepare_for(&source.core, &self.shelves);
        let mut batch = Vec::new();
        if let Some(recorder) = self.core.recorder() {
            journal::wipe(&mut batch);
            let mut write = |ops: &[u8]| {
                batch.extend_from_slice(ops);
                Ok(())
            };
            let mut sink = OpSink::numbered_by(recorder, &mut write);
            source.shelves.export(&|_| true, &mut sink);
            sink.finish().expect("writing into memory does not fail");
        }
        self.clock.cancel_all();
        let still = self.core.gate.close();
        self.shelves.adopt(&self.core, Some(&source.shelves));
        self.core.append(batch);
        drop(still);
        self.start_background();
    }

    /// Removes all contents. The clock goes on.
    pub fn reset(self: &Arc<Self>) {
        self.clock.cancel_all();
        let mut batch = Vec::new();
        journal::wipe(&mut batch);
        let still = self.core.gate.close();
        self.shelves.adopt(&self.core, None);
        self.core.append(batch);
        drop(still);
        self.start_background();
    }

    /// Saved resources that could not be read, among the services that were asked for so far.
    pub fn load_problems(&self) -> Vec<LoadProblem> {
        self.shelves.problems()
    }

    /// How many resources each service has, loaded or not; services without any are left out.
    pub fn services(&self) -> BTreeMap<String, usize> {
        self.shelves.counts()
    }

    /// Waits until everything up to the ticket is durable; at once in a world without a journal.
    ///
    /// # Errors
    /// When it cannot be made durable now. It is tried again, so it may be durable later; the
    /// caller must not tell its client that it succeeded.
    pub async fn durable(&self, ticket: Ticket) -> Result<(), JournalError> {
        match self.core.recorder() {
            Some(recorder) if ticket != Ticket::default() => recorder.durable(ticket).await,
            _ => Ok(()),
        }
    }

    /// Waits until everything that was changed so far, by whomever, is durable.
    ///
    /// # Errors
    /// As [`World::durable`].
    pub async fn all_durable(&self) -> Result<(), JournalError> {
        match self.core.recorder() {
            Some(recorder) => recorder.durable(recorder.now()).await,
            None => Ok(()),
        }
    }

    /// The error that keeps changes from becoming durable, while there is one. A gateway refuses
    /// requests that change something meanwhile.
    pub fn journal_failure(&self) -> Option<JournalError> {
        self.core.recorder()?.failure()
    }

    /// Whether changes are written to a journal.
    pub fn is_persistent(&self) -> bool {
        self.core.has_journal()
    }

    /// Brings everything to the disk and stops writing; blocks. What changes afterwards is lost.
    pub fn close(&self) {
        if let Some(recorder) = self.core.recorder() {
            recorder.close();
        }
    }
}
