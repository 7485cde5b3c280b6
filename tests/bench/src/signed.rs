//! Requests with signatures of version 4, for servers that verify them.

use std::time::SystemTime;

use aws_lc_rs::{digest, hmac};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// An access key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes))
}

/// A POST to the root, signed now.
pub(crate) fn post(key: &Key, service: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let iso = DateTime::from(SystemTime::now()).fmt(Format::DateTime).unwrap_or_default();
    // Without its separators and its fraction: `20260131T120000Z`.
    let digits = |text: &str| text.replace(['-', ':'], "");
    let time = format!("{}Z", digits(iso.get(..19).unwrap_or_default()));
    let date = time.get(..8).unwrap_or_default();
    let scope = format!("{date}/us-east-1/{service}/aws4_request");
    let mut signed: Vec<(&str, &str)> = vec![("host", "localhost:4566"), ("x-amz-date", &time)];
    signed.extend_from_slice(headers);
    signed.sort_unstable();
    let names: Vec<&str> = signed.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let lines: String = signed.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let canonical = format!("POST\n/\n\n{lines}\n{names}\n{}", sha256(body.as_bytes()));
    let to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", sha256(canonical.as_bytes()));
    let sign = |secret: &[u8], text: &str| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text.as_bytes())
    };
    let first = sign(format!("AWS4{}", key.secret).as_bytes(), date);
    let derived = ["us-east-1", service, "aws4_request"]
        .into_iter()
        .fold(first, |key, part| sign(key.as_ref(), part));
    let signature = hex(sign(derived.as_ref(), &to_sign));
    let id = &key.id;
    let head: String = signed.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    format!(
        "POST / HTTP/1.1\r\n{head}authorization: AWS4-HMAC-SHA256 Credential={id}/{scope}, \
         SignedHeaders={names}, Signature={signature}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
