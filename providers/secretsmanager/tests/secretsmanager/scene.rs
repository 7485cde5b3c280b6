//! Secrets Manager, with KMS, in a world of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fogbank_api_secretsmanager::*;
use fogbank_context::Region;
use fogbank_provider_secretsmanager::SecretsManagerProvider;
use fogbank_service::ServiceError;
use fogbank_testkit::Cloud;

/// Secrets Manager in a world of its own.
pub(crate) struct Scene {
    pub(crate) cloud: Cloud,
    pub(crate) secrets: SecretsManagerClient,
    tokens: AtomicU32,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let cloud = Cloud::new().with(service(Arc::new(SecretsManagerProvider::new())));
        let secrets = SecretsManagerClient::new(cloud.caller());
        Self { cloud, secrets, tokens: AtomicU32::new(0) }
    }

    /// A client in another region.
    pub(crate) fn in_region(&self, region: &str) -> SecretsManagerClient {
        SecretsManagerClient::new(self.cloud.caller().in_region(Region::new(region)))
    }

    pub(crate) async fn days(&self, days: u64) {
        self.cloud.advance(Duration::from_secs(days * 86_400)).await;
    }

    /// A token that no other request had.
    pub(crate) fn token(&self) -> Option<String> {
        Some(format!("{:032}", self.tokens.fetch_add(1, Ordering::Relaxed)))
    }

    /// Creates a secret with a text, and returns what AWS answers.
    pub(crate) async fn create(&self, name: &str, text: &str) -> CreateSecretResponse {
        self.try_create(name, Some(text)).await.expect("created")
    }

    pub(crate) async fn try_create(
        &self,
        name: &str,
        text: Option<&str>,
    ) -> Result<CreateSecretResponse, ServiceError> {
        let input = CreateSecretRequest {
            name: name.to_owned(),
            secret_string: text.map(str::to_owned),
            client_request_token: self.token(),
            ..Default::default()
        };
        self.secrets.create_secret(input).await
    }

    /// Puts a value with labels, and returns its version.
    pub(crate) async fn put(&self, name: &str, text: &str, stages: &[&str]) -> String {
        let input = PutSecretValueRequest {
            secret_id: name.to_owned(),
            secret_string: Some(text.to_owned()),
            client_request_token: self.token(),
            version_stages: (!stages.is_empty())
                .then(|| stages.iter().map(|&stage| stage.to_owned()).collect()),
            ..Default::default()
        };
        let output = self.secrets.put_secret_value(input).await.expect("put");
        output.version_id.expect("always there")
    }

    /// The text of a secret.
    pub(crate) async fn text(&self, id: &str) -> Result<String, ServiceError> {
        let input = GetSecretValueRequest { secret_id: id.to_owned(), ..Default::default() };
        let output = self.secrets.get_secret_value(input).await?;
        Ok(output.secret_string.expect("a text"))
    }

    /// The labels of each version, in the order in which the versions came.
    pub(crate) async fn labels(&self, name: &str) -> Vec<Vec<String>> {
        let input =
            ListSecretVersionIdsRequest { secret_id: name.to_owned(), ..Default::default() };
        let output = self.secrets.list_secret_version_ids(input).await.expect("a list");
        let versions = output.versions.expect("always there");
        versions.into_iter().map(|version| version.version_stages.unwrap_or_default()).collect()
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
