//! Finds out what is to be taken off the body; it is taken off while the body is read.

use http::HeaderName;
use http::header::CONTENT_ENCODING;

use crate::body::decoding::{AwsChunked, Expected, Inflate};
use crate::exchange::{Exchange, Step};
use crate::noted::Rare;

const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");

/// Looks at `Content-Encoding` and `x-amz-content-sha256`.
pub(crate) fn handle(x: &mut Exchange) -> Step {
    if x.body.is_empty() {
        return Ok(());
    }
    let rare = |rare, name| x.rare_header(rare, name).unwrap_or_default();
    let encodings = rare(Rare::ContentEncoding, &CONTENT_ENCODING);
    let signed = rare(Rare::ContentSha256, &CONTENT_SHA256);
    // Signed events are frames of their own, not chunks.
    let streaming = signed.starts_with("STREAMING-") && !signed.ends_with("-EVENTS");
    if encodings.is_empty() && !streaming {
        return Ok(());
    }
    let mut tokens = encodings.split(',').map(|token| token.trim().to_ascii_lowercase());
    let inflate = tokens.find_map(|token| Inflate::of(&token));
    let length = x.header("x-amz-decoded-content-length").and_then(|text| text.parse().ok());
    let chunked = streaming || (encodings.contains("aws-chunked") && length.is_some());
    if chunked {
        let expected = x
            .header("x-amz-trailer")
            .into_iter()
            .flat_map(|names| names.split(','))
            .find_map(Expected::announced);
        x.body.chunked = Some(AwsChunked::new(length, expected));
        x.body.decoded_length = length;
    }
    x.body.inflate = inflate;
    Ok(())
}
