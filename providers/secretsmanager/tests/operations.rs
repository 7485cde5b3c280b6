//! AWS Secrets Manager through the typed client.

use std::sync::Arc;

use fogbank_api_secretsmanager::*;
use fogbank_provider_secretsmanager::SecretsManagerProvider;
use fogbank_testkit::Cloud;

#[tokio::test]
async fn what_is_not_emulated_says_so() {
    let cloud = Cloud::new().with(service(Arc::new(SecretsManagerProvider::new())));
    let client = SecretsManagerClient::new(cloud.caller());
    let error = client.associate_cross_account_replica(Default::default()).await.unwrap_err();
    assert_eq!((error.code(), error.status()), ("NotImplemented", 501));
}
