//! What principals may do, and what they did.

pub(crate) mod context_keys;
pub(crate) mod granting;
pub(crate) mod last_accessed;
pub(crate) mod simulation;
pub(crate) mod subject;
pub(crate) mod uses;
