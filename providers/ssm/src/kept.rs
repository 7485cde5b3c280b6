//! Structures of the API kept in the state.

pub(crate) use fogbank_service::shape::kept::{Kept, json};
