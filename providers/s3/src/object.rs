//! An object: its content and everything that is kept with it.

use fogbank_context::Timestamp;
use serde::{Deserialize, Serialize};

use crate::acl::Acl;
use crate::body::Content;
use crate::checksum::Checksum;
use crate::encryption::Encryption;
use crate::etag::ETag;
use crate::metadata::Headers;
use crate::object_lock::Lock;
use crate::tags::Tags;
use crate::upload::{ObjectPart, UploadId};

/// The storage class of objects that were put without one.
pub(crate) const STANDARD: &str = "STANDARD";

/// An object.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Object {
    pub(crate) content: Content,
    pub(crate) etag: ETag,
    pub(crate) checksum: Option<Checksum>,
    pub(crate) headers: Headers,
    pub(crate) storage_class: String,
    pub(crate) encryption: Encryption,
    /// The canonical user id of who put it.
    pub(crate) owner: String,
    /// None where the owner alone may do everything.
    pub(crate) acl: Option<Acl>,
    pub(crate) tags: Tags,
    pub(crate) lock: Lock,
    /// The parts of an object that was uploaded in parts.
    pub(crate) parts: Vec<ObjectPart>,
    /// The upload that made it.
    pub(crate) completed: Option<UploadId>,
    /// Its restoration from an archive.
    pub(crate) restored: Option<Restored>,
}

/// A temporary copy of an archived object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Restored {
    /// When the copy goes away.
    pub(crate) until: Timestamp,
}

impl Object {
    /// The number of bytes.
    pub(crate) fn size(&self) -> u64 {
        self.content.len()
    }

    /// Whether the object is in an archive and has no copy at this time.
    pub(crate) fn is_archived(&self, now: Timestamp) -> bool {
        is_archive(&self.storage_class) && self.restored.is_none_or(|copy| copy.until <= now)
    }
}

/// Whether objects of this class have to be restored before they are read.
pub(crate) fn is_archive(storage_class: &str) -> bool {
    matches!(storage_class, "GLACIER" | "DEEP_ARCHIVE")
}

/// Classes that an object of a general purpose bucket can be put with.
const STORAGE_CLASSES: [&str; 9] = [
    STANDARD,
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
    "EXPRESS_ONEZONE",
];

/// The storage class of a request.
///
/// # Errors
///
/// `InvalidStorageClass` for one that objects cannot be put with.
pub(crate) fn storage_class(
    requested: Option<&str>,
) -> Result<String, fogbank_service::ServiceError> {
    let class = requested.unwrap_or(STANDARD);
    if STORAGE_CLASSES.contains(&class) && class != "EXPRESS_ONEZONE" {
        return Ok(class.to_owned());
    }
    Err(crate::errors::invalid_storage_class(class))
}
