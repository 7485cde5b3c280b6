//! Multipart uploads and their parts.

use std::sync::Arc;

use fogbank_context::{IdSource, Timestamp};
use serde::{Deserialize, Serialize};

use crate::acl::Acl;
use crate::body::Content;
use crate::checksum::{Algorithm, Kind, Value};
use crate::encryption::Encryption;
use crate::etag::ETag;
use crate::metadata::Headers;
use crate::object_lock::Lock;
use crate::tags::Tags;

/// The least bytes of a part other than the last.
pub(crate) const MIN_PART: u64 = 5 * 1024 * 1024;
/// The highest number of a part.
pub(crate) const MAX_PART_NUMBER: u16 = 10_000;

/// The id of an upload; ids of a key sort by the time at which they were made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct UploadId(Arc<str>);

impl UploadId {
    /// A new id.
    pub(crate) fn new(now: Timestamp, sequence: usize, ids: &IdSource) -> Self {
        let random = ids.base62(96);
        Self(Arc::from(format!("{:016x}{sequence:08x}{random}", now.as_nanos())))
    }

    /// The id as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for UploadId {
    fn from(text: &str) -> Self {
        Self(Arc::from(text))
    }
}

/// An upload under way: what the object will be made with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Upload {
    /// Since when.
    pub(crate) initiated: Timestamp,
    /// Who began it.
    pub(crate) initiator: Initiator,
    /// The owner of the object to be.
    pub(crate) owner: String,
    pub(crate) headers: Headers,
    pub(crate) storage_class: String,
    pub(crate) encryption: Encryption,
    pub(crate) acl: Option<Acl>,
    pub(crate) tags: Tags,
    pub(crate) lock: Lock,
    /// The checksum that the upload's creator asked for.
    pub(crate) checksum: Option<(Algorithm, Kind)>,
    /// The key was written or deleted since the upload began.
    pub(crate) disturbed: bool,
}

impl Upload {
    /// The algorithm of the checksum that the object will have, and its type.
    pub(crate) fn checksum_plan(&self) -> (Algorithm, Kind) {
        self.checksum.unwrap_or((Algorithm::Crc64Nvme, Kind::FullObject))
    }
}

/// Who began an upload.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Initiator {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A part.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) modified: Timestamp,
    pub(crate) etag: ETag,
    pub(crate) content: Content,
    /// The checksum that came with the part.
    pub(crate) checksum: Option<(Algorithm, Value)>,
    /// The checksum of the upload's algorithm, from which the object's is made.
    pub(crate) planned: Value,
}

/// What an object remembers of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ObjectPart {
    pub(crate) number: u16,
    pub(crate) size: u64,
    /// The part's checksum, of uploads with a composite one.
    pub(crate) checksum: Option<Value>,
}
