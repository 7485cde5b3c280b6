//! One line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_ssm::*;

/// The Amazon Simple Systems Manager (SSM) provider. All state is in the world.
#[derive(Debug, Default)]
pub struct SsmProvider(());

impl SsmProvider {
    /// A provider.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl Ssm for SsmProvider {}
