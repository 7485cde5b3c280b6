//! Which worlds the provider has met.

use std::sync::{Arc, Weak};

use fogbank_state::World;
use parking_lot::RwLock;

use crate::delivery::move_task;

/// The worlds that the provider has met. In a world that it meets for the first time, which may be
/// a fork or come from a journal, message move tasks may be running whose jobs nobody has made yet.
#[derive(Debug, Default)]
pub(crate) struct Worlds(RwLock<Vec<Weak<World>>>);

impl Worlds {
    /// Has the running tasks of a world go on when this is the first that is seen of it.
    pub(crate) fn meet(&self, world: &Arc<World>) {
        if self.0.read().iter().any(|known| is(known, world)) {
            return;
        }
        let mut known = self.0.write();
        known.retain(|known| known.strong_count() > 0);
        if !known.iter().any(|known| is(known, world)) {
            known.push(Arc::downgrade(world));
            drop(known);
            move_task::resume(world);
        }
    }

    /// Forgets a world, whose state was replaced.
    pub(crate) fn forget(&self, world: &World) {
        self.0.write().retain(|known| !is(known, world));
    }
}

fn is(known: &Weak<World>, world: &World) -> bool {
    std::ptr::eq(known.as_ptr(), world)
}
