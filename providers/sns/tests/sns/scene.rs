//! A cloud with topics and queues.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_sns::*;
use fogbank_api_sqs::{
    CreateQueueRequest, Message, ReceiveMessageRequest, SqsClient, service as sqs_service,
};
use fogbank_provider_sns::SnsProvider;
use fogbank_provider_sqs::SqsProvider;
use fogbank_service::ServiceError;
use fogbank_testkit::Cloud;
use serde_json::Value;

/// SNS and SQS in a world of their own.
pub(crate) struct Scene {
    pub(crate) cloud: Cloud,
    pub(crate) sns: SnsClient,
    pub(crate) sqs: SqsClient,
}

/// The attributes of a FIFO topic.
pub(crate) const FIFO: &[(&str, &str)] = &[("FifoTopic", "true")];

pub(crate) fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The ARN of a queue of the scene.
pub(crate) fn queue_arn(name: &str) -> String {
    format!("arn:aws:sqs:us-east-1:000000000000:{name}")
}

/// A text as a message attribute.
pub(crate) fn attribute(data_type: &str, value: &str) -> MessageAttributeValue {
    MessageAttributeValue {
        data_type: data_type.to_owned(),
        string_value: Some(value.to_owned()),
        binary_value: None,
    }
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::of(Self::services().with_late_texts())
    }

    /// With queues that know nothing of texts that are not written yet.
    pub(crate) fn without_late_texts() -> Self {
        Self::of(Self::services())
    }

    fn services() -> Cloud {
        Cloud::new()
            .with(service(Arc::new(SnsProvider::new())))
            .with(sqs_service(Arc::new(SqsProvider::new())))
    }

    pub(crate) fn of(cloud: Cloud) -> Self {
        let sns = SnsClient::new(cloud.caller());
        let sqs = SqsClient::new(cloud.caller());
        Self { cloud, sns, sqs }
    }

    /// Creates a topic and answers its ARN.
    pub(crate) async fn topic(&self, name: &str, attributes: &[(&str, &str)]) -> String {
        self.try_topic(name, attributes).await.expect("a valid topic")
    }

    pub(crate) async fn try_topic(
        &self,
        name: &str,
        attributes: &[(&str, &str)],
    ) -> Result<String, ServiceError> {
        let input = CreateTopicInput {
            name: name.to_owned(),
            attributes: Some(map(attributes)),
            ..Default::default()
        };
        Ok(self.sns.create_topic(input).await?.topic_arn.expect("an ARN"))
    }

    /// Creates a queue; a FIFO queue when its name says so.
    pub(crate) async fn queue(&self, name: &str) -> String {
        let fifo = name.ends_with(".fifo");
        let attributes = fifo.then(|| [("FifoQueue".into(), "true".to_owned())].into());
        let input =
            CreateQueueRequest { queue_name: name.to_owned(), attributes, ..Default::default() };
        self.sqs.create_queue(input).await.expect("a queue");
        queue_arn(name)
    }

    pub(crate) async fn try_subscribe(
        &self,
        topic: &str,
        protocol: &str,
        endpoint: &str,
        attributes: &[(&str, &str)],
    ) -> Result<String, ServiceError> {
        let input = SubscribeInput {
            topic_arn: topic.to_owned(),
            protocol: protocol.to_owned(),
            endpoint: Some(endpoint.to_owned()),
            attributes: Some(map(attributes)),
            return_subscription_arn: Some(true),
        };
        Ok(self.sns.subscribe(input).await?.subscription_arn.expect("an ARN"))
    }

    /// Subscribes a new queue of this name and answers the subscription's ARN.
    pub(crate) async fn subscribe(
        &self,
        topic: &str,
        queue: &str,
        attributes: &[(&str, &str)],
    ) -> String {
        let endpoint = self.queue(queue).await;
        self.try_subscribe(topic, "sqs", &endpoint, attributes).await.expect("a subscription")
    }

    pub(crate) async fn set(
        &self,
        subscription: &str,
        name: &str,
        value: &str,
    ) -> Result<(), ServiceError> {
        let input = SetSubscriptionAttributesInput {
            subscription_arn: subscription.to_owned(),
            attribute_name: name.to_owned(),
            attribute_value: Some(value.to_owned()),
        };
        self.sns.set_subscription_attributes(input).await.map(drop)
    }

    pub(crate) async fn set_topic(
        &self,
        topic: &str,
        name: &str,
        value: &str,
    ) -> Result<(), ServiceError> {
        let input = SetTopicAttributesInput {
            topic_arn: topic.to_owned(),
            attribute_name: name.to_owned(),
            attribute_value: Some(value.to_owned()),
        };
        self.sns.set_topic_attributes(input).await.map(drop)
    }

    pub(crate) async fn topic_attributes(&self, topic: &str) -> BTreeMap<String, String> {
        let input = GetTopicAttributesInput { topic_arn: topic.to_owned() };
        let answer = self.sns.get_topic_attributes(input).await.expect("attributes");
        answer.attributes.expect("always there")
    }

    pub(crate) async fn subscription_attributes(&self, arn: &str) -> BTreeMap<String, String> {
        let input = GetSubscriptionAttributesInput { subscription_arn: arn.to_owned() };
        let answer = self.sns.get_subscription_attributes(input).await.expect("attributes");
        answer.attributes.expect("always there")
    }

    /// Publishes a text.
    pub(crate) async fn publish(&self, topic: &str, message: &str) -> PublishResponse {
        self.publish_with(topic, message, |_| ()).await.expect("published")
    }

    pub(crate) async fn publish_with(
        &self,
        topic: &str,
        message: &str,
        set: impl FnOnce(&mut PublishInput),
    ) -> Result<PublishResponse, ServiceError> {
        let mut input = PublishInput {
            topic_arn: Some(topic.to_owned()),
            message: message.to_owned(),
            ..Default::default()
        };
        set(&mut input);
        self.sns.publish(input).await
    }

    /// Takes all messages out of a queue.
    pub(crate) async fn receive(&self, queue: &str) -> Vec<Message> {
        let input = ReceiveMessageRequest {
            queue_url: queue.to_owned(),
            max_number_of_messages: Some(10),
            message_attribute_names: Some(vec!["All".to_owned()]),
            message_system_attribute_names: Some(vec!["All".into()]),
            ..Default::default()
        };
        self.sqs.receive_message(input).await.expect("received").messages.unwrap_or_default()
    }

    /// The bodies of all messages of a queue.
    pub(crate) async fn bodies(&self, queue: &str) -> Vec<String> {
        self.receive(queue).await.into_iter().filter_map(|message| message.body).collect()
    }

    /// The only message of a queue, as JSON.
    pub(crate) async fn envelope(&self, queue: &str) -> Value {
        let bodies = self.bodies(queue).await;
        assert_eq!(bodies.len(), 1, "{bodies:?}");
        serde_json::from_str(&bodies[0]).expect("an envelope")
    }
}

/// Checks that a result is an error with this code and message.
#[track_caller]
pub(crate) fn check_error<T>(result: Result<T, ServiceError>, code: &str, message: &str) {
    let Err(error) = result else { panic!("accepted, not {code}: {message}") };
    assert_eq!((error.code(), error.message()), (code, Some(message)));
}

/// Checks that a result is `InvalidParameter` with this message.
#[track_caller]
pub(crate) fn check_invalid<T>(result: Result<T, ServiceError>, message: &str) {
    check_error(result, "InvalidParameter", &format!("Invalid parameter: {message}"));
}
