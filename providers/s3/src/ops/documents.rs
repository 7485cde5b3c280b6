//! Configurations of a bucket that are documents kept as they came: CORS, encryption, logging and
//! replication.

use fogbank_api_s3 as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::access_log;
use crate::background;
use crate::configuration::Ownership;
use crate::cors;
use crate::encryption::{DefaultEncryption, kms_arn};
use crate::errors::{self, Missing};
use crate::members::text;
use crate::ops::buckets::bucket_of_arn;
use crate::store::{self, Versioning};
use crate::stored::Stored;

pub(crate) async fn put_bucket_cors(
    cx: &RequestContext,
    input: api::PutBucketCorsRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let rules = &input.cors_configuration.cors_rules;
        cors::validate(rules)?;
        let stored = rules.iter().map(Stored::new).collect();
        bucket.configure(|configuration| configuration.cors = stored);
        Ok(Unit)
    })
}

pub(crate) async fn get_bucket_cors(
    cx: &RequestContext,
    input: api::GetBucketCorsRequest,
) -> Result<api::GetBucketCorsOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let rules = &bucket.configuration.cors;
    if rules.is_empty() {
        return Err(Missing::Cors.of(&input.bucket));
    }
    Ok(api::GetBucketCorsOutput { cors_rules: Some(rules.iter().map(Stored::get).collect()) })
}

pub(crate) async fn delete_bucket_cors(
    cx: &RequestContext,
    input: api::DeleteBucketCorsRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.configure(|configuration| configuration.cors.clear());
        Ok(Unit)
    })
}

pub(crate) async fn put_bucket_encryption(
    cx: &RequestContext,
    input: api::PutBucketEncryptionRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        let mut document = input.server_side_encryption_configuration;
        let [rule] = &mut document.rules[..] else { return Err(errors::malformed_xml()) };
        let blocked = rule.blocked_encryption_types.as_ref();
        let blocked = blocked.and_then(|it| it.encryption_type.as_deref()).unwrap_or_default();
        let known = |name: &str| api::EncryptionType::VALUES.contains(&name);
        if !blocked.iter().all(|it| known(it.as_str())) || blocked.len() > 1 {
            return Err(errors::malformed_xml());
        }
        // What says nothing of it leaves it as it was.
        let blocks_customer_keys = match blocked {
            [] => bucket.configuration.default_encryption.blocks_customer_keys,
            blocked => blocked.iter().any(|it| it.as_str() == "SSE-C"),
        };
        let default = rule.apply_server_side_encryption_by_default.as_ref();
        let algorithm = default.map_or("AES256", |default| default.sse_algorithm.as_str());
        let key = default.and_then(|default| default.kms_master_key_id.as_deref());
        let is_kms = match algorithm {
            "AES256" => false,
            "aws:kms" | "aws:kms:dsse" => true,
            _ => return Err(errors::malformed_xml()),
        };
        if key.is_some() && !is_kms {
            return Err(errors::invalid_argument(
                "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms \
                 or aws:kms:dsse",
                "ApplyServerSideEncryptionByDefault",
                None,
            ));
        }
        let default_encryption = DefaultEncryption {
            algorithm: is_kms.then(|| algorithm.to_owned()),
            kms_key: key.map(|key| kms_arn(cx, Some(key))),
            bucket_key: rule.bucket_key_enabled == Some(true),
            blocks_customer_keys,
        };
        rule.bucket_key_enabled = Some(default_encryption.bucket_key);
        let stored = Stored::new(&document);
        bucket.configure(|configuration| {
            configuration.encryption = Some(stored);
            configuration.default_encryption = default_encryption;
        });
        Ok(Unit)
    })
}

pub(crate) async fn get_bucket_encryption(
    cx: &RequestContext,
    input: api::GetBucketEncryptionRequest,
) -> Result<api::GetBucketEncryptionOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let blocks = bucket.configuration.default_encryption.blocks_customer_keys;
    let blocked_types = || {
        let encryption_type = Some(vec!["SSE-C".into()]);
        blocks.then_some(api::BlockedEncryptionTypes { encryption_type })
    };
    let document = match &bucket.configuration.encryption {
        Some(stored) => {
            let mut document = stored.get();
            for rule in &mut document.rules {
                rule.blocked_encryption_types =
                    rule.blocked_encryption_types.take().or_else(blocked_types);
            }
            document
        }
        None => api::ServerSideEncryptionConfiguration {
            rules: vec![api::ServerSideEncryptionRule {
                apply_server_side_encryption_by_default: Some(api::ServerSideEncryptionByDefault {
                    sse_algorithm: "AES256".into(),
                    kms_master_key_id: None,
                }),
                bucket_key_enabled: Some(false),
                blocked_encryption_types: blocked_types(),
            }],
        },
    };
    Ok(api::GetBucketEncryptionOutput { server_side_encryption_configuration: Some(document) })
}

