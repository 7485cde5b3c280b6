//! The operations, by what they are about.

pub(crate) mod access;
pub(crate) mod account;
pub(crate) mod credentials;
pub(crate) mod entities;
pub(crate) mod federation;
pub(crate) mod policies;
