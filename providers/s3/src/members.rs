//! Members that many inputs and outputs of the model have in common.

use aws_smithy_types::DateTime;
use fogbank_api_s3::{Initiator, Owner};
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::checksum::{Algorithm, Checksum, Value};
use crate::conditions::Conditions;
use crate::errors;
use crate::upload;

/// The checksum members of an input: `[(Algorithm, Option<String>)]`.
macro_rules! checksum_members {
    ($input:expr) => {{
        use $crate::checksum::Algorithm as A;
        [
            (A::Crc32, $input.checksum_crc32.clone()),
            (A::Crc32c, $input.checksum_crc32c.clone()),
            (A::Crc64Nvme, $input.checksum_crc64nvme.clone()),
            (A::Sha1, $input.checksum_sha1.clone()),
            (A::Sha256, $input.checksum_sha256.clone()),
            (A::Sha512, $input.checksum_sha512.clone()),
            (A::Md5, $input.checksum_md5.clone()),
            (A::XxHash64, $input.checksum_xxhash64.clone()),
            (A::XxHash3, $input.checksum_xxhash3.clone()),
            (A::XxHash128, $input.checksum_xxhash128.clone()),
        ]
    }};
}

/// Sets the checksum member of an output: `set_checksum!(output, algorithm, text)`.
macro_rules! set_checksum {
    ($output:expr, $algorithm:expr, $text:expr) => {{
        use $crate::checksum::Algorithm as A;
        let member = match $algorithm {
            A::Crc32 => &mut $output.checksum_crc32,
            A::Crc32c => &mut $output.checksum_crc32c,
            A::Crc64Nvme => &mut $output.checksum_crc64nvme,
            A::Sha1 => &mut $output.checksum_sha1,
            A::Sha256 => &mut $output.checksum_sha256,
            A::Sha512 => &mut $output.checksum_sha512,
            A::Md5 => &mut $output.checksum_md5,
            A::XxHash64 => &mut $output.checksum_xxhash64,
            A::XxHash3 => &mut $output.checksum_xxhash3,
            A::XxHash128 => &mut $output.checksum_xxhash128,
        };
        *member = Some($text);
    }};
}

/// Sets the checksum of an object and its type: `set_object_checksum!(output, checksum)`.
macro_rules! set_object_checksum {
    ($output:expr, $checksum:expr) => {
        if let Some(checksum) = $checksum {
            set_checksum!($output, checksum.algorithm, checksum.text());
            $output.checksum_type = Some(checksum.kind.as_str().into());
        }
    };
}

/// Sets the encryption members that every output with encryption has.
macro_rules! set_encryption {
    ($output:expr, $encryption:expr) => {{
        let encryption: &$crate::encryption::Encryption = $encryption;
        $output.server_side_encryption = encryption.algorithm().map(Into::into);
        $output.ssekms_key_id = encryption.kms_key().map(str::to_owned);
        $output.bucket_key_enabled = encryption.bucket_key();
        $output.sse_customer_algorithm = encryption.customer_algorithm().map(str::to_owned);
        $output.sse_customer_key_md5 = encryption.customer_key_md5().map(str::to_owned);
    }};
}

/// The customer key of an input.
macro_rules! customer_key {
    ($input:expr) => {
        $crate::encryption::CustomerKey {
            algorithm: $input.sse_customer_algorithm.as_deref(),
            key: $input.sse_customer_key.as_deref(),
            md5: $input.sse_customer_key_md5.as_deref(),
        }
    };
}

/// The customer key of the source of a copy.
macro_rules! source_customer_key {
    ($input:expr) => {
        $crate::encryption::CustomerKey {
            algorithm: $input.copy_source_sse_customer_algorithm.as_deref(),
            key: $input.copy_source_sse_customer_key.as_deref(),
            md5: $input.copy_source_sse_customer_key_md5.as_deref(),
        }
    };
}

/// The encryption that an input asks for.
macro_rules! encryption_request {
    ($input:expr) => {
        $crate::encryption::EncryptionRequest {
            algorithm: $input.server_side_encryption.as_ref().map(|value| value.as_str()),
            kms_key: $input.ssekms_key_id.as_deref(),
            kms_context: $input.ssekms_encryption_context.as_deref(),
            bucket_key: $input.bucket_key_enabled,
            customer: customer_key!($input),
        }
    };
}

/// The grant headers of an input for an object, which has no `write`.
macro_rules! object_grants {
    ($input:expr) => {
        $crate::acl::GrantHeaders {
            full_control: $input.grant_full_control.as_deref(),
            read: $input.grant_read.as_deref(),
            read_acp: $input.grant_read_acp.as_deref(),
            write: None,
            write_acp: $input.grant_write_acp.as_deref(),
        }
    };
}

/// The text of an optional enum.
macro_rules! text {
    ($member:expr) => {
        $member.as_ref().map(|value| value.as_str())
    };
}

pub(crate) use {
    checksum_members, customer_key, encryption_request, object_grants, set_checksum,
    set_encryption, set_object_checksum, source_customer_key, text,
};

