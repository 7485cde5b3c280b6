//! Queues: their names, URLs and attributes, and how a request finds one.

pub(crate) mod attributes;
pub(crate) mod encryption;
pub(crate) mod locate;
pub(crate) mod name;
pub(crate) mod policy;
pub(crate) mod redrive;
pub(crate) mod url;
