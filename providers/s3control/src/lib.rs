//! AWS S3 Control.
//!
//! Emulated: nothing yet.
//!
//! Knowingly different from AWS:
//!
//! - Every operation answers `NotImplemented`.

mod ops;
mod provider;

pub use provider::S3ControlProvider;

use std::sync::Arc;

/// The provider, ready for the gateway.
pub fn provider(_: &fogbank_config::Config) -> fogbank_service::Provider {
    fogbank_api_s3control::service(Arc::new(S3ControlProvider::new())).into()
}
