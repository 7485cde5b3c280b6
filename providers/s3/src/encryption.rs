//! Server-side encryption: what a request asks for, what an object is kept with.
//!
//! Content is not enciphered at rest: which key protects it, and who may read it with which
//! headers, is what a client can observe.

pub(crate) mod kms;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fogbank_context::AccountId;
use fogbank_service::{RequestContext, ServiceError};
use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};

use crate::access::{On, not_authorized};
use crate::errors;

/// How an object is encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Encryption {
    /// With keys of S3 (`AES256`).
    #[default]
    S3,
    /// With a key of KMS.
    Kms {
        /// Two layers (`aws:kms:dsse`).
        dual_layer: bool,
        /// The key's ARN.
        key: String,
        /// The context in base64 JSON.
        context: Option<String>,
        /// With a bucket key.
        bucket_key: bool,
    },
    /// With a key that comes with every request.
    Customer {
        /// The MD5 of the key in base64; the key itself is not kept.
        key_md5: String,
    },
}

impl Encryption {
    /// The value of `x-amz-server-side-encryption`.
    pub(crate) fn algorithm(&self) -> Option<&'static str> {
        match self {
            Self::S3 => Some("AES256"),
            Self::Kms { dual_layer: false, .. } => Some("aws:kms"),
            Self::Kms { dual_layer: true, .. } => Some("aws:kms:dsse"),
            Self::Customer { .. } => None,
        }
    }

    /// The ARN of the KMS key.
    pub(crate) fn kms_key(&self) -> Option<&str> {
        match self {
            Self::Kms { key, .. } => Some(key),
            _ => None,
        }
    }

    /// The encryption context, in base64.
    pub(crate) fn kms_context(&self) -> Option<&str> {
        match self {
            Self::Kms { context, .. } => context.as_deref(),
            _ => None,
        }
    }

    /// Whether a bucket key is used; said for KMS only.
    pub(crate) fn bucket_key(&self) -> Option<bool> {
        match self {
            Self::Kms { bucket_key, .. } => bucket_key.then_some(true),
            _ => None,
        }
    }

    /// The MD5 of the customer's key.
    pub(crate) fn customer_key_md5(&self) -> Option<&str> {
        match self {
            Self::Customer { key_md5 } => Some(key_md5),
            _ => None,
        }
    }

    /// The algorithm of the customer's key.
    pub(crate) fn customer_algorithm(&self) -> Option<&'static str> {
        self.customer_key_md5().map(|_| "AES256")
    }

    /// Whether the entity tag is the MD5 of the content.
    pub(crate) fn etag_is_md5(&self) -> bool {
        matches!(self, Self::S3)
    }
}

/// The three headers of a customer's key.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CustomerKey<'a> {
    pub(crate) algorithm: Option<&'a str>,
    pub(crate) key: Option<&'a str>,
    pub(crate) md5: Option<&'a str>,
}

fn customer_error(message: &'static str) -> ServiceError {
    errors::invalid_argument(message, "x-amz-server-side-encryption", None)
}

