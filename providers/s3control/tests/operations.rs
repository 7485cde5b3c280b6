//! AWS S3 Control through the typed client.

use std::sync::Arc;

use fogbank_api_s3control::*;
use fogbank_provider_s3control::S3ControlProvider;
use fogbank_testkit::Cloud;

#[tokio::test]
async fn what_is_not_emulated_says_so() {
    let cloud = Cloud::new().with(service(Arc::new(S3ControlProvider::new())));
    let client = S3ControlClient::new(cloud.caller());
    let error =
        client.associate_access_grants_identity_center(Default::default()).await.unwrap_err();
    assert_eq!((error.code(), error.status()), ("NotImplemented", 501));
}
