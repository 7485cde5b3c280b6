//! Version ids.

use base64::Engine as _;
use base64::alphabet::Alphabet;
use base64::engine::{GeneralPurpose, general_purpose::NO_PAD};
use fogbank_context::IdSource;
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};

use crate::errors;

/// The id of a version: 24 bytes that hold the version's position among those of its key, so that
/// a page of a listing can resume after a version that is gone, and a check, so that an id
/// that was never given out is told from one whose version was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct VersionId([u8; 24]);

/// The text of the version that a bucket without versioning writes.
pub(crate) const NULL: &str = "null";

fn engine() -> GeneralPurpose {
    let alphabet =
        Alphabet::new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._")
            .expect("64 distinct characters");
    GeneralPurpose::new(&alphabet, NO_PAD)
}

impl VersionId {
    /// A new id for the version at this position.
    pub(crate) fn new(position: u64, ids: &IdSource) -> Self {
        let random = ids.bytes::<12>();
        let mut bytes = [0; 24];
        bytes[..12].copy_from_slice(&random);
        for (index, byte) in position.to_be_bytes().iter().enumerate() {
            bytes[12 + index] = byte ^ random[index];
        }
        let check = check(&bytes[..20]);
        bytes[20..].copy_from_slice(&check);
        Self(bytes)
    }

    /// The id with this text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 24] = engine().decode(text).ok()?.try_into().ok()?;
        (check(&bytes[..20]) == bytes[20..]).then_some(Self(bytes))
    }

    /// The version's position among those of its key; later versions are higher.
    pub(crate) fn position(&self) -> u64 {
        (0..8).fold(0, |n, index| n << 8 | u64::from(self.0[12 + index] ^ self.0[index]))
    }

    /// The 32 characters on the wire.
    pub(crate) fn text(&self) -> String {
        engine().encode(self.0)
    }
}

fn check(bytes: &[u8]) -> [u8; 4] {
    let sum = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32IsoHdlc, bytes);
    u32::try_from(sum).unwrap_or_default().to_be_bytes()
}

/// Which version a request addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Addressed {
    /// The current one.
    Current,
    /// The one that was written without versioning.
    Null,
    /// The one with this id.
    Id(VersionId),
}

impl Addressed {
    /// The version that a `versionId` parameter addresses.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for an id that S3 never gave out.
    pub(crate) fn parse(version_id: Option<&str>) -> Result<Self, ServiceError> {
        match version_id {
            None => Ok(Self::Current),
            Some("") => Err(errors::invalid_argument(
                "Version id cannot be the empty string",
                "versionId",
                Some(""),
            )),
            Some(NULL) => Ok(Self::Null),
            Some(text) => {
                VersionId::parse(text).map(Self::Id).ok_or_else(|| errors::invalid_version_id(text))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_hold_their_position() {
        let ids = IdSource::default();
        for position in [0, 1, 255, u64::MAX] {
            let id = VersionId::new(position, &ids);
            let text = id.text();
            assert_eq!(text.len(), 32);
            assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'_'));
            assert_eq!(VersionId::parse(&text), Some(id));
            assert_eq!(id.position(), position);
            assert_eq!(VersionId::parse(&format!("{}ABCD", &text[..28])), None);
        }
    }

    #[test]
    fn foreign_ids_are_invalid() {
        assert_eq!(Addressed::parse(Some("null")).unwrap(), Addressed::Null);
        for text in ["HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD", "1", ""] {
            assert_eq!(Addressed::parse(Some(text)).unwrap_err().code(), "InvalidArgument");
        }
    }
}
