//! What a job does with one object.

use aws_smithy_types::date_time::Format;
use fogbank_api_s3 as s3;
use fogbank_api_s3control as api;
use fogbank_service::ServiceError;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::job::{Outcome, Task};
use super::runner::Runner;
use crate::checksum::{Algorithm, Hasher};
use crate::errors;
use crate::key::ObjectKey;
use crate::ops::buckets::bucket_of_arn;
use crate::replication;
use crate::store::S3Store;
use crate::version_id::Addressed;

/// Converts a value of one service's model to the same value of another's.
macro_rules! same {
    ($member:expr) => {
        $member.as_ref().map(|it| it.as_str().into())
    };
}

/// Runs a task.
pub(super) async fn run(runner: &Runner, operation: &api::JobOperation, task: &Task) -> Outcome {
    let done = match task.version.as_deref() {
        Some("") if is_versioned(runner, &task.bucket) => {
            Err(errors::invalid_request("Task failed due to missing VersionId"))
        }
        _ => perform(runner, operation, task).await,
    };
    match done {
        Ok(message) => Outcome { status: 200, code: None, message },
        Err(error) => Outcome {
            status: error.status(),
            code: Some(error.code().to_owned()),
            message: error.message().unwrap_or_default().to_owned(),
        },
    }
}

fn is_versioned(runner: &Runner, bucket: &str) -> bool {
    let store = runner.world.global::<S3Store>();
    let off = |bucket: &crate::store::Bucket| {
        bucket.configuration.versioning == crate::store::Versioning::Off
    };
    store.buckets.read(bucket, off) == Some(false)
}

async fn perform(
    runner: &Runner,
    operation: &api::JobOperation,
    task: &Task,
) -> Result<String, ServiceError> {
    let client = &runner.client;
    let (bucket, key) = (task.bucket.clone(), task.key.clone());
    let version_id = task.version.clone().filter(|version| !version.is_empty());
    let done = || "Successful".to_owned();
    if let Some(copy) = &operation.s3_put_object_copy {
        let input = copy_of(copy, task, version_id)?;
        runner.permit("GetObject", &bucket, &key).await?;
        runner.permit("PutObject", &input.bucket, &input.key).await?;
        client.copy_object(input).await?;
        return Ok(done());
    }
    runner.permit(performed(operation), &bucket, &key).await?;
    if let Some(acl) = &operation.s3_put_object_acl {
        client.put_object_acl(acl_of(acl, bucket, key, version_id)).await?;
        return Ok(done());
    }
    if let Some(tagging) = &operation.s3_put_object_tagging {
        let input = s3::PutObjectTaggingRequest {
            bucket,
            key,
            version_id,
            tagging: s3::Tagging { tag_set: tags_of(tagging.tag_set.as_ref()) },
            ..s3::PutObjectTaggingRequest::default()
        };
        client.put_object_tagging(input).await?;
        return Ok(done());
    }
    if operation.s3_delete_object_tagging.is_some() {
        let input = s3::DeleteObjectTaggingRequest {
            bucket,
            key,
            version_id,
            ..s3::DeleteObjectTaggingRequest::default()
        };
        client.delete_object_tagging(input).await?;
        return Ok(done());
    }
    if let Some(restore) = &operation.s3_initiate_restore_object {
        let tier = match restore.glacier_job_tier.as_ref().map(|it| it.as_str()) {
            Some("STANDARD") => "Standard",
            _ => "Bulk",
        };
        let input = s3::RestoreObjectRequest {
            bucket,
            key,
            version_id,
            restore_request: Some(s3::RestoreRequest {
                days: restore.expiration_in_days,
                glacier_job_parameters: Some(s3::GlacierJobParameters { tier: tier.into() }),
                ..s3::RestoreRequest::default()
            }),
            ..s3::RestoreObjectRequest::default()
        };
        client.restore_object(input).await?;
        return Ok(done());
    }
    if let Some(hold) = &operation.s3_put_object_legal_hold {
        let status = Some(hold.legal_hold.status.as_str().into());
        let input = s3::PutObjectLegalHoldRequest {
            bucket,
            key,
            version_id,
            legal_hold: Some(s3::ObjectLockLegalHold { status }),
            ..s3::PutObjectLegalHoldRequest::default()
        };
        client.put_object_legal_hold(input).await?;
        return Ok(done());
    }
    if let Some(retention) = &operation.s3_put_object_retention {
        let wanted = &retention.retention;
        let input = s3::PutObjectRetentionRequest {
            bucket,
            key,
            version_id,
            bypass_governance_retention: retention.bypass_governance_retention,
            retention: Some(s3::ObjectLockRetention {
                mode: same!(wanted.mode),
                retain_until_date: wanted.retain_until_date,
                event_hold: same!(wanted.event_hold),
                event_hold_duration: wanted
                    .event_hold_duration
                    .as_ref()
                    .map(|it| s3::EventHoldDuration { days: it.days, years: it.years }),
            }),
            ..s3::PutObjectRetentionRequest::default()
        };
        client.put_object_retention(input).await?;
        return Ok(done());
    }
    if let Some(encryption) = &operation.s3_update_object_encryption {
        let wanted = encryption.object_encryption.as_ref().and_then(|it| it.ssekms.as_ref());
        let wanted = wanted.ok_or_else(errors::malformed_xml)?;
        let input = s3::UpdateObjectEncryptionRequest {
            bucket,
            key,
            version_id,
            object_encryption: s3::ObjectEncryption::Ssekms(s3::SSEKMSEncryption {
                kms_key_arn: wanted.kms_key_arn.clone(),
                bucket_key_enabled: wanted.bucket_key_enabled,
            }),
            ..s3::UpdateObjectEncryptionRequest::default()
        };
        client.update_object_encryption(input).await?;
        return Ok(done());
    }
    if let Some(compute) = &operation.s3_compute_object_checksum {
        return checksum(runner, compute, bucket, key, version_id).await;
    }
    replicate(runner, &bucket, &key, version_id.as_deref())?;
    Ok(done())
}

