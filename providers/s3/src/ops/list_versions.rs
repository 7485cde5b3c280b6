//! ListObjectVersions.

use std::cmp::Reverse;
use std::ops::Bound;
use std::sync::Arc;

use fogbank_api_s3 as api;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::key::ObjectKey;
use crate::listing::{self, Encoding, Entry, Page, Query, Seek};
use crate::members::{listed_checksum, owner, size, text};
use crate::ops::list_objects::{restore_status, wants_restore};
use crate::store::{self, Bucket, Version};
use crate::version_id::Addressed;

/// A version in a listing.
struct Row {
    key: ObjectKey,
    version: Arc<Version>,
    latest: bool,
}

/// The versions of a key that come after a marker.
struct After {
    key: ObjectKey,
    position: u64,
}

fn page(bucket: &Bucket, query: Query<'_>, within: Option<&After>) -> Page<Row> {
    let mut rest = within;
    listing::page(query, |seek, visit| {
        // The rest of the versions of the marker's key come first.
        if let Some(after) = rest.take() {
            for row in versions_below(bucket, after) {
                let key = row.key.clone();
                let mut row = Some(row);
                let mut give = || row.take().expect("a visitor takes a row once");
                if !visit(key.as_str(), &mut give) {
                    return;
                }
            }
        }
        let from = match seek {
            Seek::At(key) => Bound::Included(key.as_str()),
            Seek::Beyond(key) => Bound::Excluded(key.as_str()),
        };
        for (key, current) in bucket.current.range::<_, str>((from, Bound::Unbounded)) {
            let mut row = || Row { key: key.clone(), version: current.clone(), latest: true };
            if !visit(key.as_str(), &mut row) {
                return;
            }
            for version in bucket.older_of(key) {
                let mut row = || Row { key: key.clone(), version: version.clone(), latest: false };
                if !visit(key.as_str(), &mut row) {
                    return;
                }
            }
        }
    })
}

fn versions_below<'a>(bucket: &'a Bucket, after: &'a After) -> impl Iterator<Item = Row> + 'a {
    let current = bucket.current.get(&after.key);
    let current = current.filter(|version| version.position < after.position);
    let current = current.map(|version| Row {
        key: after.key.clone(),
        version: version.clone(),
        latest: true,
    });
    let key = &after.key;
    let range = (
        Bound::Excluded((key.clone(), Reverse(after.position))),
        Bound::Included((key.clone(), Reverse(0))),
    );
    let older = bucket.older.range(range).map(|((key, _), version)| Row {
        key: key.clone(),
        version: version.clone(),
        latest: false,
    });
    current.into_iter().chain(older)
}

/// Where a listing resumes inside the versions of the marker's key.
fn resume(
    bucket: &Bucket,
    key: &str,
    version_id: Option<&str>,
) -> Result<Option<After>, ServiceError> {
    let Some(version_id) = version_id.filter(|id| !id.is_empty()) else { return Ok(None) };
    let invalid = || {
        errors::invalid_argument(
            "Invalid version id specified",
            "version-id-marker",
            Some(version_id),
        )
    };
    let key = ObjectKey::parse(key)?;
    let position = match Addressed::parse(Some(version_id)).map_err(|_| invalid())? {
        addressed @ Addressed::Id(id) => {
            bucket.find(&key, addressed).map_or_else(|| id.position(), |it| it.position)
        }
        _ => match bucket.find(&key, Addressed::Null) {
            Some(version) => version.position,
            None => return Ok(None),
        },
    };
    Ok(Some(After { key, position }))
}

/// The versions and delete markers of a bucket: by key, newest first.
pub(crate) async fn list_object_versions(
    cx: &RequestContext,
    input: api::ListObjectVersionsRequest,
) -> Result<api::ListObjectVersionsOutput, ServiceError> {
    let encoding = Encoding::parse(text!(input.encoding_type))?;
    let limit = listing::page_size(input.max_keys, "max-keys")
        .map_err(|error| error.with_message("max-keys cannot be negative"))?;
    let key_marker = input.key_marker.as_deref().unwrap_or_default();
    if key_marker.is_empty()
        && let Some(marker) = input.version_id_marker.as_deref().filter(|it| !it.is_empty())
    {
        return Err(errors::invalid_argument(
            "A version-id marker cannot be specified without a key marker.",
            "version-id-marker",
            Some(marker),
        ));
    }
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let within = resume(&bucket, key_marker, input.version_id_marker.as_deref())?;
    let query = Query {
        prefix: input.prefix.as_deref().unwrap_or_default(),
        delimiter: input.delimiter.as_deref().unwrap_or_default(),
        after: key_marker,
        limit,
    };
    let page = page(&bucket, query, within.as_ref());
    let restore = wants_restore(cx, &input.optional_object_attributes);
    let truncated = page.truncated;
    let (next_key, next_version) = match page.entries.last() {
        Some(Entry::Item(row)) if truncated => {
            (Some(row.key.as_str().to_owned()), Some(row.version.id_text()))
        }
        Some(Entry::CommonPrefix(prefix)) if truncated => (Some(prefix.clone()), None),
        _ => (None, None),
    };
    let mut output = api::ListObjectVersionsOutput {
        is_truncated: Some(truncated),
        key_marker: Some(encoding.apply(key_marker)),
        version_id_marker: Some(input.version_id_marker.clone().unwrap_or_default()),
        next_key_marker: next_key.map(|key| encoding.apply(&key)),
        next_version_id_marker: next_version,
        name: Some(input.bucket.clone()),
        prefix: Some(encoding.apply(input.prefix.as_deref().unwrap_or_default())),
        delimiter: input.delimiter.filter(|it| !it.is_empty()).map(|it| encoding.apply(&it)),
        max_keys: i32::try_from(limit).ok(),
        encoding_type: input.encoding_type,
        ..api::ListObjectVersionsOutput::default()
    };
    for entry in page.entries {
        match entry {
            Entry::CommonPrefix(prefix) => output
                .common_prefixes
                .get_or_insert_default()
                .push(api::CommonPrefix { prefix: Some(encoding.apply(&prefix)) }),
            Entry::Item(row) => add(&mut output, &row, &bucket, encoding, restore),
        }
    }
    Ok(output)
}

fn add(
    output: &mut api::ListObjectVersionsOutput,
    row: &Row,
    bucket: &Bucket,
    encoding: Encoding,
    restore: Option<Timestamp>,
) {
    let key = Some(encoding.apply(row.key.as_str()));
    let version_id = Some(row.version.id_text());
    let last_modified = Some(row.version.modified.to_wire_secs());
    let Some(object) = &row.version.object else {
        output.delete_markers.get_or_insert_default().push(api::DeleteMarkerEntry {
            owner: owner(&bucket.owner_id()),
            key,
            version_id,
            is_latest: Some(row.latest),
            last_modified,
        });
        return;
    };
    let (checksum_algorithm, checksum_type) = listed_checksum(object.checksum.as_ref());
    output.versions.get_or_insert_default().push(api::ObjectVersion {
        e_tag: Some(object.etag.quoted()),
        checksum_algorithm,
        checksum_type,
        size: size(object.size()),
        storage_class: Some(object.storage_class.as_str().into()),
        key,
        version_id,
        is_latest: Some(row.latest),
        last_modified,
        owner: owner(&object.owner),
        restore_status: restore.and_then(|now| restore_status(object, now)),
    });
}
