//! Signatures in the query string: their other parameters that stand for headers.

use http::{HeaderName, HeaderValue};

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

/// Makes headers of the `x-amz-…` parameters of a presigned request, where it has no such header.
///
/// Whether the URL has expired is the service's question: S3 answers with errors of its own.
pub(crate) fn handle(x: &mut Exchange) -> Step {
    if !x.signature.as_ref().is_some_and(|signature| signature.presigned) {
        return Ok(());
    }
    let query = x.http().uri.query().unwrap_or_default().to_owned();
    let http = x.http_mut();
    http.presigned = true;
    for (name, value) in signature::pairs(&query) {
        let name = name.to_ascii_lowercase();
        if !name.starts_with("x-amz-") || OF_SIGNATURE.contains(&name.as_str()) {
            continue;
        }
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_str(&signature::decoded(value));
        if let (Ok(name), Ok(value)) = (name, value) {
            http.headers.entry(name).or_insert(value);
        }
    }
    Ok(())
}
