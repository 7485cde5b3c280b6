//! PutObject.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_s3::{PutObjectOutput, PutObjectRequest};
use fogbank_context::Timestamp;
use fogbank_service::{HttpRequest, RequestContext, ServiceError};
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};

use crate::access::{self, AclGuard, On};
use crate::acl;
use crate::body::{Wanted, ingest};
use crate::checksum::{Algorithm, Checksum};
use crate::conditions::WriteCondition;
use crate::configuration::Configuration;
use crate::encryption::{Encryption, kms};
use crate::errors;
use crate::etag::ETag;
use crate::key::ObjectKey;
use crate::lifecycle;
use crate::members::{
    check_checksum, check_md5, checksum_members, content_md5, customer_key, encryption_request,
    given_checksum, hex_of, object_grants, refuse, set_checksum, set_encryption,
    set_object_checksum, size, text,
};
use crate::metadata::{self, Headers};
use crate::notification::{self, Event};
use crate::object::{Object, storage_class};
use crate::object_lock::{self, Lock};
use crate::ops::append_object::append_object;
use crate::raw::is_form;
use crate::replication;
use crate::store;
use crate::tags::Tags;

/// Puts an object; the body streams into the blob store.
pub(crate) fn put_object(
    cx: &RequestContext,
    input: PutObjectRequest,
) -> impl Future<Output = Result<PutObjectOutput, ServiceError>> {
    put_object_by(cx, input, "Put")
}

/// As [`put_object`], for the event `ObjectCreated:` of this name.
pub(crate) async fn put_object_by(
    cx: &RequestContext,
    mut input: PutObjectRequest,
    event: &str,
) -> Result<PutObjectOutput, ServiceError> {
    check_length(cx)?;
    if let Some(offset) = input.write_offset_bytes
        // Boxed: it is rare, and would make every other upload's future larger.
        && let Some(appended) = Box::pin(append_object(cx, &mut input, offset)).await?
    {
        return Ok(appended);
    }
    refuse(input.object_lock_event_hold.is_some(), "x-amz-object-lock-event-hold")?;
    let key = ObjectKey::parse(&input.key)?;
    let condition =
        WriteCondition::parse(input.if_match.as_deref(), input.if_none_match.as_deref())?;
    let md5 = content_md5(input.content_md5.as_deref())?;
    let given = given_checksum(cx, checksum_members!(input), text!(input.checksum_algorithm))?;
    let gives_acl = input.acl.is_some() || !object_grants!(input).is_empty();
    let mut guard = AclGuard::of(cx, gives_acl, &input.bucket, Some(&input.key));
    let (mut draft, configuration) =
        store::read(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
            condition.check(&key, bucket.current_etag(&key))?;
            let owner = bucket.owner_id();
            let draft = Draft::new(cx, &input, &bucket.configuration, &owner, &mut guard)?;
            let on = On::Object(&input.bucket, &input.key, None);
            let default = &bucket.configuration.default_encryption;
            default.check_allowed(cx, bucket.owner, on, &draft.encryption)?;
            Ok((draft, bucket.configuration.share()))
        })?;

    let locks = draft.lock.retention.is_some() || draft.lock.legal_hold.is_some();
    if locks && md5.is_none() && given.is_none() && cx.http.remote.is_some() && !is_form(&cx.http) {
        return Err(errors::lock_needs_digest());
    }
    kms::confirm(cx, &mut draft.encryption, (&input.bucket, key.as_str())).await?;
    let algorithm = given.as_ref().map_or(Algorithm::Crc64Nvme, |(algorithm, _)| *algorithm);
    let wanted =
        Wanted { checksums: &[algorithm], md5: md5.is_some() || draft.encryption.etag_is_md5() };
    let body = ingest(cx, input.body, wanted).await?;
    check_md5(md5, body.md5, hex_of)?;
    check_checksum(&given, body.checksum(algorithm))?;
    let checksum = body.checksum(algorithm).cloned();
    let etag = etag(cx, &draft.encryption, body.md5);
    let object = Arc::new(Object {
        content: body.content,
        etag,
        checksum: checksum.map(|value| Checksum::full(algorithm, value)),
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
    });
    let version = store::edit(cx, &input.bucket, None, |bucket| {
        condition.check(&key, bucket.current_etag(&key))?;
        Ok(bucket.push(cx.now(), cx.ids(), &key, Some(object.clone())))
    })?;

    let rules = configuration.replication.as_ref();
    replication::replicate(cx, &input.bucket, rules, &key, &version);
    let mut output = PutObjectOutput {
        e_tag: Some(etag.quoted()),
        size: input.write_offset_bytes.and_then(|_| size(object.size())),
        version_id: version.id.map(|id| id.text()),
        ssekms_encryption_context: object.encryption.kms_context().map(str::to_owned),
        expiration: lifecycle::expiration_header(&configuration, &key, &object, &version),
        ..PutObjectOutput::default()
    };
    set_object_checksum!(output, &object.checksum);
    set_encryption!(output, &object.encryption);
    notification::notify(cx, &input.bucket, Event::created(event, &key, &version)).await;
    Ok(output)
}

