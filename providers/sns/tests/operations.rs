//! Amazon Simple Notification Service through the typed client.

use std::sync::Arc;

use fogbank_api_sns::*;
use fogbank_provider_sns::SnsProvider;
use fogbank_testkit::Cloud;

#[tokio::test]
async fn what_is_not_emulated_says_so() {
    let cloud = Cloud::new().with(service(Arc::new(SnsProvider::new())));
    let client = SnsClient::new(cloud.caller());
    let error = client.add_permission(Default::default()).await.unwrap_err();
    assert_eq!((error.code(), error.status()), ("NotImplemented", 501));
}
