//! Which of the headers that few requests have a request has.
//!
//! Each handler would look for its own ones with every request, and hash their names for it; here
//! all headers are gone through once.

use http::HeaderMap;

/// What a request's head has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Noted {
    found: u8,
    /// Bytes of all names and values.
    pub(crate) size: usize,
}

/// A header that few requests have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Rare {
    /// `accept`.
    Accept = 1,
    /// `content-encoding`.
    ContentEncoding = 1 << 1,
    /// `origin`.
    Origin = 1 << 2,
    /// `x-amz-content-sha256`.
    ContentSha256 = 1 << 3,
    /// `x-amz-security-token`.
    SecurityToken = 1 << 4,
    /// `x-fogbank-world`.
    World = 1 << 5,
    /// `content-type`, where it is CBOR.
    Cbor = 1 << 6,
}

impl Noted {
    /// Goes through the headers.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut noted = Self::default();
        for (name, value) in headers {
            let name = name.as_str();
            noted.size += name.len() + value.len();
            let rare = match name {
                "accept" => Rare::Accept,
                "content-encoding" => Rare::ContentEncoding,
                "origin" => Rare::Origin,
                "x-amz-content-sha256" => Rare::ContentSha256,
                "x-amz-security-token" => Rare::SecurityToken,
                "x-fogbank-world" => Rare::World,
                "content-type" if value.as_bytes().starts_with(b"application/x-amz-cbor") => {
                    Rare::Cbor
                }
                _ => continue,
            };
            noted.found |= rare as u8;
        }
        noted
    }

    /// Whether the header is there.
    pub(crate) fn has(self, header: Rare) -> bool {
        self.found & header as u8 != 0
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn headers_are_noted() {
        let all = [
            ("Accept", "*/*", Rare::Accept),
            ("Content-Encoding", "gzip", Rare::ContentEncoding),
            ("Origin", "null", Rare::Origin),
            ("X-Amz-Content-SHA256", "", Rare::ContentSha256),
            ("X-Amz-Security-Token", "t", Rare::SecurityToken),
            ("X-Fogbank-World", "w", Rare::World),
            ("Content-Type", "application/x-amz-cbor-1.1", Rare::Cbor),
            ("Content-Type", "application/x-amz-json-1.1", Rare::Accept),
            ("Accept-Encoding", "gzip", Rare::Accept),
        ];
        for (at, (name, value, rare)) in all.into_iter().enumerate() {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            let size = name.as_str().len() + value.len();
            let headers = HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
            let noted = Noted::of(&headers);
            assert_eq!((noted.has(rare), noted.size), (at < 7, size), "{headers:?}");
        }
    }
}
