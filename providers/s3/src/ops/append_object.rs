//! PutObject with `x-amz-write-offset-bytes`: what directory buckets append to an object.
//!
//! See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-buckets-objects-append.html>.

use std::sync::Arc;

use fogbank_api_s3::{PutObjectOutput, PutObjectRequest};
use fogbank_service::{RequestContext, ServiceError};

use crate::body::{Content, Wanted, digest, ingest};
use crate::checksum::{Algorithm, Checksum, Kind};
use crate::conditions::WriteCondition;
use crate::errors;
use crate::etag::ETag;
use crate::key::ObjectKey;
use crate::members::{
    check_checksum, check_md5, checksum_members, content_md5, given_checksum, hex_of, set_checksum,
    set_encryption, set_object_checksum, size, text,
};
use crate::object::Object;
use crate::store::{self, Bucket};
use crate::upload::{MAX_PART_NUMBER, ObjectPart};

/// The object that grows, where the offset is its end; none where there is none yet.
fn growing(
    bucket: &Bucket,
    key: &ObjectKey,
    condition: &WriteCondition,
    offset: i64,
) -> Result<Option<Arc<Object>>, ServiceError> {
    if bucket.configuration.zone.is_none() {
        return Err(errors::header_not_implemented("x-amz-write-offset-bytes", None));
    }
    condition.check(key, bucket.current_etag(key))?;
    let object = bucket.current_object(key);
    if u64::try_from(offset) != Ok(object.map_or(0, |object| object.size())) {
        return Err(errors::invalid_write_offset());
    }
    let parts = object.map_or(0, |object| object.parts.len());
    if parts >= usize::from(MAX_PART_NUMBER) {
        return Err(errors::too_many_parts());
    }
    Ok(object.cloned())
}

/// Appends to an object; none where the key has none, so that the request is a plain one.
pub(super) async fn append_object(
    cx: &RequestContext,
    input: &mut PutObjectRequest,
    offset: i64,
) -> Result<Option<PutObjectOutput>, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let condition =
        WriteCondition::parse(input.if_match.as_deref(), input.if_none_match.as_deref())?;
    let md5 = content_md5(input.content_md5.as_deref())?;
    let given = given_checksum(cx, checksum_members!(input), text!(input.checksum_algorithm))?;
    let owner = input.expected_bucket_owner.as_deref();
    let before =
        store::read(cx, &input.bucket, owner, |bucket| growing(bucket, &key, &condition, offset))?;
    let Some(before) = before else { return Ok(None) };
    let own = before.checksum.as_ref().map(|checksum| checksum.algorithm);
    let algorithm = own.unwrap_or(Algorithm::Crc64Nvme);
    if let Some((given, _)) = given.as_ref().filter(|(given, _)| *given != algorithm) {
        return Err(errors::checksum_type_mismatch(algorithm.lower(), given.lower()));
    }
    let checksums = &[algorithm];
    let wanted = Wanted { checksums, md5: md5.is_some() };
    let body = ingest(cx, std::mem::take(&mut input.body), wanted).await?;
    check_md5(md5, body.md5, hex_of)?;
    check_checksum(&given, body.checksum(algorithm))?;
    let content = Content::concat([&before.content, &body.content]);
    let old = before.checksum.as_ref().filter(|checksum| checksum.kind == Kind::FullObject);
    let joined = old.zip(body.checksum(algorithm)).and_then(|(old, new)| {
        let parts = [(&old.value, before.size()), (new, body.content.len())];
        Checksum::joined(algorithm, parts)
    });
    let checksum = match joined {
        Some(joined) => Some(joined),
        None => {
            let read = digest(&content, Wanted { checksums, md5: false }).await?;
            read.checksum(algorithm).map(|value| Checksum::full(algorithm, value.clone()))
        }
    };
    let mut object = Object {
        content,
        etag: ETag::simple(cx.ids().bytes::<16>()),
        checksum,
        ..(*before).clone()
    };
    // What was put at once is the first part.
    let first = object.parts.is_empty().then(|| before.size());
    for length in first.into_iter().chain([body.content.len()]) {
        let number = u16::try_from(object.parts.len() + 1).unwrap_or(MAX_PART_NUMBER);
        object.parts.push(ObjectPart { number, size: length, checksum: None });
    }
    let object = Arc::new(object);
    store::edit(cx, &input.bucket, None, |bucket| {
        let now = growing(bucket, &key, &condition, offset)?;
        if !now.is_some_and(|now| Arc::ptr_eq(&now, &before)) {
            return Err(errors::invalid_write_offset());
        }
        Ok(bucket.push(cx.now(), cx.ids(), &key, Some(object.clone())))
    })?;
    let mut output = PutObjectOutput {
        e_tag: Some(object.etag.quoted()),
        size: size(object.size()),
        ..PutObjectOutput::default()
    };
    set_object_checksum!(output, &object.checksum);
    set_encryption!(output, &object.encryption);
    Ok(Some(output))
}
