//! CreateMultipartUpload and AbortMultipartUpload.

use std::sync::Arc;

use fogbank_api_s3::{
    AbortMultipartUploadOutput, AbortMultipartUploadRequest, CreateMultipartUploadOutput,
    CreateMultipartUploadRequest,
};
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::access::{AclGuard, On};
use crate::acl;
use crate::checksum::{Algorithm, Kind};
use crate::encryption::kms;
use crate::errors;
use crate::key::ObjectKey;
use crate::lifecycle;
use crate::members::{
    customer_key, encryption_request, object_grants, refuse, set_encryption, text,
};
use crate::metadata::{self, Headers};
use crate::object::storage_class;
use crate::ops::put_object::{object_owner, write_lock};
use crate::store;
use crate::tags::Tags;
use crate::upload::{Initiator, Upload, UploadId};

/// Begins an upload.
pub(crate) async fn create_multipart_upload(
    cx: &RequestContext,
    input: CreateMultipartUploadRequest,
) -> Result<CreateMultipartUploadOutput, ServiceError> {
    refuse(input.object_lock_event_hold.is_some(), "x-amz-object-lock-event-hold")?;
    let key = ObjectKey::parse(&input.key)?;
    let checksum = checksum(&input)?;
    let owner = input.expected_bucket_owner.as_deref();
    let mut encryption = store::read(cx, &input.bucket, owner, |bucket| {
        let default = &bucket.configuration.default_encryption;
        let encryption = encryption_request!(input).resolve(cx, default)?;
        let on = On::Object(&input.bucket, &input.key, None);
        default.check_allowed(cx, bucket.owner, on, &encryption)?;
        Ok(encryption)
    })?;
    kms::confirm(cx, &mut encryption, (&input.bucket, key.as_str())).await?;
    let gives_acl = input.acl.is_some() || !object_grants!(input).is_empty();
    let mut guard = AclGuard::of(cx, gives_acl, &input.bucket, Some(&input.key));
    let (id, upload, abort) =
        store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
            let configuration = bucket.configuration.share();
            let bucket_owner = bucket.owner_id();
            let owner = object_owner(cx, &configuration, &bucket_owner, text!(input.acl));
            let grants = object_grants!(input);
            let acl = acl::of_headers(text!(input.acl), grants, &owner, &bucket_owner)?;
            guard.check(&configuration, acl.as_ref(), text!(input.acl))?;
            let tags = input.tagging.as_deref().map(Tags::of_header).transpose()?;
            let encryption = encryption.clone();
            let redirect = input.website_redirect_location.clone();
            let upload = Arc::new(Upload {
                initiated: cx.now(),
                initiator: Initiator {
                    id: cx.principal.arn.to_string(),
                    name: cx.principal.arn.resource.rsplit('/').next().unwrap_or("").to_owned(),
                },
                owner,
                headers: Headers {
                    cache_control: input.cache_control.clone(),
                    content_disposition: input.content_disposition.clone(),
                    content_encoding: metadata::stored_encoding(input.content_encoding.clone()),
                    content_language: input.content_language.clone(),
                    content_type: input.content_type.clone(),
                    expires: input.expires.clone(),
                    website_redirect_location: metadata::check_redirect(redirect)?,
                    user: metadata::check(input.metadata.clone())?,
                },
                storage_class: storage_class(&configuration, text!(input.storage_class))?,
                encryption,
                acl,
                tags: tags.unwrap_or_default(),
                lock: write_lock(
                    cx,
                    &configuration,
                    text!(input.object_lock_mode),
                    input.object_lock_retain_until_date.as_ref().map(Timestamp::from_wire),
                    text!(input.object_lock_legal_hold_status),
                )?,
                checksum,
                disturbed: false,
            });
            let id = UploadId::new(cx.now(), bucket.uploads.len(), cx.ids());
            bucket.uploads.insert((key.clone(), id.clone()), upload.clone());
            let abort = lifecycle::abort_of(&configuration, &key, upload.initiated);
            Ok((id, upload, abort))
        })?;
    let mut output = CreateMultipartUploadOutput {
        abort_date: abort.as_ref().map(|(date, _)| date.to_wire_secs()),
        abort_rule_id: abort.map(|(_, rule)| rule),
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(id.as_str().to_owned()),
        ssekms_encryption_context: upload.encryption.kms_context().map(str::to_owned),
        checksum_algorithm: upload.checksum.map(|(algorithm, _)| algorithm.name().into()),
        checksum_type: upload.checksum.map(|(_, kind)| kind.as_str().into()),
        ..CreateMultipartUploadOutput::default()
    };
    set_encryption!(output, &upload.encryption);
    Ok(output)
}

/// The checksum that the object will have.
fn checksum(
    input: &CreateMultipartUploadRequest,
) -> Result<Option<(Algorithm, Kind)>, ServiceError> {
    let algorithm = text!(input.checksum_algorithm).map(Algorithm::parse).transpose()?;
    let Some(algorithm) = algorithm else {
        return match input.checksum_type {
            None => Ok(None),
            Some(_) => Err(errors::invalid_request(
                "The x-amz-checksum-type header can only be used with the \
                 x-amz-checksum-algorithm header.",
            )),
        };
    };
    let kind = match text!(input.checksum_type) {
        None => algorithm.default_kind(),
        Some(name) => Kind::by_name(name).ok_or_else(|| {
            errors::invalid_request("Value for x-amz-checksum-type header is invalid.")
        })?,
    };
    algorithm.check_kind(kind)?;
    Ok(Some((algorithm, kind)))
}

/// Ends an upload without an object.
pub(crate) async fn abort_multipart_upload(
    cx: &RequestContext,
    input: AbortMultipartUploadRequest,
) -> Result<AbortMultipartUploadOutput, ServiceError> {
    refuse(input.if_match_initiated_time.is_some(), "x-amz-if-match-initiated-time")?;
    let key = ObjectKey::parse(&input.key)?;
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.upload(&key, &input.upload_id)?;
        bucket.take_upload(&key, &UploadId::from(input.upload_id.as_str()));
        Ok(())
    })?;
    Ok(AbortMultipartUploadOutput::default())
}
