//! ListParts and ListMultipartUploads.

use std::ops::Bound;
use std::sync::Arc;

use fogbank_api_s3 as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::key::ObjectKey;
use crate::lifecycle;
use crate::listing::{self, Encoding, Entry, Page, Query, Seek};
use crate::members::{initiator, owner, set_checksum, size, text};
use crate::store::{self, Bucket};
use crate::upload::{Upload, UploadId};

/// The parts of an upload.
pub(crate) async fn list_parts(
    cx: &RequestContext,
    input: api::ListPartsRequest,
) -> Result<api::ListPartsOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let limit = listing::page_size(input.max_parts, "max-parts")?;
    let marker = input.part_number_marker.unwrap_or(0);
    if marker < 0 {
        return Err(listing::negative("part-number-marker", marker));
    }
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let upload = bucket.upload(&key, &input.upload_id)?;
    let id = UploadId::from(input.upload_id.as_str());
    let mut rest = bucket.parts_of(&id).filter(|(number, _)| i32::from(*number) > marker);
    let parts: Vec<api::Part> = rest
        .by_ref()
        .take(limit)
        .map(|(number, part)| {
            let mut shown = api::Part {
                part_number: Some(i32::from(number)),
                last_modified: Some(part.modified.to_wire_secs()),
                e_tag: Some(part.etag.quoted()),
                size: size(part.content.len()),
                ..api::Part::default()
            };
            if let Some((algorithm, _)) = upload.checksum {
                set_checksum!(shown, algorithm, part.planned.base64());
            }
            shown
        })
        .collect();
    let abort = lifecycle::abort_of(&bucket.configuration, &key, upload.initiated);
    Ok(api::ListPartsOutput {
        abort_date: abort.as_ref().map(|(date, _)| date.to_wire_secs()),
        abort_rule_id: abort.map(|(_, rule)| rule),
        part_number_marker: Some(marker),
        next_part_number_marker: Some(parts.last().and_then(|part| part.part_number).unwrap_or(0)),
        max_parts: i32::try_from(limit).ok(),
        is_truncated: Some(limit > 0 && rest.next().is_some()),
        parts: (!parts.is_empty()).then_some(parts),
        initiator: initiator(&upload.initiator),
        owner: owner(&upload.owner),
        storage_class: Some(upload.storage_class.as_str().into()),
        checksum_algorithm: upload.checksum.map(|(algorithm, _)| algorithm.name().into()),
        checksum_type: upload.checksum.map(|(_, kind)| kind.as_str().into()),
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        ..api::ListPartsOutput::default()
    })
}

type Row = (ObjectKey, UploadId, Arc<Upload>);

fn page(bucket: &Bucket, query: Query<'_>, within: Option<(ObjectKey, UploadId)>) -> Page<Row> {
    let mut resume = within;
    listing::page(query, |seek, visit| {
        let from = match (resume.take(), seek) {
            (Some(after), _) => Bound::Excluded(after),
            (None, Seek::At(key)) => Bound::Included((key_of(key), UploadId::from(""))),
            // No id is greater than this one.
            (None, Seek::Beyond(key)) => {
                Bound::Excluded((key_of(key), UploadId::from("\u{10ffff}")))
            }
        };
        for ((key, id), upload) in bucket.uploads.range((from, Bound::Unbounded)) {
            let mut row = || (key.clone(), id.clone(), upload.clone());
            if !visit(key.as_str(), &mut row) {
                break;
            }
        }
    })
}

fn key_of(text: &str) -> ObjectKey {
    ObjectKey::unchecked(text)
}

/// The uploads of a bucket that are under way.
pub(crate) async fn list_multipart_uploads(
    cx: &RequestContext,
    input: api::ListMultipartUploadsRequest,
) -> Result<api::ListMultipartUploadsOutput, ServiceError> {
    let encoding = Encoding::parse(text!(input.encoding_type))?;
    let limit = listing::page_size(input.max_uploads, "max-uploads")?;
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let key_marker = input.key_marker.clone().unwrap_or_default();
    // An id counts only together with a key.
    let id_marker = input.upload_id_marker.clone().filter(|_| !key_marker.is_empty());
    let within = match id_marker.as_deref().filter(|id| !id.is_empty()) {
        None => None,
        Some(id) => {
            let row = (key_of(&key_marker), UploadId::from(id));
            if !bucket.uploads.contains_key(&row) {
                let message = "Invalid uploadId marker";
                return Err(errors::invalid_argument(message, "upload-id-marker", Some(id)));
            }
            Some(row)
        }
    };
    let query = Query {
        prefix: input.prefix.as_deref().unwrap_or_default(),
        delimiter: input.delimiter.as_deref().unwrap_or_default(),
        after: &key_marker,
        limit,
    };
    let page = page(&bucket, query, within);
    // As AWS answered: a page that ends with a common prefix names none to go on from.
    let last = page.entries.iter().rev().find_map(|entry| match entry {
        Entry::Item((key, id, _)) => Some((key.as_str().to_owned(), id.as_str().to_owned())),
        Entry::CommonPrefix(_) => None,
    });
    let (next_key, next_id) = last.unwrap_or_default();
    let mut output = api::ListMultipartUploadsOutput {
        bucket: Some(input.bucket.clone()),
        key_marker: Some(encoding.apply(&key_marker)),
        upload_id_marker: Some(id_marker.unwrap_or_default()),
        next_key_marker: Some(encoding.apply(&next_key)),
        next_upload_id_marker: Some(next_id),
        prefix: input.prefix.clone().filter(|it| !it.is_empty()).map(|it| encoding.apply(&it)),
        delimiter: input
            .delimiter
            .clone()
            .filter(|it| !it.is_empty())
            .map(|it| encoding.apply(&it)),
        max_uploads: i32::try_from(limit).ok(),
        is_truncated: Some(page.truncated),
        encoding_type: input.encoding_type,
        ..api::ListMultipartUploadsOutput::default()
    };
    for entry in page.entries {
        match entry {
            Entry::CommonPrefix(prefix) => output
                .common_prefixes
                .get_or_insert_default()
                .push(api::CommonPrefix { prefix: Some(encoding.apply(&prefix)) }),
            Entry::Item((key, id, upload)) => {
                output.uploads.get_or_insert_default().push(api::MultipartUpload {
                    upload_id: Some(id.as_str().to_owned()),
                    key: Some(encoding.apply(key.as_str())),
                    initiated: Some(upload.initiated.to_wire_secs()),
                    storage_class: Some(upload.storage_class.as_str().into()),
                    owner: owner(&upload.owner),
                    initiator: initiator(&upload.initiator),
                    checksum_algorithm: upload.checksum.map(|(it, _)| it.name().into()),
                    checksum_type: upload.checksum.map(|(_, kind)| kind.as_str().into()),
                    version_id: None,
                });
            }
        }
    }
    Ok(output)
}
