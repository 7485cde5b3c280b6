//! Deliveries to topics.

use fogbank_api_sns::{PublishInput, SnsClient};
use fogbank_context::Arn;

use super::{Courier, Failure, Undelivered};

/// Publishes what a target gets, in the account and region of the topic.
pub(super) async fn publish(
    courier: &Courier,
    parcel: &Undelivered,
    topic: &Arn,
) -> Result<(), Failure> {
    let Some((account, region)) = topic.account_id().zip(topic.region.clone()) else {
        return Err(Failure::new("INVALID_PARAMETER", "The target is not a topic."));
    };
    let arn = topic.to_string();
    parcel.permit(courier, topic, || ("sns", "Publish", "TopicArn", arn.into())).await?;
    let input = PublishInput {
        topic_arn: Some(topic.to_string()),
        message: parcel.input.clone(),
        ..Default::default()
    };
    let client = SnsClient::new(courier.caller(account, &region));
    client.publish(input).await.map(drop).map_err(|error| Failure::of(&error))
}
