//! Tags of buckets and objects.

use fogbank_api_s3 as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors::{self, Missing};
use crate::key::ObjectKey;
use crate::notification::{self, Event};
use crate::ops::get_object::find;
use crate::store::{self, Versioning};
use crate::tags::{Tagged, Tags};
use crate::version_id::Addressed;

/// Tags of a document as pairs.
pub(crate) fn tags_of(tags: Vec<api::Tag>) -> Result<Vec<(String, String)>, ServiceError> {
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
}

fn shown(tags: &Tags) -> Vec<api::Tag> {
    let tag = |(key, value): &(String, String)| api::Tag { key: key.clone(), value: value.clone() };
    tags.0.iter().map(tag).collect()
}

pub(crate) async fn put_bucket_tagging(
    cx: &RequestContext,
    input: api::PutBucketTaggingRequest,
) -> Result<Unit, ServiceError> {
    let owner = input.expected_bucket_owner.as_deref();
    store::edit(cx, &input.bucket, owner, |bucket| {
        let tags = Tags::checked(tags_of(input.tagging.tag_set)?, Tagged::Bucket)?;
        bucket.configure(|configuration| configuration.tags = tags);
        Ok(Unit)
    })
}

pub(crate) async fn get_bucket_tagging(
    cx: &RequestContext,
    input: api::GetBucketTaggingRequest,
) -> Result<api::GetBucketTaggingOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let tags = &bucket.configuration.tags;
    if tags.is_empty() {
        return Err(Missing::TagSet.of(&input.bucket));
    }
    Ok(api::GetBucketTaggingOutput { tag_set: shown(tags) })
}

pub(crate) async fn delete_bucket_tagging(
    cx: &RequestContext,
    input: api::DeleteBucketTaggingRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.configure(|configuration| configuration.tags = Tags::default());
        Ok(Unit)
    })
}

/// Sets the tags of a version; the version's id where the bucket keeps versions.
fn set(
    cx: &RequestContext,
    bucket: (&str, Option<&str>),
    key: &ObjectKey,
    version_id: Option<&str>,
    method: &str,
    tags: impl FnOnce() -> Result<Tags, ServiceError>,
) -> Result<(Option<String>, Event), ServiceError> {
    let addressed = Addressed::parse(version_id)?;
    store::edit(cx, bucket.0, bucket.1, |bucket| {
        let found = find_strictly(bucket, key, addressed, method)?;
        let tags = tags()?;
        let emptied = tags.is_empty();
        bucket.edit_object(key, found.version.position, |object| object.tags = tags);
        let versioned = found.versioning != Versioning::Off;
        let name = if emptied { "ObjectTagging:Delete" } else { "ObjectTagging:Put" };
        let event = Event::changed(name, key, &found.version);
        Ok((versioned.then(|| found.version.id_text()), event))
    })
}

/// As [`find`], but a current delete marker is `MethodNotAllowed` too.
pub(crate) fn find_strictly(
    bucket: &crate::store::Bucket,
    key: &ObjectKey,
    addressed: Addressed,
    method: &str,
) -> Result<crate::ops::get_object::Found, ServiceError> {
    if let Some(marker) = bucket.find(key, addressed).filter(|version| version.is_marker()) {
        return Err(errors::delete_marker_not_allowed(method)
            .with_header(http::HeaderName::from_static("x-amz-delete-marker"), "true")
            .with_header(http::HeaderName::from_static("x-amz-version-id"), marker.id_text()));
    }
    find(bucket, key, addressed, method)
}

pub(crate) async fn put_object_tagging(
    cx: &RequestContext,
    input: api::PutObjectTaggingRequest,
) -> Result<api::PutObjectTaggingOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let bucket = (input.bucket.as_str(), input.expected_bucket_owner.as_deref());
    let tags = input.tagging.tag_set;
    let (version_id, event) = set(cx, bucket, &key, input.version_id.as_deref(), "PUT", || {
        Tags::checked(tags_of(tags)?, Tagged::Object)
    })?;
    notification::notify(cx, &input.bucket, event).await;
    Ok(api::PutObjectTaggingOutput { version_id })
}

pub(crate) async fn delete_object_tagging(
    cx: &RequestContext,
    input: api::DeleteObjectTaggingRequest,
) -> Result<api::DeleteObjectTaggingOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let bucket = (input.bucket.as_str(), input.expected_bucket_owner.as_deref());
    let version_id = input.version_id.as_deref();
    let (version_id, event) = set(cx, bucket, &key, version_id, "DELETE", || Ok(Tags::default()))?;
    notification::notify(cx, &input.bucket, event).await;
    Ok(api::DeleteObjectTaggingOutput { version_id })
}

pub(crate) async fn get_object_tagging(
    cx: &RequestContext,
    input: api::GetObjectTaggingRequest,
) -> Result<api::GetObjectTaggingOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let addressed = Addressed::parse(input.version_id.as_deref())?;
    let owner = input.expected_bucket_owner.as_deref();
    let found = store::read(cx, &input.bucket, owner, |bucket| {
        find_strictly(bucket, &key, addressed, "GET").map_err(|error| match error.code() {
            // S3 names the bucket too, in this operation alone.
            "NoSuchKey" => {
                errors::no_such_key(&ObjectKey::unchecked(&format!("{}/{key}", input.bucket)))
            }
            _ => error,
        })
    })?;
    let versioned = found.versioning != Versioning::Off;
    Ok(api::GetObjectTaggingOutput {
        version_id: versioned.then(|| found.version.id_text()),
        tag_set: shown(&found.object.tags),
    })
}
