use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use fogbank_api_s3::*;
use fogbank_api_sqs::{
    GetQueueUrlRequest, GetQueueUrlResult, SendMessageRequest, SendMessageResult, Sqs,
};
use fogbank_service::{RequestContext, ServiceError};

use super::cloud::{
    BUCKET, client, create, delete_input, failure, put, set_versioning, with_bucket,
};

/// A queue service that knows one queue and keeps what is sent.
#[derive(Default)]
pub(crate) struct OneQueue(pub(crate) Arc<Mutex<Vec<serde_json::Value>>>);

#[async_trait]
impl Sqs for OneQueue {
    async fn get_queue_url(
        &self,
        _: &RequestContext,
        input: GetQueueUrlRequest,
    ) -> Result<GetQueueUrlResult, ServiceError> {
        if input.queue_name != "events" {
            return Err(ServiceError::new("QueueDoesNotExist", 400, "no such queue"));
        }
        Ok(GetQueueUrlResult { queue_url: Some("http://queue".to_owned()) })
    }

    async fn send_message(
        &self,
        _: &RequestContext,
        input: SendMessageRequest,
    ) -> Result<SendMessageResult, ServiceError> {
        let message = serde_json::from_str(&input.message_body).expect("events are JSON");
        self.0.lock().unwrap().push(message);
        Ok(SendMessageResult::default())
    }
}

pub(crate) fn configuration(
    queue: &str,
    events: &[&str],
    prefix: &str,
) -> PutBucketNotificationConfigurationRequest {
    let rule = FilterRule { name: Some("prefix".into()), value: Some(prefix.to_owned()) };
    PutBucketNotificationConfigurationRequest {
        bucket: BUCKET.to_owned(),
        notification_configuration: NotificationConfiguration {
            queue_configurations: Some(vec![QueueConfiguration {
                id: Some("config".to_owned()),
                queue_arn: queue.to_owned(),
                events: events.iter().map(|event| (*event).into()).collect(),
                filter: Some(NotificationConfigurationFilter {
                    key: Some(S3KeyFilter { filter_rules: Some(vec![rule]) }),
                }),
            }]),
            ..Default::default()
        },
        ..Default::default()
    }
}

pub(crate) const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:events";

#[tokio::test]
async fn events_reach_the_queue() {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let sqs = fogbank_api_sqs::service(Arc::new(OneQueue(sent.clone())));
    let cloud = super::cloud::cloud().with(sqs);
    let s3 = client(&cloud, "us-east-1");
    create(&s3, BUCKET).await;
    set_versioning(&s3, "Enabled").await;
    let events = ["s3:ObjectCreated:*", "s3:ObjectRemoved:DeleteMarkerCreated"];
    s3.put_bucket_notification_configuration(configuration(QUEUE, &events, "in/")).await.unwrap();
    put(&s3, "in/a b", "hello").await;
    put(&s3, "out/c", "hello").await;
    s3.delete_object(delete_input("in/a b", None)).await.unwrap();
    let sent = sent.lock().unwrap();
    assert_eq!(sent[0]["Event"], "s3:TestEvent");
    let records: Vec<_> = sent[1..].iter().map(|message| &message["Records"][0]).collect();
    let names: Vec<_> =
        records.iter().map(|record| record["eventName"].as_str().unwrap()).collect();
    assert_eq!(names, ["ObjectCreated:Put", "ObjectRemoved:DeleteMarkerCreated"]);
    let object = &records[0]["s3"]["object"];
    assert_eq!((object["key"].as_str(), object["size"].as_u64()), (Some("in/a+b"), Some(5)));
    assert_eq!(records[0]["s3"]["configurationId"], "config");
    let sequencers: Vec<_> = records
        .iter()
        .map(|record| record["s3"]["object"]["sequencer"].as_str().unwrap())
        .collect();
    assert!(sequencers[0] < sequencers[1], "{sequencers:?}");
}

