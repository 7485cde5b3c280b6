//! One line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_s3control::*;

/// The AWS S3 Control provider. All state is in the world.
#[derive(Debug, Default)]
pub struct S3ControlProvider(());

impl S3ControlProvider {
    /// A provider.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl S3Control for S3ControlProvider {}
