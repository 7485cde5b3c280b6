//! Signatures of version 2, which S3 still takes: presigned URLs and `Authorization: AWS …`.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use crate::canonical::{Message, text_of};

/// Parameters that belong to the resource.
const SUBRESOURCES: [&str; 31] = [
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "delete",
    "encryption",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "retention",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
];

/// What a request says of its signature of version 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The access key.
    pub access_key_id: String,
    /// The signature in base64.
    pub signature: String,
    /// Seconds since the epoch until which a presigned URL is valid.
    pub expires: Option<String>,
}

impl Claims {
    /// The claims of a request; none when it has no signature of version 2.
    pub fn of(message: &Message<'_>) -> Option<Self> {
        if let Some(header) = message.headers.get(http::header::AUTHORIZATION) {
            let (id, signature) = header.to_str().ok()?.strip_prefix("AWS ")?.split_once(':')?;
            let (access_key_id, signature) = (id.to_owned(), signature.to_owned());
            return Some(Self { access_key_id, signature, expires: None });
        }
        let parameter = |wanted: &str| {
            let mut pairs = message.query.split('&').filter_map(|pair| pair.split_once('='));
            let (_, value) = pairs.find(|(name, _)| *name == wanted)?;
            Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
        };
        Some(Self {
            access_key_id: parameter("AWSAccessKeyId")?,
            signature: parameter("Signature")?,
            expires: Some(parameter("Expires")?),
        })
    }

    /// The text that was signed. `resource` is the path in path style, bucket first.
    pub fn to_sign(&self, message: &Message<'_>, resource: &str) -> String {
        let header = |name: &str| {
            let value = message.headers.get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default()
        };
        let date = match &self.expires {
            Some(expires) => expires.as_str(),
            None if message.headers.contains_key("x-amz-date") => "",
            None => header("date"),
        };
        let mut text = format!(
            "{}\n{}\n{}\n{date}\n",
            message.method,
            header("content-md5"),
            header("content-type")
        );
        let mut names: Vec<&str> = message.headers.keys().map(|name| name.as_str()).collect();
        names.retain(|name| name.starts_with("x-amz-"));
        names.sort_unstable();
        for name in names {
            let values = message.headers.get_all(name).iter();
            let values: Vec<_> = values.map(|value| text_of(value.as_bytes())).collect();
            text.push_str(&format!("{name}:{}\n", values.join(",")));
        }
        text.push_str(resource);
        let mut parameters: Vec<(&str, Option<String>)> = message
            .query
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((name, value)) => {
                    (name, Some(percent_decode_str(value).decode_utf8_lossy().into_owned()))
                }
                None => (pair, None),
            })
            .filter(|(name, _)| SUBRESOURCES.contains(name))
            .collect();
        parameters.sort_unstable();
        for (at, (name, value)) in parameters.iter().enumerate() {
            text.push(if at == 0 { '?' } else { '&' });
            text.push_str(name);
            // An empty value is none: `?acl=` and `?acl` are the same.
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                text.push('=');
                text.push_str(value);
            }
        }
        text
    }

    /// Whether the signature is that of this text.
    pub fn verifies(&self, secret: &str, to_sign: &str) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
        let expected = STANDARD.encode(hmac::sign(&key, to_sign.as_bytes()));
        let (expected, found) = (expected.as_bytes(), self.signature.as_bytes());
        constant_time::verify_slices_are_equal(expected, found).is_ok()
    }
}
