//! Entity tags: of an object put at once, and of one made of parts.

use std::fmt;

use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};

/// An entity tag. For plain objects it is the MD5 of the content; for objects of a multipart
/// upload the MD5 of the parts' MD5s and the number of parts; for objects under SSE-KMS or SSE-C
/// it is sixteen bytes without meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct ETag {
    digest: [u8; 16],
    parts: u16,
}

impl ETag {
    /// The tag of an object that was put at once.
    pub(crate) fn simple(digest: [u8; 16]) -> Self {
        Self { digest, parts: 0 }
    }

    /// The tag of an object made of these parts.
    pub(crate) fn multipart<'a>(parts: impl IntoIterator<Item = &'a ETag>) -> Self {
        let mut md5 = Md5::new();
        let mut count = 0;
        for part in parts {
            md5.update(part.digest);
            count += 1;
        }
        Self { digest: md5.finalize().into(), parts: count }
    }

    /// The bytes that it shows.
    pub(crate) fn digest(&self) -> [u8; 16] {
        self.digest
    }

    /// The tag without quotes, such as `d41d8cd98f00b204e9800998ecf8427e-2`.
    pub(crate) fn hex(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |digit: u8| char::from(DIGITS[usize::from(digit)]);
        let mut text = String::with_capacity(40);
        for byte in self.digest {
            text.push(digit(byte >> 4));
            text.push(digit(byte & 15));
        }
        if self.parts > 0 {
            text.push_str(&format!("-{}", self.parts));
        }
        text
    }

    /// The tag in quotes, as headers and documents carry it.
    pub(crate) fn quoted(&self) -> String {
        ["\"", &self.hex(), "\""].concat()
    }

    /// Whether a header's tag, with or without quotes, is this one.
    pub(crate) fn matches(&self, text: &str) -> bool {
        unquote(text) == self.hex()
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

/// A tag of a request without its quotes and without the mark of weak tags.
pub(crate) fn unquote(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix("W/").unwrap_or(text);
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(content: &[u8]) -> ETag {
        ETag::simple(Md5::digest(content).into())
    }

    #[test]
    fn a_simple_tag_is_the_md5() {
        assert_eq!(of(b"").hex(), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(of(b"").quoted(), "\"d41d8cd98f00b204e9800998ecf8427e\"");
    }

    #[test]
    fn a_multipart_tag_counts_its_parts() {
        // MD5 of two concatenated MD5s of the empty part.
        let tag = ETag::multipart([&of(b""), &of(b"")]);
        assert!(tag.hex().ends_with("-2"));
        let mut both = Vec::new();
        both.extend_from_slice(&of(b"").digest);
        both.extend_from_slice(&of(b"").digest);
        assert_eq!(tag.hex(), format!("{}-2", of(&both).hex()));
    }

    #[test]
    fn quotes_do_not_matter() {
        let tag = of(b"");
        for text in ["d41d8cd98f00b204e9800998ecf8427e", "\"d41d8cd98f00b204e9800998ecf8427e\""] {
            assert!(tag.matches(text), "{text}");
        }
        assert!(!tag.matches("\"d41d8cd98f00b204e9800998ecf8427e-1\""));
        assert!(!tag.matches("*"));
    }
}
