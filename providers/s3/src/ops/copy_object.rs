//! CopyObject.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_s3::{CopyObjectOutput, CopyObjectRequest, CopyObjectResult};
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::access::{AclGuard, On};
use crate::acl;
use crate::body::{self, Wanted};
use crate::checksum::{Algorithm, Checksum};
use crate::conditions::WriteCondition;
use crate::configuration::Configuration;
use crate::copy_source::CopySource;
use crate::encryption::kms;
use crate::errors;
use crate::key::ObjectKey;
use crate::lifecycle;
use crate::members::{
    conditions, customer_key, encryption_request, object_grants, refuse, set_checksum,
    set_encryption, set_object_checksum, source_customer_key, text,
};
use crate::metadata::{self, Headers};
use crate::notification::{self, Event};
use crate::object::{Object, storage_class};
use crate::ops::get_object::Found;
use crate::ops::put_object::{Draft, etag, object_owner, write_lock};
use crate::replication;
use crate::store::{self, Versioning};
use crate::tags::Tags;
use crate::version_id::Addressed;

/// What a directive says.
fn replaces(directive: Option<&str>, header: &'static str) -> Result<bool, ServiceError> {
    match directive {
        None | Some("COPY") => Ok(false),
        Some("REPLACE") => Ok(true),
        Some(other) => Err(errors::invalid_argument(
            format!(
                "Unknown {} directive.",
                header.trim_start_matches("x-amz-").trim_end_matches("-directive")
            ),
            header,
            Some(other),
        )),
    }
}

/// Copies an object, also onto itself; the content is shared, not copied.
pub(crate) async fn copy_object(
    cx: &RequestContext,
    input: CopyObjectRequest,
) -> Result<CopyObjectOutput, ServiceError> {
    refuse(input.object_lock_event_hold.is_some(), "x-amz-object-lock-event-hold")?;
    let key = ObjectKey::parse(&input.key)?;
    let source = CopySource::of(cx, &input.copy_source)?;
    let condition =
        WriteCondition::parse(input.if_match.as_deref(), input.if_none_match.as_deref())?;
    let algorithm = text!(input.checksum_algorithm).map(Algorithm::parse).transpose()?;
    let target = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
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
    if found.object.size() > body::MAX_UPLOAD {
        return Err(errors::copy_source_too_large());
    }
    let configuration = target.configuration.share();
    let mut draft = draft(cx, &input, &found, &configuration, &target.owner_id())?;
    let on = On::Object(&input.bucket, &input.key, None);
    let default = &configuration.default_encryption;
    default.check_allowed(cx, target.owner, on, &draft.encryption)?;
    let from = (source.bucket.as_str(), source.key.as_str());
    kms::check_usable(cx, &found.object.encryption, "Decrypt", from).await?;
    kms::confirm(cx, &mut draft.encryption, (&input.bucket, key.as_str())).await?;
    let to_itself = source.bucket == input.bucket
        && source.key == key
        && (source.addressed == Addressed::Current);
    if to_itself && !changes_something(&input, &draft, &found, &configuration) {
        return Err(errors::copy_to_itself());
    }
    drop(target);

    let object = Arc::new(made(cx, &found, draft, algorithm).await?);
    let version = store::edit(cx, &input.bucket, None, |bucket| {
        condition.check(&key, bucket.current_etag(&key))?;
        Ok(bucket.push(cx.now(), cx.ids(), &key, Some(object.clone())))
    })?;

    let rules = configuration.replication.as_ref();
    replication::replicate(cx, &input.bucket, rules, &key, &version);
    let mut result = CopyObjectResult {
        e_tag: Some(object.etag.quoted()),
        last_modified: Some(version.modified.to_wire_secs()),
        ..CopyObjectResult::default()
    };
    set_object_checksum!(result, &object.checksum);
    let versioned = configuration.versioning != Versioning::Off;
    let mut output = CopyObjectOutput {
        copy_object_result: Some(result),
        expiration: lifecycle::expiration_header(&configuration, &key, &object, &version),
        copy_source_version_id: found.version.id.map(|id| id.text()),
        version_id: versioned.then(|| version.id_text()),
        ssekms_encryption_context: object.encryption.kms_context().map(str::to_owned),
        ..CopyObjectOutput::default()
    };
    set_encryption!(output, &object.encryption);
    notification::notify(cx, &input.bucket, Event::created("Copy", &key, &version)).await;
    Ok(output)
}

