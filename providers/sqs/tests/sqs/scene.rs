//! A cloud with queues, and scripts of what happens to one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use fogbank_api_sqs::*;
use fogbank_provider_sqs::{Settings, SqsProvider};
use fogbank_service::ServiceError;
use fogbank_testkit::Cloud;

/// SQS in a world of its own.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) cloud: Cloud,
    pub(crate) sqs: SqsClient,
}

/// The attributes of a FIFO queue.
pub(crate) const FIFO: &[(&str, &str)] =
    &[("FifoQueue", "true"), ("ContentBasedDeduplication", "true")];

/// What happens to a queue, and what is to be seen.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'a> {
    /// A message is sent; `group/body` to a FIFO queue.
    Send(&'a str),
    /// A message is sent with a delay in seconds.
    SendDelayed(&'a str, i32),
    /// At most so many messages are received, with the queue's visibility timeout: these.
    Receive(i32, &'a [&'a str]),
    /// The same, with a visibility timeout in seconds.
    ReceiveFor(i32, i32, &'a [&'a str]),
    /// The message with this body is deleted by its latest receipt handle.
    Delete(&'a str),
    /// The message's visibility timeout is changed.
    Hide(&'a str, i32),
    /// Seconds pass.
    Wait(u64),
    /// So many messages are visible, delayed, in flight.
    Counts(u32, u32, u32),
    /// The queue is purged.
    Purge,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with_settings(Settings::default())
    }

    pub(crate) fn with_settings(settings: Settings) -> Self {
        let provider = Arc::new(SqsProvider::with_settings(settings));
        Self::of(Cloud::new().with(service(provider)))
    }

    pub(crate) fn of(cloud: Cloud) -> Self {
        Self { sqs: SqsClient::new(cloud.caller()), cloud }
    }

    pub(crate) async fn wait(&self, seconds: u64) {
        self.cloud.advance(Duration::from_secs(seconds)).await;
    }

    /// Creates a queue and returns its URL.
    pub(crate) async fn create(&self, name: &str, attributes: &[(&str, &str)]) -> String {
        self.try_create(name, attributes).await.expect("a valid queue")
    }

    pub(crate) async fn try_create(
        &self,
        name: &str,
        attributes: &[(&str, &str)],
    ) -> Result<String, ServiceError> {
        let input = CreateQueueRequest {
            queue_name: name.to_owned(),
            attributes: Some(pairs(attributes)),
            ..Default::default()
        };
        Ok(self.sqs.create_queue(input).await?.queue_url.expect("a URL"))
    }

    pub(crate) async fn set(
        &self,
        queue: &str,
        attributes: &[(&str, &str)],
    ) -> Result<(), ServiceError> {
        let attributes = pairs(attributes);
        let input = SetQueueAttributesRequest { queue_url: queue.to_owned(), attributes };
        self.sqs.set_queue_attributes(input).await.map(drop)
    }

    pub(crate) async fn attribute(&self, queue: &str, name: &str) -> Option<String> {
        let input = GetQueueAttributesRequest {
            queue_url: queue.to_owned(),
            attribute_names: Some(vec![name.into()]),
        };
        let output = self.sqs.get_queue_attributes(input).await.expect("attributes");
        output.attributes?.remove(&QueueAttributeName::from(name))
    }

    /// How many messages are visible, delayed, in flight.
    pub(crate) async fn counts(&self, queue: &str) -> (u32, u32, u32) {
        let mut counts = Vec::new();
        for name in ["", "Delayed", "NotVisible"] {
            let name = format!("ApproximateNumberOfMessages{name}");
            let value = self.attribute(queue, &name).await.expect("always there");
            counts.push(value.parse().expect("a number"));
        }
        (counts[0], counts[1], counts[2])
    }

    pub(crate) async fn arn(&self, queue: &str) -> String {
        self.attribute(queue, "QueueArn").await.expect("always there")
    }

    /// Sends a message; `group/body` to a message group.
    pub(crate) async fn send(&self, queue: &str, message: &str) -> SendMessageResult {
        self.sqs.send_message(message_of(queue, message)).await.expect("sent")
    }

    pub(crate) async fn receive(&self, queue: &str, most: i32) -> Vec<Message> {
        self.receive_with(queue, |input| input.max_number_of_messages = Some(most)).await
    }

    pub(crate) async fn receive_with(
        &self,
        queue: &str,
        set: impl FnOnce(&mut ReceiveMessageRequest),
    ) -> Vec<Message> {
        let mut input = ReceiveMessageRequest {
            queue_url: queue.to_owned(),
            message_system_attribute_names: Some(vec!["All".into()]),
            message_attribute_names: Some(vec!["All".to_owned()]),
            ..Default::default()
        };
        set(&mut input);
        self.sqs.receive_message(input).await.expect("received").messages.unwrap_or_default()
    }

    pub(crate) async fn delete(&self, queue: &str, handle: &str) -> Result<(), ServiceError> {
        let receipt_handle = handle.to_owned();
        let input = DeleteMessageRequest { queue_url: queue.to_owned(), receipt_handle };
        self.sqs.delete_message(input).await.map(drop)
    }

    pub(crate) async fn hide(
        &self,
        queue: &str,
        handle: &str,
        seconds: i32,
    ) -> Result<(), ServiceError> {
        let input = ChangeMessageVisibilityRequest {
            queue_url: queue.to_owned(),
            receipt_handle: handle.to_owned(),
            visibility_timeout: seconds,
        };
        self.sqs.change_message_visibility(input).await.map(drop)
    }
}

