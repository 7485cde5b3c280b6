//! Deliveries to queues.

use fogbank_api_sqs::{MessageSystemAttributeValue, SendMessageRequest, SqsClient};
use fogbank_context::Arn;

use super::{Courier, Failure, Undelivered};

/// Sends what a target gets to a queue, in the account and region of the queue.
pub(super) async fn send(
    courier: &Courier,
    parcel: &Undelivered,
    queue: &Arn,
) -> Result<(), Failure> {
    let Some((account, region)) = queue.account_id().zip(queue.region.clone()) else {
        return Err(Failure::new("INVALID_PARAMETER", "The target is not a queue."));
    };
    let url = format!("https://sqs/{account}/{}", queue.resource);
    parcel.permit(courier, queue, || ("sqs", "SendMessage", "QueueUrl", url.into())).await?;
    let trace_header = parcel.trace_header.clone().map(|header| {
        let value = MessageSystemAttributeValue {
            data_type: "String".to_owned(),
            string_value: Some(header),
            ..Default::default()
        };
        [("AWSTraceHeader".into(), value)].into()
    });
    let parameters = parcel.target.sqs_parameters.as_ref();
    let input = SendMessageRequest {
        queue_url: queue.resource.clone(),
        message_body: parcel.input.clone(),
        message_group_id: parameters.and_then(|it| it.message_group_id.clone()),
        message_system_attributes: trace_header,
        ..Default::default()
    };
    let client = SqsClient::new(courier.caller(account, &region));
    client.send_message(input).await.map(drop).map_err(|error| Failure::of(&error))
}
