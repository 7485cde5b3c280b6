//! Checksums of objects and parts: ten algorithms, whole or composed of the parts' checksums.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crc_fast::{CrcAlgorithm, checksum_combine};
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};

use crate::errors;

mod hasher;

pub(crate) use hasher::Hasher;

/// An algorithm of the `x-amz-checksum-…` family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
    Sha512,
    Md5,
    XxHash64,
    XxHash3,
    XxHash128,
}

/// What an algorithm is called and what it can do.
struct Row {
    algorithm: Algorithm,
    name: &'static str,
    header: &'static str,
    width: usize,
    crc: Option<CrcAlgorithm>,
}

const fn row(
    algorithm: Algorithm,
    name: &'static str,
    header: &'static str,
    width: usize,
    crc: Option<CrcAlgorithm>,
) -> Row {
    Row { algorithm, name, header, width, crc }
}

const ROWS: [Row; 10] = [
    row(Algorithm::Crc32, "CRC32", "x-amz-checksum-crc32", 4, Some(CrcAlgorithm::Crc32IsoHdlc)),
    row(Algorithm::Crc32c, "CRC32C", "x-amz-checksum-crc32c", 4, Some(CrcAlgorithm::Crc32Iscsi)),
    row(
        Algorithm::Crc64Nvme,
        "CRC64NVME",
        "x-amz-checksum-crc64nvme",
        8,
        Some(CrcAlgorithm::Crc64Nvme),
    ),
    row(Algorithm::Sha1, "SHA1", "x-amz-checksum-sha1", 20, None),
    row(Algorithm::Sha256, "SHA256", "x-amz-checksum-sha256", 32, None),
    row(Algorithm::Sha512, "SHA512", "x-amz-checksum-sha512", 64, None),
    row(Algorithm::Md5, "MD5", "x-amz-checksum-md5", 16, None),
    row(Algorithm::XxHash64, "XXHASH64", "x-amz-checksum-xxhash64", 8, None),
    row(Algorithm::XxHash3, "XXHASH3", "x-amz-checksum-xxhash3", 8, None),
    row(Algorithm::XxHash128, "XXHASH128", "x-amz-checksum-xxhash128", 16, None),
];

impl Algorithm {
    fn row(self) -> &'static Row {
        ROWS.iter().find(|row| row.algorithm == self).expect("every algorithm has its row")
    }

    /// The name in the model, such as `CRC32C`.
    pub(crate) fn name(self) -> &'static str {
        self.row().name
    }

    /// The name in error messages, such as `crc32c`.
    pub(crate) fn lower(self) -> &'static str {
        self.header().trim_start_matches("x-amz-checksum-")
    }

    /// The header that carries a checksum of this algorithm.
    pub(crate) fn header(self) -> &'static str {
        self.row().header
    }

    /// The algorithm with this name in any case.
    ///
    /// # Errors
    ///
    /// `InvalidRequest` when there is none.
    pub(crate) fn parse(name: &str) -> Result<Self, ServiceError> {
        ROWS.iter()
            .find(|row| row.name.eq_ignore_ascii_case(name))
            .map(|row| row.algorithm)
            .ok_or_else(errors::unsupported_checksum_algorithm)
    }

    /// The algorithm whose header has this name.
    pub(crate) fn of_header(header: &str) -> Option<Self> {
        ROWS.iter()
            .find(|row| row.header.eq_ignore_ascii_case(header.trim()))
            .map(|row| row.algorithm)
    }

    /// The type that a multipart upload has when its creator names none.
    pub(crate) fn default_kind(self) -> Kind {
        if self == Self::Crc64Nvme { Kind::FullObject } else { Kind::Composite }
    }

    /// Checks that a multipart upload can have this type with this algorithm.
    ///
    /// # Errors
    ///
    /// `InvalidRequest` for composite CRC64NVME and for a full-object digest.
    pub(crate) fn check_kind(self, kind: Kind) -> Result<(), ServiceError> {
        let possible = match kind {
            Kind::Composite => self != Self::Crc64Nvme,
            Kind::FullObject => self.row().crc.is_some(),
        };
        if possible {
            return Ok(());
        }
        Err(errors::checksum_type_unusable(kind.as_str(), self.lower()))
    }

    /// A checksum of this algorithm from a header's base64; none when it is not of its width.
    pub(crate) fn decode(self, text: &str) -> Option<Value> {
        let bytes = STANDARD.decode(text).ok()?;
        (bytes.len() == self.row().width).then_some(Value(bytes.into()))
    }
}

/// The type of a checksum of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// Over the whole content.
    FullObject,
    /// Over the checksums of the parts.
    Composite,
}

impl Kind {
    /// The name in the model.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::FullObject => "FULL_OBJECT",
            Self::Composite => "COMPOSITE",
        }
    }

    /// The type with this name.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        match name {
            "FULL_OBJECT" => Some(Self::FullObject),
            "COMPOSITE" => Some(Self::Composite),
            _ => None,
        }
    }
}

/// The bytes of a checksum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Value(Box<[u8]>);

impl Value {
    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The checksum in base64.
    pub(crate) fn base64(&self) -> String {
        STANDARD.encode(&self.0)
    }
}

/// The checksum of a part or of a whole object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Checksum {
    /// The algorithm.
    pub(crate) algorithm: Algorithm,
    /// The bytes.
    pub(crate) value: Value,
    /// Whether it covers the content or the parts' checksums.
    pub(crate) kind: Kind,
    /// The number of parts of a composite checksum.
    pub(crate) parts: u16,
}