/// The request that sends a message; `group/body` to a message group.
pub(crate) fn message_of(queue: &str, message: &str) -> SendMessageRequest {
    let (group, body) = match message.split_once('/') {
        Some((group, body)) => (Some(group.to_owned()), body),
        None => (None, message),
    };
    SendMessageRequest {
        queue_url: queue.to_owned(),
        message_body: body.to_owned(),
        message_group_id: group,
        ..Default::default()
    }
}

pub(crate) fn pairs<K: for<'a> From<&'a str> + Ord>(pairs: &[(&str, &str)]) -> BTreeMap<K, String> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).to_owned())).collect()
}

pub(crate) fn bodies(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.body.as_deref().unwrap_or_default()).collect()
}

pub(crate) fn handle(message: &Message) -> &str {
    message.receipt_handle.as_deref().expect("always there")
}

/// A system attribute of a message.
pub(crate) fn system<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    let attributes = message.attributes.as_ref()?;
    attributes.get(&MessageSystemAttributeName::from(name)).map(String::as_str)
}

/// Checks that a result is an error with this code and message.
#[track_caller]
pub(crate) fn check_error<T>(result: Result<T, ServiceError>, code: &str, message: &str) {
    let Err(error) = result else { panic!("accepted, not {code}: {message}") };
    assert_eq!((error.code(), error.message()), (code, Some(message)));
}

/// Plays a script on a new queue.
pub(crate) async fn check(attributes: &[(&str, &str)], steps: &[Step<'_>]) {
    let fifo = attributes.iter().any(|(name, _)| *name == "FifoQueue");
    let scene = Scene::new();
    let queue = scene.create(if fifo { "q.fifo" } else { "q" }, attributes).await;
    let mut handles: BTreeMap<String, String> = BTreeMap::new();
    for (number, step) in steps.iter().enumerate() {
        let place = format!("step {number}: {step:?}");
        let mut expect = |messages: Vec<Message>, expected: &[&str]| {
            assert_eq!(bodies(&messages), expected, "{place}");
            for message in &messages {
                let body = message.body.clone().unwrap_or_default();
                handles.insert(body, handle(message).to_owned());
            }
        };
        match *step {
            Step::Send(message) => drop(scene.send(&queue, message).await),
            Step::SendDelayed(message, delay) => {
                let input = SendMessageRequest {
                    delay_seconds: Some(delay),
                    ..message_of(&queue, message)
                };
                scene.sqs.send_message(input).await.expect(&place);
            }
            Step::Receive(most, expected) => expect(scene.receive(&queue, most).await, expected),
            Step::ReceiveFor(most, seconds, expected) => {
                let received = scene.receive_with(&queue, |input| {
                    input.max_number_of_messages = Some(most);
                    input.visibility_timeout = Some(seconds);
                });
                expect(received.await, expected);
            }
            Step::Delete(body) => scene.delete(&queue, &handles[body]).await.expect(&place),
            Step::Hide(body, seconds) => {
                scene.hide(&queue, &handles[body], seconds).await.expect(&place);
            }
            Step::Wait(seconds) => scene.wait(seconds).await,
            Step::Counts(visible, delayed, in_flight) => {
                assert_eq!(scene.counts(&queue).await, (visible, delayed, in_flight), "{place}");
            }
            Step::Purge => {
                let input = PurgeQueueRequest { queue_url: queue.clone() };
                scene.sqs.purge_queue(input).await.expect(&place);
            }
        }
    }
}
