//! UploadPart and UploadPartCopy.

use std::sync::Arc;

use fogbank_api_s3::{
    CopyPartResult, UploadPartCopyOutput, UploadPartCopyRequest, UploadPartOutput,
    UploadPartRequest,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::body::{Ingested, MAX_UPLOAD, Wanted, digest, ingest};
use crate::checksum::{Algorithm, Value};
use crate::copy_source::CopySource;
use crate::encryption::kms;
use crate::errors;
use crate::key::ObjectKey;
use crate::members::{
    base64_of, check_checksum, check_md5, checksum_members, conditions, content_md5, customer_key,
    given_checksum, set_checksum, set_encryption, source_customer_key, text,
};
use crate::ops::put_object::{check_length, etag};
use crate::range;
use crate::store;
use crate::upload::{MAX_PART_NUMBER, Part, Upload, UploadId};

fn part_number(number: i32) -> Result<u16, ServiceError> {
    u16::try_from(number)
        .ok()
        .filter(|number| (1..=MAX_PART_NUMBER).contains(number))
        .ok_or_else(|| errors::part_number_out_of_range(number))
}

/// The algorithms to compute for a part: the one that came with it, and the upload's.
fn algorithms(upload: &Upload, given: Option<Algorithm>) -> Result<[Algorithm; 2], ServiceError> {
    let (planned, _) = upload.checksum_plan();
    match (upload.checksum, given) {
        (Some((expected, _)), Some(given)) if expected != given => {
            Err(errors::checksum_type_mismatch(expected.lower(), given.lower()))
        }
        _ => Ok([planned, given.unwrap_or(planned)]),
    }
}

fn part(cx: &RequestContext, upload: &Upload, body: Ingested, given: Option<Algorithm>) -> Part {
    let (planned, _) = upload.checksum_plan();
    let shown = given.or(upload.checksum.map(|(algorithm, _)| algorithm));
    let value = |algorithm: Algorithm| -> Value {
        body.checksum(algorithm).cloned().expect("the algorithm was asked for")
    };
    Part {
        modified: cx.now(),
        etag: etag(cx, &upload.encryption, body.md5),
        checksum: shown.map(|algorithm| (algorithm, value(algorithm))),
        planned: value(planned),
        content: body.content,
    }
}

/// Keeps a part, unless its upload has ended meanwhile.
fn keep(
    cx: &RequestContext,
    bucket: &str,
    key: &ObjectKey,
    upload_id: &str,
    number: u16,
    part: &Arc<Part>,
) -> Result<(), ServiceError> {
    store::edit(cx, bucket, None, |bucket| {
        bucket.upload(key, upload_id)?;
        bucket.parts.insert((UploadId::from(upload_id), number), part.clone());
        Ok(())
    })
}

/// Uploads a part; the body streams into the blob store.
pub(crate) async fn upload_part(
    cx: &RequestContext,
    input: UploadPartRequest,
) -> Result<UploadPartOutput, ServiceError> {
    check_length(cx)?;
    let key = ObjectKey::parse(&input.key)?;
    let owner = input.expected_bucket_owner.as_deref();
    let upload = store::read(cx, &input.bucket, owner, |bucket| {
        bucket.upload(&key, &input.upload_id).cloned()
    })?;
    let number = part_number(input.part_number)?;
    customer_key!(input).check_part(&upload.encryption)?;
    let md5 = content_md5(input.content_md5.as_deref())?;
    let given = given_checksum(cx, checksum_members!(input), text!(input.checksum_algorithm))?;
    kms::check_usable(cx, &upload.encryption, "GenerateDataKey", (&input.bucket, key.as_str()))
        .await?;
    let algorithm = given.as_ref().map(|(algorithm, _)| *algorithm);
    let algorithms = algorithms(&upload, algorithm)?;
    let wanted =
        Wanted { checksums: &algorithms, md5: md5.is_some() || upload.encryption.etag_is_md5() };
    let body = ingest(cx, input.body, wanted).await?;
    check_md5(md5, body.md5, base64_of)?;
    check_checksum(&given, body.checksum(algorithms[1]))?;
    let part = Arc::new(part(cx, &upload, body, algorithm));
    keep(cx, &input.bucket, &key, &input.upload_id, number, &part)?;
    let mut output =
        UploadPartOutput { e_tag: Some(part.etag.quoted()), ..UploadPartOutput::default() };
    if let Some((algorithm, value)) = &part.checksum {
        set_checksum!(output, *algorithm, value.base64());
    }
    set_encryption!(output, &upload.encryption);
    Ok(output)
}

/// Makes a part of an object or a range of it; the content is shared, not copied.
pub(crate) async fn upload_part_copy(
    cx: &RequestContext,
    input: UploadPartCopyRequest,
) -> Result<UploadPartCopyOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let owner = input.expected_bucket_owner.as_deref();
    let upload = store::read(cx, &input.bucket, owner, |bucket| {
        bucket.upload(&key, &input.upload_id).cloned()
    })?;
    let number = part_number(input.part_number)?;
    customer_key!(input).check_part(&upload.encryption)?;
    let source = CopySource::of(cx, &input.copy_source)?;
    let found = source.open(
        cx,
        input.expected_source_bucket_owner.as_deref(),
        &conditions(
            input.copy_source_if_match.clone(),
            input.copy_source_if_none_match.clone(),
            input.copy_source_if_modified_since.as_ref(),
            input.copy_source_if_unmodified_since.as_ref(),
        ),
        source_customer_key!(input),
    )?;
    let object = &found.object;
    let from = (source.bucket.as_str(), source.key.as_str());
    kms::check_usable(cx, &object.encryption, "Decrypt", from).await?;
    kms::check_usable(cx, &upload.encryption, "GenerateDataKey", (&input.bucket, key.as_str()))
        .await?;
    let content = match input.copy_source_range.as_deref() {
        Some(header) => object.content.slice(range::parse_copy_source(header, object.size())?),
        None => object.content.clone(),
    };
    if content.len() > MAX_UPLOAD {
        return Err(errors::copy_source_too_large());
    }
    let algorithms = algorithms(&upload, None)?;
    let wanted = Wanted { checksums: &algorithms, md5: upload.encryption.etag_is_md5() };
    let known = object.known(wanted).filter(|_| content.len() == object.size());
    let read = match known {
        Some(known) => known,
        None => digest(&content, wanted).await?,
    };
    let part = Arc::new(part(cx, &upload, read, None));
    keep(cx, &input.bucket, &key, &input.upload_id, number, &part)?;
    let mut result = CopyPartResult {
        e_tag: Some(part.etag.quoted()),
        last_modified: Some(part.modified.to_wire_secs()),
        ..CopyPartResult::default()
    };
    if let Some((algorithm, value)) = &part.checksum {
        set_checksum!(result, *algorithm, value.base64());
    }
    let mut output = UploadPartCopyOutput {
        copy_source_version_id: found.version.id.map(|id| id.text()),
        copy_part_result: Some(result),
        ..UploadPartCopyOutput::default()
    };
    set_encryption!(output, &upload.encryption);
    Ok(output)
}
