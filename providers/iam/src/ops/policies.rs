//! Policies, managed and inline, and what they are attached to.

pub(crate) mod attached;
pub(crate) mod boundaries;
pub(crate) mod entities_for_policy;
pub(crate) mod inline;
pub(crate) mod managed;
pub(crate) mod versions;
