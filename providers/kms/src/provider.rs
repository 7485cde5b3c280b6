//! One line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_kms::*;

/// The AWS Key Management Service provider. All state is in the world.
#[derive(Debug, Default)]
pub struct KmsProvider(());

impl KmsProvider {
    /// A provider.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl Kms for KmsProvider {}
