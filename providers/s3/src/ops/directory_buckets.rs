//! What only directory buckets have: sessions, renaming, and a list of their own.

use std::time::Duration;

use fogbank_api_s3 as api;
use fogbank_service::{AccessKey, AccessKeyStore, RequestContext, ServiceError};

use crate::conditions::WriteCondition;
use crate::errors;
use crate::key::ObjectKey;
use crate::listing;
use crate::members::conditions;
use crate::ops::buckets::bucket_arn;
use crate::store::{self, Bucket};
use crate::version_id::Addressed;

/// How long the credentials of a session hold.
const SESSION: Duration = Duration::from_secs(300);
/// The most directory buckets of a page.
const PAGE: i32 = 1000;

fn not_a_directory(bucket: &Bucket) -> ServiceError {
    errors::error(
        "InvalidRequest",
        400,
        "This operation is supported for directory buckets only.",
        &[("BucketName", bucket.name.as_str())],
    )
}

/// Credentials for a directory bucket: a key of the caller's own that lives five minutes.
pub(crate) async fn create_session(
    cx: &RequestContext,
    input: api::CreateSessionRequest,
) -> Result<api::CreateSessionOutput, ServiceError> {
    match store::get(cx, &input.bucket, None) {
        Ok(bucket) if bucket.configuration.zone.is_none() => return Err(not_a_directory(&bucket)),
        // With an endpoint of their own, SDKs want a session before they create the bucket.
        Err(error) if !input.bucket.ends_with("--x-s3") => return Err(error),
        _ => {}
    }
    let expires = cx.now() + SESSION;
    let id = format!("ASIA{}", cx.ids().base62(16).to_uppercase());
    let (secret, token) = (cx.ids().base62(40), cx.ids().base62(128));
    let key = AccessKey {
        secret: secret.clone(),
        session_token: Some(token.clone()),
        account: cx.principal.account,
        arn: cx.principal.arn.clone(),
        user_id: cx.principal.user_id.clone(),
        expires: Some(expires),
        session: None,
        inactive: false,
    };
    cx.world.global::<AccessKeyStore>().keys.insert(id.clone(), key);
    Ok(api::CreateSessionOutput {
        server_side_encryption: Some(
            input.server_side_encryption.unwrap_or_else(|| "AES256".into()),
        ),
        ssekms_key_id: input.ssekms_key_id,
        ssekms_encryption_context: input.ssekms_encryption_context,
        bucket_key_enabled: input.bucket_key_enabled,
        credentials: api::SessionCredentials {
            access_key_id: id,
            secret_access_key: secret,
            session_token: token,
            expiration: expires.to_wire_secs(),
        },
    })
}

/// The caller's directory buckets in the request's region.
pub(crate) async fn list_directory_buckets(
    cx: &RequestContext,
    input: api::ListDirectoryBucketsRequest,
) -> Result<api::ListDirectoryBucketsOutput, ServiceError> {
    let after = match input.continuation_token.as_deref() {
        None | Some("") => String::new(),
        Some(token) => listing::parse_token(token)?,
    };
    let limit = usize::try_from(input.max_directory_buckets.unwrap_or(PAGE).clamp(1, PAGE));
    let limit = limit.unwrap_or_default();
    let store = store::store(cx);
    let mut rest = store.buckets.iter().filter(|(name, bucket)| {
        bucket.owner == cx.account
            && bucket.configuration.zone.is_some()
            && bucket.region == cx.region
            && name.as_str() > after.as_str()
    });
    let page: Vec<api::Bucket> = rest
        .by_ref()
        .take(limit)
        .map(|(name, bucket)| api::Bucket {
            name: Some(name.to_string()),
            creation_date: Some(bucket.created.to_wire_secs()),
            bucket_region: Some(bucket.region.to_string()),
            bucket_arn: Some(bucket_arn(cx.partition(), name.as_str())),
        })
        .collect();
    let more = rest.next().is_some();
    let last = page.last().and_then(|bucket| bucket.name.as_deref()).map(listing::token);
    Ok(api::ListDirectoryBucketsOutput {
        buckets: Some(page),
        continuation_token: last.filter(|_| more),
    })
}

/// Gives an object of a directory bucket another key; nothing is copied.
pub(crate) async fn rename_object(
    cx: &RequestContext,
    input: api::RenameObjectRequest,
) -> Result<api::RenameObjectOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let source = input.rename_source.trim_start_matches('/');
    let source = source.strip_prefix(&format!("{}/", input.bucket)).unwrap_or(source);
    let source = percent_encoding::percent_decode_str(source).decode_utf8_lossy();
    let source = ObjectKey::parse(&source)?;
    let of_source = conditions(
        input.source_if_match.clone(),
        input.source_if_none_match.clone(),
        input.source_if_modified_since.as_ref(),
        input.source_if_unmodified_since.as_ref(),
    );
    let condition = WriteCondition::parse(
        input.destination_if_match.as_deref(),
        input.destination_if_none_match.as_deref(),
    )?;
    store::edit(cx, &input.bucket, None, |bucket| {
        if bucket.configuration.zone.is_none() {
            return Err(not_a_directory(bucket));
        }
        let version = bucket.current.get(&source).cloned();
        let found = version.filter(|version| version.object.is_some());
        let version = found.ok_or_else(|| errors::no_such_key(&source))?;
        if let Some(object) = &version.object {
            of_source.check_copy_source(&object.etag, version.modified, cx.now())?;
        }
        condition.check(&key, bucket.current_etag(&key))?;
        let object = version.object.clone();
        bucket.take(&source, Addressed::Current);
        bucket.push(cx.now(), cx.ids(), &key, object);
        Ok(api::RenameObjectOutput::default())
    })
}
