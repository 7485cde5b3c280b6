//! One line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_sns::*;

/// The Amazon Simple Notification Service provider. All state is in the world.
#[derive(Debug, Default)]
pub struct SnsProvider(());

impl SnsProvider {
    /// A provider.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl Sns for SnsProvider {}
