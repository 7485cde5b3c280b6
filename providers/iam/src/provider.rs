//! One line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_iam::*;

/// The AWS Identity and Access Management provider. All state is in the world.
#[derive(Debug, Default)]
pub struct IamProvider(());

impl IamProvider {
    /// A provider.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl Iam for IamProvider {}
