//! Amazon Simple Systems Manager (SSM).
//!
//! Emulated: nothing yet.
//!
//! Knowingly different from AWS:
//!
//! - Every operation answers `NotImplemented`.

mod ops;
mod provider;

pub use provider::SsmProvider;

use std::sync::Arc;

/// The provider, ready for the gateway.
pub fn provider(_: &fogbank_config::Config) -> fogbank_service::Provider {
    fogbank_api_ssm::service(Arc::new(SsmProvider::new())).into()
}
