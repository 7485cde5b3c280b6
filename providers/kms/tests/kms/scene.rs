//! KMS in a world of its own.

use std::sync::Arc;
use std::time::Duration;

use fogbank_api_kms::*;
use fogbank_context::Region;
use fogbank_provider_kms::KmsProvider;
use fogbank_service::ServiceError;
use fogbank_testkit::Cloud;

/// KMS in a world of its own.
pub(crate) struct Scene {
    pub(crate) cloud: Cloud,
    pub(crate) kms: KmsClient,
}

/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;

impl Scene {
    pub(crate) fn new() -> Self {
        let cloud = Cloud::new().with(service(Arc::new(KmsProvider::new())));
        Self { kms: KmsClient::new(cloud.caller()), cloud }
    }

    /// A client in another region.
    pub(crate) fn in_region(&self, region: &str) -> KmsClient {
        KmsClient::new(self.cloud.caller().in_region(Region::new(region)))
    }

    pub(crate) async fn days(&self, days: u64) {
        self.cloud.advance(Duration::from_secs(days * DAY)).await;
    }

    /// Creates a symmetric key and returns its metadata.
    pub(crate) async fn key(&self) -> KeyMetadata {
        self.create(CreateKeyRequest::default()).await
    }

    /// Creates a key of a spec for a usage and returns its ARN.
    pub(crate) async fn key_of(&self, spec: &str, usage: &str) -> String {
        let input = CreateKeyRequest {
            key_spec: Some(spec.into()),
            key_usage: Some(usage.into()),
            ..Default::default()
        };
        self.create(input).await.arn.expect("always there")
    }

    pub(crate) async fn create(&self, input: CreateKeyRequest) -> KeyMetadata {
        let output = self.kms.create_key(input).await.expect("a valid key");
        output.key_metadata.expect("always there")
    }

    pub(crate) async fn describe(&self, key: &str) -> Result<KeyMetadata, ServiceError> {
        let input = DescribeKeyRequest { key_id: key.to_owned(), ..Default::default() };
        Ok(self.kms.describe_key(input).await?.key_metadata.expect("always there"))
    }

    /// The state of a key, or the message of the error.
    pub(crate) async fn state(&self, key: &str) -> String {
        match self.describe(key).await {
            Ok(metadata) => metadata.key_state.expect("always there").to_string(),
            Err(error) => error.message().expect("a message").to_owned(),
        }
    }

    pub(crate) async fn encrypt(
        &self,
        key: &str,
        plaintext: &[u8],
    ) -> Result<EncryptResponse, ServiceError> {
        let input = EncryptRequest {
            key_id: key.to_owned(),
            plaintext: bytes::Bytes::copy_from_slice(plaintext),
            ..Default::default()
        };
        self.kms.encrypt(input).await
    }

    pub(crate) async fn decrypt(&self, blob: &bytes::Bytes) -> Result<Vec<u8>, ServiceError> {
        let input = DecryptRequest { ciphertext_blob: Some(blob.clone()), ..Default::default() };
        Ok(self.kms.decrypt(input).await?.plaintext.expect("no recipient").to_vec())
    }
}

/// The code and the message of an error.
#[track_caller]
pub(crate) fn refused<T>(result: Result<T, ServiceError>, code: &str, message: &str) {
    match result {
        Ok(_) => panic!("succeeded; expected {code}: {message}"),
        Err(error) => {
            let found = (error.name(), error.message().unwrap_or_default(), error.status());
            assert_eq!(found, (code, message, 400));
        }
    }
}
