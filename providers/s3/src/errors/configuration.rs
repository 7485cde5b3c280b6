//! Errors of bucket and object configurations.

use fogbank_service::ServiceError;

use super::error;

/// A bucket configuration that does not exist: its 404.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    Policy,
    Cors,
    Lifecycle,
    PublicAccessBlock,
    TagSet,
    Website,
    ObjectLock,
    Ownership,
    Replication,
}

impl Missing {
    fn code_and_message(self) -> (&'static str, &'static str) {
        match self {
            Self::Policy => ("NoSuchBucketPolicy", "The bucket policy does not exist"),
            Self::Cors => ("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
            Self::Lifecycle => {
                ("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")
            }
            Self::PublicAccessBlock => (
                "NoSuchPublicAccessBlockConfiguration",
                "The public access block configuration was not found",
            ),
            Self::TagSet => ("NoSuchTagSet", "The TagSet does not exist"),
            Self::Website => (
                "NoSuchWebsiteConfiguration",
                "The specified bucket does not have a website configuration",
            ),
            Self::ObjectLock => (
                "ObjectLockConfigurationNotFoundError",
                "Object Lock configuration does not exist for this bucket",
            ),
            Self::Ownership => {
                ("OwnershipControlsNotFoundError", "The bucket ownership controls were not found")
            }
            Self::Replication => (
                "ReplicationConfigurationNotFoundError",
                "The replication configuration was not found",
            ),
        }
    }

    /// The error, with the bucket's name.
    pub(crate) fn of(self, bucket: &str) -> ServiceError {
        let (code, message) = self.code_and_message();
        error(code, 404, message, &[("BucketName", bucket)])
    }
}

/// No configuration has this id.
pub(crate) fn no_such_configuration() -> ServiceError {
    error("NoSuchConfiguration", 404, "The specified configuration does not exist.", &[])
}

/// The id of the document is not the id of the query string.
pub(crate) fn id_mismatch() -> ServiceError {
    error("IdMismatch", 400, "Document ID does not match the specified configuration ID.", &[])
}

/// The object has no retention or legal hold.
pub(crate) fn no_such_object_lock() -> ServiceError {
    error(
        "NoSuchObjectLockConfiguration",
        404,
        "The specified object does not have a ObjectLock configuration",
        &[],
    )
}

/// The bucket's state does not allow the configuration.
pub(crate) fn invalid_bucket_state(message: &'static str) -> ServiceError {
    error("InvalidBucketState", 409, message, &[])
}

/// A tag breaks a rule; `key` is the tag's.
pub(crate) fn invalid_tag(message: impl Into<String>, key: Option<&str>) -> ServiceError {
    let error = error("InvalidTag", 400, message, &[]);
    match key {
        Some(key) => error.with_member("TagKey", key),
        None => error,
    }
}

pub(crate) fn malformed_policy(message: &'static str) -> ServiceError {
    error("MalformedPolicy", 400, message, &[])
}

/// ACLs are off for the bucket, and it has one or would have one.
pub(crate) fn acl_with_ownership() -> ServiceError {
    error(
        "InvalidBucketAclWithObjectOwnership",
        400,
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
        &[],
    )
}

/// A request gives an ACL where they are off.
pub(crate) fn acls_are_off() -> ServiceError {
    error("AccessControlListNotSupported", 400, "The bucket does not allow ACLs", &[])
}

/// S3 takes no grantees by e-mail address any more.
pub(crate) fn email_grantee() -> ServiceError {
    error(
        "MethodNotAllowed",
        405,
        "The specified method is not allowed against this resource.",
        &[],
    )
}

pub(crate) fn malformed_acl() -> ServiceError {
    error(
        "MalformedACLError",
        400,
        "The XML you provided was not well-formed or did not validate against our published schema",
        &[],
    )
}