#[tokio::test]
async fn lifecycle_rules_tell_what_they_do() {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let sqs = fogbank_api_sqs::service(Arc::new(OneQueue(sent.clone())));
    let cloud = super::cloud::cloud().with(sqs);
    let s3 = client(&cloud, "us-east-1");
    create(&s3, BUCKET).await;
    let events = ["s3:LifecycleExpiration:*", "s3:LifecycleTransition"];
    s3.put_bucket_notification_configuration(configuration(QUEUE, &events, "")).await.unwrap();
    let rule = |id: &str, prefix: &str, rule: LifecycleRule| LifecycleRule {
        id: Some(id.to_owned()),
        status: "Enabled".into(),
        filter: Some(LifecycleRuleFilter { prefix: Some(prefix.to_owned()), ..Default::default() }),
        ..rule
    };
    let expiration = LifecycleExpiration { days: Some(1), ..Default::default() };
    let transition =
        Transition { days: Some(0), storage_class: Some("GLACIER".into()), ..Default::default() };
    let rules = vec![
        rule("e", "old/", LifecycleRule { expiration: Some(expiration), ..Default::default() }),
        rule(
            "t",
            "cold/",
            LifecycleRule { transitions: Some(vec![transition]), ..Default::default() },
        ),
    ];
    s3.put_bucket_lifecycle_configuration(PutBucketLifecycleConfigurationRequest {
        bucket: BUCKET.to_owned(),
        lifecycle_configuration: Some(BucketLifecycleConfiguration { rules }),
        // So that small objects change their class, too.
        transition_default_minimum_object_size: Some("varies_by_storage_class".into()),
        ..Default::default()
    })
    .await
    .unwrap();
    put(&s3, "old/a", "a").await;
    put(&s3, "cold/b", "b").await;
    cloud.advance(std::time::Duration::from_secs(3 * 86_400)).await;
    let sent = sent.lock().unwrap();
    let records: Vec<_> = sent[1..].iter().map(|message| &message["Records"][0]).collect();
    let names: Vec<_> =
        records.iter().map(|record| record["eventName"].as_str().unwrap()).collect();
    assert_eq!(names, ["LifecycleTransition", "LifecycleExpiration:Delete"]);
    let class = &records[0]["lifecycleEventData"]["transitionEventData"]["destinationStorageClass"];
    assert_eq!(class, "GLACIER");
    assert_eq!(records[1]["userIdentity"]["principalId"], "s3.amazonaws.com");
    assert_eq!(records[1]["s3"]["object"]["key"], "old/a");
}

#[tokio::test]
async fn destinations_are_validated() {
    let sqs = fogbank_api_sqs::service(Arc::new(OneQueue::default()));
    let cloud = super::cloud::cloud().with(sqs);
    let s3 = client(&cloud, "us-east-1");
    create(&s3, BUCKET).await;
    for (queue, event, message) in [
        ("invalid-queue", "s3:ObjectCreated:*", "The ARN could not be parsed"),
        (
            "arn:aws:sqs:us-east-1:000000000000:missing",
            "s3:ObjectCreated:*",
            "Unable to validate the following destination configurations",
        ),
        (QUEUE, "s3:Nothing", "The event is not supported for notifications"),
    ] {
        let result =
            s3.put_bucket_notification_configuration(configuration(queue, &[event], "")).await;
        assert_eq!(result.unwrap_err().message(), Some(message));
    }
    let mut skipped =
        configuration("arn:aws:sns:us-east-1:000000000000:topic", &["s3:Nothing"], "");
    skipped.skip_destination_validation = Some(true);
    assert_eq!(
        failure(s3.put_bucket_notification_configuration(skipped).await).0,
        "InvalidArgument"
    );
}

#[tokio::test]
async fn configurations_that_collide() {
    let (_cloud, s3) = with_bucket().await;
    let queue = |event: &str, prefix: Option<&str>, suffix: Option<&str>| {
        let rule = |name: &str, value: Option<&str>| {
            value.map(|value| FilterRule { name: Some(name.into()), value: Some(value.to_owned()) })
        };
        let rules: Vec<_> =
            [rule("prefix", prefix), rule("suffix", suffix)].into_iter().flatten().collect();
        let key = Some(S3KeyFilter { filter_rules: Some(rules.clone()) });
        QueueConfiguration {
            queue_arn: "arn:aws:sqs:us-east-1:000000000000:q".to_owned(),
            events: vec![event.into()],
            filter: (!rules.is_empty()).then_some(NotificationConfigurationFilter { key }),
            ..Default::default()
        }
    };
    let (created, put) = ("s3:ObjectCreated:*", "s3:ObjectCreated:Put");
    let overlap = "Configurations overlap. Configurations on the same bucket cannot share a \
                   common event type.";
    let ambiguous = "Configuration is ambiguously defined. Cannot have overlapping suffixes in two \
                     rules if the prefixes are overlapping for the same event type.";
    for (queues, message) in [
        ([queue(created, None, None), queue("s3:ObjectRemoved:*", None, None)], None),
        ([queue(created, None, None), queue(put, None, None)], Some(overlap)),
        ([queue(created, None, None), queue(put, Some("a/"), None)], Some(ambiguous)),
        ([queue(put, Some("a/"), None), queue(put, Some("b/"), None)], None),
        ([queue(put, Some("a/"), None), queue(put, Some("a/b"), None)], Some(ambiguous)),
        ([queue(put, None, Some(".jpg")), queue(put, None, Some(".png"))], None),
        ([queue(put, None, Some("jpg")), queue(put, Some("a"), Some("pg"))], Some(ambiguous)),
    ] {
        let input = PutBucketNotificationConfigurationRequest {
            bucket: BUCKET.to_owned(),
            notification_configuration: NotificationConfiguration {
                queue_configurations: Some(queues.to_vec()),
                ..Default::default()
            },
            skip_destination_validation: Some(true),
            ..Default::default()
        };
        let outcome = s3.put_bucket_notification_configuration(input).await;
        let outcome = outcome.map(|_| ()).map_err(|error| error.message().unwrap_or("").to_owned());
        assert_eq!(outcome.err().as_deref(), message, "{queues:?}");
    }
}
