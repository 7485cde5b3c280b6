//! Presigned URLs: which parameters they need, and when they expire.

use std::time::Duration;

use aws_smithy_types::date_time::Format;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};
use percent_encoding::percent_decode_str;

use crate::errors::error;

/// The longest life of a presigned URL: seven days.
const LONGEST: i64 = 7 * 24 * 3600;

/// Checks the presigned URL of a request; other requests pass. `verify` asks for what only a
/// signature can tell: which headers may be there.
///
/// # Errors
///
/// `AuthorizationQueryParametersError` for missing or malformed parameters of version 4,
/// `AccessDenied` for those of version 2 and for URLs that expired.
pub(crate) fn check(cx: &RequestContext, verify: bool) -> Result<(), ServiceError> {
    let Some(query) = cx.http.uri.query() else { return Ok(()) };
    // The gateway does not take a credential that is malformed for one.
    if !cx.http.presigned && !query.contains("X-Amz-Algorithm=") {
        return Ok(());
    }
    let query = Query(query);
    if query.has_any("X-Amz-") {
        check_v4(query, cx.now())?;
        if verify {
            check_signed_headers(cx, query)?;
        }
    } else {
        check_v2(query, cx.now())?;
    }
    check_overrides(query)
}

/// Every `x-amz-…` header of the request has to be among those that were signed.
fn check_signed_headers(cx: &RequestContext, query: Query<'_>) -> Result<(), ServiceError> {
    let signed = query.get("X-Amz-SignedHeaders").unwrap_or_default().to_ascii_lowercase();
    let is_signed = |name: &str| signed.split(';').any(|it| it == name);
    // Parameters of the query string were signed with it; the gateway made headers of them.
    let mut unsigned: Vec<&str> = cx
        .http
        .headers
        .keys()
        .map(http::HeaderName::as_str)
        .filter(|name| name.starts_with("x-amz-") && *name != "x-amz-content-sha256")
        .filter(|name| !is_signed(name))
        .filter(|name| *name == "x-amz-date" || query.get(name).is_none())
        .collect();
    if unsigned.is_empty() {
        return Ok(());
    }
    unsigned.sort_unstable();
    let names = unsigned.join(", ");
    let message = "There were headers present in the request which were not signed";
    Err(error("AccessDenied", 403, message, &[("HeadersNotSigned", &names)]))
}

/// The overrides of response headers that a URL names have to be of Latin-1.
fn check_overrides(query: Query<'_>) -> Result<(), ServiceError> {
    const NAMES: [&str; 6] = [
        "response-cache-control",
        "response-content-disposition",
        "response-content-encoding",
        "response-content-language",
        "response-content-type",
        "response-expires",
    ];
    for name in NAMES {
        let Some(value) = query.get(name) else { continue };
        if value.chars().any(|c| u32::from(c) > 0xff) {
            let message = "Header value cannot be represented using ISO-8859-1.";
            return Err(crate::errors::invalid_argument(message, name, Some(&value)));
        }
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Query<'a>(&'a str);

impl Query<'_> {
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }

    fn has_any(&self, prefix: &str) -> bool {
        self.pairs().any(|(name, _)| {
            name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
                && !name.starts_with("x-amz-meta-")
        }) && self
            .pairs()
            .any(|(name, _)| V4.iter().any(|required| required.eq_ignore_ascii_case(name)))
    }

    fn get(&self, name: &str) -> Option<String> {
        let found = self.pairs().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| percent_decode_str(value).decode_utf8_lossy().into_owned())
    }
}

const V4: [&str; 6] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
    "X-Amz-Expires",
];

fn parameters(message: impl Into<String>) -> ServiceError {
    error("AuthorizationQueryParametersError", 400, message, &[])
}

