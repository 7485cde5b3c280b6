//! Tables, scopes, worlds, the journal and the blob store.

use fogbank_context::{Clock, IdSource};

/// All state of all services, with its clock and its id source.
#[derive(Debug, Default)]
pub struct World {
    clock: Clock,
    ids: IdSource,
}

impl World {
    /// The world's clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The world's id source.
    pub fn ids(&self) -> &IdSource {
        &self.ids
    }
}
