//! AWS's models: two readers, one intermediate representation, and its compact form.

pub mod botocore;
pub mod compact;
mod flatten;
pub mod ir;
pub mod smithy;
pub mod strip;

pub use ir::Service;

use crate::fixups;
use crate::json::Json;

/// Reads a model of either format and patches it; `name` is the service's name in botocore.
///
/// # Errors
///
/// When a reader does not understand the model, or when a patch does not find its target.
pub fn load(name: &str, model: &Json) -> Result<Service, ModelError> {
    let mut service = match smithy::is_model(model) {
        true => smithy::read(name, model)?,
        false => botocore::read(name, model)?,
    };
    fixups::apply(&mut service)?;
    flatten::onto_members(&mut service);
    Ok(service)
}

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
