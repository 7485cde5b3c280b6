//! Amazon Simple Notification Service.
//!
//! Emulated: nothing yet.
//!
//! Knowingly different from AWS:
//!
//! - Every operation answers `NotImplemented`.

mod ops;
mod provider;

pub use provider::SnsProvider;

use std::sync::Arc;

/// The provider, ready for the gateway.
pub fn provider(_: &fogbank_config::Config) -> fogbank_service::Provider {
    fogbank_api_sns::service(Arc::new(SnsProvider::new())).into()
}
