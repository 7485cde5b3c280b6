//! Replication: what is written to a bucket is written to the destinations of its rules, at once.

use std::sync::Arc;

use fogbank_api_s3::{ReplicationConfiguration, ReplicationRule};
use fogbank_context::IdSource;
use fogbank_service::RequestContext;
use fogbank_state::World;

use crate::acl;
use crate::configuration::Configuration;
use crate::encryption::Encryption;
use crate::key::ObjectKey;
use crate::object::{Object, Replication};
use crate::ops::buckets::bucket_of_arn;
use crate::store::{S3Store, Version, Versioning};
use crate::stored::Stored;
use crate::version_id::Addressed;

/// Whether a rule is for an object of this key.
fn applies(rule: &ReplicationRule, key: &ObjectKey, object: Option<&Object>) -> bool {
    if rule.status.as_str() != "Enabled" {
        return false;
    }
    let starts = |prefix: Option<&String>| prefix.is_none_or(|it| key.as_str().starts_with(it));
    let has =
        |name: &str, value: &str| object.is_some_and(|object| object.tags.get(name) == Some(value));
    if object.is_some_and(|object| matches!(object.encryption, Encryption::Kms { .. }))
        && !replicates_kms(rule)
    {
        return false;
    }
    let Some(filter) = &rule.filter else { return starts(rule.prefix.as_ref()) };
    match &filter.and {
        Some(and) => {
            starts(and.prefix.as_ref())
                && and.tags.iter().flatten().all(|tag| has(&tag.key, &tag.value))
        }
        None => {
            starts(filter.prefix.as_ref())
                && filter.tag.as_ref().is_none_or(|tag| has(&tag.key, &tag.value))
        }
    }
}

/// Whether a rule is for objects with keys of KMS, too.
fn replicates_kms(rule: &ReplicationRule) -> bool {
    let criteria = rule.source_selection_criteria.as_ref();
    let objects = criteria.and_then(|it| it.sse_kms_encrypted_objects.as_ref());
    objects.is_some_and(|it| it.status.as_str() == "Enabled")
}

/// The rules that decide: of those for one destination the one with the highest priority.
fn deciding(configuration: ReplicationConfiguration) -> Vec<ReplicationRule> {
    let mut rules = configuration.rules;
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.priority.unwrap_or(0)));
    rules
}

/// Writes a new version of a key to the destinations that want it.
///
/// The status of the source object says how it went: `COMPLETED`, or `FAILED` when a destination
/// is gone or keeps no versions.
pub(crate) fn replicate(
    cx: &RequestContext,
    bucket: &str,
    configuration: Option<&Stored<ReplicationConfiguration>>,
    key: &ObjectKey,
    version: &Version,
) {
    let source = Source { world: &cx.world, ids: cx.ids(), bucket };
    replicate_from(&source, configuration, key, version);
}

/// Where a version comes from.
pub(crate) struct Source<'a> {
    pub(crate) world: &'a World,
    pub(crate) ids: &'a IdSource,
    pub(crate) bucket: &'a str,
}

/// Whether the rules of a bucket replicate an object.
pub(crate) fn is_eligible(configuration: &Configuration, key: &ObjectKey, object: &Object) -> bool {
    object.replication != Some(Replication::Replica)
        && configuration.replication.as_ref().is_some_and(|rules| {
            rules.get().rules.iter().any(|rule| applies(rule, key, Some(object)))
        })
}

/// As [`replicate`]; whether all destinations took an object, none where no rule is for it.
pub(crate) fn replicate_from(
    source: &Source<'_>,
    configuration: Option<&Stored<ReplicationConfiguration>>,
    key: &ObjectKey,
    version: &Version,
) -> Option<bool> {
    let configuration = configuration?;
    let object = version.object.as_deref();
    if object.is_some_and(|object| object.replication == Some(Replication::Replica)) {
        return None;
    }
    let mut reached: Vec<String> = Vec::new();
    let mut all = true;
    for rule in deciding(configuration.get()) {
        let Some(target) = bucket_of_arn(&rule.destination.bucket) else { continue };
        if reached.contains(&target) || !applies(&rule, key, object) {
            continue;
        }
        let markers = rule.delete_marker_replication.as_ref().and_then(|it| it.status.as_ref());
        let with_markers = markers.map_or(rule.filter.is_none(), |it| it.as_str() == "Enabled");
        if object.is_none() && !with_markers {
            continue;
        }
        all &= copy(source, &rule, &target, key, version);
        reached.push(target);
    }
    if reached.is_empty() || object.is_none() {
        return None;
    }
    let status = if all { Replication::Completed } else { Replication::Failed };
    source.world.global::<S3Store>().buckets.update(source.bucket, |bucket| {
        bucket.edit_object(key, version.position, |object| object.replication = Some(status))
    });
    Some(all)
}

fn copy(
    source: &Source<'_>,
    rule: &ReplicationRule,
    target: &str,
    key: &ObjectKey,
    version: &Version,
) -> bool {
    let replica = version.object.as_deref().map(|object| {
        let mut replica = object.clone();
        replica.replication = Some(Replication::Replica);
        if let Some(class) = &rule.destination.storage_class {
            replica.storage_class = class.as_str().to_owned();
        }
        let wanted = rule.destination.encryption_configuration.as_ref();
        let wanted = wanted.and_then(|it| it.replica_kms_key_id.clone());
        if let (Encryption::Kms { key, .. }, Some(wanted)) = (&mut replica.encryption, wanted) {
            *key = wanted;
        }
        replica
    });
    let written = source.world.global::<S3Store>().buckets.update(target, |bucket| {
        if bucket.configuration.versioning != Versioning::Enabled {
            return false;
        }
        let replica = replica.map(|mut replica| {
            if rule.destination.access_control_translation.is_some() {
                replica.owner = acl::canonical_id(bucket.owner);
                replica.acl = None;
            }
            Arc::new(replica)
        });
        // What has arrived before stays as it is.
        let id = version.id.filter(|id| bucket.find(key, Addressed::Id(*id)).is_none());
        if version.id.is_some() && id.is_none() {
            return true;
        }
        bucket.push_as(source.world.clock().now(), source.ids, key, replica, id);
        true
    });
    written.unwrap_or(false)
}
