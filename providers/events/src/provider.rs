//! One line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_events::*;

/// The Amazon EventBridge provider. All state is in the world.
#[derive(Debug, Default)]
pub struct EventBridgeProvider(());

impl EventBridgeProvider {
    /// A provider.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl EventBridge for EventBridgeProvider {}