/// Checks that the length of a body from outside is announced.
///
/// # Errors
///
/// `NotImplemented` for a body in chunks of HTTP, `MissingContentLength` without any length.
pub(crate) fn check_length(cx: &RequestContext) -> Result<(), ServiceError> {
    let HttpRequest { headers, remote, .. } = &cx.http;
    let announced = headers.contains_key(CONTENT_LENGTH)
        || headers.contains_key("x-amz-decoded-content-length")
        || is_form(&cx.http);
    if remote.is_none() || announced {
        return Ok(());
    }
    Err(match headers.contains_key(TRANSFER_ENCODING) {
        true => errors::header_not_implemented("Transfer-Encoding", None),
        false => errors::missing_content_length(),
    })
}

/// The tag of an object with this content; without meaning where the encryption hides the MD5.
pub(crate) fn etag(cx: &RequestContext, encryption: &Encryption, md5: Option<[u8; 16]>) -> ETag {
    let shown = md5.filter(|_| encryption.etag_is_md5());
    ETag::simple(shown.unwrap_or_else(|| cx.ids().bytes::<16>()))
}

/// What an object is made with besides its content.
pub(crate) struct Draft {
    pub(crate) headers: Headers,
    pub(crate) storage_class: String,
    pub(crate) encryption: Encryption,
    pub(crate) owner: String,
    pub(crate) acl: Option<acl::Acl>,
    pub(crate) tags: Tags,
    pub(crate) lock: Lock,
}

impl Draft {
    fn new(
        cx: &RequestContext,
        input: &PutObjectRequest,
        configuration: &Configuration,
        bucket_owner: &str,
        guard: &mut AclGuard,
    ) -> Result<Self, ServiceError> {
        let owner = object_owner(cx, configuration, bucket_owner, text!(input.acl));
        let acl = acl::of_headers(text!(input.acl), object_grants!(input), &owner, bucket_owner)?;
        guard.check(configuration, acl.as_ref(), text!(input.acl))?;
        Ok(Self {
            headers: Headers {
                cache_control: input.cache_control.clone(),
                content_disposition: input.content_disposition.clone(),
                content_encoding: metadata::stored_encoding(input.content_encoding.clone()),
                content_language: input.content_language.clone(),
                content_type: input.content_type.clone(),
                expires: input.expires.clone(),
                website_redirect_location: metadata::check_redirect(
                    input.website_redirect_location.clone(),
                )?,
                user: metadata::check(input.metadata.clone())?,
            },
            storage_class: storage_class(configuration, text!(input.storage_class))?,
            encryption: encryption_request!(input)
                .resolve(cx, &configuration.default_encryption)?,
            owner,
            acl,
            tags: input.tagging.as_deref().map(Tags::of_header).transpose()?.unwrap_or_default(),
            lock: write_lock(
                cx,
                configuration,
                text!(input.object_lock_mode),
                input.object_lock_retain_until_date.as_ref().map(Timestamp::from_wire),
                text!(input.object_lock_legal_hold_status),
            )?,
        })
    }
}

/// The lock of a version that is written: of the headers, or the bucket's default.
pub(crate) fn write_lock(
    cx: &RequestContext,
    configuration: &Configuration,
    mode: Option<&str>,
    until: Option<Timestamp>,
    legal_hold: Option<&str>,
) -> Result<Lock, ServiceError> {
    let now = cx.now();
    let mut lock =
        object_lock::of_headers(mode, until, legal_hold, configuration.object_lock, now)?;
    if lock.retention.is_none()
        && let Some(rule) = configuration.default_retention
    {
        lock.retention = Some(rule.retention.from(now));
    }
    Ok(lock)
}

/// Who owns an object that is written: the bucket's owner, or who writes it where ownership says so.
pub(crate) fn object_owner(
    cx: &RequestContext,
    configuration: &Configuration,
    bucket_owner: &str,
    canned: Option<&str>,
) -> String {
    use crate::configuration::Ownership;
    let writer = || match access::is_anonymous(cx) {
        true => acl::ANONYMOUS.to_owned(),
        false => acl::canonical_id(cx.principal.account),
    };
    match configuration.ownership {
        Ownership::BucketOwnerEnforced => bucket_owner.to_owned(),
        Ownership::BucketOwnerPreferred if canned == Some("bucket-owner-full-control") => {
            bucket_owner.to_owned()
        }
        _ => writer(),
    }
}
