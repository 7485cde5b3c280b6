//! Event notifications: S3's records, which configuration wants them, and their delivery.

mod by_itself;
mod event_bridge;

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_smithy_types::date_time::Format;
use fogbank_api_s3 as api;
use fogbank_api_sns::{GetTopicAttributesInput, PublishInput, SnsClient};
use fogbank_api_sqs::{
    GetQueueUrlRequest, MessageSystemAttributeValue, SendMessageRequest, SqsClient,
};
use fogbank_context::{AccountId, Arn, Timestamp};
use fogbank_service::{Caller, Intent, RequestContext, ServiceError};
use serde_json::{Value, json};

use crate::key::ObjectKey;
use crate::ops::buckets::bucket_arn;
use crate::store::{self, Bucket, Version};

pub(crate) use by_itself::notify_by_itself;

/// Something that happened to an object.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// The name without `s3:`, such as `ObjectCreated:Put`.
    name: String,
    key: ObjectKey,
    version: Arc<Version>,
}

impl Event {
    /// An object was written by `Put`, `Post`, `Copy` or `CompleteMultipartUpload`.
    pub(crate) fn created(by: &str, key: &ObjectKey, version: &Arc<Version>) -> Self {
        Self::changed(&format!("ObjectCreated:{by}"), key, version)
    }

    /// A version was deleted for good.
    pub(crate) fn removed(key: &ObjectKey, version: &Arc<Version>) -> Self {
        Self::changed("ObjectRemoved:Delete", key, version)
    }

    /// A key that had no object was deleted.
    pub(crate) fn removed_nothing(key: &ObjectKey, now: Timestamp) -> Self {
        let version = Version { position: 0, id: None, modified: now, object: None };
        Self::removed(key, &Arc::new(version))
    }

    /// A delete marker was put.
    pub(crate) fn marker_created(key: &ObjectKey, version: &Arc<Version>) -> Self {
        Self::changed("ObjectRemoved:DeleteMarkerCreated", key, version)
    }

    /// Any other event by its name.
    pub(crate) fn changed(name: &str, key: &ObjectKey, version: &Arc<Version>) -> Self {
        Self { name: name.to_owned(), key: key.clone(), version: version.clone() }
    }

    fn is_wanted(
        &self,
        events: &[api::Event],
        filter: Option<&api::NotificationConfigurationFilter>,
    ) -> bool {
        let wanted = events.iter().any(|event| {
            let name = event.as_str().strip_prefix("s3:").unwrap_or(event.as_str());
            match name.strip_suffix('*') {
                Some(prefix) => self.name.starts_with(prefix),
                None => self.name == name,
            }
        });
        wanted
            && rules(filter).all(|(is_prefix, value)| {
                let key = self.key.as_str();
                if is_prefix { key.starts_with(value) } else { key.ends_with(value) }
            })
    }

    /// The record in S3's format.
    fn record(&self, cx: &RequestContext, bucket: &Bucket, configuration_id: &str) -> Value {
        let mut object = json!({ "key": encoded(self.key.as_str()) });
        let removed = ["ObjectRemoved:Delete", "LifecycleExpiration:Delete"];
        let removed = removed.contains(&self.name.as_str());
        let metadata_only =
            self.name.starts_with("ObjectTagging") || self.name.starts_with("ObjectAcl");
        if let Some(kept) = self.version.object.as_ref().filter(|_| !removed) {
            if !metadata_only {
                object["size"] = json!(kept.size());
            }
            object["eTag"] = json!(kept.etag.hex());
        } else if self.version.is_marker() && !removed {
            object["eTag"] = json!("d41d8cd98f00b204e9800998ecf8427e");
        }
        if let Some(id) = self.version.id {
            object["versionId"] = json!(id.text());
        }
        if !metadata_only {
            object["sequencer"] = json!(sequencer(cx.now(), self.version.position));
        }
        let mut record = self.envelope(cx, bucket, configuration_id, object);
        by_itself::describe(&self.name, self.version.object.as_deref(), &mut record);
        if ["ObjectRestore:Completed", "ObjectRestore:Delete"].contains(&self.name.as_str())
            && let Some(kept) = &self.version.object
        {
            let until = kept.restored.map(|copy| copy.until.to_wire_secs());
            record["userIdentity"]["principalId"] =
                json!(format!("AmazonCustomer:{}", owner_principal(bucket)));
            record["glacierEventData"] = json!({ "restoreEventData": {
                "lifecycleRestorationExpiryTime":
                    until.and_then(|until| until.fmt(Format::DateTime).ok()),
                "lifecycleRestoreStorageClass": kept.storage_class,
            }});
        }
        record
    }

