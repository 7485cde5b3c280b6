//! Who signed a request, by its own word.
//!
//! Signatures are not verified here; what they claim decides the service, the region and the
//! account.

use std::borrow::Cow;
use std::ops::Range;

use http::HeaderValue;
use http::header::AUTHORIZATION;
use percent_encoding::percent_decode_str;

use fogbank_service::HttpRequest;

/// A signature's claims.
#[derive(Debug, Clone)]
pub(crate) struct Signature {
    /// The credential.
    text: Box<str>,
    access_key_id: Range<usize>,
    region: Range<usize>,
    service: Range<usize>,
    /// The signature stands in the query string.
    pub(crate) presigned: bool,
    /// No part is missing from the header.
    pub(crate) complete: bool,
}

impl Signature {
    /// The claims of a request's `Authorization` header or query string; none for requests
    /// without a signature or with one that cannot be read.
    pub(crate) fn of(http: &HttpRequest) -> Option<Self> {
        if let Some(header) = http.headers.get(AUTHORIZATION) {
            return Self::of_header(header);
        }
        http.uri.query().and_then(Self::of_query)
    }

    fn of_header(header: &HeaderValue) -> Option<Self> {
        let text = header.as_bytes();
        if text.starts_with(b"AWS4-") {
            return Self::of_parts(header);
        }
        // Version 2: `AWS AKIDEXAMPLE:signature`.
        let v2 = text.strip_prefix(b"AWS ")?;
        let end = memchr::memchr(b':', v2)?;
        Some(Self::without_scope(std::str::from_utf8(&v2[..end]).ok()?, false))
    }

    /// The claims of version 4. Every request has this header, so it is looked through once.
    fn of_parts(header: &HeaderValue) -> Option<Self> {
        const CREDENTIAL: &[u8] = b"Credential=";
        let text = header.as_bytes();
        let (mut scope, mut signature, mut signed_headers) = (None, false, false);
        let ends = memchr::memchr2_iter(b' ', b',', text).chain([text.len()]);
        let mut start = 0;
        for end in ends {
            let part = &text[start..end];
            if scope.is_none() && part.starts_with(CREDENTIAL) {
                scope = Some(&part[CREDENTIAL.len()..]);
            }
            signature |= part.starts_with(b"Signature=");
            signed_headers |= part.starts_with(b"SignedHeaders=");
            start = end + 1;
        }
        let mut found = Self::of_scope(std::str::from_utf8(scope?).ok()?, false)?;
        found.complete = signature && signed_headers;
        Some(found)
    }

    fn of_query(query: &str) -> Option<Self> {
        let mut v2 = None;
        for (name, value) in pairs(query) {
            if name.eq_ignore_ascii_case("X-Amz-Credential") {
                return Self::of_scope(&decoded(value), true);
            }
            if name == "AWSAccessKeyId" {
                v2 = Some(value);
            }
        }
        Some(Self::without_scope(&decoded(v2?), true))
    }

    /// `AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request`; the asymmetric variant has no region.
    fn of_scope(text: &str, presigned: bool) -> Option<Self> {
        let slash = |end: usize| memchr::memrchr(b'/', &text.as_bytes()[..end]);
        let end = slash(text.len())?;
        let service = slash(end)?;
        let last = slash(service)?;
        let (region, date) = slash(last).map_or((service, last), |date| (last, date));
        let region_field = if region == service { service..service } else { region + 1..service };
        Some(Self {
            text: text.into(),
            access_key_id: 0..date,
            region: region_field,
            service: service + 1..end,
            presigned,
            complete: true,
        })
    }

    fn without_scope(access_key_id: &str, presigned: bool) -> Self {
        let (text, all) = (access_key_id.into(), 0..access_key_id.len());
        Self { text, access_key_id: all, region: 0..0, service: 0..0, presigned, complete: true }
    }

    fn field(&self, range: &Range<usize>) -> &str {
        &self.text[range.clone()]
    }

    /// The access key id.
    pub(crate) fn access_key_id(&self) -> &str {
        self.field(&self.access_key_id)
    }

    /// The region of the credential scope; none for version 2 and for signatures over a set.
    pub(crate) fn region(&self) -> Option<&str> {
        Some(self.field(&self.region)).filter(|region| !matches!(*region, "" | "*"))
    }

    /// The service of the credential scope; none for version 2.
    pub(crate) fn service(&self) -> Option<&str> {
        Some(self.field(&self.service)).filter(|service| !service.is_empty())
    }
}

/// The pairs of a query string, as they came.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// A value of a query string or form without its escapes.
pub(crate) fn decoded(value: &str) -> Cow<'_, str> {
    if value.contains('+') {
        let spaced = value.replace('+', " ");
        return Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned());
    }
    percent_decode_str(value).decode_utf8_lossy()
}

/// The value of a query parameter; names compare exactly.
pub(crate) fn parameter<'q>(query: &'q str, name: &str) -> Option<Cow<'q, str>> {
    pairs(query).find(|pair| pair.0 == name).map(|pair| decoded(pair.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(uri: &str, authorization: Option<&str>) -> HttpRequest {
        let mut http = HttpRequest { uri: uri.parse().unwrap(), ..HttpRequest::default() };
        if let Some(value) = authorization {
            http.headers.insert(AUTHORIZATION, value.parse().unwrap());
        }
        http
    }

    #[test]
    fn claims_are_read_from_header_and_query() {
        let cases = [
            (
                "/",
                Some(
                    "AWS4-HMAC-SHA256 Credential=AKID/20250101/eu-west-1/sqs/aws4_request, \
                     SignedHeaders=host, Signature=ab",
                ),
                Some(("AKID", Some("eu-west-1"), Some("sqs"), false)),
            ),
            (
                "/",
                Some(
                    "AWS4-HMAC-SHA256 SignedHeaders=a;b,Signature=x,Credential=K/1/r/s/aws4_request",
                ),
                Some(("K", Some("r"), Some("s"), false)),
            ),
            (
                "/",
                Some("AWS4-HMAC-SHA256 Credential=a/b/c/20250101/r/s3/aws4_request, Signature=ab"),
                Some(("a/b/c", Some("r"), Some("s3"), false)),
            ),
            (
                "/",
                Some(
                    "AWS4-ECDSA-P256-SHA256 Credential=AKID/20250101/s3/aws4_request, Signature=a",
                ),
                Some(("AKID", None, Some("s3"), false)),
            ),
            ("/", Some("AWS AKID:c2ln="), Some(("AKID", None, None, false))),
            ("/", Some("Bearer abc"), None),
            ("/", Some("AWS4-HMAC-SHA256 Credential=AKID/x"), None),
            (
                "/b/k?X-Amz-Credential=AKID%2F20250101%2Fus-west-2%2Fs3%2Faws4_request&X-Amz-Expires=1",
                None,
                Some(("AKID", Some("us-west-2"), Some("s3"), true)),
            ),
            (
                "/b/k?AWSAccessKeyId=AKID&Signature=x&Expires=1",
                None,
                Some(("AKID", None, None, true)),
            ),
            ("/b/k?list-type=2", None, None),
        ];
        for (uri, authorization, expected) in cases {
            let signature = Signature::of(&request(uri, authorization));
            let found = signature
                .as_ref()
                .map(|s| (s.access_key_id(), s.region(), s.service(), s.presigned));
            assert_eq!(found, expected, "{uri} {authorization:?}");
        }
    }
}
