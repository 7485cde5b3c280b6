//! What all resources have (ARNs, ids, tags, pages of lists), and those that AWS brings.

pub(crate) mod arns;
pub(crate) mod aws_managed;
pub(crate) mod ids;
pub(crate) mod page;
pub mod tags;