/// Refuses members that the operation accepts in the model and that are not emulated.
///
/// # Errors
///
/// `NotImplemented` naming the header.
pub(crate) fn refuse(present: bool, header: &str) -> Result<(), ServiceError> {
    if present { Err(errors::header_not_implemented(header, None)) } else { Ok(()) }
}

/// The conditions of a read.
pub(crate) fn conditions(
    if_match: Option<String>,
    if_none_match: Option<String>,
    if_modified_since: Option<&DateTime>,
    if_unmodified_since: Option<&DateTime>,
) -> Conditions {
    Conditions {
        if_match,
        if_none_match,
        if_modified_since: if_modified_since.map(Timestamp::from_wire),
        if_unmodified_since: if_unmodified_since.map(Timestamp::from_wire),
    }
}

/// The checksum that came with a body: its algorithm, and its value unless that follows the body.
///
/// # Errors
///
/// `InvalidRequest` for several checksums or a malformed one.
pub(crate) fn given_checksum(
    cx: &RequestContext,
    members: [(Algorithm, Option<String>); 10],
    named: Option<&str>,
) -> Result<Option<(Algorithm, Option<Value>)>, ServiceError> {
    let mut given = members.into_iter().filter_map(|(algorithm, value)| Some((algorithm, value?)));
    let named = named.map(Algorithm::parse).transpose()?;
    if let Some((algorithm, text)) = given.next() {
        if given.next().is_some() {
            return Err(errors::several_checksums());
        }
        let value = algorithm.decode(&text);
        let value = value.ok_or_else(|| errors::invalid_checksum_header(algorithm.header()))?;
        if named.is_some_and(|named| named != algorithm) {
            return Err(errors::invalid_checksum_header("x-amz-sdk-checksum-algorithm"));
        }
        return Ok(Some((algorithm, Some(value))));
    }
    let trailer = cx.http.headers.get_all("x-amz-trailer").iter();
    let mut trailers = trailer.filter_map(|value| Algorithm::of_header(value.to_str().ok()?));
    if let Some(algorithm) = trailers.next() {
        return Ok(Some((algorithm, None)));
    }
    let Some(named) = named else { return Ok(None) };
    if cx.http.headers.contains_key("x-amz-sdk-checksum-algorithm") {
        return Err(errors::checksum_not_found());
    }
    Ok(Some((named, None)))
}

/// The MD5 of a `Content-MD5` header.
///
/// # Errors
///
/// `InvalidDigest` unless it is the base64 of sixteen bytes.
pub(crate) fn content_md5(header: Option<&str>) -> Result<Option<[u8; 16]>, ServiceError> {
    use base64::Engine as _;
    let Some(header) = header else { return Ok(None) };
    let decoded = base64::engine::general_purpose::STANDARD.decode(header).ok();
    let digest = decoded.and_then(|bytes| bytes.try_into().ok());
    digest.map(Some).ok_or_else(|| errors::invalid_digest(header))
}

/// Compares the MD5 of a body with its `Content-MD5`.
///
/// # Errors
///
/// `BadDigest`.
pub(crate) fn check_md5(
    expected: Option<[u8; 16]>,
    got: Option<[u8; 16]>,
    shown: fn(&[u8; 16]) -> String,
) -> Result<(), ServiceError> {
    match expected.zip(got) {
        Some((expected, got)) if expected != got => {
            Err(errors::bad_content_md5(&shown(&expected), &base64_of(&got)))
        }
        _ => Ok(()),
    }
}

/// A digest in base64, as UploadPart shows the expected one.
pub(crate) fn base64_of(digest: &[u8; 16]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(digest)
}

/// A digest in hexadecimal, as PutObject shows the expected one.
pub(crate) fn hex_of(digest: &[u8; 16]) -> String {
    hex::encode(digest)
}

/// Compares the checksum of a body with the one that came with it.
///
/// # Errors
///
/// `BadDigest`.
pub(crate) fn check_checksum(
    given: &Option<(Algorithm, Option<Value>)>,
    got: Option<&Value>,
) -> Result<(), ServiceError> {
    match given {
        Some((algorithm, Some(expected))) if Some(expected) != got => {
            Err(errors::bad_checksum(algorithm.name()))
        }
        _ => Ok(()),
    }
}

/// An owner as documents show it.
pub(crate) fn owner(id: &str) -> Option<Owner> {
    Some(Owner { display_name: None, id: Some(id.to_owned()) })
}

/// Who began an upload, as documents show it.
pub(crate) fn initiator(initiator: &upload::Initiator) -> Option<Initiator> {
    Some(Initiator { id: Some(initiator.id.clone()), display_name: Some(initiator.name.clone()) })
}

/// A number of bytes in the model's type.
pub(crate) fn size(bytes: u64) -> Option<i64> {
    i64::try_from(bytes).ok()
}

/// The algorithm and type of a listed object's checksum.
pub(crate) fn listed_checksum(
    checksum: Option<&Checksum>,
) -> (Option<Vec<fogbank_api_s3::ChecksumAlgorithm>>, Option<fogbank_api_s3::ChecksumType>) {
    match checksum {
        Some(checksum) => {
            (Some(vec![checksum.algorithm.name().into()]), Some(checksum.kind.as_str().into()))
        }
        None => (None, None),
    }
}
