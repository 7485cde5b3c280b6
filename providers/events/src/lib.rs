//! Amazon EventBridge.
//!
//! Emulated: nothing yet.
//!
//! Knowingly different from AWS:
//!
//! - Every operation answers `NotImplemented`.

mod ops;
mod provider;

pub use provider::EventBridgeProvider;

use std::sync::Arc;

/// The provider, ready for the gateway.
pub fn provider(_: &fogbank_config::Config) -> fogbank_service::Provider {
    fogbank_api_events::service(Arc::new(EventBridgeProvider::new())).into()
}