/// The operation of S3 that a job runs on each object, other than a copy.
fn performed(operation: &api::JobOperation) -> &'static str {
    let rows = [
        (operation.s3_put_object_acl.is_some(), "PutObjectAcl"),
        (operation.s3_put_object_tagging.is_some(), "PutObjectTagging"),
        (operation.s3_delete_object_tagging.is_some(), "DeleteObjectTagging"),
        (operation.s3_initiate_restore_object.is_some(), "RestoreObject"),
        (operation.s3_put_object_legal_hold.is_some(), "PutObjectLegalHold"),
        (operation.s3_put_object_retention.is_some(), "PutObjectRetention"),
        (operation.s3_update_object_encryption.is_some(), "UpdateObjectEncryption"),
    ];
    // A checksum and a replica are made of what is read.
    rows.into_iter().find(|row| row.0).map_or("GetObject", |row| row.1)
}

fn tags_of(tags: Option<&Vec<api::S3Tag>>) -> Vec<s3::Tag> {
    let tag = |tag: &api::S3Tag| s3::Tag { key: tag.key.clone(), value: tag.value.clone() };
    tags.into_iter().flatten().map(tag).collect()
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The grant header of a permission: `id="…", uri="…"`.
fn grants(grants: Option<&Vec<api::S3Grant>>, permission: &str) -> Option<String> {
    let all = grants
        .into_iter()
        .flatten()
        .filter(|grant| grant.permission.as_ref().is_some_and(|it| it.as_str() == permission));
    let parts: Vec<String> = all
        .filter_map(|grant| {
            let grantee = grant.grantee.as_ref()?;
            let kind = grantee.type_identifier.as_ref()?.as_str();
            Some(format!("{kind}=\"{}\"", grantee.identifier.as_deref()?))
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn copy_of(
    copy: &api::S3CopyObjectOperation,
    task: &Task,
    version_id: Option<String>,
) -> Result<s3::CopyObjectRequest, ServiceError> {
    let target = copy.target_resource.as_deref().unwrap_or_default();
    let bucket = match bucket_of_arn(target) {
        Some(bucket) if !bucket.contains('/') => bucket,
        // An access point stands for its bucket.
        _ => target.to_owned(),
    };
    let version = version_id.map(|id| format!("?versionId={id}")).unwrap_or_default();
    let key = match copy.target_key_prefix.as_deref() {
        Some(prefix) => format!("{}/{}", prefix.trim_end_matches('/'), task.key),
        None => task.key.clone(),
    };
    let given = copy.access_control_grants.as_ref();
    let metadata = copy.new_object_metadata.as_ref();
    let text =
        |of: fn(&api::S3ObjectMetadata) -> &Option<String>| metadata.and_then(|it| of(it).clone());
    let algorithm = metadata.and_then(|it| it.sse_algorithm.as_ref()).map(|it| it.as_str());
    let encryption = match (&copy.sse_aws_kms_key_id, algorithm) {
        (Some(_), _) | (None, Some("KMS")) => Some("aws:kms".into()),
        (None, Some(other)) => Some(other.into()),
        (None, None) => None,
    };
    let tagging = copy.new_object_tagging.as_ref().map(|tags| {
        let pairs = tags.iter().map(|it| format!("{}={}", escaped(&it.key), escaped(&it.value)));
        pairs.collect::<Vec<_>>().join("&")
    });
    let replaced = metadata.is_some_and(|it| {
        it.content_type.is_some()
            || it.cache_control.is_some()
            || it.content_disposition.is_some()
            || it.content_encoding.is_some()
            || it.content_language.is_some()
            || it.http_expires_date.is_some()
            || it.user_metadata.as_ref().is_some_and(|it| !it.is_empty())
    });
    let directive = same!(copy.metadata_directive);
    let hold = copy.object_lock_event_hold_duration.as_ref();
    Ok(s3::CopyObjectRequest {
        bucket,
        key,
        copy_source: format!("{}/{}{version}", task.bucket, escaped(&task.key)),
        acl: same!(copy.canned_access_control_list),
        grant_full_control: grants(given, "FULL_CONTROL"),
        grant_read: grants(given, "READ"),
        grant_read_acp: grants(given, "READ_ACP"),
        grant_write_acp: grants(given, "WRITE_ACP"),
        metadata_directive: directive.or_else(|| replaced.then(|| "REPLACE".into())),
        annotation_directive: same!(copy.annotation_directive),
        copy_source_if_modified_since: copy.modified_since_constraint,
        copy_source_if_unmodified_since: copy.un_modified_since_constraint,
        cache_control: text(|it| &it.cache_control),
        content_disposition: text(|it| &it.content_disposition),
        content_encoding: text(|it| &it.content_encoding),
        content_language: text(|it| &it.content_language),
        content_type: text(|it| &it.content_type),
        expires: metadata
            .and_then(|it| it.http_expires_date)
            .and_then(|date| date.fmt(Format::HttpDate).ok()),
        metadata: metadata.and_then(|it| it.user_metadata.clone()),
        tagging_directive: tagging.is_some().then(|| "REPLACE".into()),
        tagging,
        website_redirect_location: copy.redirect_location.clone(),
        request_payer: (copy.requester_pays == Some(true)).then(|| "requester".into()),
        storage_class: same!(copy.storage_class),
        server_side_encryption: encryption,
        ssekms_key_id: copy.sse_aws_kms_key_id.clone(),
        bucket_key_enabled: copy.bucket_key_enabled,
        checksum_algorithm: same!(copy.checksum_algorithm),
        object_lock_legal_hold_status: same!(copy.object_lock_legal_hold_status),
        object_lock_mode: same!(copy.object_lock_mode),
        object_lock_retain_until_date: copy.object_lock_retain_until_date,
        object_lock_event_hold: same!(copy.object_lock_event_hold),
        object_lock_event_hold_duration_days: hold.and_then(|it| it.days),
        object_lock_event_hold_duration_years: hold.and_then(|it| it.years),
        ..s3::CopyObjectRequest::default()
    })
}

fn acl_of(
    acl: &api::S3SetObjectAclOperation,
    bucket: String,
    key: String,
    version_id: Option<String>,
) -> s3::PutObjectAclRequest {
    let policy = acl.access_control_policy.as_ref();
    let list = policy.and_then(|it| it.access_control_list.as_ref());
    let grant = |grant: &api::S3Grant| {
        let grantee = grant.grantee.as_ref();
        let identifier = grantee.and_then(|it| it.identifier.clone());
        let mut shown = s3::Grantee::default();
        match grantee.and_then(|it| it.type_identifier.as_ref()).map(|it| it.as_str()) {
            Some("uri") => (shown.r#type, shown.uri) = ("Group".into(), identifier),
            Some("emailAddress") => {
                (shown.r#type, shown.email_address) = ("AmazonCustomerByEmail".into(), identifier);
            }
            _ => (shown.r#type, shown.id) = ("CanonicalUser".into(), identifier),
        }
        s3::Grant { grantee: Some(shown), permission: same!(grant.permission) }
    };
    s3::PutObjectAclRequest {
        bucket,
        key,
        version_id,
        acl: policy.and_then(|it| same!(it.canned_access_control_list)),
        access_control_policy: list.map(|list| s3::AccessControlPolicy {
            owner: Some(s3::Owner { id: list.owner.id.clone(), display_name: None }),
            grants: Some(list.grants.iter().flatten().map(grant).collect()),
        }),
        ..s3::PutObjectAclRequest::default()
    }
}

/// Reads the object and says its checksum, as the report of such jobs has it.
async fn checksum(
    runner: &Runner,
    compute: &api::S3ComputeObjectChecksumOperation,
    bucket: String,
    key: String,
    version_id: Option<String>,
) -> Result<String, ServiceError> {
    let name = compute.checksum_algorithm.as_ref().map_or("CRC64NVME", |it| it.as_str());
    let algorithm = Algorithm::parse(name)?;
    let composite = compute.checksum_type.as_ref().is_some_and(|it| it.as_str() == "COMPOSITE");
    let sizes = if composite {
        part_sizes(runner, &bucket, &key, version_id.as_deref())
    } else {
        Vec::new()
    };
    let input = s3::GetObjectRequest { bucket, key, version_id, ..s3::GetObjectRequest::default() };
    let output = runner.client.get_object(input).await?;
    let mut body = output.body;
    let mut parts = Parts::new(algorithm, sizes);
    while let Some(chunk) = body.next().await {
        let chunk =
            chunk.map_err(|error| ServiceError::new("InternalError", 500, error.to_string()))?;
        parts.update(&chunk);
    }
    let (value, count) = parts.finish();
    let kind = if count.is_some() { "COMPOSITE" } else { "FULL_OBJECT" };
    let base64 = match count {
        Some(count) => format!("{}-{count}", value.base64()),
        None => value.base64(),
    };
    let message = json!({
        "checksum_base64": base64,
        "etag": output.e_tag.unwrap_or_default().trim_matches('"'),
        "checksumAlgorithm": name,
        "checksumType": kind,
    });
    Ok(message.to_string())
}

fn part_sizes(runner: &Runner, bucket: &str, key: &str, version: Option<&str>) -> Vec<u64> {
    let store = runner.world.global::<S3Store>();
    let Ok(addressed) = Addressed::parse(version) else { return Vec::new() };
    let sizes = store.buckets.read(bucket, |bucket| {
        let found = bucket.find(&ObjectKey::unchecked(key), addressed);
        let object = found.and_then(|version| version.object.as_ref());
        object.map(|object| object.parts.iter().map(|part| part.size).collect())
    });
    sizes.flatten().unwrap_or_default()
}

/// A checksum of everything, or of the checksums of parts.
struct Parts {
    algorithm: Algorithm,
    /// The sizes of the parts to come; the first is the one under way, as far as it is left.
    sizes: std::collections::VecDeque<u64>,
    current: Hasher,
    whole: Option<(Hasher, usize)>,
}

impl Parts {
    fn new(algorithm: Algorithm, sizes: Vec<u64>) -> Self {
        let whole = (!sizes.is_empty()).then(|| (Hasher::new(algorithm), 0));
        Self { algorithm, sizes: sizes.into(), current: Hasher::new(algorithm), whole }
    }

    fn update(&mut self, mut chunk: &[u8]) {
        while let Some(left) = self.sizes.front_mut() {
            let now = usize::try_from(*left).unwrap_or(usize::MAX).min(chunk.len());
            self.current.update(&chunk[..now]);
            chunk = &chunk[now..];
            *left -= now as u64;
            if *left > 0 {
                return;
            }
            self.sizes.pop_front();
            let part = std::mem::replace(&mut self.current, Hasher::new(self.algorithm));
            if let Some((whole, count)) = &mut self.whole {
                whole.update(part.finish().bytes());
                *count += 1;
            }
        }
        if self.whole.is_none() {
            self.current.update(chunk);
        }
    }

    /// The checksum, and of how many parts it is made.
    fn finish(self) -> (crate::checksum::Value, Option<usize>) {
        match self.whole {
            Some((whole, count)) => (whole.finish(), Some(count)),
            None => (self.current.finish(), None),
        }
    }
}

/// Replicates a version that is there already.
fn replicate(
    runner: &Runner,
    bucket: &str,
    key: &str,
    version: Option<&str>,
) -> Result<(), ServiceError> {
    let key = ObjectKey::unchecked(key);
    let addressed = Addressed::parse(version)?;
    let buckets = &runner.world.global::<S3Store>().buckets;
    let source = buckets.get(bucket).ok_or_else(|| errors::no_such_bucket(bucket))?;
    let found = source.find(&key, addressed).cloned().ok_or_else(|| errors::no_such_key(&key))?;
    let object = found.object.as_deref().ok_or_else(|| errors::no_such_key(&key))?;
    let not_eligible =
        || errors::error("ObjectNotEligible", 400, "Object is not eligible for replication", &[]);
    if source.owner != runner.account {
        return Err(errors::access_denied());
    }
    if !replication::is_eligible(&source.configuration, &key, object) {
        return Err(not_eligible());
    }
    let rules = source.configuration.replication.as_ref();
    let at = replication::Source { world: &runner.world, ids: runner.world.ids(), bucket };
    match replication::replicate_from(&at, rules, &key, &found) {
        Some(true) => Ok(()),
        Some(false) => {
            let words = "Replication to a destination bucket failed";
            Err(errors::error("DstBucketUnversioned", 400, words, &[]))
        }
        None => Err(not_eligible()),
    }
}
