//! Server access logs: a line for each request to a bucket that logs, delivered on the clock.
//!
//! See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html>.

mod line;

use std::sync::Arc;
use std::time::Duration;

use fogbank_api_s3::LoggingEnabled;
use fogbank_context::Timestamp;
use fogbank_service::{Served, ServiceError};
use fogbank_state::{Resource, Rows, World, rows};
use serde::{Deserialize, Serialize};

use crate::acl::{self, DocumentGrant, Grant};
use crate::bucket_name::BucketName;
use crate::delivery::{Delivery, LOGGING};
use crate::members::text;
use crate::raw::Target;
use crate::store::S3Store;
use crate::stored::Stored;
use line::{Line, date};

pub(crate) use line::resource_of;

/// How long lines wait for each other.
const WAIT: Duration = Duration::from_secs(300);
const NAME: &str = "s3 access logs";

/// The lines of a bucket that are not delivered yet.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct AccessLog {
    /// How many lines there ever were.
    next: u64,
    #[serde(skip)]
    lines: Rows<u64, Entry>,
}

/// A line and its time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    at: Timestamp,
    line: String,
}

impl Resource for AccessLog {
    const VERSION: u32 = 1;
    rows!(lines);
}

/// Prepares for the lines of a bucket that logs from now on: where there are no such buckets,
/// requests do not look for one.
pub(crate) fn expect(world: &World, name: BucketName) {
    let store = world.global::<S3Store>();
    store.access_logs.update_or_insert(name, AccessLog::default, |_| ());
}

/// Notes a request, if its bucket logs.
pub(crate) fn note(world: &Arc<World>, served: &Served<'_>) {
    let store = world.global::<S3Store>();
    if store.access_logs.is_empty() {
        return;
    }
    let logs = store.buckets.read(&*Target::bucket_of(served.request), |bucket| {
        let logs = bucket.configuration.logging.is_some();
        logs.then(|| (bucket.name.clone(), bucket.owner_id()))
    });
    let Some((name, owner)) = logs.flatten() else { return };
    let target = Target::of(served.request);
    let at = world.clock().now();
    let line = Line { owner: &owner, target: &target, served, at }.to_string();
    let first = store.access_logs.update_or_insert(name.clone(), AccessLog::default, |log| {
        let first = log.lines.is_empty();
        let number = log.next;
        log.next += 1;
        log.lines.insert(number, Entry { at, line });
        first
    });
    if first {
        deliver_later(world, name);
    }
}

/// Takes up what a world has that was restored or forked.
pub(crate) fn resume(world: &Arc<World>) {
    for name in world.global::<S3Store>().access_logs.keys() {
        deliver_later(world, name);
    }
}

fn deliver_later(world: &Arc<World>, name: BucketName) {
    let at = world.clock().now() + WAIT;
    world.schedule(at, NAME, move |world, now| async move { deliver(&world, &name, now) });
}

fn deliver(world: &World, name: &BucketName, now: Timestamp) {
    let store = world.global::<S3Store>();
    let Some(log) = store.access_logs.remove(name) else { return };
    let Some(source) = store.buckets.get(name) else { return };
    let Some(logging) = source.configuration.logging.as_ref().map(Stored::get) else { return };
    expect(world, name.clone());
    let Some((_, first)) = log.lines.iter().next() else { return };
    let unique = world.ids().hex(16).to_uppercase();
    let grants = target_grants(&logging).unwrap_or_default();
    let partitioned = logging.target_object_key_format.and_then(|it| it.partitioned_prefix);
    let file = match partitioned {
        None => format!("{}-{unique}", date(now, "%Y-%m-%d-%H-%M-%S")),
        Some(prefix) => {
            let by_event = text!(prefix.partition_date_source) == Some("EventTime");
            let (day, time) = match by_event {
                true => (first.at, "00-00-00".to_owned()),
                false => (now, date(now, "%H-%M-%S")),
            };
            format!(
                "{}/{}/{}/{}/{}-{time}-{unique}",
                source.owner,
                source.region,
                source.name,
                date(day, "%Y/%m/%d"),
                date(day, "%Y-%m-%d"),
            )
        }
    };
    let content: String = log.lines.iter().map(|(_, entry)| format!("{}\n", entry.line)).collect();
    let delivery = Delivery {
        source: &source,
        service: LOGGING,
        bucket: &logging.target_bucket,
        key: format!("{}{file}", logging.target_prefix),
        content: content.into(),
        content_type: "text/plain",
        grants,
    };
    delivery.run(world);
}

/// The grants that logs are delivered with.
///
/// # Errors
///
/// `MalformedACLError`, and `InvalidArgument` for unknown grantees.
pub(crate) fn target_grants(logging: &LoggingEnabled) -> Result<Vec<Grant>, ServiceError> {
    acl::of_grants(logging.target_grants.iter().flatten().map(|grant| {
        let grantee = grant.grantee.as_ref();
        DocumentGrant {
            kind: grantee.map(|it| it.r#type.as_str()),
            id: grantee.and_then(|it| it.id.as_deref()),
            uri: grantee.and_then(|it| it.uri.as_deref()),
            email: grantee.and_then(|it| it.email_address.as_deref()),
            permission: text!(grant.permission),
        }
    }))
}
