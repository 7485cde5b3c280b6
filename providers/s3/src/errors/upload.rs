//! Errors of bodies, checksums and multipart uploads.

use fogbank_service::ServiceError;

use super::{error, invalid_argument, invalid_request};
use crate::etag::ETag;

/// The length of the body is not the one announced.
pub(crate) fn incomplete_body() -> ServiceError {
    error("IncompleteBody", 400, "The request body terminated unexpectedly", &[])
}

/// A body larger than 5 GiB.
pub(crate) fn entity_too_large(proposed: u64, max: u64) -> ServiceError {
    error(
        "EntityTooLarge",
        400,
        "Your proposed upload exceeds the maximum allowed size",
        &[("ProposedSize", &proposed.to_string()), ("MaxSizeAllowed", &max.to_string())],
    )
}

pub(crate) fn entity_too_small(proposed: u64, min: u64) -> ServiceError {
    error(
        "EntityTooSmall",
        400,
        "Your proposed upload is smaller than the minimum allowed size",
        &[("ProposedSize", &proposed.to_string()), ("MinSizeAllowed", &min.to_string())],
    )
}

/// A part other than the last is below 5 MiB.
pub(crate) fn part_too_small(size: u64, number: u16, etag: &ETag) -> ServiceError {
    entity_too_small(size, 5 * 1024 * 1024)
        .with_member("PartNumber", number.to_string())
        .with_member("ETag", etag.hex())
}

/// The `Content-MD5` header is not the base64 of sixteen bytes.
pub(crate) fn invalid_digest(value: &str) -> ServiceError {
    error(
        "InvalidDigest",
        400,
        "The Content-MD5 you specified was invalid.",
        &[("Content-MD5", value)],
    )
}

/// The body does not have the MD5 that `Content-MD5` says.
pub(crate) fn bad_content_md5(expected: &str, calculated: &str) -> ServiceError {
    error(
        "BadDigest",
        400,
        "The Content-MD5 you specified did not match what we received.",
        &[("ExpectedDigest", expected), ("CalculatedDigest", calculated)],
    )
}

/// The body does not have the checksum that came with it; `algorithm` as in the message.
pub(crate) fn bad_checksum(algorithm: &str) -> ServiceError {
    error(
        "BadDigest",
        400,
        format!("The {algorithm} you specified did not match the calculated checksum."),
        &[],
    )
}

/// A checksum header that is not base64 of the algorithm's width.
pub(crate) fn invalid_checksum_header(header: &str) -> ServiceError {
    invalid_request(format!("Value for {header} header is invalid."))
}

pub(crate) fn several_checksums() -> ServiceError {
    invalid_request(
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    )
}

/// An algorithm was named, and no checksum came.
pub(crate) fn checksum_not_found() -> ServiceError {
    invalid_request(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or \
         x-amz-trailer headers were found.",
    )
}

/// A document came without a digest where S3 demands one.
pub(crate) fn digest_missing() -> ServiceError {
    invalid_request("Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
}

/// A body for a version that will be locked came without a digest.
pub(crate) fn lock_needs_digest() -> ServiceError {
    invalid_request(
        "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with \
         Object Lock parameters",
    )
}

/// The body's length is not announced.
pub(crate) fn missing_content_length() -> ServiceError {
    error("MissingContentLength", 411, "You must provide the Content-Length HTTP header.", &[])
}

pub(crate) fn unsupported_checksum_algorithm() -> ServiceError {
    invalid_request(
        "Checksum algorithm provided is unsupported. Please try again with any of the valid \
         types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
    )
}

pub(crate) fn checksum_type_mismatch(expected: &str, actual: &str) -> ServiceError {
    invalid_request(format!(
        "Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum \
         Type: {actual}"
    ))
}

pub(crate) fn checksum_type_unusable(checksum_type: &str, algorithm: &str) -> ServiceError {
    invalid_request(format!(
        "The {checksum_type} checksum type cannot be used with the {algorithm} checksum algorithm."
    ))
}

pub(crate) fn checksum_mode_differs(mode: &str) -> ServiceError {
    invalid_request(format!(
        "The upload was created using the {mode} checksum mode. The complete request must use \
         the same checksum mode."
    ))
}

pub(crate) fn part_checksum_missing(algorithm: &str, part: i32) -> ServiceError {
    invalid_request(format!(
        "The upload was created using a {algorithm} checksum. The complete request must include \
         the checksum for each part. It was missing for part {part} in the request."
    ))
}

pub(crate) fn part_checksum_differs(algorithm: &str, part: i32) -> ServiceError {
    error(
        "BadDigest",
        400,
        format!("The {algorithm} you specified for part {part} did not match what we received."),
        &[],
    )
}

pub(crate) fn invalid_part(etag: &str, number: i32, upload_id: &str) -> ServiceError {
    error(
        "InvalidPart",
        400,
        "One or more of the specified parts could not be found.  The part may not have been \
         uploaded, or the specified entity tag may not match the part's entity tag.",
        &[("ETag", etag), ("PartNumber", &number.to_string()), ("UploadId", upload_id)],
    )
}

pub(crate) fn invalid_part_order(upload_id: &str) -> ServiceError {
    error(
        "InvalidPartOrder",
        400,
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
        &[("UploadId", upload_id)],
    )
}

/// The part number is outside 1 to 10,000.
pub(crate) fn part_number_out_of_range(number: i32) -> ServiceError {
    invalid_argument(
        "Part number must be an integer between 1 and 10000, inclusive",
        "partNumber",
        Some(&number.to_string()),
    )
}

pub(crate) fn mpu_size_differs(given: i64, computed: u64) -> ServiceError {
    invalid_request(format!(
        "The provided 'x-amz-mp-object-size' header value {given} does not match what was \
         computed: {computed}"
    ))
}

pub(crate) fn copy_range_malformed(range: &str) -> ServiceError {
    invalid_argument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and \
         last are the zero-based offsets of the first and last bytes to copy",
        "x-amz-copy-source-range",
        Some(range),
    )
}

pub(crate) fn copy_range_too_long(range: &str, size: u64) -> ServiceError {
    invalid_argument(
        format!("Range specified is not valid for source object of size: {size}"),
        "x-amz-copy-source-range",
        Some(range),
    )
}

/// A copy of more than 5 GiB at once.
pub(crate) fn copy_source_too_large() -> ServiceError {
    invalid_request(
        "The specified copy source is larger than the maximum allowable size for a copy source: \
         5368709120",
    )
}

/// An append that does not begin at the end of the object.
pub(crate) fn invalid_write_offset() -> ServiceError {
    error(
        "InvalidWriteOffset",
        400,
        "The write offset value that you specified does not match the current object size.",
        &[],
    )
}

/// An append to an object of 10,000 parts.
pub(crate) fn too_many_parts() -> ServiceError {
    error(
        "TooManyParts",
        400,
        "You have attempted to add more parts than the maximum of 10000 that are allowed for this \
         object. You can use the CopyObject operation to copy this object to another and then add \
         more data to the newly copied object.",
        &[],
    )
}

pub(crate) fn copy_to_itself() -> ServiceError {
    invalid_request(
        "This copy request is illegal because it is trying to copy an object to itself without \
         changing the object's metadata, storage class, website redirect location or encryption \
         attributes.",
    )
}

pub(crate) fn copy_source_is_delete_marker() -> ServiceError {
    invalid_request(
        "The source of a copy request may not specifically refer to a delete marker by version id.",
    )
}
