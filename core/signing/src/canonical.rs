//! The canonical form of a request, which is what is signed.

use std::borrow::Cow;

use aws_lc_rs::digest;
use http::HeaderMap;
use percent_encoding::percent_decode_str;

use crate::claims::Claims;

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
    /// The canonical request.
    pub request: String,
    /// The string to sign.
    pub to_sign: String,
}

impl Canonical {
    /// The texts of a request, with the hash of its payload in hexadecimal, or the word that
    /// stands for it.
    pub fn of(message: &Message<'_>, claims: &Claims, payload: &str) -> Self {
        let mut request = String::with_capacity(512);
        request.push_str(message.method);
        request.push('\n');
        push_path(&mut request, message.path, claims.is_s3());
        request.push('\n');
        push_query(&mut request, message.query, claims.presigned);
        request.push('\n');
        for name in claims.signed_headers.split(';') {
            push_header(&mut request, message, name);
        }
        request.push('\n');
        request.push_str(&claims.signed_headers);
        request.push('\n');
        request.push_str(payload);
        let mut to_sign = String::with_capacity(160);
        for part in [claims.algorithm.as_str(), &claims.time, &claims.scope] {
            to_sign.push_str(part);
            to_sign.push('\n');
        }
        let digest = digest::digest(&digest::SHA256, request.as_bytes());
        push_hex(&mut to_sign, digest.as_ref());
        Self { request, to_sign }
    }
}

/// The SHA-256 of bytes in hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    push_hex(&mut text, bytes);
    text
}

fn push_hex(to: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    // Pieces of 32 bytes, which is a SHA-256: a string is checked once for each.
    let mut digits = [0; 64];
    for piece in bytes.chunks(32) {
        for (at, byte) in piece.iter().enumerate() {
            digits[2 * at] = DIGITS[usize::from(byte >> 4)];
            digits[2 * at + 1] = DIGITS[usize::from(byte & 15)];
        }
        let text = std::str::from_utf8(&digits[..2 * piece.len()]);
        to.push_str(text.expect("digits are ASCII"));
    }
}

fn push_escaped(to: &mut String, bytes: &[u8], keep_slash: bool) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in bytes {
        let unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if unreserved || keep_slash && byte == b'/' {
            to.push(char::from(byte));
        } else {
            to.push('%');
            to.push(char::from(DIGITS[usize::from(byte >> 4)]));
            to.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

/// S3 signs the key as it is; everybody else a normal path, whose escapes are escaped again.
fn push_path(to: &mut String, path: &str, s3: bool) {
    if s3 {
        let decoded: Vec<u8> = percent_decode_str(path).collect();
        push_escaped(to, &decoded, true);
        return;
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
        to.push('/');
        push_escaped(to, segment.as_bytes(), false);
    }
    let ends = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    if ends || segments.is_empty() {
        to.push('/');
    }
}

fn push_query(to: &mut String, query: &str, presigned: bool) {
    if query.is_empty() {
        return;
    }
    let escaped = |text: &str| {
        let mut out = String::with_capacity(text.len());
        let decoded: Cow<'_, [u8]> = percent_decode_str(text).into();
        push_escaped(&mut out, &decoded, false);
        out
    };
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .filter(|(name, _)| !(presigned && name.eq_ignore_ascii_case("X-Amz-Signature")))
        .map(|(name, value)| (escaped(name), escaped(value)))
        .collect();
    pairs.sort_unstable();
    for (at, (name, value)) in pairs.iter().enumerate() {
        if at > 0 {
            to.push('&');
        }
        to.push_str(name);
        to.push('=');
        to.push_str(value);
    }
}

/// A header's text: UTF-8, or Latin-1, in which clients send what they sign as UTF-8.
pub(crate) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn push_header(to: &mut String, message: &Message<'_>, name: &str) {
    to.push_str(name);
    to.push(':');
    let mut values = message.headers.get_all(name).iter().peekable();
    if values.peek().is_none() && name == "host" {
        to.push_str(message.host);
    }
    for (at, value) in values.enumerate() {
        if at > 0 {
            to.push(',');
        }
        push_value(to, &text_of(value.as_bytes()));
    }
    to.push('\n');
}

/// A value without white space at its ends, and with one space for each run of it.
fn push_value(to: &mut String, value: &str) {
    // By hand: a search for a text prepares itself for longer ones.
    let bytes = value.as_bytes();
    if !bytes.iter().zip(&bytes[bytes.len().min(1)..]).any(|pair| pair == (&b' ', &b' ')) {
        return to.push_str(value.trim_ascii());
    }
    let mut space = false;
    for character in value.trim_ascii().chars() {
        if character != ' ' || !space {
            to.push(character);
        }
        space = character == ' ';
    }
}
