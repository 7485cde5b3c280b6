//! One line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_secretsmanager::*;

/// The AWS Secrets Manager provider. All state is in the world.
#[derive(Debug, Default)]
pub struct SecretsManagerProvider(());

impl SecretsManagerProvider {
    /// A provider.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl SecretsManager for SecretsManagerProvider {}
