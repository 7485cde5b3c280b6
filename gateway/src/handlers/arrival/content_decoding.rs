//! Finds out what is to be taken off the body; it is taken off while the body is read.

use http::HeaderName;
use http::header::CONTENT_ENCODING;

use crate::body::decoding::{AwsChunked, Expected, Inflate};
use crate::exchange::{Exchange, Step};

const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");

/// Looks at `Content-Encoding` and `x-amz-content-sha256`.
pub(crate) fn handle(x: &mut Exchange) -> Step {
    if x.body.is_empty() {
        return Ok(());
    }
    let encodings = x.header(CONTENT_ENCODING).unwrap_or_default();
    let signed = x.header(&CONTENT_SHA256).unwrap_or_default();
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
