//! CompleteMultipartUpload.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_s3::{
    CompleteMultipartUploadOutput, CompleteMultipartUploadRequest, CompletedPart,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::body::Content;
use crate::checksum::{Algorithm, Checksum, Kind};
use crate::conditions::WriteCondition;
use crate::encryption::{Encryption, kms};
use crate::errors;
use crate::etag::{ETag, unquote};
use crate::key::ObjectKey;
use crate::lifecycle;
use crate::members::{checksum_members, set_checksum, set_object_checksum, text};
use crate::notification::{self, Event};
use crate::object::Object;
use crate::ops::buckets::object_url;
use crate::replication;
use crate::store::{self, Bucket, Version};
use crate::upload::{MIN_PART, ObjectPart, Part, Upload, UploadId};

/// Joins the parts into an object. Repeating a completion answers the same again.
pub(crate) async fn complete_multipart_upload(
    cx: &RequestContext,
    input: CompleteMultipartUploadRequest,
) -> Result<CompleteMultipartUploadOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let condition =
        WriteCondition::parse(input.if_match.as_deref(), input.if_none_match.as_deref())?;
    let parts = input.multipart_upload.as_ref();
    let parts = parts.map(|upload| upload.parts.as_deref().unwrap_or_default());
    let id = UploadId::from(input.upload_id.as_str());
    let owner = input.expected_bucket_owner.as_deref();
    let encryption = store::read(cx, &input.bucket, owner, |bucket| {
        let upload = bucket.uploads.get(&(key.clone(), id.clone()));
        Ok(upload.map(|upload| upload.encryption.clone()))
    })?;
    if let Some(encryption) = &encryption {
        kms::check_usable(cx, encryption, "Decrypt", (&input.bucket, key.as_str())).await?;
    }
    let mut repeated = false;
    // Under KMS, S3 keeps a checksum that nobody asked for and does not tell of it here.
    let mut silent = false;
    let (version, configuration) = store::edit(cx, &input.bucket, owner, |bucket| {
        let Some(upload) = bucket.uploads.get(&(key.clone(), id.clone())).cloned() else {
            repeated = true;
            let version = completed(bucket, &key, &id)
                .ok_or_else(|| errors::no_such_upload(&input.upload_id))?;
            return Ok((version, bucket.configuration.share()));
        };
        let parts =
            parts.ok_or_else(|| errors::invalid_request("You must specify at least one part"))?;
        if parts.is_empty() {
            return Err(errors::malformed_xml());
        }
        silent = upload.checksum.is_none() && matches!(upload.encryption, Encryption::Kms { .. });
        check_kind(&upload, text!(input.checksum_type))?;
        let kept = bucket.parts_of(&id).map(|(number, part)| (number, part.clone())).collect();
        let chosen = choose(&upload, &kept, parts, &input.upload_id)?;
        check_condition(&condition, bucket, &key, &upload)?;
        let object = object(&input, upload, &chosen, id.clone())?;
        bucket.take_upload(&key, &id);
        let version = bucket.push(cx.now(), cx.ids(), &key, Some(Arc::new(object)));
        Ok((version, bucket.configuration.share()))
    })?;
    if !repeated {
        let rules = configuration.replication.as_ref();
        replication::replicate(cx, &input.bucket, rules, &key, &version);
        let event = Event::created("CompleteMultipartUpload", &key, &version);
        notification::notify(cx, &input.bucket, event).await;
    }
    let object = version.object.as_ref().ok_or_else(|| errors::no_such_upload(&input.upload_id))?;
    let mut output = CompleteMultipartUploadOutput {
        location: Some(object_url(cx, &input.bucket, key.as_str())),
        bucket: Some(input.bucket),
        key: Some(input.key),
        expiration: lifecycle::expiration_header(&configuration, &key, object, &version),
        e_tag: Some(object.etag.quoted()),
        server_side_encryption: object.encryption.algorithm().map(Into::into),
        version_id: version.id.map(|id| id.text()),
        ssekms_key_id: object.encryption.kms_key().map(str::to_owned),
        bucket_key_enabled: object.encryption.bucket_key(),
        ..CompleteMultipartUploadOutput::default()
    };
    if !silent {
        set_object_checksum!(output, &object.checksum);
    }
    Ok(output)
}

/// The version that this upload made before.
fn completed(bucket: &Bucket, key: &ObjectKey, id: &UploadId) -> Option<Arc<Version>> {
    let versions = bucket.current.get(key).into_iter().chain(bucket.older_of(key));
    let of = |version: &Version| version.object.as_ref()?.completed.as_ref().map(|it| it == id);
    versions.into_iter().find(|version| of(version) == Some(true)).cloned()
}

fn check_kind(upload: &Upload, requested: Option<&str>) -> Result<(), ServiceError> {
    let mode = upload.checksum.map_or("null", |(_, kind)| kind.as_str());
    match requested {
        Some(requested) if requested != mode => Err(errors::checksum_mode_differs(mode)),
        _ => Ok(()),
    }
}

/// A change of the key since the upload began makes a condition undecidable.
fn check_condition(
    condition: &WriteCondition,
    bucket: &Bucket,
    key: &ObjectKey,
    upload: &Upload,
) -> Result<(), ServiceError> {
    condition.check(key, bucket.current_etag(key))?;
    match condition.header() {
        Some(header) if upload.disturbed => Err(errors::conditional_request_conflict(header, key)),
        _ => Ok(()),
    }
}

