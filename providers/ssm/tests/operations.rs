//! Amazon Simple Systems Manager (SSM) through the typed client.

use std::sync::Arc;

use fogbank_api_ssm::*;
use fogbank_provider_ssm::SsmProvider;
use fogbank_testkit::Cloud;

#[tokio::test]
async fn what_is_not_emulated_says_so() {
    let cloud = Cloud::new().with(service(Arc::new(SsmProvider::new())));
    let client = SsmClient::new(cloud.caller());
    let error = client.add_tags_to_resource(Default::default()).await.unwrap_err();
    assert_eq!((error.code(), error.status()), ("NotImplemented", 501));
}
