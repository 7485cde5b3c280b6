//! Secrets: their names, values, versions and replicas.

pub(crate) mod locate;
pub(crate) mod replication;
pub(crate) mod value;
pub(crate) mod versions;
