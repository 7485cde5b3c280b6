//! A cloud with buses, rules and queues.

use std::sync::Arc;
use std::time::Duration;

use fogbank_api_events::*;
use fogbank_api_sqs as sqs;
use fogbank_provider_events::EventBridgeProvider;
use fogbank_provider_secretsmanager::SecretsManagerProvider;
use fogbank_provider_sns::SnsProvider;
use fogbank_provider_sqs::SqsProvider;
use fogbank_service::{Caller, ServiceError};
use fogbank_testkit::Cloud;
use serde_json::Value;

/// What the names of ARNs begin with here.
pub(crate) const HERE: &str = "us-east-1:000000000000";

/// EventBridge in a world of its own, with the services that it sends to.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) cloud: Cloud,
    pub(crate) events: EventBridgeClient,
    pub(crate) sqs: sqs::SqsClient,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let cloud = Cloud::new()
            .with(service(Arc::new(EventBridgeProvider::new())))
            .with(sqs::service(Arc::new(SqsProvider::new())))
            .with(fogbank_api_sns::service(Arc::new(SnsProvider::new())))
            .with(fogbank_api_secretsmanager::service(Arc::new(SecretsManagerProvider::new())));
        let caller = cloud.caller();
        Self::of(cloud, caller)
    }

    /// The same cloud, asked by somebody else.
    pub(crate) fn of(cloud: Cloud, caller: Caller) -> Self {
        Self {
            events: EventBridgeClient::new(caller.clone()),
            sqs: sqs::SqsClient::new(caller),
            cloud,
        }
    }

    pub(crate) async fn wait(&self, seconds: u64) {
        self.cloud.advance(Duration::from_secs(seconds)).await;
    }

    pub(crate) async fn bus(&self, name: &str) -> String {
        let input = CreateEventBusRequest { name: name.to_owned(), ..Default::default() };
        self.events.create_event_bus(input).await.expect("a bus").event_bus_arn.expect("an ARN")
    }

    /// Makes a rule of a bus.
    pub(crate) async fn rule(&self, bus: &str, name: &str, pattern: &str) -> String {
        let input = PutRuleRequest {
            name: name.to_owned(),
            event_bus_name: Some(bus.to_owned()),
            event_pattern: Some(pattern.to_owned()),
            ..Default::default()
        };
        self.events.put_rule(input).await.expect("a rule").rule_arn.expect("an ARN")
    }

    /// Makes a queue and returns its ARN.
    pub(crate) async fn queue(&self, name: &str) -> String {
        let mut input =
            sqs::CreateQueueRequest { queue_name: name.to_owned(), ..Default::default() };
        if name.ends_with(".fifo") {
            let on = |name: &str| (name.into(), "true".to_owned());
            input.attributes = Some([on("FifoQueue"), on("ContentBasedDeduplication")].into());
        }
        self.sqs.create_queue(input).await.expect("a queue");
        format!("arn:aws:sqs:{HERE}:{name}")
    }

    pub(crate) async fn targets(
        &self,
        bus: &str,
        rule: &str,
        targets: Vec<Target>,
    ) -> Result<PutTargetsResponse, ServiceError> {
        let input = PutTargetsRequest {
            rule: rule.to_owned(),
            event_bus_name: Some(bus.to_owned()),
            targets,
        };
        self.events.put_targets(input).await
    }

    /// Puts events and returns what becomes of each: its id, or the code and the message.
    pub(crate) async fn put(&self, entries: Vec<PutEventsRequestEntry>) -> Vec<String> {
        let input = PutEventsRequest { entries, endpoint_id: None };
        let output = self.events.put_events(input).await.expect("put");
        let entries = output.entries.expect("always there").into_iter();
        let shown = |entry: PutEventsResultEntry| match entry.error_code {
            Some(code) => format!("{code}: {}", entry.error_message.unwrap_or_default()),
            None => entry.event_id.expect("an id"),
        };
        entries.map(shown).collect()
    }

    /// The messages of a queue, deleted.
    pub(crate) async fn messages(&self, queue: &str) -> Vec<sqs::Message> {
        let mut all = Vec::new();
        loop {
            let input = sqs::ReceiveMessageRequest {
                queue_url: queue.to_owned(),
                max_number_of_messages: Some(10),
                message_attribute_names: Some(vec!["All".to_owned()]),
                message_system_attribute_names: Some(vec!["All".into()]),
                ..Default::default()
            };
            let output = self.sqs.receive_message(input).await.expect("received");
            let messages = output.messages.unwrap_or_default();
            if messages.is_empty() {
                return all;
            }
            for message in &messages {
                let input = sqs::DeleteMessageRequest {
                    queue_url: queue.to_owned(),
                    receipt_handle: message.receipt_handle.clone().expect("a handle"),
                };
                self.sqs.delete_message(input).await.expect("deleted");
            }
            all.extend(messages);
        }
    }

    /// The bodies of a queue's messages.
    pub(crate) async fn bodies(&self, queue: &str) -> Vec<String> {
        let messages = self.messages(queue).await;
        messages.into_iter().map(|message| message.body.expect("a body")).collect()
    }

    /// The bodies of a queue's messages as JSON.
    pub(crate) async fn received(&self, queue: &str) -> Vec<Value> {
        let bodies = self.bodies(queue).await;
        bodies.iter().map(|body| serde_json::from_str(body).expect("JSON")).collect()
    }
}

/// A change of a request, and the code and message of the error that it is answered with.
pub(crate) type Refused<T> = (fn(&mut T), &'static str, &'static str);

/// A target.
pub(crate) fn target(id: &str, arn: &str) -> Target {
    Target { id: id.to_owned(), arn: arn.to_owned(), ..Default::default() }
}

/// An event of a source, to a bus.
pub(crate) fn event(bus: &str, source: &str, detail: &str) -> PutEventsRequestEntry {
    PutEventsRequestEntry {
        source: Some(source.to_owned()),
        detail_type: Some("test".to_owned()),
        detail: Some(detail.to_owned()),
        event_bus_name: Some(bus.to_owned()),
        ..Default::default()
    }
}

/// Checks that a result is an error with this code and message.
#[track_caller]
pub(crate) fn check_error<T>(result: Result<T, ServiceError>, code: &str, message: &str) {
    let Err(error) = result else { panic!("accepted, not {code}: {message}") };
    assert_eq!((error.code(), error.message()), (code, Some(message)));
}
