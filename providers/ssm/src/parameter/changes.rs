//! What Parameter Store tells EventBridge: `Parameter Store Change`.

use fogbank_api_events::{EventBridgeClient, PutEventsRequest, PutEventsRequestEntry};
use fogbank_service::RequestContext;
use serde_json::json;

use super::{Parameter, arn};

/// Puts an event on the default bus: `Create`, `Update`, `Delete` or `LabelParameterVersion`.
pub(crate) async fn tell(cx: &RequestContext, operation: &str, parameter: &Parameter) {
    if !cx.world.keeps("events") {
        return;
    }
    let latest = &parameter.latest;
    let mut detail = json!({
        "name": parameter.name,
        "type": latest.kind.api().as_str(),
        "operation": operation,
    });
    if let Some(description) = &latest.description {
        detail["description"] = json!(description);
    }
    let entry = PutEventsRequestEntry {
        source: Some("aws.ssm".to_owned()),
        detail_type: Some("Parameter Store Change".to_owned()),
        detail: Some(detail.to_string()),
        resources: Some(vec![arn(cx, &parameter.name)]),
        ..PutEventsRequestEntry::default()
    };
    let input = PutEventsRequest { entries: vec![entry], endpoint_id: None };
    let caller = cx.caller().as_service("ssm.amazonaws.com");
    if let Err(error) = EventBridgeClient::new(caller).put_events(input).await
        && !error.is_absence()
    {
        tracing::warn!(parameter = parameter.name, %error, "an event was not put");
    }
}
