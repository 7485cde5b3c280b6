//! What a topic is: its name and ARN, its attributes, its policies.

pub(crate) mod access;
pub(crate) mod archive;
pub(crate) mod arn;
pub(crate) mod attributes;
pub(crate) mod data_protection;
pub(crate) mod delivery_policy;
pub(crate) mod encryption;
pub(crate) mod fifo;
pub(crate) mod policy;
