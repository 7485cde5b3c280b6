//! Worlds: all state of all services.

mod gate;
mod shelf;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use fogbank_context::{AccountId, Clock, IdSource, Region};

use crate::blob::BlobStore;
use crate::store::{AccountWide, Global, Regional, Store};
use gate::Gate;
use shelf::Shelves;

pub(crate) use gate::{Inside, Pass, forbid_nesting};

/// All state of all services, with its clock and its id source.
///
/// [`World::fork`] makes an independent copy in a time that does not depend on its size.
pub struct World {
    pub(crate) core: Arc<Core>,
    clock: Clock,
    ids: IdSource,
    requests: AtomicU64,
    shelves: Shelves,
}

/// What the tables of a world share.
pub(crate) struct Core {
    gate: Gate,
    blobs: BlobStore,
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Core")
    }
}

impl Core {
    fn new(blobs: BlobStore) -> Arc<Self> {
        Arc::new(Self { gate: Gate::default(), blobs })
    }

    /// Enters the world to change something; forks wait until the pass is dropped.
    pub(crate) fn enter(&self) -> Pass<'_> {
        self.gate.enter()
    }

    pub(crate) fn has_journal(&self) -> bool {
        false
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
        self.ids.for_request(self.requests.fetch_add(1, Ordering::Relaxed))
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

    /// All stores of a type that exist, with their scopes, in no particular order.
    pub fn stores<S: Store>(&self) -> Vec<(S::Scope, Arc<S>)> {
        self.shelves.all()
    }

    /// An independent world with the same contents and the same time, in memory.
    ///
    /// Costs time in proportion to the number of tables, not to what they hold. Writers wait
    /// meanwhile, so the fork is of one moment.
    pub fn fork(&self) -> Arc<Self> {
        let core = Core::new(self.core.blobs.clone());
        let _still = self.core.gate.close();
        Arc::new(Self {
            shelves: self.shelves.fork(&core),
            core,
            clock: self.clock.fork(),
            ids: self.ids.fork(),
            requests: AtomicU64::new(0),
        })
    }

    /// Keeps the contents as they are now, at the cost of a fork.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.fork())
    }

    /// Replaces the contents by those of a snapshot, of this world or of another. The clock and
    /// the ids go on. Whoever watches a resource is woken.
    pub fn restore(&self, snapshot: &Snapshot) {
        let source = snapshot.0.fork();
        let _still = self.core.gate.close();
        self.shelves.adopt(&self.core, Some(&source.shelves));
    }

    /// Removes all contents. The clock goes on; its jobs are taken back.
    pub fn reset(&self) {
        self.clock.cancel_all();
        let _still = self.core.gate.close();
        self.shelves.adopt(&self.core, None);
    }
}

/// The contents of a world at one moment. Dropping it gives back what only it holds.
#[derive(Clone, Debug)]
pub struct Snapshot(Arc<World>);

impl Snapshot {
    /// A world that starts from the snapshot.
    pub fn world(&self) -> Arc<World> {
        self.0.fork()
    }
}