impl CustomerKey<'_> {
    fn is_absent(&self) -> bool {
        self.algorithm.is_none() && self.key.is_none() && self.md5.is_none()
    }

    fn check_algorithm(&self) -> Result<(), ServiceError> {
        match self.algorithm {
            Some("AES256") | None => Ok(()),
            Some(other) => Err(errors::error(
                "InvalidEncryptionAlgorithmError",
                400,
                "The Encryption request you specified is not valid. Supported value: AES256.",
                &[("ArgumentName", "x-amz-server-side-encryption"), ("ArgumentValue", other)],
            )),
        }
    }

    /// Checks that key and MD5 belong together; the MD5 of the key in base64.
    fn check_key(&self) -> Result<String, ServiceError> {
        let key = self.key.ok_or_else(|| {
            customer_error(
                "Requests specifying Server Side Encryption with Customer provided keys must \
                 provide an appropriate secret key.",
            )
        })?;
        let invalid = || customer_error("The secret key was invalid for the specified algorithm.");
        let md5 = self.md5.ok_or_else(invalid)?;
        let key = STANDARD.decode(key).ok().filter(|key| key.len() == 32).ok_or_else(invalid)?;
        if STANDARD.encode(Md5::digest(&key)) != md5 {
            return Err(customer_error(
                "The calculated MD5 hash of the key did not match the hash that was provided.",
            ));
        }
        Ok(md5.to_owned())
    }

    /// The encryption that a write with these headers has; none without them.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` and `InvalidEncryptionAlgorithmError` for headers that are incomplete or
    /// do not fit together.
    pub(crate) fn for_write(
        &self,
        other: Option<&str>,
    ) -> Result<Option<Encryption>, ServiceError> {
        if self.is_absent() {
            return Ok(None);
        }
        if other.is_some() {
            return Err(errors::invalid_argument(
                "Server Side Encryption with Customer provided key is incompatible with the \
                 encryption method specified",
                "x-amz-server-side-encryption",
                other,
            ));
        }
        self.check_algorithm()?;
        if self.algorithm.is_none() {
            return Err(customer_error(
                "Requests specifying Server Side Encryption with Customer provided keys must \
                 provide a valid encryption algorithm.",
            ));
        }
        Ok(Some(Encryption::Customer { key_md5: self.check_key()? }))
    }

    /// Checks that these headers open an object.
    ///
    /// # Errors
    ///
    /// `InvalidRequest` when the object needs a key and none came, or the reverse;
    /// `AccessDenied` for another key; those of ill-formed headers.
    pub(crate) fn check_read(&self, encryption: &Encryption) -> Result<(), ServiceError> {
        let Some(stored) = encryption.customer_key_md5() else {
            if self.is_absent() {
                return Ok(());
            }
            return Err(errors::invalid_request(
                "The encryption parameters are not applicable to this object.",
            ));
        };
        if self.is_absent() {
            return Err(errors::invalid_request(
                "The object was stored using a form of Server Side Encryption. The correct \
                 parameters must be provided to retrieve the object.",
            ));
        }
        self.check_algorithm()?;
        // A key that is too long is merely not the right one.
        let too_long = |key: &str| STANDARD.decode(key).is_ok_and(|key| key.len() > 32);
        let wrong = self.md5.is_none() || self.key.is_none_or(too_long);
        if !wrong {
            self.check_key()?;
        }
        if !wrong && self.md5 == Some(stored) {
            return Ok(());
        }
        Err(errors::error(
            "AccessDenied",
            403,
            "Requests specifying Server Side Encryption with Customer provided keys must provide \
             the correct secret key.",
            &[],
        ))
    }

    /// Checks the headers of a part against those that began the upload.
    ///
    /// # Errors
    ///
    /// `InvalidRequest` when they differ.
    pub(crate) fn check_part(&self, encryption: &Encryption) -> Result<(), ServiceError> {
        let given = self.for_write(None)?;
        match (given, encryption.customer_key_md5()) {
            (None, None) => Ok(()),
            (Some(given), Some(_)) if given == *encryption => Ok(()),
            (Some(_), Some(_)) => Err(errors::invalid_request(
                "The provided encryption parameters did not match the ones used originally.",
            )),
            _ => Err(errors::invalid_request(
                "The multipart upload initiate requested encryption. Subsequent part requests \
                 must include the appropriate encryption parameters.",
            )),
        }
    }
}

/// What a write asks for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EncryptionRequest<'a> {
    pub(crate) algorithm: Option<&'a str>,
    pub(crate) kms_key: Option<&'a str>,
    pub(crate) kms_context: Option<&'a str>,
    pub(crate) bucket_key: Option<bool>,
    pub(crate) customer: CustomerKey<'a>,
}

/// The default of a bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DefaultEncryption {
    /// The algorithm as the model spells it; none for `AES256`.
    pub(crate) algorithm: Option<String>,
    pub(crate) kms_key: Option<String>,
    pub(crate) bucket_key: bool,
    /// Writes with keys of customers are refused.
    #[serde(default)]
    pub(crate) blocks_customer_keys: bool,
}

impl DefaultEncryption {
    /// Checks that the bucket takes objects that are encrypted so.
    ///
    /// # Errors
    ///
    /// `AccessDenied` for a customer's key where the bucket blocks them.
    pub(crate) fn check_allowed(
        &self,
        cx: &RequestContext,
        owner: AccountId,
        on: On<'_>,
        encryption: &Encryption,
    ) -> Result<(), ServiceError> {
        if self.blocks_customer_keys && matches!(encryption, Encryption::Customer { .. }) {
            let because = "this bucket has blocked upload requests that specify Server Side \
                           Encryption with Customer provided keys (SSE-C). Please specify a \
                           different server-side encryption type";
            return Err(not_authorized(cx, owner, on, because));
        }
        Ok(())
    }
}

impl EncryptionRequest<'_> {
    /// The encryption of an object that is written with these headers into a bucket with this
    /// default.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for unknown algorithms and combinations that exclude each other.
    pub(crate) fn resolve(
        &self,
        cx: &RequestContext,
        default: &DefaultEncryption,
    ) -> Result<Encryption, ServiceError> {
        if let Some(customer) = self.customer.for_write(self.algorithm)? {
            return Ok(customer);
        }
        let algorithm = match (self.algorithm, &default.algorithm) {
            (Some(algorithm), _) => algorithm,
            (None, Some(default)) => default,
            (None, None) => "AES256",
        };
        match algorithm {
            "AES256" if self.kms_key.is_some() || self.kms_context.is_some() => {
                Err(errors::invalid_argument(
                    "Server Side Encryption with AWS KMS managed key requires HTTP header \
                 x-amz-server-side-encryption : aws:kms",
                    "x-amz-server-side-encryption",
                    self.algorithm,
                ))
            }
            "AES256" => Ok(Encryption::S3),
            "aws:kms" | "aws:kms:dsse" => {
                self.kms_context.map_or(Ok(()), check_context)?;
                let by_default = self.algorithm.is_none() || self.kms_key.is_none();
                let key =
                    self.kms_key.or(by_default.then_some(default.kms_key.as_deref()).flatten());
                Ok(Encryption::Kms {
                    dual_layer: algorithm == "aws:kms:dsse",
                    key: kms_arn(cx, key),
                    context: self.kms_context.map(str::to_owned),
                    bucket_key: self.bucket_key.unwrap_or(default.bucket_key),
                })
            }
            other => Err(errors::invalid_argument(
                "The encryption method specified is not supported",
                "x-amz-server-side-encryption",
                Some(other),
            )),
        }
    }
}

