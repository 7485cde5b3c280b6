//! AWS Identity and Access Management.
//!
//! Emulated: nothing yet.
//!
//! Knowingly different from AWS:
//!
//! - Every operation answers `NotImplemented`.

mod ops;
mod provider;

pub use provider::IamProvider;

use std::sync::Arc;

/// The provider, ready for the gateway.
pub fn provider(_: &fogbank_config::Config) -> fogbank_service::Provider {
    fogbank_api_iam::service(Arc::new(IamProvider::new())).into()
}
