//! How keys and values become bytes.
//!
//! Values are MessagePack with field names: a field can be added (`#[serde(default)]`) or removed
//! without a migration, enums and `flatten` work as in JSON, and a row can be shown without the
//! type that wrote it.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::blob::{BlobHash, collect_hashes};

/// Bytes that do not decode to the type that was asked for.
#[derive(Debug, thiserror::Error)]
#[error("a stored value does not decode: {0}")]
pub struct DecodeError(String);

impl DecodeError {
    /// An error with a reason of its own, for migrations.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// A stored value, for migrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded(Vec<u8>);

impl Encoded {
    /// Wraps bytes that were stored.
    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Encodes a value.
    pub fn encode<T: Serialize>(value: &T) -> Self {
        Self(encode(value))
    }

    /// Decodes the value.
    ///
    /// # Errors
    /// When the bytes are of another shape.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        decode(&self.0)
    }
}

/// The size that most keys and rows have at most.
const USUAL: usize = 256;

/// Encodes a value; one that serde cannot encode is a fault of its type.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(USUAL);
    let mut serializer = rmp_serde::Serializer::new(&mut bytes).with_struct_map();
    value.serialize(&mut serializer).expect("state types serialise without errors of their own");
    bytes
}

/// A value as bytes, with the files of the blobs in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Saved {
    pub(crate) bytes: Vec<u8>,
    pub(crate) blobs: Vec<BlobHash>,
}

impl Saved {
    pub(crate) fn of<T: Serialize + ?Sized>(value: &T) -> Self {
        let (bytes, blobs) = collect_hashes(|| encode(value));
        Self { bytes, blobs }
    }
}

pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    rmp_serde::from_slice(bytes).map_err(|error| DecodeError(error.to_string()))
}
