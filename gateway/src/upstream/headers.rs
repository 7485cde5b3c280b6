//! Which headers and parameters go from one server to the next.

use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, EXPECT, HOST, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::body::decoding::Inflate;
use crate::detection::signature;

/// Headers of one connection, not of the message.
const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-authenticate"),
    HeaderName::from_static("proxy-authorization"),
];

/// Headers that are true of the request only as it came: its signature, its length, the framing
/// of its body.
const OF_TRANSFER: [HeaderName; 9] = [
    AUTHORIZATION,
    CONTENT_LENGTH,
    EXPECT,
    HOST,
    HeaderName::from_static("x-amz-content-sha256"),
    HeaderName::from_static("x-amz-date"),
    HeaderName::from_static("x-amz-decoded-content-length"),
    HeaderName::from_static("x-amz-trailer"),
    HeaderName::from_static("x-fogbank-world"),
];

/// Removes what belongs to the connection, also what `Connection` names.
pub(super) fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

/// Copies the headers of a request for a body of this length, from which compressions that this
/// server knows were taken off.
pub(super) fn copy(from: &HeaderMap, to: &mut HeaderMap, length: Option<u64>, inflated: bool) {
    to.extend(from.iter().map(|(name, value)| (name.clone(), value.clone())));
    drop_hop_by_hop(to);
    for name in &OF_TRANSFER {
        to.remove(name);
    }
    if let Some(encodings) = to.remove(CONTENT_ENCODING)
        && let Ok(text) = encodings.to_str()
    {
        let off = |token: &str| {
            token.eq_ignore_ascii_case("aws-chunked") || inflated && Inflate::of(token).is_some()
        };
        let left: Vec<&str> = text.split(',').map(str::trim).filter(|token| !off(token)).collect();
        if !left.is_empty()
            && let Ok(value) = HeaderValue::from_str(&left.join(","))
        {
            to.insert(CONTENT_ENCODING, value);
        }
    }
    if let Some(length) = length {
        to.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
}

/// A query string without the parameters of a signature.
pub(super) fn without_signature(query: Option<&str>) -> Option<String> {
    let of_v2 = ["AWSAccessKeyId", "Signature", "Expires"];
    let query = query?;
    let is_v2 = query.contains("AWSAccessKeyId=");
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            let (name, _) = signature::pairs(pair).next().unwrap_or_default();
            !(name.to_ascii_lowercase().starts_with("x-amz-") || is_v2 && of_v2.contains(&name))
        })
        .collect();
    Some(kept.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_the_connection_stay_behind() {
        let lines = [
            ("connection", "x-mine, close"),
            ("x-mine", "1"),
            ("te", "trailers"),
            ("authorization", "AWS4-HMAC-SHA256 …"),
            ("content-encoding", "aws-chunked,gzip"),
            ("content-length", "100"),
            ("x-amz-decoded-content-length", "42"),
            ("x-amz-meta-a", "b"),
        ];
        let from: HeaderMap = lines
            .into_iter()
            .map(|(name, value)| {
                (HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap())
            })
            .collect();
        let mut to = HeaderMap::new();
        copy(&from, &mut to, Some(42), true);
        assert!(!to.contains_key("content-encoding"));
        to.clear();
        copy(&from, &mut to, Some(42), false);
        let mut left: Vec<_> =
            to.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        left.sort_unstable();
        let expected =
            [("content-encoding", "gzip"), ("content-length", "42"), ("x-amz-meta-a", "b")];
        assert_eq!(left, expected);
    }

    #[test]
    fn signatures_in_the_query_stay_behind() {
        let cases = [
            ("a=b&X-Amz-Signature=0&x-amz-date=1&c", "a=b&c"),
            ("AWSAccessKeyId=a&Signature=b&Expires=1&acl", "acl"),
            ("Expires=1", "Expires=1"),
        ];
        for (query, expected) in cases {
            assert_eq!(without_signature(Some(query)).as_deref(), Some(expected), "{query}");
        }
        assert_eq!(without_signature(None), None);
    }
}
