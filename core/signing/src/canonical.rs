//! The canonical form of a request, which is what is signed.

use std::borrow::Cow;

use aws_lc_rs::digest;
use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;

use crate::claims::{Claims, split};

/// The SHA-256 of nothing.
pub const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// What stands for the payload of a request whose body is not signed.
pub const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// A request as it came.
#[derive(Clone, Copy, Debug)]
pub struct Message<'r> {
    /// The method.
    pub method: &'r str,
    /// The path with its escapes.
    pub path: &'r str,
    /// The query string with its escapes, without the question mark.
    pub query: &'r str,
    /// The headers.
    pub headers: &'r HeaderMap,
    /// Host and port, for requests without a `Host` header (HTTP/2).
    pub host: &'r str,
}

/// The texts of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    request: Vec<u8>,
    /// The string to sign.
    pub to_sign: String,
}

impl Canonical {
    /// The texts of a request, with the hash of its payload in hexadecimal, or the word that
    /// stands for it.
    pub fn of(message: &Message<'_>, claims: &Claims, payload: &str) -> Self {
        let mut request = Vec::with_capacity(1024);
        request.extend_from_slice(message.method.as_bytes());
        request.push(b'\n');
        push_path(&mut request, message.path, claims.is_s3());
        request.push(b'\n');
        push_query(&mut request, message.query, claims.presigned);
        request.push(b'\n');
        for name in split(&claims.signed_headers, b';') {
            push_header(&mut request, message, name);
        }
        request.push(b'\n');
        request.extend_from_slice(claims.signed_headers.as_bytes());
        request.push(b'\n');
        request.extend_from_slice(payload.as_bytes());
        let mut to_sign = String::with_capacity(192);
        for part in [claims.algorithm.as_str(), &claims.time, &claims.scope] {
            to_sign.push_str(part);
            to_sign.push('\n');
        }
        push_hex(&mut to_sign, digest::digest(&digest::SHA256, &request).as_ref());
        Self { request, to_sign }
    }

    /// The canonical request.
    pub fn request(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.request)
    }
}

/// The SHA-256 of bytes in hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    push_hex(&mut text, bytes);
    text
}

/// The two digits of each byte.
const HEX: [[u8; 2]; 256] = {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [DIGITS[byte >> 4], DIGITS[byte & 15]];
        byte += 1;
    }
    pairs
};

/// The 64 digits of a SHA-256.
pub(crate) fn digits(hash: &[u8; 32]) -> [u8; 64] {
    let mut digits = [0; 64];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(hash) {
        pair.copy_from_slice(&HEX[usize::from(*byte)]);
    }
    digits
}

fn push_hex(to: &mut String, bytes: &[u8]) {
    // Pieces of 32 bytes, which is a SHA-256: a string is checked once for each.
    for piece in bytes.chunks(32) {
        let mut hash = [0; 32];
        hash[..piece.len()].copy_from_slice(piece);
        let digits = digits(&hash);
        let text = std::str::from_utf8(&digits[..2 * piece.len()]);
        to.push_str(text.expect("digits are ASCII"));
    }
}

fn push_escaped(to: &mut Vec<u8>, bytes: &[u8], keep_slash: bool) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in bytes {
        let unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if unreserved || keep_slash && byte == b'/' {
            to.push(byte);
        } else {
            let [high, low] = [byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)]);
            to.extend_from_slice(&[b'%', high, low]);
        }
    }
}

/// S3 signs the key as it is; everybody else a normal path, whose escapes are escaped again.
fn push_path(to: &mut Vec<u8>, path: &str, s3: bool) {
    if s3 {
        let decoded: Cow<'_, [u8]> = percent_decode_str(path).into();
        return push_escaped(to, &decoded, true);
    }
    if path == "/" {
        return to.push(b'/');
    }
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    for segment in &segments {
        to.push(b'/');
        push_escaped(to, segment.as_bytes(), false);
    }
    let ends = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    if ends || segments.is_empty() {
        to.push(b'/');
    }
}

fn push_query(to: &mut Vec<u8>, query: &str, presigned: bool) {
    if query.is_empty() {
        return;
    }
    let escaped = |text: &str| {
        let mut out = Vec::with_capacity(text.len());
        let decoded: Cow<'_, [u8]> = percent_decode_str(text).into();
        push_escaped(&mut out, &decoded, false);
        out
    };
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .filter(|(name, _)| !(presigned && name.eq_ignore_ascii_case("X-Amz-Signature")))
        .map(|(name, value)| (escaped(name), escaped(value)))
        .collect();
    pairs.sort_unstable();
    for (at, (name, value)) in pairs.iter().enumerate() {
        if at > 0 {
            to.push(b'&');
        }
        to.extend_from_slice(name);
        to.push(b'=');
        to.extend_from_slice(value);
    }
}

/// A header's text: UTF-8, or Latin-1, in which clients send what they sign as UTF-8.
pub(crate) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn push_header(to: &mut Vec<u8>, message: &Message<'_>, name: &str) {
    /// Up to so many headers are faster looked through than hashed for.
    const FEW: usize = 32;
    to.extend_from_slice(name.as_bytes());
    to.push(b':');
    let mut found = false;
    let mut push = |value: &HeaderValue| {
        if found {
            to.push(b',');
        }
        found = true;
        push_value(to, value.as_bytes());
    };
    if message.headers.len() <= FEW {
        let same = |other: &HeaderName| other.as_str().eq_ignore_ascii_case(name);
        let values = message.headers.iter().filter(|(other, _)| same(other));
        values.for_each(|(_, value)| push(value));
    } else {
        message.headers.get_all(name).iter().for_each(push);
    }
    if !found && name == "host" {
        to.extend_from_slice(message.host.as_bytes());
    }
    to.push(b'\n');
}

/// A value without white space at its ends, and with one space for each run of it.
fn push_value(to: &mut Vec<u8>, value: &[u8]) {
    if !value.is_ascii() {
        return push_text(to, text_of(value).as_bytes());
    }
    push_text(to, value);
}

fn push_text(to: &mut Vec<u8>, text: &[u8]) {
    let text = text.trim_ascii();
    // A loop without a way out, which the compiler makes wide; most values have no double space.
    let pairs = text.iter().zip(text.get(1..).unwrap_or_default());
    let spaces = |found: bool, (one, next): (&u8, &u8)| found | (*one == b' ') & (*next == b' ');
    if !pairs.fold(false, spaces) {
        return to.extend_from_slice(text);
    }
    let mut space = false;
    for &byte in text {
        if byte != b' ' || !space {
            to.push(byte);
        }
        space = byte == b' ';
    }
}
