//! Events that are given up: to the target's dead-letter queue, or to the log.

use std::collections::BTreeMap;

use fogbank_api_sqs::{MessageAttributeValue, SendMessageRequest, SqsClient};
use fogbank_context::Arn;
use fogbank_service::Intent;

use super::{Courier, Failure, ITSELF, Undelivered};

/// Why nothing is tried any more that might have succeeded.
#[derive(Clone, Copy, Debug)]
pub(super) enum Exhausted {
    Attempts,
    Age,
}

/// Sends an event to the target's dead-letter queue, with the reason.
pub(super) async fn give_up(
    courier: &Courier,
    parcel: &Undelivered,
    failure: &Failure,
    exhausted: Option<Exhausted>,
) {
    let (rule, target) = (&parcel.rule, &parcel.target.arn);
    let queue = parcel.target.dead_letter_config.as_ref().and_then(|config| config.arn.as_deref());
    let Some(queue) = queue else {
        let (code, reason) = (failure.code, &failure.message);
        tracing::warn!(%rule, target, code, reason, "an event was not delivered");
        return;
    };
    if let Err(reason) = send(courier, parcel, failure, exhausted, queue).await {
        tracing::warn!(%rule, target, queue, reason, "a dead-letter queue was not reached");
    }
}

async fn send(
    courier: &Courier,
    parcel: &Undelivered,
    failure: &Failure,
    exhausted: Option<Exhausted>,
    queue: &str,
) -> Result<(), String> {
    let queue: Arn = queue.parse().map_err(|_| "no ARN".to_owned())?;
    let place = queue.account_id().zip(queue.region.clone());
    let (account, region) = place.ok_or_else(|| "no ARN of a queue".to_owned())?;
    let there = courier.caller(account, &region);
    let (source, _) = parcel.place();
    let permitted = there.permit(|| {
        let url = format!("https://sqs/{account}/{}", queue.resource);
        Intent::as_itself(ITSELF, parcel.rule.to_string(), source, "sqs", "SendMessage")
            .with("QueueUrl", url)
    });
    let reason = |error: fogbank_service::ServiceError| error.to_string();
    permitted.await.map_err(reason)?;
    let mut attributes = BTreeMap::new();
    let mut set = |name: &str, value: String| {
        let value = MessageAttributeValue {
            data_type: "String".to_owned(),
            string_value: Some(value).filter(|value| !value.is_empty()),
            ..Default::default()
        };
        if value.string_value.is_some() {
            attributes.insert(name.to_owned(), value);
        }
    };
    set("RULE_ARN", parcel.rule.to_string());
    set("TARGET_ARN", parcel.target.arn.clone());
    set("ERROR_CODE", failure.code.to_owned());
    set("ERROR_MESSAGE", failure.message.clone());
    if let Some(exhausted) = exhausted {
        let condition = match exhausted {
            Exhausted::Attempts => "MaximumRetryAttempts",
            Exhausted::Age => "MaximumEventAgeInSeconds",
        };
        set("EXHAUSTED_RETRY_CONDITION", condition.to_owned());
        set("RETRY_ATTEMPTS", parcel.retries.to_string());
    }
    let input = SendMessageRequest {
        queue_url: queue.resource,
        message_body: parcel.event.clone(),
        message_attributes: Some(attributes),
        ..Default::default()
    };
    SqsClient::new(there).send_message(input).await.map(drop).map_err(reason)
}
