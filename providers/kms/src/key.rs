//! Keys: their kinds, names, states and descriptions.

pub(crate) mod due;
pub(crate) mod locate;
pub(crate) mod managed;
pub(crate) mod metadata;
pub(crate) mod new;
pub(crate) mod policy;
pub(crate) mod relatives;
pub(crate) mod spec;
pub(crate) mod state;
