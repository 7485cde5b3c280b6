//! Signatures in the query string: their other parameters that stand for headers.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::detection::signature;
use crate::exchange::{Exchange, Step};

/// Parameters of the signature itself, which stand for no header.
const OF_SIGNATURE: [&str; 7] = [
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-signedheaders",
    "x-amz-signature",
    "x-amz-content-sha256",
];

/// Other headers that signers put into the query string.
const HOISTED: [&str; 9] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-md5",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
];

/// Whether a query string has a signature, well-formed or not.
fn is_signed(query: &str) -> bool {
    let of_signature = ["x-amz-credential", "x-amz-signature", "x-amz-algorithm"];
    signature::pairs(query).any(|(name, _)| {
        name == "AWSAccessKeyId" || of_signature.iter().any(|of| name.eq_ignore_ascii_case(of))
    })
}

/// Makes headers of the `x-amz-…` parameters of a presigned request, where it has no such header.
///
/// Whether the URL has expired is the service's question: S3 answers with errors of its own.
pub(crate) fn handle(x: &mut Exchange) -> Step {
    let presigned =
        |query: &&str| x.signature.as_ref().is_none_or(|s| s.presigned) && is_signed(query);
    let Some(query) = x.http().uri.query().filter(presigned) else { return Ok(()) };
    let query = query.to_owned();
    x.change_http(|http| {
        http.presigned = true;
        add_headers(&mut http.headers, &query);
    });
    Ok(())
}

fn add_headers(headers: &mut HeaderMap, query: &str) {
    for (name, value) in signature::pairs(query) {
        let name = name.to_ascii_lowercase();
        let stands_for_header = name.starts_with("x-amz-") || HOISTED.contains(&name.as_str());
        if !stands_for_header || OF_SIGNATURE.contains(&name.as_str()) {
            continue;
        }
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_str(&signature::decoded(value));
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.entry(name).or_insert(value);
        }
    }
}