/// The parts that the request lists, checked against those that were uploaded.
fn choose(
    upload: &Upload,
    kept: &BTreeMap<u16, Arc<Part>>,
    requested: &[CompletedPart],
    upload_id: &str,
) -> Result<Vec<(u16, Arc<Part>)>, ServiceError> {
    let numbers: Vec<i32> = requested.iter().filter_map(|part| part.part_number).collect();
    if !numbers.is_sorted_by(|one, next| one < next) {
        return Err(errors::invalid_part_order(upload_id));
    }
    let mut chosen: Vec<(u16, Arc<Part>)> = Vec::with_capacity(requested.len());
    for (index, request) in requested.iter().enumerate() {
        let number = request.part_number.ok_or_else(errors::malformed_xml)?;
        let tag = unquote(request.e_tag.as_deref().ok_or_else(errors::malformed_xml)?);
        let position = u16::try_from(number).ok();
        let invalid = || errors::invalid_part(tag, number, upload_id);
        let part = position.and_then(|number| kept.get(&number)).ok_or_else(invalid)?;
        if !part.etag.matches(tag) {
            return Err(invalid());
        }
        check_part_checksum(upload, part, request, number, &invalid)?;
        if index + 1 < requested.len() && part.content.len() < MIN_PART {
            return Err(errors::part_too_small(
                part.content.len(),
                position.unwrap_or_default(),
                &part.etag,
            ));
        }
        chosen.push((position.unwrap_or_default(), part.clone()));
    }
    Ok(chosen)
}

fn check_part_checksum(
    upload: &Upload,
    part: &Part,
    request: &CompletedPart,
    number: i32,
    invalid: &dyn Fn() -> ServiceError,
) -> Result<(), ServiceError> {
    let given: Vec<(Algorithm, String)> = checksum_members!(request)
        .into_iter()
        .filter_map(|(algorithm, text)| Some((algorithm, text?)))
        .collect();
    let Some((planned, kind)) = upload.checksum else {
        // Without a checksum of the upload, S3 keeps none of the parts to compare with.
        return if given.is_empty() { Ok(()) } else { Err(invalid()) };
    };
    if given.is_empty() && kind == Kind::Composite {
        return Err(errors::part_checksum_missing(planned.lower(), number));
    }
    for (algorithm, text) in given {
        if algorithm != planned {
            return Err(errors::part_checksum_differs(algorithm.lower(), number));
        }
        if algorithm.decode(&text).as_ref() != Some(&part.planned) {
            return Err(invalid());
        }
    }
    Ok(())
}

fn object(
    input: &CompleteMultipartUploadRequest,
    upload: Arc<Upload>,
    chosen: &[(u16, Arc<Part>)],
    id: UploadId,
) -> Result<Object, ServiceError> {
    let content = Content::concat(chosen.iter().map(|(_, part)| &part.content));
    if let Some(expected) = input.mpu_object_size
        && u64::try_from(expected) != Ok(content.len())
    {
        return Err(errors::mpu_size_differs(expected, content.len()));
    }
    let (algorithm, kind) = upload.checksum_plan();
    let hidden = matches!(upload.encryption, Encryption::Customer { .. });
    let checksum = match kind {
        _ if upload.checksum.is_none() && hidden => None,
        Kind::Composite => {
            Some(Checksum::composite(algorithm, chosen.iter().map(|(_, part)| &part.planned)))
        }
        Kind::FullObject => Checksum::joined(
            algorithm,
            chosen.iter().map(|(_, part)| (&part.planned, part.content.len())),
        ),
    };
    check_object_checksum(input, upload.checksum, checksum.as_ref())?;
    let with_checksums = upload.checksum.is_some() && kind == Kind::Composite;
    let parts = chosen.iter().map(|(number, part)| ObjectPart {
        number: *number,
        size: part.content.len(),
        checksum: with_checksums.then(|| part.planned.clone()),
    });
    let parts = parts.collect();
    let upload = Arc::unwrap_or_clone(upload);
    Ok(Object {
        content,
        etag: ETag::multipart(chosen.iter().map(|(_, part)| &part.etag)),
        checksum,
        headers: upload.headers,
        storage_class: upload.storage_class,
        encryption: upload.encryption,
        owner: upload.owner,
        acl: upload.acl,
        tags: upload.tags,
        lock: upload.lock,
        parts,
        completed: Some(id),
        restored: None,
        annotations: BTreeMap::new(),
        replication: None,
    })
}

/// Compares the object's checksum with the one that the completion names. An upload that was begun
/// without a checksum takes no notice of it; one over the whole object wants its type, too.
fn check_object_checksum(
    input: &CompleteMultipartUploadRequest,
    planned: Option<(Algorithm, Kind)>,
    checksum: Option<&Checksum>,
) -> Result<(), ServiceError> {
    let Some((planned, kind)) = planned else { return Ok(()) };
    for (algorithm, text) in checksum_members!(input) {
        let Some(text) = text else { continue };
        let given = algorithm.decode(text.split('-').next().unwrap_or_default());
        let given = given.ok_or_else(|| errors::invalid_checksum_header(algorithm.header()))?;
        let typed = kind == Kind::Composite || input.checksum_type.is_some();
        let same = checksum.is_some_and(|it| it.algorithm == algorithm && it.value == given);
        if !(typed && same) {
            return Err(errors::bad_checksum(planned.lower()));
        }
    }
    Ok(())
}
