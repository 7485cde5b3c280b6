//! DeleteObject and DeleteObjects.

use fogbank_api_s3::{
    DeleteObjectOutput, DeleteObjectRequest, DeleteObjectsOutput, DeleteObjectsRequest,
    DeletedObject, Error, ObjectIdentifier,
};
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::conditions::check_delete;
use crate::errors;
use crate::key::ObjectKey;
use crate::members::refuse;
use crate::mfa::Presented;
use crate::notification::{self, Event};
use crate::replication;
use crate::store::{self, Bucket, Versioning};
use crate::version_id::Addressed;

/// The most keys of one request.
const MOST_KEYS: usize = 1000;

/// One deletion.
struct Deletion<'a> {
    key: &'a ObjectKey,
    addressed: Addressed,
    if_match: Option<&'a str>,
    /// What only directory buckets compare: the size and the date.
    size: Option<i64>,
    modified: Option<Timestamp>,
    bypass: bool,
    mfa: Presented,
}

type Marker = std::sync::Arc<crate::store::Version>;

/// What a deletion did.
struct Done {
    /// A marker was put or deleted.
    marker: bool,
    /// The id of the version that was put or deleted, in a bucket with versions.
    version_id: Option<String>,
    event: Option<Event>,
    /// The marker that was put.
    put: Option<Marker>,
}

impl Deletion<'_> {
    /// Checks size and date, which only directory buckets take.
    fn check_exact(&self, bucket: &Bucket) -> Result<(), ServiceError> {
        let general = bucket.configuration.zone.is_none();
        refuse(general && self.modified.is_some(), "x-amz-if-match-last-modified-time")?;
        refuse(general && self.size.is_some(), "x-amz-if-match-size")?;
        if self.size.is_none() && self.modified.is_none() {
            return Ok(());
        }
        let current = bucket.current.get(self.key);
        let object = current.and_then(|version| version.object.as_ref().map(|it| (version, it)));
        let (version, object) = object.ok_or_else(|| errors::no_such_key(self.key))?;
        let size = i64::try_from(object.size()).unwrap_or(i64::MAX);
        if self.size.is_some_and(|wanted| wanted != size) {
            return Err(errors::precondition_failed("x-amz-if-match-size"));
        }
        let at = version.modified.as_secs();
        match self.modified.is_some_and(|wanted| wanted.as_secs() != at) {
            true => Err(errors::precondition_failed("x-amz-if-match-last-modified-time")),
            false => Ok(()),
        }
    }

    fn run(&self, cx: &RequestContext, bucket: &mut Bucket) -> Result<Done, ServiceError> {
        self.check_exact(bucket)?;
        let versioning = bucket.configuration.versioning;
        match (self.addressed, versioning) {
            (Addressed::Current, Versioning::Off) => {
                check_delete(self.if_match, self.key, bucket.current_etag(self.key))?;
                let version = bucket.take(self.key, Addressed::Current);
                let event = match version {
                    Some(version) => Event::removed(self.key, &version),
                    // S3 tells of the deletion of what was not there, too.
                    None => Event::removed_nothing(self.key, cx.now()),
                };
                Ok(Done { marker: false, version_id: None, event: Some(event), put: None })
            }
            (Addressed::Current, _) => {
                check_delete(self.if_match, self.key, bucket.current_etag(self.key))?;
                let version = bucket.push(cx.now(), cx.ids(), self.key, None);
                let event = Some(Event::marker_created(self.key, &version));
                let version_id = Some(version.id_text());
                Ok(Done { marker: true, version_id, event, put: Some(version) })
            }
            (addressed, _) => {
                let version_id = match addressed {
                    Addressed::Id(id) => id.text(),
                    _ => crate::version_id::NULL.to_owned(),
                };
                let Some(version) = bucket.find(self.key, addressed).cloned() else {
                    let version_id = Some(version_id);
                    return Ok(Done { marker: false, version_id, event: None, put: None });
                };
                if bucket.configuration.mfa_delete == Some(true) {
                    self.mfa.demand()?;
                }
                if let Some(object) = &version.object {
                    check_delete(self.if_match, self.key, Some(&object.etag))?;
                    object.lock.check_delete(cx.now(), self.bypass)?;
                }
                bucket.take(self.key, addressed);
                let event = Some(Event::removed(self.key, &version));
                let marker = version.is_marker();
                Ok(Done { marker, version_id: Some(version_id), event, put: None })
            }
        }
    }
}

