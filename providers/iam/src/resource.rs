//! What all resources have: ARNs, ids, tags, and pages of lists.

pub(crate) mod arns;
pub(crate) mod ids;
pub(crate) mod page;
pub mod tags;