    /// What surrounds the object.
    fn envelope(
        &self,
        cx: &RequestContext,
        bucket: &Bucket,
        configuration_id: &str,
        object: Value,
    ) -> Value {
        let metadata_only =
            self.name.starts_with("ObjectTagging") || self.name.starts_with("ObjectAcl");
        let source =
            cx.http.remote.map_or_else(|| "127.0.0.1".to_owned(), |it| it.ip().to_string());
        json!({
            "eventVersion": if metadata_only { "2.3" } else { "2.1" },
            "eventSource": "aws:s3",
            "awsRegion": bucket.region.as_str(),
            "eventTime": cx.now().to_wire().fmt(Format::DateTime).unwrap_or_default(),
            "eventName": self.name,
            "userIdentity": { "principalId": format!("AWS:{}", cx.principal.user_id) },
            "requestParameters": { "sourceIPAddress": source },
            "responseElements": {
                "x-amz-request-id": cx.request_id,
                "x-amz-id-2": cx.ids().base62(64),
            },
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": configuration_id,
                "bucket": {
                    "name": bucket.name.as_str(),
                    "ownerIdentity": { "principalId": owner_principal(bucket) },
                    "arn": bucket_arn(cx.partition(), bucket.name.as_str()),
                },
                "object": object,
            },
        })
    }
}

fn owner_principal(bucket: &Bucket) -> String {
    format!("A{}", bucket.owner_id().to_uppercase().chars().take(13).collect::<String>())
}

/// A number that grows with every event of a key, in sixteen hexadecimal digits.
fn sequencer(now: Timestamp, position: u64) -> String {
    format!("00{:010X}{:06X}", now.as_millis(), position & 0x00ff_ffff)
}

/// A key as records carry it: percent-encoded, a space as `+`.
fn encoded(key: &str) -> String {
    crate::listing::Encoding::Url.apply(key)
}

/// The filter's rules: whether it is about the prefix, and the value.
fn rules(
    filter: Option<&api::NotificationConfigurationFilter>,
) -> impl Iterator<Item = (bool, &str)> {
    let key = filter.and_then(|filter| filter.key.as_ref());
    let rules = key.and_then(|key| key.filter_rules.as_deref()).unwrap_or_default();
    rules.iter().filter_map(|rule| {
        let name = rule.name.as_ref()?.as_str();
        Some((name.eq_ignore_ascii_case("prefix"), rule.value.as_deref()?))
    })
}

/// A destination of a configuration, with what it wants.
struct Subscription {
    id: String,
    arn: String,
    events: Vec<api::Event>,
    filter: Option<api::NotificationConfigurationFilter>,
}

fn subscriptions(configuration: api::NotificationConfiguration) -> Vec<Subscription> {
    let queues = configuration.queue_configurations.into_iter().flatten().map(|it| Subscription {
        id: it.id.unwrap_or_default(),
        arn: it.queue_arn,
        events: it.events,
        filter: it.filter,
    });
    let topics = configuration.topic_configurations.into_iter().flatten().map(|it| Subscription {
        id: it.id.unwrap_or_default(),
        arn: it.topic_arn,
        events: it.events,
        filter: it.filter,
    });
    let functions = configuration.lambda_function_configurations.into_iter().flatten();
    let functions = functions.map(|it| Subscription {
        id: it.id.unwrap_or_default(),
        arn: it.lambda_function_arn,
        events: it.events,
        filter: it.filter,
    });
    queues.chain(topics).chain(functions).collect()
}

/// Sends an event to every queue and topic whose configuration wants it. What cannot be delivered
/// is logged, as the request that caused the event has succeeded.
pub(crate) async fn notify(cx: &RequestContext, bucket: &str, event: Event) {
    let bucket = store::store(cx)
        .buckets
        .read(bucket, |bucket| bucket.configuration.notification.is_some().then(|| bucket.clone()));
    let Some(bucket) = bucket.flatten() else { return };
    let Some(configuration) = bucket.configuration.notification.as_ref() else { return };
    let configuration = configuration.get();
    if configuration.event_bridge_configuration.is_some() {
        event_bridge::put(cx, &bucket, &event).await;
    }
    for subscription in subscriptions(configuration) {
        if !event.is_wanted(&subscription.events, subscription.filter.as_ref()) {
            continue;
        }
        let record = event.record(cx, &bucket, &subscription.id);
        let message = json!({ "Records": [record] }).to_string();
        let from = Sender::of(cx, bucket.name.as_str(), bucket.owner);
        if let Err(error) = deliver(cx, &from, &subscription.arn, message).await {
            tracing::warn!(target = %subscription.arn, %error, "an S3 event was not delivered");
        }
    }
}

/// The bucket whose events are sent, as the policies of destinations know it.
struct Sender {
    arn: String,
    account: AccountId,
}

impl Sender {
    fn of(cx: &RequestContext, bucket: &str, account: AccountId) -> Self {
        Self { arn: bucket_arn(cx.partition(), bucket), account }
    }

