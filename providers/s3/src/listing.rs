//! Pages of listings: prefix, delimiter, marker and page size over ordered rows.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fogbank_service::ServiceError;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::errors;

/// The most entries of a page.
pub(crate) const MAX_PAGE: i32 = 1000;

/// What a request asks a listing for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query<'a> {
    /// Only keys with this prefix.
    pub(crate) prefix: &'a str,
    /// Keys that share what follows the prefix up to here are one common prefix; empty for none.
    pub(crate) delimiter: &'a str,
    /// Only what comes after this.
    pub(crate) after: &'a str,
    /// The most entries, common prefixes included.
    pub(crate) limit: usize,
}

/// One step of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry<T> {
    /// A row.
    Item(T),
    /// The keys with this prefix.
    CommonPrefix(String),
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page<T> {
    /// What the page shows, in the order of keys.
    pub(crate) entries: Vec<Entry<T>>,
    /// There is more.
    pub(crate) truncated: bool,
}

/// Where a walk through ordered rows goes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seek {
    /// To the first key that is at least this.
    At(String),
    /// To the first key beyond this one.
    Beyond(String),
}

/// Collects a page. `walk` is given where to start, visits the rows from there in the order of
/// their keys, and stops when the visitor says so; it is called again after every common prefix,
/// so that the keys below it are skipped and not visited.
///
/// The visitor's key is the row's; rows that the page does not show are not given to it.
pub(crate) fn page<T>(
    query: Query<'_>,
    mut walk: impl FnMut(&Seek, &mut dyn FnMut(&str, &mut dyn FnMut() -> T) -> bool),
) -> Page<T> {
    let mut entries = Vec::new();
    let mut truncated = false;
    let mut seek = first(query);
    while let Some(from) = seek.take() {
        walk(&from, &mut |key, item| {
            let Some(rest) = key.strip_prefix(query.prefix) else { return false };
            let common = common_prefix(query, rest);
            if let Some(common) = common {
                seek = end_of(&common).map(Seek::At);
                if common.as_str() > query.after {
                    if entries.len() == query.limit {
                        truncated = true;
                        seek = None;
                        return false;
                    }
                    entries.push(Entry::CommonPrefix(common));
                }
                return false;
            }
            if entries.len() == query.limit {
                truncated = true;
                return false;
            }
            entries.push(Entry::Item(item()));
            true
        });
    }
    // A page of nothing is never truncated.
    Page { truncated: truncated && query.limit > 0, entries }
}

/// Where the walk of a query begins.
fn first(query: Query<'_>) -> Option<Seek> {
    if query.after < query.prefix {
        return Some(Seek::At(query.prefix.to_owned()));
    }
    // A marker inside a common prefix is beyond all its keys.
    let inside = query.after.strip_prefix(query.prefix).and_then(|rest| common_prefix(query, rest));
    match inside {
        Some(common) => end_of(&common).map(Seek::At),
        None if query.after.is_empty() => Some(Seek::At(String::new())),
        None => Some(Seek::Beyond(query.after.to_owned())),
    }
}

fn common_prefix(query: Query<'_>, rest: &str) -> Option<String> {
    if query.delimiter.is_empty() {
        return None;
    }
    // Nearly every delimiter is a slash, which needs no general search.
    let found = match query.delimiter.as_bytes() {
        [byte] => rest.bytes().position(|it| it == *byte),
        _ => rest.find(query.delimiter),
    };
    let end = found? + query.delimiter.len();
    Some(format!("{}{}", query.prefix, &rest[..end]))
}

/// The least text that is greater than every text with this prefix; none when there is none.
fn end_of(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        let next = match u32::from(last) {
            0xD7FF => char::from_u32(0xE000),
            code => char::from_u32(code + 1),
        };
        if let Some(next) = next {
            end.push(next);
            return Some(end);
        }
    }
    None
}

/// Characters that `encoding-type=url` leaves alone.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b'/');

/// How keys are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// As they are.
    Plain,
    /// Percent-encoded, a space as `+`.
    Url,
}

impl Encoding {
    /// The encoding that a request asks for.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for anything but `url`.
    pub(crate) fn parse(encoding_type: Option<&str>) -> Result<Self, ServiceError> {
        match encoding_type {
            None => Ok(Self::Plain),
            Some("url") => Ok(Self::Url),
            Some(other) => Err(errors::invalid_argument(
                "Invalid Encoding Method specified in Request",
                "encoding-type",
                Some(other),
            )),
        }
    }

    /// A key as the document carries it.
    pub(crate) fn apply(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Url => utf8_percent_encode(text, PLAIN).to_string().replace("%20", "+"),
        }
    }
}

/// The size of a page that a request asks for.
///
/// # Errors
///
/// `InvalidArgument` below zero.
pub(crate) fn page_size(requested: Option<i32>, name: &'static str) -> Result<usize, ServiceError> {
    let requested = requested.unwrap_or(MAX_PAGE);
    usize::try_from(requested.min(MAX_PAGE)).map_err(|_| negative(name, requested))
}

