//! The checksums that S3 and its kin carry in headers and trailers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fogbank_service::ServiceError;
use sha1::Digest;

/// The name of a header or trailer, AWS's name of its algorithm, and the algorithm.
type Algorithm = (&'static str, &'static str, fn() -> Checksum);

const ALGORITHMS: [Algorithm; 5] = [
    ("x-amz-checksum-crc32", "CRC32", || crc(crc_fast::CrcAlgorithm::Crc32IsoHdlc, 4)),
    ("x-amz-checksum-crc32c", "CRC32C", || crc(crc_fast::CrcAlgorithm::Crc32Iscsi, 4)),
    ("x-amz-checksum-crc64nvme", "CRC64NVME", || crc(crc_fast::CrcAlgorithm::Crc64Nvme, 8)),
    ("x-amz-checksum-sha1", "SHA1", || Checksum::Sha1(sha1::Sha1::new())),
    ("x-amz-checksum-sha256", "SHA256", || Checksum::Sha256(sha2::Sha256::new())),
];

fn crc(algorithm: crc_fast::CrcAlgorithm, width: usize) -> Checksum {
    Checksum::Crc(crc_fast::Digest::new(algorithm), width)
}

/// A checksum in the making.
pub(crate) enum Checksum {
    /// A cyclic redundancy check, and its width in bytes.
    Crc(crc_fast::Digest, usize),
    /// SHA-1.
    Sha1(sha1::Sha1),
    /// SHA-256.
    Sha256(sha2::Sha256),
}

impl Checksum {
    fn update(&mut self, data: &[u8]) {
        match self {
            Checksum::Crc(digest, _) => digest.update(data),
            Checksum::Sha1(digest) => digest.update(data),
            Checksum::Sha256(digest) => digest.update(data),
        }
    }

    /// The checksum as the wire carries it: base64 of the big-endian bytes.
    fn finish(&mut self) -> String {
        match self {
            Checksum::Crc(digest, width) => {
                let bytes = digest.finalize().to_be_bytes();
                STANDARD.encode(&bytes[bytes.len() - *width..])
            }
            Checksum::Sha1(digest) => STANDARD.encode(digest.finalize_reset()),
            Checksum::Sha256(digest) => STANDARD.encode(digest.finalize_reset()),
        }
    }
}

/// A checksum that a trailer will state, computed meanwhile.
pub(crate) struct Expected {
    trailer: &'static str,
    algorithm: &'static str,
    checksum: Checksum,
}

impl Expected {
    /// The checksum that a trailer of this name announces; none for other trailers.
    pub(crate) fn announced(trailer: &str) -> Option<Self> {
        let row = ALGORITHMS.iter().find(|row| row.0.eq_ignore_ascii_case(trailer.trim()))?;
        Some(Self { trailer: row.0, algorithm: row.1, checksum: row.2() })
    }

    /// The trailer's name.
    pub(crate) fn trailer(&self) -> &'static str {
        self.trailer
    }

    /// Takes in a piece of the body.
    pub(crate) fn update(&mut self, data: &[u8]) {
        self.checksum.update(data);
    }

    /// Compares with what the trailer states.
    pub(crate) fn verify(&mut self, stated: &str) -> Result<(), ServiceError> {
        if self.checksum.finish() == stated {
            return Ok(());
        }
        let name = self.algorithm;
        let message = format!("The {name} you specified did not match the calculated checksum.");
        Err(ServiceError::new("BadDigest", 400, message))
    }
}
