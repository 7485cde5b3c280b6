//! What the topic of a delegation request is told.
//!
//! Messages are those of "Building your integration" in the IAM User Guide. A topic that is not there,
//! or whose policy does not let IAM in, hears nothing.

use aws_smithy_types::date_time::Format;
use fogbank_api_sns::{PublishInput, SnsClient};
use fogbank_context::{Arn, Timestamp};
use fogbank_service::{Caller, Intent, ServiceError};
use serde_json::{Value, json};

use crate::store::Delegation;

const IAM: &str = "iam.amazonaws.com";

/// Tells the topic that a request is in another state.
pub(super) async fn state(caller: &Caller, id: &str, request: &Delegation, now: Timestamp) {
    send(caller, id, request, message(id, request, now, "StateChange")).await;
}

/// Sends the exchange token.
pub(super) async fn token(
    caller: &Caller,
    id: &str,
    request: &Delegation,
    token: &str,
    expires: Timestamp,
) {
    let mut message = message(id, request, request.updated, "ExchangeToken");
    message["ExchangeToken"] = token.into();
    message["ExpiresAt"] = date(expires).into();
    send(caller, id, request, message).await;
}

fn message(id: &str, request: &Delegation, now: Timestamp, kind: &str) -> Value {
    json!({
        "RequestorWorkflowId": request.workflow,
        "Type": kind,
        "RequestId": id,
        "State": request.state_at(now).as_str(),
        "OwnerAccountId": request.owner_account.map(|account| account.to_string()),
        "UpdatedAt": date(now),
    })
}

fn date(at: Timestamp) -> String {
    let seconds = at.to_wire_secs().fmt(Format::DateTime).unwrap_or_default();
    let millis = at.to_wire().subsec_nanos() / 1_000_000;
    format!("{}.{millis:03}Z", seconds.trim_end_matches('Z'))
}

async fn send(caller: &Caller, id: &str, request: &Delegation, message: Value) {
    if let Err(error) = publish(caller, id, request, message).await {
        let topic = &request.channel;
        tracing::warn!(topic, id, %error, "a delegation request's topic was not told of it");
    }
}

async fn publish(
    caller: &Caller,
    id: &str,
    request: &Delegation,
    message: Value,
) -> Result<(), ServiceError> {
    let missing = || ServiceError::new("NotFound", 404, "Topic does not exist");
    let topic: Arn = request.channel.parse().map_err(|_| missing())?;
    let (Some(account), Some(region)) = (topic.account_id(), topic.region.clone()) else {
        return Err(missing());
    };
    let caller = caller.clone().as_service(IAM).in_account(account).in_region(region);
    let source = format!("arn:{}:iam::{account}:delegation-request/{id}", topic.partition);
    let intent = || {
        Intent::as_itself(IAM, source, request.requestor, "sns", "Publish")
            .with("TopicArn", request.channel.clone())
    };
    caller.permit(intent).await?;
    let input = PublishInput {
        topic_arn: Some(request.channel.clone()),
        message: message.to_string(),
        ..PublishInput::default()
    };
    SnsClient::new(caller).publish(input).await.map(drop)
}
