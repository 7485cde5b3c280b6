//! AWS Identity and Access Management through the typed client.

use std::sync::Arc;

use fogbank_api_iam::*;
use fogbank_provider_iam::IamProvider;
use fogbank_testkit::Cloud;

#[tokio::test]
async fn what_is_not_emulated_says_so() {
    let cloud = Cloud::new().with(service(Arc::new(IamProvider::new())));
    let client = IamClient::new(cloud.caller());
    let error = client.accept_delegation_request(Default::default()).await.unwrap_err();
    assert_eq!((error.code(), error.status()), ("NotImplemented", 501));
}