fn draft(
    cx: &RequestContext,
    input: &CopyObjectRequest,
    found: &Found,
    configuration: &Configuration,
    bucket_owner: &str,
) -> Result<Draft, ServiceError> {
    let object = &found.object;
    let redirect = metadata::check_redirect(input.website_redirect_location.clone())?;
    let mut headers = if replaces(text!(input.metadata_directive), "x-amz-metadata-directive")? {
        Headers {
            cache_control: input.cache_control.clone(),
            content_disposition: input.content_disposition.clone(),
            content_encoding: metadata::stored_encoding(input.content_encoding.clone()),
            content_language: input.content_language.clone(),
            content_type: input.content_type.clone(),
            expires: input.expires.clone(),
            website_redirect_location: None,
            user: metadata::check(input.metadata.clone())?,
        }
    } else {
        object.headers.clone()
    };
    headers.website_redirect_location = redirect;
    let tags = if replaces(text!(input.tagging_directive), "x-amz-tagging-directive")? {
        input.tagging.as_deref().map(Tags::of_header).transpose()?.unwrap_or_default()
    } else {
        object.tags.clone()
    };
    let owner = object_owner(cx, configuration, bucket_owner, text!(input.acl));
    let acl = acl::of_headers(text!(input.acl), object_grants!(input), &owner, bucket_owner)?;
    let gives_acl = acl.is_some();
    AclGuard::of(cx, gives_acl, &input.bucket, Some(&input.key)).check(
        configuration,
        acl.as_ref(),
        text!(input.acl),
    )?;
    Ok(Draft {
        headers,
        storage_class: storage_class(configuration, text!(input.storage_class))?,
        encryption: encryption_request!(input).resolve(cx, &configuration.default_encryption)?,
        owner,
        acl,
        tags,
        lock: write_lock(
            cx,
            configuration,
            text!(input.object_lock_mode),
            input.object_lock_retain_until_date.as_ref().map(Timestamp::from_wire),
            text!(input.object_lock_legal_hold_status),
        )?,
    })
}

/// Whether a copy of an object onto itself has a purpose.
fn changes_something(
    input: &CopyObjectRequest,
    draft: &Draft,
    found: &Found,
    configuration: &Configuration,
) -> bool {
    let object = &found.object;
    text!(input.metadata_directive) == Some("REPLACE")
        || text!(input.tagging_directive) == Some("REPLACE")
        || input.storage_class.is_some()
        || input.website_redirect_location.is_some()
        || input.server_side_encryption.is_some()
        || input.sse_customer_algorithm.is_some()
        || draft.encryption != object.encryption
        || configuration.encryption.is_some()
        || input.checksum_algorithm.is_some()
        || object.restored.is_some()
}

/// The copy: a new tag and checksum where the old ones are those of parts or hidden.
async fn made(
    cx: &RequestContext,
    found: &Found,
    draft: Draft,
    algorithm: Option<Algorithm>,
) -> Result<Object, ServiceError> {
    let source = &found.object;
    let algorithm = algorithm
        .or(source.checksum.as_ref().map(|checksum| checksum.algorithm))
        .unwrap_or(Algorithm::Crc64Nvme);
    let wanted = Wanted { checksums: &[algorithm], md5: draft.encryption.etag_is_md5() };
    let read = match source.known(wanted) {
        Some(known) => known,
        None => body::digest(&source.content, wanted).await?,
    };
    let tag = etag(cx, &draft.encryption, read.md5);
    let checksum = read.checksum(algorithm).map(|value| Checksum::full(algorithm, value.clone()));
    Ok(Object {
        content: source.content.clone(),
        etag: tag,
        checksum,
        headers: draft.headers,
        storage_class: draft.storage_class,
        encryption: draft.encryption,
        owner: draft.owner,
        acl: draft.acl,
        tags: draft.tags,
        lock: draft.lock,
        parts: Vec::new(),
        completed: None,
        restored: None,
        annotations: BTreeMap::new(),
        replication: None,
    })
}