/// Checks an encryption context: an object of texts, in JSON, in base64.
fn check_context(text: &str) -> Result<(), ServiceError> {
    let header = "x-amz-server-side-encryption-context";
    let bytes = STANDARD.decode(text).ok();
    let pairs = bytes.and_then(|it| serde_json::from_slice::<BTreeMap<String, String>>(&it).ok());
    match pairs {
        Some(_) => Ok(()),
        None => Err(errors::invalid_argument(
            format!(
                "The header '{header}' shall be Base64-encoded UTF-8 string holding JSON which \
                 represents a string-string map"
            ),
            header,
            Some(text),
        )),
    }
}

/// The ARN of a key that is named by id, ARN or alias; of the account's own key for S3 without.
pub(crate) fn kms_arn(cx: &RequestContext, key: Option<&str>) -> String {
    match key {
        Some(key) if key.starts_with("arn:") => key.to_owned(),
        Some(key) if key.starts_with("alias/") => cx.arn("kms", key).to_string(),
        Some(key) => cx.arn("kms", format!("key/{key}")).to_string(),
        None => {
            let digest = Md5::digest(format!("aws/s3 {} {}", cx.account, cx.region));
            let hex = hex::encode(digest);
            let id = format!(
                "{}-{}-4{}-8{}-{}",
                &hex[..8],
                &hex[8..12],
                &hex[13..16],
                &hex[17..20],
                &hex[20..32]
            );
            cx.arn("kms", format!("key/{id}")).to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> (String, String) {
        let key = [b'k'; 32];
        (STANDARD.encode(key), STANDARD.encode(Md5::digest(key)))
    }

    #[test]
    fn writes() {
        let (key, md5) = key();
        let (short, other_md5) = (STANDARD.encode([1; 10]), STANDARD.encode([1; 16]));
        let full = CustomerKey { algorithm: Some("AES256"), key: Some(&key), md5: Some(&md5) };
        assert!(full.for_write(None).unwrap().is_some());
        assert!(CustomerKey::default().for_write(Some("AES256")).unwrap().is_none());
        for (headers, other, code, end) in [
            (full, Some("AES256"), "InvalidArgument", "the encryption method specified"),
            (
                CustomerKey { algorithm: Some("KMS"), ..full },
                None,
                "InvalidEncryptionAlgorithmError",
                "AES256.",
            ),
            (
                CustomerKey { algorithm: None, ..full },
                None,
                "InvalidArgument",
                "valid encryption algorithm.",
            ),
            (CustomerKey { key: None, ..full }, None, "InvalidArgument", "appropriate secret key."),
            (CustomerKey { md5: None, ..full }, None, "InvalidArgument", "specified algorithm."),
            (
                CustomerKey { key: Some(&short), ..full },
                None,
                "InvalidArgument",
                "specified algorithm.",
            ),
            (
                CustomerKey { md5: Some(&other_md5), ..full },
                None,
                "InvalidArgument",
                "was provided.",
            ),
        ] {
            let error = headers.for_write(other).unwrap_err();
            assert_eq!(error.code(), code);
            assert!(error.message().unwrap().ends_with(end), "{error}");
        }
    }

    #[test]
    fn reads() {
        let (key, md5) = key();
        let stored = Encryption::Customer { key_md5: md5.clone() };
        let full = CustomerKey { algorithm: Some("AES256"), key: Some(&key), md5: Some(&md5) };
        let absent = CustomerKey::default();
        let status = |headers: CustomerKey<'_>, encryption: &Encryption| {
            headers.check_read(encryption).map_or_else(|error| error.status(), |()| 200)
        };
        assert_eq!(status(full, &stored), 200);
        assert_eq!(status(absent, &stored), 400);
        assert_eq!(status(CustomerKey { md5: None, ..full }, &stored), 403);
        assert_eq!(status(CustomerKey { algorithm: Some("KMS"), ..full }, &stored), 400);
        assert_eq!(status(absent, &Encryption::S3), 200);
        assert_eq!(status(full, &Encryption::S3), 400);
    }
}
