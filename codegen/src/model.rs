//! AWS's models: two readers, one intermediate representation, and its compact form.

pub mod botocore;
pub mod compact;
pub mod ir;
pub mod strip;

pub use ir::Service;

/// A model that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{service}: {problem}")]
pub struct ModelError {
    /// The service's name.
    pub service: String,
    /// What is wrong, and where.
    pub problem: String,
}

impl ModelError {
    /// A problem of this service's model.
    pub fn new(service: &str, problem: impl Into<String>) -> Self {
        Self { service: service.to_owned(), problem: problem.into() }
    }
}
