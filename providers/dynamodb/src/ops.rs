//! The operations, one or a small family a file.

pub mod account;
pub mod batch_get_item;
pub mod batch_write_item;
pub mod items;
pub mod query;
pub mod scan;
pub mod search_vectors;
pub mod statements;
pub mod tables;
pub mod transactions;

mod selection;

use fogbank_service::ServiceError;

/// Refuses parameters that are given although their effect is not emulated.
fn refuse_given(operation: &str, parameters: &[(&str, bool)]) -> Result<(), ServiceError> {
    let Some((name, _)) = parameters.iter().find(|(_, given)| *given) else { return Ok(()) };
    let version = env!("CARGO_PKG_VERSION");
    Err(ServiceError::new(
        "NotImplemented",
        501,
        format!("dynamodb.{operation} with {name} is not emulated by fogbank {version}"),
    ))
}