/// A number below zero where there can be none.
pub(crate) fn negative(name: &'static str, value: i32) -> ServiceError {
    errors::invalid_argument(
        format!("Argument {name} must be an integer between 0 and 2147483647"),
        name,
        Some(&value.to_string()),
    )
}

/// A continuation token that resumes after this.
pub(crate) fn token(after: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("1:{after}"))
}

/// What a continuation token resumes after.
///
/// # Errors
///
/// `InvalidArgument` for a token that S3 never gave out.
pub(crate) fn parse_token(token: &str) -> Result<String, ServiceError> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let after = text.as_deref().and_then(|text| text.strip_prefix("1:"));
    after.map(str::to_owned).ok_or_else(|| {
        errors::invalid_argument(
            "The continuation token provided is incorrect",
            "continuation-token",
            None,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::ops::Bound;

    fn list(keys: &[&str], query: Query<'_>) -> (Vec<String>, bool, usize) {
        let rows: BTreeSet<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        let mut visited = 0;
        let page = page(query, |seek, visit| {
            let from = match seek {
                Seek::At(key) => Bound::Included(key.clone()),
                Seek::Beyond(key) => Bound::Excluded(key.clone()),
            };
            for key in rows.range((from, Bound::Unbounded)) {
                visited += 1;
                if !visit(key, &mut || key.clone()) {
                    break;
                }
            }
        });
        let shown = page.entries.into_iter().map(|entry| match entry {
            Entry::Item(key) => key,
            Entry::CommonPrefix(prefix) => format!("[{prefix}]"),
        });
        (shown.collect(), page.truncated, visited)
    }

    fn query<'a>(prefix: &'a str, delimiter: &'a str, after: &'a str, limit: usize) -> Query<'a> {
        Query { prefix, delimiter, after, limit }
    }

    #[test]
    fn pages() {
        let keys = ["folder/aSub/f1", "folder/aSub/f2", "folder/file1", "folder/file2", "z"];
        let table: [(Query<'_>, &[&str], bool); 12] = [
            (query("", "", "", 1000), &keys, false),
            (query("", "/", "", 1000), &["[folder/]", "z"], false),
            (query("folder/", "/", "", 1), &["[folder/aSub/]"], true),
            (query("folder/", "/", "folder/aSub/", 1), &["folder/file1"], true),
            (query("folder/", "/", "folder/file1", 1), &["folder/file2"], false),
            (query("folder/", "/", "folder/aSub/f1", 1), &["folder/file1"], true),
            (query("nothing", "", "", 10), &[], false),
            (query("", "", "folder/file2", 10), &["z"], false),
            (query("", "", "zz", 10), &[], false),
            (query("", "", "", 0), &[], false),
            (
                query("", "le", "", 10),
                &["folder/aSub/f1", "folder/aSub/f2", "[folder/file]", "z"],
                false,
            ),
            (query("folder/", "", "a", 2), &["folder/aSub/f1", "folder/aSub/f2"], true),
        ];
        for (query, expected, truncated) in table {
            let (shown, more, _) = list(&keys, query);
            assert_eq!(shown, expected, "{query:?}");
            assert_eq!(more, truncated, "{query:?}");
        }
    }

    #[test]
    fn a_common_prefix_is_skipped_and_not_walked() {
        let keys: Vec<String> =
            (0..1000).map(|n| format!("a/{n:04}")).chain(["b".into()]).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let (shown, truncated, visited) = list(&keys, query("", "/", "", 10));
        assert_eq!(shown, ["[a/]", "b"]);
        assert!(!truncated);
        assert!(visited <= 3, "{visited}");
    }

    #[test]
    fn keys_are_ordered_by_their_bytes() {
        // U+FF61 sorts after U+1F600 in UTF-16 and before it in UTF-8.
        let keys = ["\u{ff61}", "\u{1f600}", "e", "\u{e9}"];
        let (shown, ..) = list(&keys, query("", "", "", 10));
        assert_eq!(shown, ["e", "\u{e9}", "\u{ff61}", "\u{1f600}"]);
    }

    #[test]
    fn encoding() {
        for (key, expected) in [
            ("a b", "a+b"),
            ("a+b", "a%2Bb"),
            ("dir/k\u{e9}y~", "dir/k%C3%A9y%7E"),
            ("file%2Fname", "file%252Fname"),
            ("date=2026-01-01/", "date%3D2026-01-01/"),
            ("*._-", "*._-"),
        ] {
            assert_eq!(Encoding::Url.apply(key), expected);
        }
        assert!(Encoding::parse(Some("value")).is_err());
    }

    #[test]
    fn tokens() {
        for after in ["", "k\u{e9}y", "a/b c"] {
            assert_eq!(parse_token(&token(after)).unwrap(), after);
        }
        for token in ["", "x", "!!!"] {
            assert_eq!(parse_token(token).unwrap_err().code(), "InvalidArgument");
        }
    }
}
