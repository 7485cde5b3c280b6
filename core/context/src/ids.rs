//! The source of ids of a world.

/// Random or seeded ids. Clones share one source.
#[derive(Clone, Debug, Default)]
pub struct IdSource(());