pub(crate) async fn delete_bucket_encryption(
    cx: &RequestContext,
    input: api::DeleteBucketEncryptionRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.configure(|configuration| {
            configuration.encryption = None;
            let blocks_customer_keys = configuration.default_encryption.blocks_customer_keys;
            configuration.default_encryption =
                DefaultEncryption { blocks_customer_keys, ..DefaultEncryption::default() };
        });
        Ok(Unit)
    })
}

pub(crate) async fn put_bucket_logging(
    cx: &RequestContext,
    input: api::PutBucketLoggingRequest,
) -> Result<Unit, ServiceError> {
    let source = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let logging = input.bucket_logging_status.logging_enabled;
    if let Some(logging) = &logging {
        let target = store::store(cx).buckets.get(logging.target_bucket.as_str());
        let target = target.filter(|target| target.owner == source.owner).ok_or_else(|| {
            errors::error(
                "InvalidTargetBucketForLogging",
                400,
                "The target bucket for logging does not exist",
                &[("TargetBucket", &logging.target_bucket)],
            )
        })?;
        if target.region != source.region {
            let mut error = errors::error(
                "CrossLocationLoggingProhibitted",
                403,
                "Cross S3 location logging not allowed. ",
                &[("TargetBucketLocation", target.region.as_str())],
            );
            if source.region.as_str() != "us-east-1" {
                error = error.with_member("SourceBucketLocation", source.region.as_str());
            }
            return Err(error);
        }
        let format = logging.target_object_key_format.as_ref();
        let partitioned = format.and_then(|it| it.partitioned_prefix.as_ref());
        let source = partitioned.and_then(|it| it.partition_date_source.as_ref());
        let known =
            |it: &api::PartitionDateSource| api::PartitionDateSource::VALUES.contains(&it.as_str());
        let both = partitioned.is_some() && format.is_some_and(|it| it.simple_prefix.is_some());
        if both || !source.is_none_or(known) {
            return Err(errors::malformed_xml());
        }
        let grants = access_log::target_grants(logging)?;
        let enforced = target.configuration.ownership == Ownership::BucketOwnerEnforced;
        if enforced && !grants.is_empty() {
            return Err(errors::acls_are_off());
        }
    }
    background::begin(&cx.world, &cx.invoker);
    let name = store::edit(cx, &input.bucket, None, |bucket| {
        let stored = logging.as_ref().map(Stored::new);
        bucket.configure(|configuration| configuration.logging = stored);
        Ok(bucket.name.clone())
    })?;
    if logging.is_some() {
        access_log::expect(&cx.world, name);
    }
    Ok(Unit)
}

pub(crate) async fn get_bucket_logging(
    cx: &RequestContext,
    input: api::GetBucketLoggingRequest,
) -> Result<api::GetBucketLoggingOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let logging_enabled = bucket.configuration.logging.as_ref().map(Stored::get);
    Ok(api::GetBucketLoggingOutput { logging_enabled })
}

