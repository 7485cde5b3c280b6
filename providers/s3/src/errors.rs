//! S3's errors: exact code, message, status and extra members.

use fogbank_service::ServiceError;

use crate::key::ObjectKey;

mod configuration;
mod upload;

pub(crate) use configuration::*;
pub(crate) use upload::*;

/// An error of S3 with the extra members of its document.
pub(crate) fn error(
    code: &'static str,
    status: u16,
    message: impl Into<String>,
    members: &[(&'static str, &str)],
) -> ServiceError {
    let error = ServiceError::new(code, status, message.into());
    members.iter().fold(error, |error, (name, value)| error.with_member(name, *value))
}

/// `InvalidArgument` with the argument's name and value.
pub(crate) fn invalid_argument(
    message: impl Into<String>,
    name: &'static str,
    value: Option<&str>,
) -> ServiceError {
    let error = error("InvalidArgument", 400, message, &[("ArgumentName", name)]);
    match value {
        Some(value) => error.with_member("ArgumentValue", value),
        None => error,
    }
}

/// `InvalidRequest` with this message.
pub(crate) fn invalid_request(message: impl Into<String>) -> ServiceError {
    error("InvalidRequest", 400, message, &[])
}

/// `MalformedXML`.
pub(crate) fn malformed_xml() -> ServiceError {
    error(
        "MalformedXML",
        400,
        "The XML you provided was not well-formed or did not validate against our published schema",
        &[],
    )
}

/// `AccessDenied` with S3's plain message.
pub(crate) fn access_denied() -> ServiceError {
    error("AccessDenied", 403, "Access Denied", &[])
}

/// There is no such bucket, and there never could be one where the name is no name.
pub(crate) fn no_such_bucket(bucket: &str) -> ServiceError {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let possible = (3..=255).contains(&bucket.len()) && bucket.bytes().all(known);
    if !possible && !bucket.starts_with("arn:") {
        return invalid_bucket_name(bucket);
    }
    error("NoSuchBucket", 404, "The specified bucket does not exist", &[("BucketName", bucket)])
}

pub(crate) fn no_such_key(key: &ObjectKey) -> ServiceError {
    error("NoSuchKey", 404, "The specified key does not exist.", &[("Key", key.as_str())])
}

pub(crate) fn no_such_version(key: &ObjectKey, version: &str) -> ServiceError {
    error(
        "NoSuchVersion",
        404,
        "The specified version does not exist.",
        &[("Key", key.as_str()), ("VersionId", version)],
    )
}

pub(crate) fn no_such_upload(upload_id: &str) -> ServiceError {
    error(
        "NoSuchUpload",
        404,
        "The specified upload does not exist. The upload ID may be invalid, or the upload may \
         have been aborted or completed.",
        &[("UploadId", upload_id)],
    )
}

/// A method that the kind of resource does not have.
pub(crate) fn method_not_allowed(method: &str, resource_type: &str) -> ServiceError {
    error(
        "MethodNotAllowed",
        405,
        "The specified method is not allowed against this resource.",
        &[("Method", method), ("ResourceType", resource_type)],
    )
}

/// The request addresses a delete marker with a method that needs an object.
pub(crate) fn delete_marker_not_allowed(method: &str) -> ServiceError {
    method_not_allowed(method, "DeleteMarker").with_header(http::header::ALLOW, "DELETE")
}

pub(crate) fn invalid_bucket_name(bucket: &str) -> ServiceError {
    error("InvalidBucketName", 400, "The specified bucket is not valid.", &[("BucketName", bucket)])
}

pub(crate) fn key_too_long(size: usize) -> ServiceError {
    error(
        "KeyTooLongError",
        400,
        "Your key is too long",
        &[("Size", &size.to_string()), ("MaxSizeAllowed", "1024")],
    )
}

pub(crate) fn bucket_already_exists(bucket: &str) -> ServiceError {
    error(
        "BucketAlreadyExists",
        409,
        "The requested bucket name is not available. The bucket namespace is shared by all users \
         of the system. Please select a different name and try again.",
        &[("BucketName", bucket)],
    )
}

pub(crate) fn bucket_already_owned_by_you(bucket: &str) -> ServiceError {
    error(
        "BucketAlreadyOwnedByYou",
        409,
        "Your previous request to create the named bucket succeeded and you already own it.",
        &[("BucketName", bucket)],
    )
}

pub(crate) fn bucket_not_empty(bucket: &str, versioned: bool) -> ServiceError {
    let message = if versioned {
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
    } else {
        "The bucket you tried to delete is not empty"
    };
    error("BucketNotEmpty", 409, message, &[("BucketName", bucket)])
}

pub(crate) fn invalid_location_constraint(location: &str) -> ServiceError {
    error(
        "InvalidLocationConstraint",
        400,
        "The specified location-constraint is not valid",
        &[("LocationConstraint", location)],
    )
}

pub(crate) fn illegal_location_constraint(location: &str) -> ServiceError {
    error(
        "IllegalLocationConstraintException",
        400,
        format!(
            "The {location} location constraint is incompatible for the region specific endpoint \
             this request was sent to."
        ),
        &[],
    )
}

pub(crate) fn invalid_bucket_owner(value: &str) -> ServiceError {
    error(
        "InvalidBucketOwnerAWSAccountID",
        400,
        format!(
            "The value of the expected bucket owner parameter must be an AWS Account ID... [{value}]"
        ),
        &[],
    )
}

/// A condition of the request does not hold; `condition` is the header as S3 spells it.
pub(crate) fn precondition_failed(condition: &str) -> ServiceError {
    error(
        "PreconditionFailed",
        412,
        "At least one of the pre-conditions you specified did not hold",
        &[("Condition", condition)],
    )
}

/// A concurrent change made the conditional write undecidable.
pub(crate) fn conditional_request_conflict(condition: &str, key: &ObjectKey) -> ServiceError {
    error(
        "ConditionalRequestConflict",
        409,
        "The conditional request cannot succeed due to a conflicting operation against this resource.",
        &[("Condition", condition), ("Key", key.as_str())],
    )
}

/// A header with a meaning that S3 does not offer here.
pub(crate) fn header_not_implemented(header: &str, note: Option<String>) -> ServiceError {
    let error = error(
        "NotImplemented",
        501,
        "A header you provided implies functionality that is not implemented",
        &[("Header", header)],
    );
    match note {
        Some(note) => error.with_member("additionalMessage", note),
        None => error,
    }
}

pub(crate) fn invalid_range(range: &str, size: u64) -> ServiceError {
    error(
        "InvalidRange",
        416,
        "The requested range is not satisfiable",
        &[("RangeRequested", range), ("ActualObjectSize", &size.to_string())],
    )
    .with_header(http::header::CONTENT_RANGE, format!("bytes */{size}"))
}

/// What only a signed request may ask for.
pub(crate) fn overrides_need_a_signature() -> ServiceError {
    invalid_request("Request specific response headers cannot be used for anonymous GET requests.")
}

pub(crate) fn invalid_part_number(requested: i32, actual: usize) -> ServiceError {
    error(
        "InvalidPartNumber",
        416,
        "The requested partnumber is not satisfiable",
        &[
            ("PartNumberRequested", &requested.to_string()),
            ("ActualPartCount", &actual.to_string()),
        ],
    )
}

pub(crate) fn invalid_version_id(version: &str) -> ServiceError {
    invalid_argument("Invalid version id specified", "versionId", Some(version))
}

pub(crate) fn invalid_object_state(storage_class: &str) -> ServiceError {
    error(
        "InvalidObjectState",
        403,
        "The operation is not valid for the object's storage class",
        &[("StorageClass", storage_class)],
    )
}

/// The object is in no archive.
pub(crate) fn restore_not_allowed(storage_class: &str) -> ServiceError {
    error(
        "InvalidObjectState",
        403,
        "Restore is not allowed for the object's current storage class",
        &[("StorageClass", storage_class)],
    )
}

pub(crate) fn restore_in_progress() -> ServiceError {
    error("RestoreAlreadyInProgress", 409, "Object restore is already in progress", &[])
}

pub(crate) fn invalid_storage_class(requested: &str) -> ServiceError {
    error(
        "InvalidStorageClass",
        400,
        "The storage class you specified is not valid",
        &[("StorageClassRequested", requested)],
    )
}

pub(crate) fn metadata_too_large(size: usize) -> ServiceError {
    error(
        "MetadataTooLarge",
        400,
        "Your metadata headers exceed the maximum allowed metadata size",
        &[("Size", &size.to_string()), ("MaxSizeAllowed", "2048")],
    )
}

/// The object is protected by object lock.
pub(crate) fn object_locked() -> ServiceError {
    error("AccessDenied", 403, "Access Denied because object protected by object lock.", &[])
}