fn check_v4(query: Query<'_>, now: Timestamp) -> Result<(), ServiceError> {
    if V4.iter().any(|name| query.get(name).is_none()) {
        return Err(parameters(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, \
             X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and \
             X-Amz-Expires parameters.",
        ));
    }
    let get = |name| query.get(name).unwrap_or_default();
    if get("X-Amz-Credential").split('/').count() != 5 {
        return Err(parameters(
            "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; \
             expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
        ));
    }
    let expires = get("X-Amz-Expires");
    let seconds: i64 =
        expires.parse().map_err(|_| parameters("X-Amz-Expires should be a number"))?;
    if seconds < 0 {
        return Err(parameters("X-Amz-Expires must be non-negative"));
    }
    if seconds > LONGEST {
        return Err(parameters(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given \
             X-Amz-Expires must be less than 604800 seconds",
        ));
    }
    let begin = parse_date(&get("X-Amz-Date")).ok_or_else(|| {
        parameters("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
    })?;
    let end = Timestamp::from_secs(begin.as_secs() + seconds);
    if now < end {
        return Ok(());
    }
    Err(expired(end, now, Some(&expires)))
}

fn check_v2(query: Query<'_>, now: Timestamp) -> Result<(), ServiceError> {
    let required = ["Signature", "Expires", "AWSAccessKeyId"];
    if required.iter().any(|name| query.get(name).is_none()) {
        return Err(error(
            "AccessDenied",
            403,
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId \
             parameters",
            &[],
        ));
    }
    let expires = query.get("Expires").unwrap_or_default();
    let seconds: i64 = expires.parse().map_err(|_| {
        error(
            "AccessDenied",
            403,
            format!("Invalid date (should be seconds since epoch): {expires}"),
            &[],
        )
    })?;
    let end = Timestamp::from_secs(seconds);
    if now < end { Ok(()) } else { Err(expired(end, now, None)) }
}

fn expired(end: Timestamp, now: Timestamp, lifetime: Option<&str>) -> ServiceError {
    let date = |at: Timestamp| at.to_wire_secs().fmt(Format::DateTime).unwrap_or_default();
    let mut error = error("AccessDenied", 403, "Request has expired", &[]);
    if let Some(lifetime) = lifetime {
        error = error.with_member("X-Amz-Expires", lifetime);
    }
    error.with_member("Expires", date(end)).with_member("ServerTime", date(now))
}

/// How long ago a request of version 4 was signed.
pub(crate) fn age(cx: &RequestContext) -> Option<Duration> {
    let query = Query(cx.http.uri.query().unwrap_or_default());
    let header = || cx.http.headers.get("x-amz-date")?.to_str().ok().map(str::to_owned);
    let signed = query.get("X-Amz-Date").or_else(header)?;
    Some(cx.now().since(parse_date(&signed)?))
}

/// A date such as `20260131T235959Z`.
fn parse_date(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    if bytes.len() != 16 || bytes[8] != b'T' || bytes[15] != b'Z' || !text.is_ascii() {
        return None;
    }
    let iso = format!(
        "{}-{}-{}T{}:{}:{}Z",
        &text[..4],
        &text[4..6],
        &text[6..8],
        &text[9..11],
        &text[11..13],
        &text[13..15]
    );
    let date = aws_smithy_types::DateTime::from_str(&iso, Format::DateTime).ok()?;
    Some(Timestamp::from_wire(&date))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-31T12:00:00Z
    const NOW: Timestamp = Timestamp::from_secs(1_769_860_800);

    fn v4(credential: &str, date: &str, expires: &str) -> String {
        format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date={date}\
             &X-Amz-Expires={expires}&X-Amz-SignedHeaders=host&X-Amz-Signature=ab"
        )
    }

    #[test]
    fn version_4() {
        let good = "AKID%2F20260131%2Fus-east-1%2Fs3%2Faws4_request";
        for (query, code) in [
            (v4(good, "20260131T115959Z", "60"), ""),
            (v4(good, "20260131T115900Z", "60"), "AccessDenied"),
            (v4(good, "20260131T115900Z", "604801"), "AuthorizationQueryParametersError"),
            (v4(good, "20260131T115900Z", "-1"), "AuthorizationQueryParametersError"),
            (v4(good, "2026-01-31", "60"), "AuthorizationQueryParametersError"),
            (
                v4("AKID%252F20260131", "20260131T115959Z", "60"),
                "AuthorizationQueryParametersError",
            ),
            ("X-Amz-Algorithm=AWS4-HMAC-SHA256".to_owned(), "AuthorizationQueryParametersError"),
        ] {
            let got = check_v4(Query(&query), NOW);
            let got = got.map_or_else(|error| error.code().to_owned(), |()| String::new());
            assert_eq!(got, code, "{query}");
        }
    }

    #[test]
    fn version_2() {
        for (query, status) in [
            ("AWSAccessKeyId=a&Signature=b&Expires=1769860801", 200),
            ("AWSAccessKeyId=a&Signature=b&Expires=1769860800", 403),
            ("AWSAccessKeyId=a&Expires=1769860801", 403),
        ] {
            let got = check_v2(Query(query), NOW);
            assert_eq!(got.map_or_else(|error| error.status(), |()| 200), status, "{query}");
        }
    }
}