    /// Asks the policy of a destination whether S3 may send there.
    async fn permit(
        &self,
        caller: &Caller,
        (service, operation): (&'static str, &'static str),
        (member, name): (&'static str, String),
    ) -> Result<(), ServiceError> {
        let intent = || {
            Intent::as_itself("s3.amazonaws.com", &self.arn, self.account, service, operation)
                .with(member, name)
        };
        caller.permit(intent).await
    }
}

/// Hands a message to whatever the ARN names.
async fn deliver(
    cx: &RequestContext,
    from: &Sender,
    arn: &str,
    message: String,
) -> Result<(), ServiceError> {
    match arn.parse::<Arn>().ok().as_ref().map(|arn| arn.service.as_str()) {
        Some("sqs") => send(cx, from, arn, message).await,
        Some("sns") => publish(cx, from, arn, message).await,
        _ => Err(ServiceError::not_implemented("lambda", "Invoke")),
    }
}

async fn publish(
    cx: &RequestContext,
    from: &Sender,
    arn: &str,
    message: String,
) -> Result<(), ServiceError> {
    let missing = || ServiceError::new("NotFound", 404, "The destination topic does not exist");
    let topic: Arn = arn.parse().map_err(|_| missing())?;
    let (Some(account), Some(region)) = (topic.account_id(), topic.region.clone()) else {
        return Err(missing());
    };
    let caller = cx.caller().as_service("s3.amazonaws.com").in_account(account).in_region(region);
    if cx.invoker.decides() {
        let asked = GetTopicAttributesInput { topic_arn: arn.to_owned() };
        SnsClient::new(caller.clone()).get_topic_attributes(asked).await?;
        from.permit(&caller, ("sns", "Publish"), ("TopicArn", arn.to_owned())).await?;
    }
    let request = PublishInput {
        topic_arn: Some(arn.to_owned()),
        message,
        subject: Some("Amazon S3 Notification".to_owned()),
        ..PublishInput::default()
    };
    SnsClient::new(caller).publish(request).await.map(drop)
}

async fn send(
    cx: &RequestContext,
    from: &Sender,
    arn: &str,
    message_body: String,
) -> Result<(), ServiceError> {
    let (caller, queue_url) = queue(cx, arn).await?;
    from.permit(&caller, ("sqs", "SendMessage"), ("QueueUrl", queue_url.clone())).await?;
    let client = SqsClient::new(caller);
    let trace = cx.http.headers.get("x-amzn-trace-id").and_then(|value| value.to_str().ok());
    let attributes = trace.map(|trace| {
        let value = MessageSystemAttributeValue {
            data_type: "String".to_owned(),
            string_value: Some(trace.to_owned()),
            ..MessageSystemAttributeValue::default()
        };
        BTreeMap::from([("AWSTraceHeader".into(), value)])
    });
    let message = SendMessageRequest {
        queue_url,
        message_body,
        message_system_attributes: attributes,
        ..SendMessageRequest::default()
    };
    client.send_message(message).await.map(drop)
}

/// The queue of an ARN: a caller in its account and region, and its URL.
async fn queue(cx: &RequestContext, arn: &str) -> Result<(Caller, String), ServiceError> {
    let missing =
        || ServiceError::new("QueueDoesNotExist", 400, "The destination queue does not exist");
    let arn: Arn = arn.parse().map_err(|_| missing())?;
    let (Some(account), Some(region)) = (arn.account_id(), arn.region.clone()) else {
        return Err(missing());
    };
    let caller = cx.caller().as_service("s3.amazonaws.com").in_account(account).in_region(region);
    let client = SqsClient::new(caller.clone());
    let request = GetQueueUrlRequest {
        queue_name: arn.resource.clone(),
        queue_owner_aws_account_id: Some(account.to_string()),
    };
    let url = client.get_queue_url(request).await?.queue_url;
    Ok((caller, url.ok_or_else(missing)?))
}

/// The message that a new destination is sent.
async fn send_test(cx: &RequestContext, bucket: &str, arn: &str) -> Result<(), ServiceError> {
    let message = json!({
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": cx.now().to_wire().fmt(Format::DateTime).unwrap_or_default(),
        "Bucket": bucket,
        "RequestId": cx.request_id,
        "HostId": cx.ids().base62(64),
    });
    let owner = store::store(cx).buckets.read(bucket, |bucket| bucket.owner);
    let from = Sender::of(cx, bucket, owner.unwrap_or(cx.account));
    deliver(cx, &from, arn, message.to_string()).await
}

/// Checks a destination and sends it the test message; what is wrong with it otherwise.
pub(crate) async fn check_destination(
    cx: &RequestContext,
    bucket: &str,
    arn: &str,
) -> Option<(String, String)> {
    let problem = match arn.parse::<Arn>().ok().as_ref().map(|arn| arn.service.as_str()) {
        Some("sqs") => match send_test(cx, bucket, arn).await {
            Ok(()) => return None,
            Err(error) if error.code() == "AccessDenied" => {
                "Permissions on the destination queue do not allow S3 to publish notifications \
                 from this bucket"
            }
            Err(_) => "The destination queue does not exist",
        },
        Some("sns") => match send_test(cx, bucket, arn).await {
            Ok(()) => return None,
            Err(error) if error.code().starts_with("Authorization") => {
                "Permissions on the destination topic do not allow S3 to publish notifications \
                 from this bucket"
            }
            Err(_) => "The destination topic does not exist",
        },
        _ => {
            let name = format!("{arn}, null");
            return Some((name, format!("Not authorized to invoke function [{arn}]")));
        }
    };
    Some((arn.to_owned(), problem.to_owned()))
}
