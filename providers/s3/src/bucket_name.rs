//! The rules that bucket names obey.

use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;

use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};

use crate::errors;

/// The name of a general purpose bucket, as far as AWS allows it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct BucketName(Arc<str>);

/// Prefixes and suffixes that AWS reserves.
const RESERVED_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

impl BucketName {
    /// A name for a new bucket: 3 to 63 characters of `a-z0-9.-`, beginning and ending with a
    /// letter or digit, no period beside another or a hyphen, not an IPv4 address, no reserved prefix or suffix.
    ///
    /// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>.
    ///
    /// # Errors
    ///
    /// `InvalidBucketName`.
    pub(crate) fn parse(text: &str) -> Result<Self, ServiceError> {
        if is_valid(text) {
            Ok(Self(Arc::from(text)))
        } else {
            Err(errors::invalid_bucket_name(text))
        }
    }

    /// A name for a new directory bucket: `base--ZONE--x-s3`.
    ///
    /// # Errors
    ///
    /// `InvalidBucketName`.
    pub(crate) fn parse_directory(text: &str, zone: &str) -> Result<Self, ServiceError> {
        let base = text.strip_suffix(&format!("--{zone}--x-s3"));
        let plain = |base: &str| {
            !base.is_empty()
                && base.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                && !base.starts_with('-')
        };
        match base {
            Some(base) if plain(base) && text.len() <= 63 => Ok(Self(Arc::from(text))),
            _ => Err(errors::invalid_bucket_name(text)),
        }
    }

    /// The name as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_valid(text: &str) -> bool {
    let edge = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let bytes = text.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(b))
        && edge(bytes.first())
        && edge(bytes.last())
        // Labels begin and end as the whole name does.
        && !["..", ".-", "-."].iter().any(|pair| text.contains(pair))
        && text.parse::<Ipv4Addr>().is_err()
        && !RESERVED_PREFIXES.iter().any(|prefix| text.starts_with(prefix))
        && !RESERVED_SUFFIXES.iter().any(|suffix| text.ends_with(suffix))
}

impl fmt::Debug for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for BucketName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let longest = "a".repeat(63);
        for name in ["abc", "my-bucket", "my.bucket.v2", "0a0", "192.168.5", &longest, "a--b"] {
            assert!(BucketName::parse(name).is_ok(), "{name}");
        }
        let too_long = "a".repeat(64);
        for name in [
            "",
            "ab",
            "Abc",
            "my_bucket",
            "-abc",
            "abc-",
            ".abc",
            "abc.",
            "a..b",
            "192.168.5.4",
            "xn--abc",
            "sthree-abc",
            "abc-s3alias",
            "abc--ol-s3",
            "abc.mrap",
            "abc--x-s3",
            "b\u{fc}cket",
            "a b",
            &too_long,
        ] {
            let error = BucketName::parse(name).expect_err(name);
            assert_eq!((error.code(), error.status()), ("InvalidBucketName", 400), "{name}");
        }
    }
}
