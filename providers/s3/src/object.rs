//! An object: its content and everything that is kept with it.

use std::collections::BTreeMap;

use fogbank_context::Timestamp;
use serde::{Deserialize, Serialize};

use crate::acl::Acl;
use crate::annotation::Annotation;
use crate::body::{Content, Ingested, Wanted};
use crate::checksum::{Checksum, Kind};
use crate::configuration::Configuration;
use crate::encryption::Encryption;
use crate::etag::ETag;
use crate::metadata::Headers;
use crate::object_lock::Lock;
use crate::tags::Tags;
use crate::upload::{ObjectPart, UploadId};

/// The storage class of objects that were put without one.
pub(crate) const STANDARD: &str = "STANDARD";

/// The class of objects in directory buckets.
const EXPRESS: &str = "EXPRESS_ONEZONE";

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
    /// Its annotations by name.
    #[serde(default)]
    pub(crate) annotations: BTreeMap<String, Annotation>,
    /// What replication did with it, or that it is a replica.
    #[serde(default)]
    pub(crate) replication: Option<Replication>,
}

/// What replication has to say of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Replication {
    /// It is in all its destinations.
    Completed,
    /// A destination could not take it.
    Failed,
    /// It came from another bucket.
    Replica,
}

impl Replication {
    /// The status as the model spells it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Replica => "REPLICA",
        }
    }
}

/// A temporary copy of an archived object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Restored {
    /// Since when the copy is there, or when it will be.
    #[serde(default = "long_ago")]
    pub(crate) ready: Timestamp,
    /// When the copy goes away.
    pub(crate) until: Timestamp,
}

fn long_ago() -> Timestamp {
    Timestamp::from_secs(0)
}

impl Restored {
    /// Whether the copy can be read at this time.
    pub(crate) fn is_there(self, now: Timestamp) -> bool {
        self.ready <= now && now < self.until
    }

    /// Whether the copy is still being made.
    pub(crate) fn is_ongoing(self, now: Timestamp) -> bool {
        now < self.ready
    }
}

impl Object {
    /// The number of bytes.
    pub(crate) fn size(&self) -> u64 {
        self.content.len()
    }

    /// What is wanted of the content, if that is known without reading it.
    pub(crate) fn known(&self, wanted: Wanted<'_>) -> Option<Ingested> {
        let tag_is_md5 = self.parts.is_empty() && self.encryption.etag_is_md5();
        let md5 = wanted.md5.then_some(self.etag.digest());
        let full = self.checksum.as_ref().filter(|checksum| checksum.kind == Kind::FullObject)?;
        let known = wanted.checksums.iter().all(|algorithm| *algorithm == full.algorithm)
            && (tag_is_md5 || !wanted.md5);
        known.then(|| Ingested {
            content: self.content.clone(),
            md5,
            checksums: vec![(full.algorithm, full.value.clone())],
        })
    }

    /// Whether the object is in an archive and has no copy at this time.
    pub(crate) fn is_archived(&self, now: Timestamp) -> bool {
        is_archive(&self.storage_class) && !self.restored.is_some_and(|copy| copy.is_there(now))
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
    EXPRESS,
];

/// The storage class of a request to a bucket with this configuration.
///
/// # Errors
///
/// `InvalidStorageClass` for one that objects cannot be put with.
pub(crate) fn storage_class(
    configuration: &Configuration,
    requested: Option<&str>,
) -> Result<String, fogbank_service::ServiceError> {
    let express = configuration.zone.is_some();
    let class = requested.unwrap_or(if express { EXPRESS } else { STANDARD });
    if STORAGE_CLASSES.contains(&class) && express == (class == EXPRESS) {
        return Ok(class.to_owned());
    }
    Err(crate::errors::invalid_storage_class(class))
}
