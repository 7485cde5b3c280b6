//! ListObjects and ListObjectsV2.

use std::ops::Bound;
use std::sync::Arc;

use fogbank_api_s3 as api;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::key::ObjectKey;
use crate::listing::{self, Encoding, Entry, Page, Query, Seek};
use crate::members::{listed_checksum, owner, size, text};
use crate::object::Object;
use crate::store::{self, Bucket, Version};

/// A page of current objects.
fn page(bucket: &Bucket, query: Query<'_>) -> Page<(ObjectKey, Arc<Version>)> {
    listing::page(query, |seek, visit| {
        let from = match seek {
            Seek::At(key) => Bound::Included(key.as_str()),
            Seek::Beyond(key) => Bound::Excluded(key.as_str()),
        };
        for (key, version) in bucket.current.range::<_, str>((from, Bound::Unbounded)) {
            if version.is_marker() {
                continue;
            }
            if !visit(key.as_str(), &mut || (key.clone(), version.clone())) {
                break;
            }
        }
    })
}

struct Listed {
    contents: Option<Vec<api::Object>>,
    common_prefixes: Option<Vec<api::CommonPrefix>>,
    count: usize,
    /// The last key or common prefix, as it is.
    last: Option<String>,
}

fn show(
    page: Page<(ObjectKey, Arc<Version>)>,
    encoding: Encoding,
    with_owner: bool,
    restore: Option<Timestamp>,
) -> Listed {
    let count = page.entries.len();
    let last = page.entries.last().map(|entry| match entry {
        Entry::Item((key, _)) => key.as_str().to_owned(),
        Entry::CommonPrefix(prefix) => prefix.clone(),
    });
    let (mut contents, mut common_prefixes) = (Vec::new(), Vec::new());
    for entry in page.entries {
        match entry {
            Entry::Item((key, version)) => {
                contents.extend(object(&key, &version, encoding, with_owner, restore));
            }
            Entry::CommonPrefix(prefix) => {
                common_prefixes.push(api::CommonPrefix { prefix: Some(encoding.apply(&prefix)) });
            }
        }
    }
    let some = |empty: bool| (!empty).then_some(());
    Listed {
        contents: some(contents.is_empty()).map(|()| contents),
        common_prefixes: some(common_prefixes.is_empty()).map(|()| common_prefixes),
        count,
        last,
    }
}

fn object(
    key: &ObjectKey,
    version: &Version,
    encoding: Encoding,
    with_owner: bool,
    restore: Option<Timestamp>,
) -> Option<api::Object> {
    let object = version.object.as_ref()?;
    let (checksum_algorithm, checksum_type) = listed_checksum(object.checksum.as_ref());
    Some(api::Object {
        key: Some(encoding.apply(key.as_str())),
        last_modified: Some(version.modified.to_wire_secs()),
        e_tag: Some(object.etag.quoted()),
        checksum_algorithm,
        checksum_type,
        size: size(object.size()),
        storage_class: Some(object.storage_class.as_str().into()),
        owner: with_owner.then(|| owner(&object.owner)).flatten(),
        restore_status: restore.and_then(|now| restore_status(object, now)),
    })
}

/// The time of the request, if it asks for the state of restorations.
pub(super) fn wants_restore(
    cx: &RequestContext,
    attributes: &Option<Vec<api::OptionalObjectAttributes>>,
) -> Option<Timestamp> {
    let mut attributes = attributes.iter().flatten();
    attributes.any(|attribute| attribute.as_str() == "RestoreStatus").then(|| cx.now())
}

/// The state of an object's restoration.
pub(super) fn restore_status(object: &Object, now: Timestamp) -> Option<api::RestoreStatus> {
    let copy = object.restored.filter(|copy| now < copy.until)?;
    let ongoing = copy.is_ongoing(now);
    Some(api::RestoreStatus {
        is_restore_in_progress: Some(ongoing),
        restore_expiry_date: (!ongoing).then(|| copy.until.to_wire_secs()),
    })
}

/// The objects of a bucket, by markers.
pub(crate) async fn list_objects(
    cx: &RequestContext,
    input: api::ListObjectsRequest,
) -> Result<api::ListObjectsOutput, ServiceError> {
    let encoding = Encoding::parse(text!(input.encoding_type))?;
    let limit = listing::page_size(input.max_keys, "maxKeys")?;
    let query = Query {
        prefix: input.prefix.as_deref().unwrap_or_default(),
        delimiter: input.delimiter.as_deref().unwrap_or_default(),
        after: input.marker.as_deref().unwrap_or_default(),
        limit,
    };
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let page = page(&bucket, query);
    let truncated = page.truncated;
    let listed = show(page, encoding, true, wants_restore(cx, &input.optional_object_attributes));
    let delimiter = input.delimiter.filter(|delimiter| !delimiter.is_empty());
    // Without a delimiter the next marker is the last key, which the client has.
    let next = listed.last.filter(|_| truncated && delimiter.is_some());
    Ok(api::ListObjectsOutput {
        is_truncated: Some(truncated),
        marker: Some(encoding.apply(&input.marker.unwrap_or_default())),
        next_marker: next.map(|last| encoding.apply(&last)),
        contents: listed.contents,
        name: Some(input.bucket),
        prefix: Some(encoding.apply(&input.prefix.unwrap_or_default())),
        delimiter: delimiter.map(|delimiter| encoding.apply(&delimiter)),
        max_keys: i32::try_from(limit).ok(),
        common_prefixes: listed.common_prefixes,
        encoding_type: input.encoding_type,
        request_charged: None,
    })
}

/// The objects of a bucket, by continuation tokens.
pub(crate) async fn list_objects_v2(
    cx: &RequestContext,
    input: api::ListObjectsV2Request,
) -> Result<api::ListObjectsV2Output, ServiceError> {
    let encoding = Encoding::parse(text!(input.encoding_type))?;
    let limit = listing::page_size(input.max_keys, "maxKeys")?;
    if input.continuation_token.as_deref() == Some("") {
        return Err(errors::invalid_argument(
            "The continuation token provided is incorrect",
            "continuation-token",
            None,
        ));
    }
    let token = input.continuation_token.as_deref().map(listing::parse_token).transpose()?;
    let start_after = input.start_after.filter(|_| token.is_none());
    let query = Query {
        prefix: input.prefix.as_deref().unwrap_or_default(),
        delimiter: input.delimiter.as_deref().unwrap_or_default(),
        after: token.as_deref().or(start_after.as_deref()).unwrap_or_default(),
        limit,
    };
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let page = page(&bucket, query);
    let truncated = page.truncated;
    let with_owner = input.fetch_owner == Some(true);
    let listed =
        show(page, encoding, with_owner, wants_restore(cx, &input.optional_object_attributes));
    let delimiter = input.delimiter.filter(|delimiter| !delimiter.is_empty());
    Ok(api::ListObjectsV2Output {
        is_truncated: Some(truncated),
        contents: listed.contents,
        name: Some(input.bucket),
        prefix: Some(encoding.apply(&input.prefix.unwrap_or_default())),
        delimiter: delimiter.map(|delimiter| encoding.apply(&delimiter)),
        max_keys: i32::try_from(limit).ok(),
        common_prefixes: listed.common_prefixes,
        encoding_type: input.encoding_type,
        key_count: i32::try_from(listed.count).ok(),
        continuation_token: input.continuation_token,
        next_continuation_token: listed
            .last
            .filter(|_| truncated)
            .map(|last| listing::token(&last)),
        start_after: start_after.map(|key| encoding.apply(&key)),
        request_charged: None,
    })
}
