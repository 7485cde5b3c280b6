//! What S3 itself writes into buckets: access logs and inventory reports.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use fogbank_iam::{Allowance, Identity, Keys, Policies, Policy, PolicySet, Request, authorize};
use fogbank_state::{Blob, World};
use md5::{Digest as _, Md5};

use crate::acl::{Acl, Grant, Grantee, LOG_DELIVERY};
use crate::body::Content;
use crate::checksum::{Algorithm, Checksum, Hasher};
use crate::configuration::Ownership;
use crate::encryption::Encryption;
use crate::etag::ETag;
use crate::key::ObjectKey;
use crate::metadata::Headers;
use crate::object::{Object, STANDARD};
use crate::object_lock::Lock;
use crate::ops::buckets::bucket_arn;
use crate::store::{Bucket, S3Store};
use crate::tags::Tags;

/// The principal that delivers access logs.
pub(crate) const LOGGING: &str = "logging.s3.amazonaws.com";
/// The canonical user id by which S3's delivery of logs owns what it writes.
const OWNER: &str = "3272ee65a908a7677109fedda345db8d9554ba26398b2ca10581de88777e2b61";

/// A file that S3 writes for a bucket.
pub(crate) struct Delivery<'a> {
    /// The bucket that it is about.
    pub(crate) source: &'a Bucket,
    /// The service principal that writes.
    pub(crate) service: &'static str,
    /// Where to.
    pub(crate) bucket: &'a str,
    pub(crate) key: String,
    pub(crate) content: Bytes,
    pub(crate) content_type: &'static str,
    /// Who may do what with the file, beside the bucket's owner; nobody where ACLs are off.
    pub(crate) grants: Vec<Grant>,
}

impl Delivery<'_> {
    /// Writes the file, if the bucket is there and lets the service write.
    pub(crate) fn run(self, world: &World) -> bool {
        let buckets = &world.global::<S3Store>().buckets;
        let Some(target) = buckets.get(self.bucket) else { return false };
        if !self.is_allowed(world, &target) {
            tracing::info!(
                bucket = self.bucket,
                service = self.service,
                "the bucket's policy and ACL do not let S3 deliver"
            );
            return false;
        }
        let key = ObjectKey::unchecked(&self.key);
        let object = Arc::new(self.object(&target));
        buckets
            .update(self.bucket, |bucket| {
                bucket.push(world.clock().now(), world.ids(), &key, Some(object));
            })
            .is_some()
    }

    /// Whether a grant to the group of log delivery or the bucket's policy lets the service write.
    fn is_allowed(&self, world: &World, target: &Bucket) -> bool {
        let configuration = &target.configuration;
        let grants = configuration.acl.iter().flat_map(|acl| &acl.grants);
        let granted = self.service == LOGGING
            && configuration.ownership != Ownership::BucketOwnerEnforced
            && grants.into_iter().any(|grant| {
                matches!(&grant.grantee, Grantee::Group(uri) if uri == LOG_DELIVERY)
                    && ["WRITE", "FULL_CONTROL"].contains(&grant.permission.as_str())
            });
        granted || self.is_allowed_by_policy(world, target)
    }

    fn is_allowed_by_policy(&self, world: &World, target: &Bucket) -> bool {
        let Some(document) = target.configuration.policy.as_deref() else { return false };
        let Ok(policy) = Policy::parse(document) else { return false };
        let partition = target.region.partition();
        let mut keys = Keys::default();
        let source = bucket_arn(partition, self.source.name.as_str());
        keys.insert("aws:SourceArn", vec![source]);
        keys.insert("aws:SourceAccount", vec![self.source.owner.to_string()]);
        keys.insert("aws:SecureTransport", vec!["true".to_owned()]);
        keys.insert("s3:x-amz-acl", vec!["bucket-owner-full-control".to_owned()]);
        keys.insert("aws:EpochTime", vec![world.clock().now().as_secs().to_string()]);
        let resource = format!("{}/{}", bucket_arn(partition, self.bucket), self.key);
        let identity = Identity::service(self.service);
        let request = Request {
            identity: &identity,
            action: "s3:PutObject",
            resource: &resource,
            owner: Some(target.owner),
            keys: &keys,
        };
        let set = PolicySet::new([("bucket policy", policy)]);
        let policies =
            Policies { resource: Some(&set), resource_decides: true, ..Policies::default() };
        authorize(&request, &policies).allowance == Allowance::Allowed
    }

    /// What the file is delivered with: full control for the bucket's owner, and the grants.
    fn acl(&self, owner: &str, target: &Bucket) -> Option<Acl> {
        if target.configuration.ownership == Ownership::BucketOwnerEnforced {
            return None;
        }
        let mut acl = Acl::private(&target.owner_id());
        acl.owner = owner.to_owned();
        acl.grants.extend(self.grants.iter().cloned());
        Some(acl)
    }

    fn object(&self, target: &Bucket) -> Object {
        let mut hasher = Hasher::new(Algorithm::Crc64Nvme);
        hasher.update(&self.content);
        let owner = match target.configuration.ownership {
            Ownership::BucketOwnerEnforced => target.owner_id(),
            _ => OWNER.to_owned(),
        };
        Object {
            etag: ETag::simple(Md5::digest(&self.content).into()),
            content: Content::from(Blob::from(self.content.clone())),
            checksum: Some(Checksum::full(Algorithm::Crc64Nvme, hasher.finish())),
            headers: Headers {
                content_type: Some(self.content_type.to_owned()),
                ..Headers::default()
            },
            storage_class: STANDARD.to_owned(),
            encryption: Encryption::S3,
            acl: self.acl(&owner, target),
            owner,
            tags: Tags::default(),
            lock: Lock::default(),
            parts: Vec::new(),
            completed: None,
            restored: None,
            annotations: BTreeMap::new(),
            replication: None,
        }
    }
}
