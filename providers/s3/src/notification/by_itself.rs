//! Events of what S3 does without a request: lifecycle rules and restorations.

use std::sync::Arc;

use fogbank_service::{HttpRequest, Invoker, Principal, RequestContext};
use fogbank_state::World;
use serde_json::{Value, json};

use super::{Event, notify};
use crate::object::Object;
use crate::store::S3Store;

/// Who acts, and from where, in the records of these events.
const ITSELF: &str = "s3.amazonaws.com";

/// Sends an event as [`notify`] does, where no request caused it.
pub(crate) async fn notify_by_itself(
    world: &Arc<World>,
    invoker: &Arc<dyn Invoker>,
    bucket: &str,
    event: Event,
) {
    let place = world.global::<S3Store>().buckets.read(bucket, |bucket| {
        let wanted = bucket.configuration.notification.is_some();
        wanted.then(|| (bucket.owner, bucket.region.clone()))
    });
    let Some((owner, region)) = place.flatten() else { return };
    let model = fogbank_api_s3::SCHEMAS.model();
    // No operation is behind these events; this one is the nearest.
    let at = model.operation_index("RestoreObject").unwrap_or_default();
    let cx = RequestContext {
        request_id: world.ids().hex(16).to_uppercase(),
        model,
        operation: &model.operations[at],
        protocol: model.metadata.protocols[0],
        account: owner,
        principal: Arc::new(Principal {
            service: Some(ITSELF),
            ..Principal::root(owner, region.partition())
        }),
        region,
        world: world.clone(),
        http: HttpRequest::default(),
        invoker: invoker.clone(),
        late: None,
    };
    notify(&cx, bucket, event).await;
}

/// Puts into the record of such an event what others do not have.
pub(super) fn describe(name: &str, object: Option<&Object>, record: &mut Value) {
    if !name.starts_with("Lifecycle") {
        return;
    }
    record["eventVersion"] = json!("2.3");
    record["userIdentity"]["principalId"] = json!(ITSELF);
    record["requestParameters"]["sourceIPAddress"] = json!(ITSELF);
    if let Some(object) = object.filter(|_| name == "LifecycleTransition") {
        record["lifecycleEventData"] = json!({ "transitionEventData": {
            "destinationStorageClass": object.storage_class,
        }});
    }
}