impl Checksum {
    /// A checksum over the content itself.
    pub(crate) fn full(algorithm: Algorithm, value: Value) -> Self {
        Self { algorithm, value, kind: Kind::FullObject, parts: 0 }
    }

    /// The checksum over the parts' checksums.
    pub(crate) fn composite<'a>(
        algorithm: Algorithm,
        parts: impl IntoIterator<Item = &'a Value>,
    ) -> Self {
        let mut hasher = Hasher::new(algorithm);
        let mut count = 0;
        for part in parts {
            hasher.update(&part.0);
            count += 1;
        }
        Self { algorithm, value: hasher.finish(), kind: Kind::Composite, parts: count }
    }

    /// The checksum of the joined parts, from each part's CRC and length. None when the algorithm
    /// is no CRC.
    pub(crate) fn joined<'a>(
        algorithm: Algorithm,
        parts: impl IntoIterator<Item = (&'a Value, u64)>,
    ) -> Option<Self> {
        let row = algorithm.row();
        let crc = row.crc?;
        let mut parts = parts.into_iter();
        let number = |value: &Value| value.0.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
        let mut sum = match parts.next() {
            Some((first, _)) => number(first),
            None => return Some(Self::full(algorithm, Hasher::new(algorithm).finish())),
        };
        for (value, length) in parts {
            sum = checksum_combine(crc, sum, number(value), length);
        }
        let bytes = sum.to_be_bytes();
        Some(Self::full(algorithm, Value(bytes[8 - row.width..].into())))
    }

    /// The checksum as headers and most documents carry it: `base64` or `base64-N`.
    pub(crate) fn text(&self) -> String {
        match self.kind {
            Kind::FullObject => self.value.base64(),
            // The checksum of one part of such an object.
            Kind::Composite if self.parts == 0 => self.value.base64(),
            Kind::Composite => format!("{}-{}", self.value.base64(), self.parts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(algorithm: Algorithm, content: &[u8]) -> Value {
        let mut hasher = Hasher::new(algorithm);
        hasher.update(content);
        hasher.finish()
    }

    /// Check values of the catalogues of CRCs, of RFC 3174, FIPS 180 and the xxHash project.
    #[test]
    fn check_values() {
        let table = [
            (Algorithm::Crc32, "123456789", "cbf43926"),
            (Algorithm::Crc32c, "123456789", "e3069283"),
            (Algorithm::Crc64Nvme, "123456789", "ae8b14860a799888"),
            (Algorithm::Sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                Algorithm::Sha256,
                "abc",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
            (Algorithm::Md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
            (Algorithm::XxHash64, "", "ef46db3751d8e999"),
            (Algorithm::XxHash3, "", "2d06800538d394c2"),
            (Algorithm::XxHash128, "", "99aa06d3014798d86001c324468d497f"),
        ];
        for (algorithm, content, expected) in table {
            assert_eq!(
                hex::encode(&of(algorithm, content.as_bytes()).0),
                expected,
                "{algorithm:?}"
            );
        }
    }

    #[test]
    fn joined_crcs_equal_the_crc_of_the_whole() {
        let (first, second, third) = (vec![b'a'; 5_000_001], vec![b'b'; 77], vec![0; 3]);
        let whole = [first.clone(), second.clone(), third.clone()].concat();
        for algorithm in [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme] {
            let parts =
                [&first, &second, &third].map(|part| (of(algorithm, part), part.len() as u64));
            let joined =
                Checksum::joined(algorithm, parts.iter().map(|(value, length)| (value, *length)));
            assert_eq!(joined.unwrap().value, of(algorithm, &whole), "{algorithm:?}");
        }
        assert!(Checksum::joined(Algorithm::Sha1, []).is_none());
    }

    /// Recorded at AWS: three parts of a composite SHA-256 upload.
    #[test]
    fn composite_as_recorded() {
        let parts = [
            "DjU70AB1bON8k0n0fVHv2PJQVWcA/jWsITp6ti20Tbs=",
            "DjU70AB1bON8k0n0fVHv2PJQVWcA/jWsITp6ti20Tbs=",
            "vyy1imj2hNlaO3jvj2Ycmk5bCegsyPnMiMzpBSjK6yc=",
        ]
        .map(|text| Algorithm::Sha256.decode(text).unwrap());
        let checksum = Checksum::composite(Algorithm::Sha256, &parts);
        assert_eq!(checksum.text(), "9o++y6AejqboiJ7MZCx0fahK2Vu5YC/qnNhhYsCLciI=-3");
    }

    #[test]
    fn kinds() {
        let table = [
            (Algorithm::Crc32, Kind::FullObject, true),
            (Algorithm::Crc32, Kind::Composite, true),
            (Algorithm::Crc64Nvme, Kind::FullObject, true),
            (Algorithm::Crc64Nvme, Kind::Composite, false),
            (Algorithm::Sha1, Kind::FullObject, false),
            (Algorithm::Sha256, Kind::Composite, true),
        ];
        for (algorithm, kind, possible) in table {
            assert_eq!(algorithm.check_kind(kind).is_ok(), possible, "{algorithm:?} {kind:?}");
        }
        let error = Algorithm::Sha1.check_kind(Kind::FullObject).unwrap_err();
        assert_eq!(
            error.message(),
            Some("The FULL_OBJECT checksum type cannot be used with the sha1 checksum algorithm.")
        );
    }

    #[test]
    fn headers_are_checked_for_width() {
        assert!(Algorithm::Crc32.decode("poTHxg==").is_some());
        for text in ["poTHxg", "poTHxgA=", "not base64", ""] {
            assert!(Algorithm::Crc32.decode(text).is_none(), "{text}");
        }
    }
}
