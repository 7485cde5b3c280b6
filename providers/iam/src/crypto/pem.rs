//! The PEM form of keys and certificates.

use data_encoding::BASE64;

/// The bytes of the first block with this label.
pub(crate) fn read(text: &str, label: &str) -> Option<Vec<u8>> {
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let (_, rest) = text.split_once(&begin)?;
    let (body, _) = rest.split_once(&end)?;
    let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    BASE64.decode(body.as_bytes()).ok().filter(|bytes| !bytes.is_empty())
}

/// A block with this label.
pub(crate) fn write(bytes: &[u8], label: &str) -> String {
    let body = BASE64.encode(bytes);
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in body.as_bytes().chunks(64) {
        text.extend(line.iter().copied().map(char::from));
        text.push('\n');
    }
    text + &format!("-----END {label}-----\n")
}
