//! What S3 tells EventBridge of a bucket's objects: events of its own format, all of them.

use aws_smithy_types::date_time::Format;
use fogbank_api_events::{EventBridgeClient, PutEventsRequest, PutEventsRequestEntry};
use fogbank_service::RequestContext;
use serde_json::{Value, json};

use super::{Event, sequencer};
use crate::ops::buckets::bucket_arn;
use crate::store::Bucket;

/// The name of a notification up to its colon or as a whole, and the event's type.
const TYPES: &[(&str, &str)] = &[
    ("LifecycleExpiration", "Object Deleted"),
    ("LifecycleTransition", "Object Storage Class Changed"),
    ("ObjectCreated", "Object Created"),
    ("ObjectRemoved", "Object Deleted"),
    ("ObjectRestore:Post", "Object Restore Initiated"),
    ("ObjectRestore:Completed", "Object Restore Completed"),
    ("ObjectRestore:Delete", "Object Restore Expired"),
    ("ObjectAcl", "Object ACL Updated"),
    ("ObjectTagging:Put", "Object Tags Added"),
    ("ObjectTagging:Delete", "Object Tags Deleted"),
];

/// What wrote an object, as notifications and as events say it.
const REASONS: &[(&str, &str)] = &[
    ("LifecycleExpiration:Delete", "Lifecycle Expiration"),
    ("LifecycleExpiration:DeleteMarkerCreated", "Lifecycle Expiration"),
    ("ObjectCreated:Put", "PutObject"),
    ("ObjectCreated:Post", "POST Object"),
    ("ObjectCreated:Copy", "CopyObject"),
    ("ObjectCreated:CompleteMultipartUpload", "CompleteMultipartUpload"),
    ("ObjectRemoved:Delete", "DeleteObject"),
    ("ObjectRemoved:DeleteMarkerCreated", "DeleteObject"),
];

/// Puts an event on the default bus of the bucket's owner, in the bucket's region.
pub(super) async fn put(cx: &RequestContext, bucket: &Bucket, event: &Event) {
    if !cx.world.keeps("events") {
        return;
    }
    let Some((_, detail_type)) = TYPES
        .iter()
        .find(|(name, _)| event.name == *name || event.name.split(':').next() == Some(*name))
    else {
        return;
    };
    let entry = PutEventsRequestEntry {
        source: Some("aws.s3".to_owned()),
        detail_type: Some((*detail_type).to_owned()),
        detail: Some(detail(cx, bucket, event).to_string()),
        resources: Some(vec![bucket_arn(cx.partition(), bucket.name.as_str())]),
        ..PutEventsRequestEntry::default()
    };
    let caller = cx.caller().as_service("s3.amazonaws.com");
    let caller = caller.in_account(bucket.owner).in_region(bucket.region.clone());
    let input = PutEventsRequest { entries: vec![entry], endpoint_id: None };
    if let Err(error) = EventBridgeClient::new(caller).put_events(input).await
        && !error.is_absence()
    {
        tracing::warn!(bucket = bucket.name.as_str(), %error, "an S3 event was not put");
    }
}

fn detail(cx: &RequestContext, bucket: &Bucket, event: &Event) -> Value {
    let is = |beginning: &str| event.name.starts_with(beginning);
    let removed = is("ObjectRemoved") || is("LifecycleExpiration");
    let about_contents = is("ObjectCreated") || removed;
    let kept = event.version.object.as_ref().filter(|_| !removed);
    let mut object = json!({ "key": event.key.as_str() });
    if let Some(kept) = kept {
        if about_contents || is("ObjectRestore") {
            object["size"] = json!(kept.size());
        }
        object["etag"] = json!(kept.etag.hex());
    }
    if let Some(id) = event.version.id {
        object["version-id"] = json!(id.text());
    }
    if about_contents {
        object["sequencer"] = json!(sequencer(cx.now(), event.version.position));
    }
    let requester =
        cx.principal.service.map_or_else(|| cx.principal.account.to_string(), str::to_owned);
    let mut detail = json!({
        "version": "0",
        "bucket": { "name": bucket.name.as_str() },
        "object": object,
        "request-id": cx.request_id,
        "requester": requester,
    });
    if !is("ObjectRestore:Completed") && !is("Lifecycle") {
        let source =
            cx.http.remote.map_or_else(|| "127.0.0.1".to_owned(), |it| it.ip().to_string());
        detail["source-ip-address"] = json!(source);
    }
    if let Some((_, reason)) = REASONS.iter().find(|(name, _)| event.name == *name) {
        detail["reason"] = json!(reason);
    }
    if removed {
        detail["deletion-type"] = json!(match event.name.as_str() {
            name if name.ends_with(":DeleteMarkerCreated") => "Delete Marker Created",
            _ => "Permanently Deleted",
        });
    }
    if let Some(kept) = kept.filter(|_| is("LifecycleTransition")) {
        detail["destination-storage-class"] = json!(kept.storage_class);
    }
    if let Some(kept) = kept.filter(|_| is("ObjectRestore")) {
        detail["source-storage-class"] = json!(kept.storage_class);
        if is("ObjectRestore:Completed") {
            let until = kept.restored.map(|copy| copy.until.to_wire_secs());
            let until = until.and_then(|until| until.fmt(Format::DateTime).ok());
            detail["restore-expiry-time"] = json!(until);
        }
    }
    detail
}
