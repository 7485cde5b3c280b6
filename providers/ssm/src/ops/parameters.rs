//! Parameter Store.

pub(crate) mod delete;
pub(crate) mod describe;
pub(crate) mod get;
pub(crate) mod history;
pub(crate) mod labels;
pub(crate) mod put;