/// Deletes an object: for good, or by a marker where the bucket keeps versions.
pub(crate) async fn delete_object(
    cx: &RequestContext,
    input: DeleteObjectRequest,
) -> Result<DeleteObjectOutput, ServiceError> {
    let mfa = Presented::of(cx, input.mfa.as_deref())?;
    let key = ObjectKey::parse(&input.key)?;
    let owner = input.expected_bucket_owner.as_deref();
    let mut rules = None;
    let done = store::edit(cx, &input.bucket, owner, |bucket| {
        rules = bucket.configuration.replication.clone();
        if input.bypass_governance_retention.is_some() && !bucket.configuration.object_lock {
            return Err(errors::invalid_argument(
                "x-amz-bypass-governance-retention is only applicable to Object Lock enabled \
                 buckets.",
                "x-amz-bypass-governance-retention",
                None,
            ));
        }
        let deletion = Deletion {
            key: &key,
            addressed: Addressed::parse(input.version_id.as_deref())?,
            if_match: input.if_match.as_deref(),
            size: input.if_match_size,
            modified: input.if_match_last_modified_time.as_ref().map(Timestamp::from_wire),
            bypass: input.bypass_governance_retention == Some(true),
            mfa,
        };
        deletion.run(cx, bucket)
    })?;
    if let Some(marker) = &done.put {
        replication::replicate(cx, &input.bucket, rules.as_ref(), &key, marker);
    }
    if let Some(event) = done.event {
        notification::notify(cx, &input.bucket, event).await;
    }
    Ok(DeleteObjectOutput {
        delete_marker: done.marker.then_some(true),
        version_id: done.version_id,
        ..DeleteObjectOutput::default()
    })
}

/// Deletes up to a thousand objects; each succeeds or fails by itself.
pub(crate) async fn delete_objects(
    cx: &RequestContext,
    input: DeleteObjectsRequest,
) -> Result<DeleteObjectsOutput, ServiceError> {
    let mfa = Presented::of(cx, input.mfa.as_deref())?;
    let objects = &input.delete.objects;
    let keyless = objects.iter().any(|object| object.key.is_empty());
    if objects.is_empty() || objects.len() > MOST_KEYS || keyless {
        return Err(errors::malformed_xml());
    }
    let quiet = input.delete.quiet == Some(true);
    let bypass = input.bypass_governance_retention == Some(true);
    let (mut deleted, mut failed, mut events) = (Vec::new(), Vec::new(), Vec::new());
    let (mut markers, mut rules) = (Vec::new(), None);
    let owner = input.expected_bucket_owner.as_deref();
    store::edit(cx, &input.bucket, owner, |bucket| {
        if input.bypass_governance_retention.is_some() && !bucket.configuration.object_lock {
            return Err(errors::invalid_argument(
                "x-amz-bypass-governance-retention is only applicable to Object Lock enabled \
                 buckets.",
                "x-amz-bypass-governance-retention",
                None,
            ));
        }
        rules = bucket.configuration.replication.clone();
        for object in &input.delete.objects {
            match delete_one(cx, bucket, object, bypass, mfa) {
                Ok((entry, event, marker)) => {
                    markers.extend(marker.map(|marker| (object.key.clone(), marker)));
                    if !quiet {
                        deleted.push(entry);
                    }
                    events.extend(event);
                }
                Err(error) => failed.push(Error {
                    key: Some(object.key.clone()),
                    version_id: object.version_id.clone(),
                    code: Some(error.code().to_owned()),
                    message: error.message().map(str::to_owned),
                }),
            }
        }
        Ok(())
    })?;
    for (key, marker) in markers {
        let key = ObjectKey::unchecked(&key);
        replication::replicate(cx, &input.bucket, rules.as_ref(), &key, &marker);
    }
    for event in events {
        notification::notify(cx, &input.bucket, event).await;
    }
    let some = |empty: bool| (!empty).then_some(());
    Ok(DeleteObjectsOutput {
        deleted: some(deleted.is_empty()).map(|()| deleted),
        errors: some(failed.is_empty()).map(|()| failed),
        ..DeleteObjectsOutput::default()
    })
}

fn delete_one(
    cx: &RequestContext,
    bucket: &mut Bucket,
    object: &ObjectIdentifier,
    bypass: bool,
    mfa: Presented,
) -> Result<(DeletedObject, Option<Event>, Option<Marker>), ServiceError> {
    let key = ObjectKey::parse(&object.key)?;
    // Unlike DeleteObject, an id that S3 never gave out is one that does not exist.
    let addressed = Addressed::parse(object.version_id.as_deref())
        .map_err(|_| errors::no_such_version(&key, object.version_id.as_deref().unwrap_or("")))?;
    let deletion = Deletion {
        key: &key,
        addressed,
        if_match: object.e_tag.as_deref(),
        size: object.size,
        modified: object.last_modified_time.as_ref().map(Timestamp::from_wire),
        bypass,
        mfa,
    };
    let done = deletion.run(cx, bucket)?;
    let entry = DeletedObject {
        key: Some(object.key.clone()),
        version_id: object.version_id.clone(),
        delete_marker: done.marker.then_some(true),
        delete_marker_version_id: done.version_id.filter(|_| done.marker),
    };
    Ok((entry, done.event, done.put))
}
