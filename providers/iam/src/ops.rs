//! The operations, by what they are about.

pub(crate) mod credentials;
pub(crate) mod entities;
pub(crate) mod policies;
