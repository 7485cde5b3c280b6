//! What a request says of its signature.

use http::HeaderName;
use http::header::{AUTHORIZATION, DATE};
use percent_encoding::percent_decode_str;

use crate::canonical::Message;

const TIME: HeaderName = HeaderName::from_static("x-amz-date");
const TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// How a request is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// `AWS4-HMAC-SHA256`.
    Hmac,
    /// `AWS4-ECDSA-P256-SHA256`: version 4a.
    Ecdsa,
}

impl Algorithm {
    /// The algorithm's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Algorithm::Hmac => "AWS4-HMAC-SHA256",
            Algorithm::Ecdsa => "AWS4-ECDSA-P256-SHA256",
        }
    }

    pub(crate) fn by_name(name: &str) -> Option<Self> {
        [Algorithm::Hmac, Algorithm::Ecdsa].into_iter().find(|known| known.as_str() == name)
    }
}

/// What a request says of its signature of version 4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// How it is signed.
    pub algorithm: Algorithm,
    /// The access key.
    pub access_key_id: String,
    /// The scope: date, region (not in 4a), service, `aws4_request`.
    pub scope: String,
    /// The names of the signed headers, in lower case, with semicolons between them.
    pub signed_headers: String,
    /// The signature in hexadecimal.
    pub signature: String,
    /// The time of the signature, such as `20260131T120000Z`; empty when the request has none.
    pub time: String,
    /// Seconds that a presigned request is valid.
    pub expires: Option<i64>,
    /// The claims stand in the query string.
    pub presigned: bool,
    /// The session token.
    pub token: Option<String>,
}

impl Claims {
    /// The claims of a request; none when it has no signature of version 4, or an incomplete one.
    pub fn of(message: &Message<'_>) -> Option<Self> {
        match message.headers.get(AUTHORIZATION) {
            Some(header) => Self::of_header(message, header.to_str().ok()?),
            None => Self::of_query(message),
        }
    }

    /// Every signed request has this header, so it is gone through once.
    fn of_header(message: &Message<'_>, text: &str) -> Option<Self> {
        let text = text.trim_ascii();
        let (algorithm, parts) = text.split_at_checked(memchr::memchr(b' ', text.as_bytes())?)?;
        let algorithm = Algorithm::by_name(algorithm)?;
        let (mut stated, mut signed_headers, mut signature) = (None, None, None);
        for part in split(parts, b',') {
            let part = part.trim_ascii();
            for (name, place) in [
                ("Credential=", &mut stated),
                ("SignedHeaders=", &mut signed_headers),
                ("Signature=", &mut signature),
            ] {
                if place.is_none() {
                    *place = part.strip_prefix(name);
                }
            }
        }
        let (access_key_id, scope) = credential(stated?, algorithm)?;
        let header = |name: &HeaderName| message.headers.get(name)?.to_str().ok();
        let time = header(&TIME).map(str::to_owned);
        Some(Self {
            algorithm,
            access_key_id,
            scope,
            signed_headers: signed_headers?.to_owned(),
            signature: signature?.to_owned(),
            time: time.or_else(|| of_date(header(&DATE)?)).unwrap_or_default(),
            expires: None,
            presigned: false,
            token: header(&TOKEN).map(str::to_owned),
        })
    }

    fn of_query(message: &Message<'_>) -> Option<Self> {
        let parameter = |wanted: &str| {
            let mut pairs = message.query.split('&').filter_map(|pair| pair.split_once('='));
            let (_, value) = pairs.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
            Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
        };
        let algorithm = Algorithm::by_name(&parameter("X-Amz-Algorithm")?)?;
        let (access_key_id, scope) = credential(&parameter("X-Amz-Credential")?, algorithm)?;
        Some(Self {
            algorithm,
            access_key_id,
            scope,
            signed_headers: parameter("X-Amz-SignedHeaders")?,
            signature: parameter("X-Amz-Signature")?,
            time: parameter("X-Amz-Date").unwrap_or_default(),
            expires: parameter("X-Amz-Expires").and_then(|text| text.parse().ok()),
            presigned: true,
            token: parameter("X-Amz-Security-Token"),
        })
    }

    /// The date of the scope, `20260131`.
    pub fn date(&self) -> &str {
        split(&self.scope, b'/').next().unwrap_or_default()
    }

    /// The service of the scope.
    pub fn service(&self) -> &str {
        let scope = self.scope.as_bytes();
        let Some(end) = memchr::memrchr(b'/', scope) else { return "" };
        let start = memchr::memrchr(b'/', &scope[..end]).map_or(0, |slash| slash + 1);
        &self.scope[start..end]
    }

    /// The region of the scope; none in version 4a.
    pub fn region(&self) -> Option<&str> {
        match self.algorithm {
            Algorithm::Hmac => self.scope.split('/').nth(1),
            Algorithm::Ecdsa => None,
        }
    }

    /// Whether the path is signed as S3 does.
    pub fn is_s3(&self) -> bool {
        matches!(self.service(), "s3" | "s3-object-lambda" | "s3express" | "s3-outposts")
    }
}

/// The parts of a text between separators that are ASCII.
pub(crate) fn split(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let ends = memchr::memchr_iter(separator, text.as_bytes()).chain([text.len()]);
    ends.scan(0, |start, end| {
        let part = &text[*start..end];
        *start = end + 1;
        Some(part)
    })
}

/// The access key, which may contain slashes, and the scope behind it.
pub(crate) fn credential(text: &str, algorithm: Algorithm) -> Option<(String, String)> {
    let fields = match algorithm {
        Algorithm::Hmac => 4,
        Algorithm::Ecdsa => 3,
    };
    let slash = |end: usize| memchr::memrchr(b'/', &text.as_bytes()[..end]);
    let at = (0..fields).try_fold(text.len(), |end, _| slash(end))?;
    Some((text[..at].to_owned(), text[at + 1..].to_owned()))
}

/// `20260131T120000Z` of a date of HTTP, `Sat, 31 Jan 2026 12:00:00 GMT`.
fn of_date(text: &str) -> Option<String> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if text.len() == 16 && text.ends_with('Z') {
        return Some(text.to_owned());
    }
    let mut words = text.split_whitespace().skip(1);
    let (day, month, year, clock) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let month = MONTHS.find(month).filter(|at| at % 3 == 0)? / 3 + 1;
    Some(format!("{year}{month:02}{day:0>2}T{}Z", clock.replace(':', "")))
}
