//! AWS Key Management Service through the typed client.

use std::sync::Arc;

use fogbank_api_kms::*;
use fogbank_provider_kms::KmsProvider;
use fogbank_testkit::Cloud;

#[tokio::test]
async fn what_is_not_emulated_says_so() {
    let cloud = Cloud::new().with(service(Arc::new(KmsProvider::new())));
    let client = KmsClient::new(cloud.caller());
    let error = client.cancel_key_deletion(Default::default()).await.unwrap_err();
    assert_eq!((error.code(), error.status()), ("NotImplemented", 501));
}
