//! Annotations of objects.

use fogbank_api_s3 as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::annotation::{self, Annotation, MAX_BYTES, MOST};
use crate::body::{Wanted, ingest};
use crate::checksum::{Algorithm, Checksum};
use crate::errors;
use crate::etag::ETag;
use crate::key::ObjectKey;
use crate::listing;
use crate::members::{
    check_checksum, check_md5, checksum_members, content_md5, given_checksum, hex_of, set_checksum,
    set_object_checksum, size, text,
};
use crate::ops::get_object::{Found, find};
use crate::store::{self, Versioning};
use crate::version_id::Addressed;

fn version_of(found: &Found) -> Option<String> {
    (found.versioning != Versioning::Off).then(|| found.version.id_text())
}

fn check_object_tag(found: &Found, if_match: Option<&str>) -> Result<(), ServiceError> {
    match if_match {
        Some(tag) if tag != "*" && !found.object.etag.matches(tag) => {
            Err(errors::precondition_failed("x-amz-object-if-match"))
        }
        _ => Ok(()),
    }
}

pub(crate) async fn put_object_annotation(
    cx: &RequestContext,
    input: api::PutObjectAnnotationRequest,
) -> Result<api::PutObjectAnnotationOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let addressed = Addressed::parse(input.version_id.as_deref())?;
    annotation::check_name(&input.annotation_name)?;
    let md5 = content_md5(input.content_md5.as_deref())?;
    let given = given_checksum(cx, checksum_members!(input), text!(input.checksum_algorithm))?;
    let owner = input.expected_bucket_owner.as_deref();
    store::read(cx, &input.bucket, owner, |bucket| find(bucket, &key, addressed, "PUT").map(drop))?;
    let algorithm = given.as_ref().map_or(Algorithm::Crc64Nvme, |(algorithm, _)| *algorithm);
    let wanted = Wanted { checksums: &[algorithm], md5: true };
    let body = ingest(cx, input.annotation_payload, wanted).await?;
    if body.content.len() > MAX_BYTES {
        return Err(errors::entity_too_large(body.content.len(), MAX_BYTES));
    }
    check_md5(md5, body.md5, hex_of)?;
    check_checksum(&given, body.checksum(algorithm))?;
    let kept = Annotation {
        etag: ETag::simple(body.md5.expect("it was asked for")),
        checksum: body.checksum(algorithm).cloned().map(|it| Checksum::full(algorithm, it)),
        content: body.content,
        modified: cx.now(),
    };
    let name = input.annotation_name;
    let found = store::edit(cx, &input.bucket, owner, |bucket| {
        let found = find(bucket, &key, addressed, "PUT")?;
        check_object_tag(&found, input.object_if_match.as_deref())?;
        let annotations = &found.object.annotations;
        if annotations.len() >= MOST && !annotations.contains_key(&name) {
            return Err(errors::error(
                "AnnotationLimitExceeded",
                400,
                "The object has the maximum number of annotations.",
                &[],
            ));
        }
        bucket.edit_object(&key, found.version.position, |object| {
            object.annotations.insert(name.clone(), kept.clone());
        });
        Ok(found)
    })?;
    let mut output = api::PutObjectAnnotationOutput {
        key: Some(input.key),
        annotation_name: Some(name),
        object_version_id: version_of(&found),
        e_tag: Some(kept.etag.quoted()),
        server_side_encryption: found.object.encryption.algorithm().map(Into::into),
        ..api::PutObjectAnnotationOutput::default()
    };
    set_object_checksum!(output, &kept.checksum);
    Ok(output)
}

pub(crate) async fn get_object_annotation(
    cx: &RequestContext,
    input: api::GetObjectAnnotationRequest,
) -> Result<api::GetObjectAnnotationOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let addressed = Addressed::parse(input.version_id.as_deref())?;
    let owner = input.expected_bucket_owner.as_deref();
    let found =
        store::read(cx, &input.bucket, owner, |bucket| find(bucket, &key, addressed, "GET"))?;
    let name = input.annotation_name.as_str();
    let kept = found.object.annotations.get(name).ok_or_else(|| annotation::missing(name))?;
    let mut output = api::GetObjectAnnotationOutput {
        annotation_payload: kept.content.stream(),
        object_version_id: version_of(&found),
        last_modified: Some(kept.modified.to_wire_secs()),
        content_length: size(kept.content.len()),
        e_tag: Some(kept.etag.quoted()),
        server_side_encryption: found.object.encryption.algorithm().map(Into::into),
        ..api::GetObjectAnnotationOutput::default()
    };
    if text!(input.checksum_mode).is_some_and(|it| it.eq_ignore_ascii_case("ENABLED")) {
        set_object_checksum!(output, &kept.checksum);
    }
    Ok(output)
}

pub(crate) async fn delete_object_annotation(
    cx: &RequestContext,
    input: api::DeleteObjectAnnotationRequest,
) -> Result<api::DeleteObjectAnnotationOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let addressed = Addressed::parse(input.version_id.as_deref())?;
    let found = store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let found = find(bucket, &key, addressed, "DELETE")?;
        check_object_tag(&found, input.object_if_match.as_deref())?;
        bucket.edit_object(&key, found.version.position, |object| {
            object.annotations.remove(&input.annotation_name);
        });
        Ok(found)
    })?;
    Ok(api::DeleteObjectAnnotationOutput {
        object_version_id: version_of(&found),
        request_charged: None,
    })
}

pub(crate) async fn list_object_annotations(
    cx: &RequestContext,
    input: api::ListObjectAnnotationsRequest,
) -> Result<api::ListObjectAnnotationsOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let addressed = Addressed::parse(input.version_id.as_deref())?;
    let limit = listing::page_size(input.max_annotation_results, "max-annotation-results")?;
    let after = input.continuation_token.as_deref().map(listing::parse_token).transpose()?;
    let owner = input.expected_bucket_owner.as_deref();
    let found =
        store::read(cx, &input.bucket, owner, |bucket| find(bucket, &key, addressed, "GET"))?;
    let prefix = input.annotation_prefix.clone().unwrap_or_default();
    let mut rest = found.object.annotations.iter().filter(|(name, _)| {
        name.starts_with(&prefix) && after.as_ref().is_none_or(|after| *name > after)
    });
    let page: Vec<api::AnnotationEntry> = rest
        .by_ref()
        .take(limit)
        .map(|(name, kept)| api::AnnotationEntry {
            annotation_name: name.clone(),
            last_modified: kept.modified.to_wire_secs(),
            e_tag: Some(kept.etag.quoted()),
            checksum_algorithm: kept.checksum.as_ref().map(|it| vec![it.algorithm.name().into()]),
            size: size(kept.content.len()).unwrap_or_default(),
            replication_status: None,
        })
        .collect();
    let more = limit > 0 && rest.next().is_some();
    let last = page.last().map(|entry| listing::token(&entry.annotation_name));
    Ok(api::ListObjectAnnotationsOutput {
        annotation_count: i32::try_from(page.len()).ok(),
        annotations: Some(page),
        bucket: Some(input.bucket),
        key: Some(input.key),
        object_version_id: version_of(&found),
        annotation_prefix: input.annotation_prefix,
        max_annotation_results: i32::try_from(limit).ok(),
        continuation_token: input.continuation_token,
        next_continuation_token: last.filter(|_| more),
        request_charged: None,
    })
}
