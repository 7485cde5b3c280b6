//! Annotations of objects: named payloads beside the content.

use fogbank_context::Timestamp;
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};

use crate::body::Content;
use crate::checksum::Checksum;
use crate::errors::error;
use crate::etag::ETag;

/// The most bytes of an annotation: 1 MiB.
pub(crate) const MAX_BYTES: u64 = 1024 * 1024;
/// The most annotations of an object.
pub(crate) const MOST: usize = 1000;
/// The longest name in bytes.
const LONGEST_NAME: usize = 512;

/// One annotation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Annotation {
    pub(crate) content: Content,
    pub(crate) etag: ETag,
    pub(crate) checksum: Option<Checksum>,
    pub(crate) modified: Timestamp,
}

/// Checks a name.
///
/// # Errors
///
/// `AnnotationNameTooLong`, `InvalidAnnotationName`.
pub(crate) fn check_name(name: &str) -> Result<(), ServiceError> {
    if name.len() > LONGEST_NAME {
        return Err(error(
            "AnnotationNameTooLong",
            400,
            "The annotation name exceeds the maximum allowed length.",
            &[("AnnotationName", name)],
        ));
    }
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(error(
            "InvalidAnnotationName",
            400,
            "The annotation name you provided is invalid.",
            &[("AnnotationName", name)],
        ));
    }
    Ok(())
}

/// The object has no annotation of this name.
pub(crate) fn missing(name: &str) -> ServiceError {
    error(
        "NoSuchAnnotation",
        404,
        "The specified annotation does not exist.",
        &[("AnnotationName", name)],
    )
}
