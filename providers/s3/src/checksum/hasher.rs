//! One running checksum of any algorithm.

use crc_fast::Digest as Crc;
use md5::{Digest as _, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use xxhash_rust::xxh3::Xxh3;
use xxhash_rust::xxh64::Xxh64;

use super::{Algorithm, Value};

/// A running checksum.
pub(crate) enum Hasher {
    Crc(Crc, usize),
    Sha1(Sha1),
    Sha256(Sha256),
    Sha512(Box<Sha512>),
    Md5(Md5),
    XxHash64(Xxh64),
    XxHash3(Box<Xxh3>),
    XxHash128(Box<Xxh3>),
}

impl Hasher {
    /// A checksum of nothing yet.
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        let row = algorithm.row();
        if let Some(crc) = row.crc {
            return Self::Crc(Crc::new(crc), row.width);
        }
        match algorithm {
            Algorithm::Sha1 => Self::Sha1(Sha1::new()),
            Algorithm::Sha256 => Self::Sha256(Sha256::new()),
            Algorithm::Sha512 => Self::Sha512(Box::new(Sha512::new())),
            Algorithm::XxHash64 => Self::XxHash64(Xxh64::new(0)),
            Algorithm::XxHash3 => Self::XxHash3(Box::new(Xxh3::new())),
            Algorithm::XxHash128 => Self::XxHash128(Box::new(Xxh3::new())),
            // The CRCs were answered above.
            _ => Self::Md5(Md5::new()),
        }
    }

    /// Adds content.
    pub(crate) fn update(&mut self, content: &[u8]) {
        match self {
            Self::Crc(crc, _) => crc.update(content),
            Self::Sha1(sha) => sha.update(content),
            Self::Sha256(sha) => sha.update(content),
            Self::Sha512(sha) => sha.update(content),
            Self::Md5(md5) => md5.update(content),
            Self::XxHash64(hash) => hash.update(content),
            Self::XxHash3(hash) | Self::XxHash128(hash) => hash.update(content),
        }
    }

    /// The checksum of everything that was added.
    pub(crate) fn finish(self) -> Value {
        Value(match self {
            Self::Crc(crc, width) => crc.finalize().to_be_bytes()[8 - width..].into(),
            Self::Sha1(sha) => sha.finalize().as_slice().into(),
            Self::Sha256(sha) => sha.finalize().as_slice().into(),
            Self::Sha512(sha) => sha.finalize().as_slice().into(),
            Self::Md5(md5) => md5.finalize().as_slice().into(),
            Self::XxHash64(hash) => hash.digest().to_be_bytes().into(),
            Self::XxHash3(hash) => hash.digest().to_be_bytes().into(),
            Self::XxHash128(hash) => hash.digest128().to_be_bytes().into(),
        })
    }
}