/// Checks that rules are all of the first or all of the second version of their schema, which are
/// told from each other by the filter.
fn check_replication_rules(
    rules: &[api::ReplicationRule],
    bucket: &str,
) -> Result<(), ServiceError> {
    let wrong = |what: &str, verb: &str| {
        Err(errors::invalid_request(format!(
            "{what} {verb} for this version of Cross Region Replication configuration schema. \
             Please refer to S3 Developer Guide for more information."
        )))
    };
    for rule in rules {
        let known = |status: &str| ["Enabled", "Disabled"].contains(&status);
        if !known(rule.status.as_str()) || (rule.filter.is_some() && rule.prefix.is_some()) {
            return Err(errors::malformed_xml());
        }
        if bucket_of_arn(&rule.destination.bucket).as_deref() == Some(bucket) {
            return Err(errors::invalid_request(
                "Destination bucket cannot be the same as the source bucket.",
            ));
        }
        let criteria = rule.source_selection_criteria.as_ref();
        let kms = criteria.and_then(|it| it.sse_kms_encrypted_objects.as_ref());
        let encryption = rule.destination.encryption_configuration.as_ref();
        let replica_key = encryption.and_then(|it| it.replica_kms_key_id.as_ref());
        if kms.is_some_and(|it| !known(it.status.as_str())) {
            return Err(errors::malformed_xml());
        }
        if kms.is_some_and(|it| it.status.as_str() == "Enabled") && replica_key.is_none() {
            return Err(errors::invalid_request(
                "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.",
            ));
        }
        if encryption.is_some() && kms.is_none() {
            return Err(errors::invalid_request(
                "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.",
            ));
        }
        let markers = rule.delete_marker_replication.as_ref();
        let Some(filter) = &rule.filter else {
            if markers.is_some() {
                return wrong("DeleteMarkerReplication", "cannot be used");
            }
            if rule.priority.is_some() {
                return wrong("Priority", "cannot be used");
            }
            continue;
        };
        if rule.priority.is_none() {
            return wrong("Priority", "must be specified");
        }
        let Some(markers) = markers else {
            return wrong("DeleteMarkerReplication", "must be specified");
        };
        let tagged = filter.tag.is_some()
            || filter
                .and
                .as_ref()
                .is_some_and(|and| and.tags.as_ref().is_some_and(|it| !it.is_empty()));
        if tagged && text!(markers.status) == Some("Enabled") {
            return Err(errors::invalid_request(
                "Delete marker replication is not supported if any Tag filter is specified. Please \
                 refer to S3 Developer Guide for more information.",
            ));
        }
    }
    let first = rules.iter().any(|rule| rule.filter.is_none());
    let mut targets: Vec<&str> =
        rules.iter().map(|rule| rule.destination.bucket.as_str()).collect();
    targets.sort_unstable();
    targets.dedup();
    if first && targets.len() > 1 {
        return Err(errors::invalid_request(
            "Number of distinct destination bucket ARNs cannot exceed 1",
        ));
    }
    Ok(())
}

pub(crate) async fn put_bucket_replication(
    cx: &RequestContext,
    input: api::PutBucketReplicationRequest,
) -> Result<Unit, ServiceError> {
    let source = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    if source.configuration.versioning != Versioning::Enabled {
        return Err(errors::invalid_request(
            "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
        ));
    }
    let mut document = input.replication_configuration;
    if document.rules.is_empty() {
        return Err(errors::malformed_xml());
    }
    check_replication_rules(&document.rules, &input.bucket)?;
    for rule in &mut document.rules {
        let target = bucket_of_arn(&rule.destination.bucket)
            .and_then(|name| store::store(cx).buckets.get(name.as_str()));
        let versioned = target.is_some_and(|it| it.configuration.versioning == Versioning::Enabled);
        if !versioned {
            return Err(errors::invalid_request(
                "Destination bucket must have versioning enabled.",
            ));
        }
        let random = || cx.ids().base62(48);
        rule.id.get_or_insert_with(random);
    }
    store::edit(cx, &input.bucket, None, |bucket| {
        let stored = Stored::new(&document);
        bucket.configure(|configuration| configuration.replication = Some(stored));
        Ok(Unit)
    })
}

pub(crate) async fn get_bucket_replication(
    cx: &RequestContext,
    input: api::GetBucketReplicationRequest,
) -> Result<api::GetBucketReplicationOutput, ServiceError> {
    let bucket = store::get(cx, &input.bucket, input.expected_bucket_owner.as_deref())?;
    let stored = bucket.configuration.replication.as_ref();
    let stored = stored.ok_or_else(|| Missing::Replication.of(&input.bucket))?;
    Ok(api::GetBucketReplicationOutput { replication_configuration: Some(stored.get()) })
}

pub(crate) async fn delete_bucket_replication(
    cx: &RequestContext,
    input: api::DeleteBucketReplicationRequest,
) -> Result<Unit, ServiceError> {
    store::edit(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.configure(|configuration| configuration.replication = None);
        Ok(Unit)
    })
}
