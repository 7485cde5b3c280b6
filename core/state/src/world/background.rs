//! Work that a world does by itself.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use fogbank_context::{JobId, Timestamp};
use parking_lot::Mutex;

use super::World;

/// What starts the work of each service, by name.
#[derive(Clone, Default)]
pub(super) struct Background(BTreeMap<&'static str, Arc<Start>>);

/// Looks at a world and schedules what it asks for.
type Start = dyn Fn(&Arc<World>) + Send + Sync;

impl World {
    /// Has `start` called for this world now, and again after each restore or reset and for each
    /// fork, where background work has to follow from what is there then. A name counts once.
    ///
    /// `start` looks at the state and [schedules](World::schedule) what it asks for: expiry,
    /// lifecycle rules, retention. Jobs that were scheduled before a restore or a reset are
    /// cancelled by it.
    ///
    /// `start` must not hold the world.
    pub fn background(
        self: &Arc<Self>,
        name: &'static str,
        start: impl Fn(&Arc<World>) + Send + Sync + 'static,
    ) {
        let mut background = self.background.lock();
        if background.0.contains_key(name) {
            return;
        }
        let start: Arc<Start> = Arc::new(start);
        background.0.insert(name, start.clone());
        drop(background);
        start(self);
    }

    /// Runs `job` with this world when its clock shows `at`; see
    /// [`Clock::schedule`](fogbank_context::Clock::schedule). The job does not keep the world
    /// alive, and does not run when it is gone.
    pub fn schedule<F, Fut>(
        self: &Arc<Self>,
        at: Timestamp,
        name: impl Into<Arc<str>>,
        job: F,
    ) -> JobId
    where
        F: FnOnce(Arc<World>, Timestamp) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let world = Arc::downgrade(self);
        self.clock().schedule(at, name, move |due| async move {
            if let Some(world) = world.upgrade() {
                job(world, due).await;
            }
        })
    }

    /// Starts all background work; the world has none yet.
    pub(super) fn start_background(self: &Arc<Self>) {
        let starts: Vec<_> = self.background.lock().0.values().cloned().collect();
        starts.into_iter().for_each(|start| start(self));
    }
}

/// The background of a world, for its fields.
pub(super) type SharedBackground = Mutex<Background>;
