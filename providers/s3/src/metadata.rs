//! User-defined metadata and system headers of objects.

use std::collections::BTreeMap;

use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};

use crate::errors;

/// The most bytes of names and values of user-defined metadata, and of a redirection.
const MAX_BYTES: usize = 2048;

/// The content type of objects that were put without one.
pub(crate) const DEFAULT_CONTENT_TYPE: &str = "binary/octet-stream";

/// The headers that S3 keeps with an object and gives back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Headers {
    pub(crate) cache_control: Option<String>,
    pub(crate) content_disposition: Option<String>,
    pub(crate) content_encoding: Option<String>,
    pub(crate) content_language: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) expires: Option<String>,
    pub(crate) website_redirect_location: Option<String>,
    pub(crate) user: BTreeMap<String, String>,
}

/// Checks user-defined metadata: names in lower case, at most 2 KB in all.
///
/// # Errors
///
/// `MetadataTooLarge`.
pub(crate) fn check(
    metadata: Option<BTreeMap<String, String>>,
) -> Result<BTreeMap<String, String>, ServiceError> {
    let metadata: BTreeMap<String, String> = metadata
        .unwrap_or_default()
        .into_iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), decode_rfc2047(value)))
        .collect();
    let size = metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
    if size > MAX_BYTES {
        return Err(errors::metadata_too_large(size));
    }
    Ok(metadata)
}

/// A system header of a form as S3 keeps it: in Latin-1, with spaces for all other characters.
pub(crate) fn latin1(value: &str) -> String {
    value.chars().map(|c| if u32::from(c) > 0xff { ' ' } else { c }).collect()
}

/// A value of a form such that [`check`] reads it as it is: encoded words are those of headers.
pub(crate) fn verbatim(value: &str) -> String {
    use base64::Engine as _;
    if value.starts_with("=?") {
        let text = base64::engine::general_purpose::STANDARD.encode(value);
        return format!("=?UTF-8?B?{text}?=");
    }
    value.to_owned()
}

/// The `Content-Encoding` that S3 keeps: without `aws-chunked`, which is about the transfer.
pub(crate) fn stored_encoding(header: Option<String>) -> Option<String> {
    let header = header?;
    if !header.contains("aws-chunked") {
        return Some(header);
    }
    let kept: Vec<&str> = header
        .split(',')
        .map(str::trim)
        .filter(|encoding| *encoding != "aws-chunked" && !encoding.is_empty())
        .collect();
    (!kept.is_empty()).then(|| kept.join(","))
}

/// Checks where a website redirects requests for an object to.
///
/// # Errors
///
/// `InvalidRedirectLocation` unless it is a path or an `http` address of at most 2 KB.
pub(crate) fn check_redirect(location: Option<String>) -> Result<Option<String>, ServiceError> {
    let Some(location) = location else { return Ok(None) };
    let known = ["/", "http://", "https://"].iter().any(|start| location.starts_with(start));
    let message = match location.len() {
        0..=MAX_BYTES if known => return Ok(Some(location)),
        0..=MAX_BYTES => {
            "The website redirect location must have a prefix of 'http://' or 'https://' or '/'."
        }
        _ => "The length of website redirect location cannot exceed 2,048 characters.",
    };
    Err(errors::error("InvalidRedirectLocation", 400, message, &[]))
}

/// A value in the encoded words of RFC 2047, as S3 reads what lies outside of ASCII; any other
/// value stays as it is.
fn decode_rfc2047(value: String) -> String {
    let decoded =
        value.strip_prefix("=?").and_then(|rest| rest.strip_suffix("?=")).and_then(|word| {
            let mut fields = word.splitn(3, '?');
            let (charset, kind, text) = (fields.next()?, fields.next()?, fields.next()?);
            let bytes = match kind {
                "B" | "b" => {
                    use base64::Engine as _;
                    base64::engine::general_purpose::STANDARD.decode(text).ok()?
                }
                "Q" | "q" => quoted_printable(text)?,
                _ => return None,
            };
            charset.eq_ignore_ascii_case("utf-8").then(|| String::from_utf8(bytes).ok())?
        });
    decoded.unwrap_or(value)
}

fn quoted_printable(text: &str) -> Option<Vec<u8>> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'_' => b' ',
            b'=' => {
                let digits = [bytes.next()?, bytes.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    Some(decoded)
}

/// A value as response headers carry it: what lies outside of printable ASCII in the encoded words
/// of RFC 2047, whichever of the two encodings fits the value.
pub(crate) fn encode_rfc2047(value: &str) -> String {
    let plain = |c: char| c == '\t' || (' '..='~').contains(&c);
    let odd = value.chars().filter(|c| !plain(*c)).count();
    if odd == 0 {
        return value.to_owned();
    }
    if odd * 2 > value.chars().count() {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(value);
        return format!("=?UTF-8?B?{text}?=");
    }
    let mut text = String::new();
    for byte in value.bytes() {
        match byte {
            b' ' => text.push('_'),
            b'_' | b'?' | b'=' | 0x7f.. | ..=0x1f => text.push_str(&format!("={byte:02X}")),
            byte => text.push(char::from(byte)),
        }
    }
    format!("=?UTF-8?Q?{text}?=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        for (header, kept) in [
            ("gzip", Some("gzip")),
            ("aws-chunked", None),
            ("aws-chunked,gzip", Some("gzip")),
            ("gzip, aws-chunked", Some("gzip")),
            ("", Some("")),
        ] {
            assert_eq!(stored_encoding(Some(header.to_owned())).as_deref(), kept, "{header}");
        }
    }

    #[test]
    fn encoded_words() {
        for (value, expected) in [
            ("plain", "plain"),
            ("=?UTF-8?B?w7w=?=", "\u{fc}"),
            ("=?UTF-8?Q?=C3=BC_x?=", "\u{fc} x"),
            ("=?UTF-8?B?!!?=", "=?UTF-8?B?!!?="),
        ] {
            assert_eq!(decode_rfc2047(value.to_owned()), expected);
        }
    }

    /// As AWS answered.
    #[test]
    fn encoded_answers() {
        for (value, expected) in [
            ("a plain_one?", "a plain_one?"),
            ("\u{c4}M\u{c4}Z\u{d5}\u{d1} S3", "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?="),
            ("\u{0}\u{1}\u{2}\u{3}", "=?UTF-8?B?AAECAw==?="),
            ("t_\u{2014}?%", "=?UTF-8?Q?t=5F=E2=80=94=3F%?="),
        ] {
            assert_eq!(encode_rfc2047(value), expected);
        }
    }

    #[test]
    fn limits() {
        let of = |length: usize| Some(BTreeMap::from([("Name".to_owned(), "x".repeat(length))]));
        assert!(check(of(2044)).unwrap().contains_key("name"));
        assert_eq!(check(of(2045)).unwrap_err().code(), "MetadataTooLarge");
    }
}
