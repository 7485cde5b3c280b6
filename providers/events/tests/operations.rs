//! Amazon EventBridge through the typed client.

use std::sync::Arc;

use fogbank_api_events::*;
use fogbank_provider_events::EventBridgeProvider;
use fogbank_testkit::Cloud;

#[tokio::test]
async fn what_is_not_emulated_says_so() {
    let cloud = Cloud::new().with(service(Arc::new(EventBridgeProvider::new())));
    let client = EventBridgeClient::new(cloud.caller());
    let error = client.activate_event_source(Default::default()).await.unwrap_err();
    assert_eq!((error.code(), error.status()), ("NotImplemented", 501));
}
