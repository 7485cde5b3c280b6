//! What a path says of the service.

use std::borrow::Cow;

use fogbank_index::ServiceIndex;
use fogbank_wire::RequestHead;
use http::Method;

use super::{Clues, NONE, only};
use crate::detection::host::Host;

/// A queue's path: `/000000000000/name` or `/queue/us-east-1/000000000000/name`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QueuePath<'p> {
    /// The region, where the path has it.
    pub(crate) region: Option<&'p str>,
    /// The account, twelve digits.
    pub(crate) account: &'p str,
    /// The queue's name.
    pub(crate) name: &'p str,
}

/// Reads the path of a queue URL.
pub(crate) fn queue_path(path: &str) -> Option<QueuePath<'_>> {
    let path = path.strip_prefix('/')?;
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut parts = path.split('/');
    let (region, account, name) = match (parts.next()?, parts.next()?, parts.next(), parts.next()) {
        ("queue", region, Some(account), Some(name)) => (Some(region), account, name),
        (account, name, None, None) => (None, account, name),
        _ => return None,
    };
    let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    let base = name.strip_suffix(".fifo").unwrap_or(name);
    let is_name = !base.is_empty()
        && name.len() <= 80
        && base.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    (is_account && is_name && parts.next().is_none()).then_some(QueuePath { region, account, name })
}

/// Services whose paths match: queues, then the models' own patterns.
pub(super) fn by_path(clues: &Clues<'_>) -> Cow<'static, [ServiceIndex]> {
    if clues.signature.is_some_and(|signature| signature.presigned) {
        // Version 2 in the query string names no service; only S3 still takes it.
        return NONE;
    }
    let queues = matches!(*clues.head.method, Method::GET | Method::POST);
    if queues && queue_path(clues.head.path).is_some() {
        return only("sqs");
    }
    Cow::Borrowed(fogbank_index::by_route(clues.head.method.as_str(), clues.head.path))
}

/// Whether a request that nothing else explains can be one of S3: any path may be a bucket's.
pub(super) fn is_s3(head: &RequestHead<'_>) -> bool {
    let methods =
        [Method::GET, Method::HEAD, Method::PUT, Method::POST, Method::DELETE, Method::OPTIONS];
    let named = head.path.trim_start_matches('/');
    let forms_only = *head.method == Method::POST
        && head.query.is_none_or(str::is_empty)
        && !["multipart/form-data", "text/"].iter().any(|of| content_type(head).starts_with(of));
    methods.contains(head.method)
        && !named.is_empty()
        && !named.starts_with('_')
        && !forms_only
        && !head.headers.contains_key("x-amz-target")
}

/// Which of S3's services a request signed for S3 is for.
pub(super) fn storage(clues: &Clues<'_>) -> &'static str {
    let path = clues.head.path;
    if path.starts_with("/S3Outposts/") {
        return "s3outposts";
    }
    // Buckets of outposts are made without the account in a header.
    let makes_bucket = || {
        let name = path.strip_prefix("/v20180820/bucket/").unwrap_or_default();
        *clues.head.method == Method::PUT && !name.is_empty() && !name.contains('/')
    };
    let of_control = matches!(clues.host, Host::Service { endpoint: "s3-control", .. })
        || path.starts_with("/v20180820/")
            && (clues.head.headers.contains_key("x-amz-account-id") || makes_bucket());
    if of_control { "s3control" } else { "s3" }
}

fn content_type<'h>(head: &RequestHead<'h>) -> &'h str {
    let value = head.headers.get(http::header::CONTENT_TYPE);
    value.and_then(|value| value.to_str().ok()).unwrap_or_default()
}
