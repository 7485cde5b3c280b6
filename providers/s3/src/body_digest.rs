//! Digests of the documents that requests carry: `Content-MD5` and `x-amz-checksum-…`.
//!
//! What streams in (objects and parts) is checked where it is kept.

use fogbank_schema::Operation;
use fogbank_service::{HttpRequest, ServiceError};
use md5::{Digest as _, Md5};

use crate::checksum::{Algorithm, Hasher};
use crate::errors;
use crate::members::{check_md5, content_md5, hex_of};

/// Operations that S3 refuses without a digest of their document. The model wants one of more.
const DEMANDING: [&str; 9] = [
    "DeleteObjects",
    "PutBucketCors",
    "PutBucketLifecycle",
    "PutBucketLifecycleConfiguration",
    "PutBucketReplication",
    "PutBucketTagging",
    "PutObjectLegalHold",
    "PutObjectLockConfiguration",
    "PutObjectRetention",
];

/// Compares a document with the digests that came with it.
///
/// # Errors
///
/// `InvalidDigest`, `BadDigest`, and `InvalidRequest` for checksums that are malformed, of several
/// algorithms, or missing where S3 demands one.
pub(crate) fn check(
    request: &HttpRequest,
    operation: &Operation<'_>,
    body: &[u8],
) -> Result<(), ServiceError> {
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    let md5 = header("content-md5");
    let expected = content_md5(md5)?;
    if expected.is_some() {
        check_md5(expected, Some(Md5::digest(body).into()), hex_of)?;
    }
    // Elsewhere such a header is about the object.
    let about_body = operation.checksum_required || operation.checksum_algorithm_member.is_some();
    if !about_body && !DEMANDING.contains(&operation.name) {
        return Ok(());
    }
    let mut checksums = request.headers.iter().filter_map(|(name, value)| {
        Some((Algorithm::of_header(name.as_str())?, value.to_str().unwrap_or_default()))
    });
    let given = about_body.then(|| (checksums.next(), checksums.next()));
    let trailer = request.headers.contains_key("x-amz-trailer");
    let named = header("x-amz-sdk-checksum-algorithm");
    match given {
        Some((Some(_), Some(_))) => return Err(errors::several_checksums()),
        Some((Some((algorithm, text)), None)) => {
            let value = algorithm.decode(text);
            let value = value.ok_or_else(|| errors::invalid_checksum_header(algorithm.header()))?;
            let mut hasher = Hasher::new(algorithm);
            hasher.update(body);
            if hasher.finish() != value {
                return Err(errors::bad_checksum(algorithm.name()));
            }
            return Ok(());
        }
        Some((None, _)) if named.is_some() && !trailer => return Err(errors::checksum_not_found()),
        _ => {}
    }
    if md5.is_none() && !trailer && DEMANDING.contains(&operation.name) {
        return Err(errors::digest_missing());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    fn checked(operation: &str, headers: &[(&'static str, &str)]) -> String {
        let mut request = HttpRequest::default();
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).unwrap();
            request.headers.append(HeaderName::from_static(name), value);
        }
        let model = fogbank_api_s3::SCHEMAS.model();
        let at = model.operation_index(operation).unwrap();
        let result = check(&request, &model.operations[at], b"hello world");
        result.map_or_else(|error| error.code().to_owned(), |()| String::new())
    }

    #[test]
    fn digests() {
        let md5 = ("content-md5", "XrY7u+Ae7tCTyyK7j1rNww==");
        let crc = ("x-amz-checksum-crc32", "DUoRhQ==");
        let other_crc = ("x-amz-checksum-crc32", "AAAAAA==");
        let sha = ("x-amz-checksum-sha1", "Kq5sNclPz7QV2+lfQIuc6R7oRu0=");
        let named = ("x-amz-sdk-checksum-algorithm", "CRC32");
        let trailer = ("x-amz-trailer", "x-amz-checksum-crc32");
        for (operation, headers, code) in [
            ("DeleteObjects", vec![], "InvalidRequest"),
            ("PutBucketTagging", vec![], "InvalidRequest"),
            ("PutBucketPolicy", vec![], ""),
            ("DeleteObjects", vec![md5], ""),
            ("DeleteObjects", vec![crc], ""),
            ("DeleteObjects", vec![named, crc], ""),
            ("DeleteObjects", vec![named, trailer], ""),
            ("DeleteObjects", vec![named], "InvalidRequest"),
            ("DeleteObjects", vec![crc, sha], "InvalidRequest"),
            ("DeleteObjects", vec![("x-amz-checksum-crc32", "x")], "InvalidRequest"),
            ("DeleteObjects", vec![other_crc], "BadDigest"),
            ("PutBucketPolicy", vec![other_crc], "BadDigest"),
            ("PutBucketPolicy", vec![("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==")], "BadDigest"),
            ("PutBucketPolicy", vec![("content-md5", "AAAA")], "InvalidDigest"),
            // The checksum of the object, not of the document.
            ("CompleteMultipartUpload", vec![other_crc], ""),
        ] {
            assert_eq!(checked(operation, &headers), code, "{operation} {headers:?}");
        }
    }
}
