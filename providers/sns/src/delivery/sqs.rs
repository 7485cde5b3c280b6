//! Deliveries to queues.

use fogbank_api_sqs::{MessageSystemAttributeValue, SendMessageRequest, SqsClient};
use fogbank_context::Arn;
use fogbank_service::{Caller, Intent};

use crate::delivery::{Accepted, Parcel, Text, Undelivered};

/// Sends a message of a topic to a queue, in the account and region of the queue, whose policy must
/// let SNS do so where policies are enforced.
pub(super) async fn send(
    caller: &Caller,
    topic: &Arn,
    queue: &Arn,
    parcel: Parcel,
) -> Result<Accepted, Undelivered> {
    let Some((account, region)) = queue.account_id().zip(queue.region.clone()) else {
        return Err(Undelivered::new(format!("{queue} is not the ARN of a queue")));
    };
    let is_fifo = queue.resource.ends_with(".fifo");
    // Standard queues are fair to message groups, but not to those of FIFO topics.
    let group = parcel.group.filter(|_| is_fifo || !parcel.from_fifo);
    let trace_header = parcel.trace_header.map(|header| {
        let value = MessageSystemAttributeValue {
            data_type: "String".to_owned(),
            string_value: Some(header),
            ..Default::default()
        };
        [("AWSTraceHeader".into(), value)].into()
    });
    let (text, late) = match parcel.text {
        Text::Now(text) => (text, None),
        Text::Late(late) if caller.invoker.takes_late("sqs") => (String::new(), Some(late)),
        Text::Late(late) => (late.as_str().to_owned(), None),
    };
    let input = SendMessageRequest {
        queue_url: queue.resource.clone(),
        message_body: text,
        message_attributes: parcel.attributes.filter(|it| !it.is_empty()),
        message_system_attributes: trace_header,
        message_group_id: group,
        message_deduplication_id: parcel.deduplication_id.filter(|_| is_fifo),
        ..Default::default()
    };
    let there = caller.clone().in_account(account).in_region(region);
    let intent = || {
        let source = topic.account_id().unwrap_or(account);
        let url = format!("https://sqs/{account}/{}", queue.resource);
        Intent::as_itself("sns.amazonaws.com", topic.to_string(), source, "sqs", "SendMessage")
            .with("QueueUrl", url)
    };
    there.permit(intent).await.map_err(|denial| Undelivered::of(&denial))?;
    let client = SqsClient::new(Caller { late, ..there });
    match client.send_message(input).await {
        Ok(sent) => Ok(Accepted::Queue(sent.message_id.unwrap_or_default())),
        Err(error) => Err(Undelivered::of(&error)),
    }
}
