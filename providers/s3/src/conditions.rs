//! Conditional requests: of reads, of copy sources, of writes and of deletes.

use aws_smithy_types::date_time::Format;
use fogbank_context::Timestamp;
use fogbank_service::ServiceError;

use crate::errors;
use crate::etag::{ETag, unquote};
use crate::key::ObjectKey;

/// The four conditions of RFC 9110 as a request carries them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    pub(crate) if_match: Option<String>,
    pub(crate) if_none_match: Option<String>,
    pub(crate) if_modified_since: Option<Timestamp>,
    pub(crate) if_unmodified_since: Option<Timestamp>,
}

/// Which condition does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failed {
    Match,
    NoneMatch,
    ModifiedSince,
    UnmodifiedSince,
}

impl Conditions {
    /// Checks the conditions of a read.
    ///
    /// # Errors
    ///
    /// `PreconditionFailed`, or a 304 that carries the entity tag and the date.
    pub(crate) fn check_read(
        &self,
        etag: &ETag,
        modified: Timestamp,
        now: Timestamp,
    ) -> Result<(), ServiceError> {
        match self.failed(etag, modified, now) {
            None => Ok(()),
            Some(Failed::Match) => Err(errors::precondition_failed("If-Match")),
            Some(Failed::UnmodifiedSince) => {
                Err(errors::precondition_failed("If-Unmodified-Since"))
            }
            Some(Failed::NoneMatch | Failed::ModifiedSince) => Err(not_modified(etag, modified)),
        }
    }

    /// Checks the conditions on the source of a copy.
    ///
    /// # Errors
    ///
    /// `PreconditionFailed`.
    pub(crate) fn check_copy_source(
        &self,
        etag: &ETag,
        modified: Timestamp,
        now: Timestamp,
    ) -> Result<(), ServiceError> {
        let condition = match self.failed(etag, modified, now) {
            None => return Ok(()),
            Some(Failed::Match) => "x-amz-copy-source-If-Match",
            Some(Failed::NoneMatch) => "x-amz-copy-source-If-None-Match",
            Some(Failed::ModifiedSince) => "x-amz-copy-source-If-Modified-Since",
            Some(Failed::UnmodifiedSince) => "x-amz-copy-source-If-Unmodified-Since",
        };
        Err(errors::precondition_failed(condition))
    }

    /// Tags win over dates. A date in the future never makes `If-Modified-Since` fail.
    fn failed(&self, etag: &ETag, modified: Timestamp, now: Timestamp) -> Option<Failed> {
        let modified = modified.as_secs();
        if let Some(tags) = &self.if_match {
            if !any_matches(tags, etag) {
                return Some(Failed::Match);
            }
        } else if self.if_unmodified_since.is_some_and(|since| modified > since.as_secs()) {
            return Some(Failed::UnmodifiedSince);
        }
        if let Some(tags) = &self.if_none_match {
            return any_matches(tags, etag).then_some(Failed::NoneMatch);
        }
        let since = self.if_modified_since.filter(|since| since.as_secs() <= now.as_secs());
        since.is_some_and(|since| modified <= since.as_secs()).then_some(Failed::ModifiedSince)
    }
}

/// `Not Modified`, which has no body.
fn not_modified(etag: &ETag, modified: Timestamp) -> ServiceError {
    let date = modified.to_wire_secs().fmt(Format::HttpDate).unwrap_or_default();
    ServiceError::new("NotModified", 304, "Not Modified")
        .with_header(http::header::ETAG, etag.quoted())
        .with_header(http::header::LAST_MODIFIED, date)
}

fn any_matches(tags: &str, etag: &ETag) -> bool {
    tags.split(',').any(|tag| tag.trim() == "*" || etag.matches(tag))
}

/// The condition of a write: `If-None-Match: *` or `If-Match: <entity tag>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum WriteCondition {
    /// None.
    #[default]
    Always,
    /// The key must have no object.
    Absent,
    /// The key's object must have this tag.
    Match(String),
}

impl WriteCondition {
    /// The condition of a put, a copy or the completion of an upload.
    ///
    /// # Errors
    ///
    /// `NotImplemented` for both headers at once and for values that S3 refuses.
    pub(crate) fn parse(
        if_match: Option<&str>,
        if_none_match: Option<&str>,
    ) -> Result<Self, ServiceError> {
        let refused = |header: &str| {
            let note =
                format!("We don't accept the provided value of {header} header for this API");
            Err(errors::header_not_implemented(header, Some(note)))
        };
        match (if_match, if_none_match) {
            (None, None) => Ok(Self::Always),
            (Some(_), Some(_)) => Err(errors::header_not_implemented(
                "If-Match,If-None-Match",
                Some("Multiple conditional request headers present in the request".to_owned()),
            )),
            (None, Some("*")) => Ok(Self::Absent),
            (None, Some(_)) => refused("If-None-Match"),
            (Some("*"), None) => refused("If-Match"),
            (Some(tag), None) => Ok(Self::Match(unquote(tag).to_owned())),
        }
    }

    /// Checks the condition against the tag of the key's current object.
    ///
    /// # Errors
    ///
    /// `PreconditionFailed`, or `NoSuchKey` when there is nothing to match.
    pub(crate) fn check(
        &self,
        key: &ObjectKey,
        current: Option<&ETag>,
    ) -> Result<(), ServiceError> {
        match (self, current) {
            (Self::Absent, Some(_)) => Err(errors::precondition_failed("If-None-Match")),
            (Self::Match(_), None) => Err(errors::no_such_key(key)),
            (Self::Match(tag), Some(current)) if current.hex() != *tag => {
                Err(errors::precondition_failed("If-Match"))
            }
            _ => Ok(()),
        }
    }

    /// The header's name, where there is a condition.
    pub(crate) fn header(&self) -> Option<&'static str> {
        match self {
            Self::Always => None,
            Self::Absent => Some("If-None-Match"),
            Self::Match(_) => Some("If-Match"),
        }
    }
}

/// Checks `If-Match` of a delete: a tag, or `*` for any object.
///
/// # Errors
///
/// `PreconditionFailed`, or `NoSuchKey` when there is no object.
pub(crate) fn check_delete(
    if_match: Option<&str>,
    key: &ObjectKey,
    current: Option<&ETag>,
) -> Result<(), ServiceError> {
    match (if_match, current) {
        (None, _) | (Some("*"), Some(_)) => Ok(()),
        (Some(_), None) => Err(errors::no_such_key(key)),
        (Some(tag), Some(current)) if current.matches(tag) => Ok(()),
        (Some(_), Some(_)) => Err(errors::precondition_failed("If-Match")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    fn tag() -> ETag {
        ETag::simple([7; 16])
    }

    fn at(seconds: i64) -> Option<Timestamp> {
        Some(Timestamp::from_secs(seconds))
    }

    #[test]
    fn reads() {
        let this = Some(tag().quoted());
        let other = Some("\"other\"".to_owned());
        let table: [(Conditions, u16); 11] = [
            (Conditions::default(), 200),
            (Conditions { if_match: this.clone(), ..Conditions::default() }, 200),
            (Conditions { if_match: other.clone(), ..Conditions::default() }, 412),
            (Conditions { if_none_match: this.clone(), ..Conditions::default() }, 304),
            (Conditions { if_none_match: Some("*".to_owned()), ..Conditions::default() }, 304),
            (Conditions { if_none_match: other.clone(), ..Conditions::default() }, 200),
            (Conditions { if_unmodified_since: at(499), ..Conditions::default() }, 412),
            (Conditions { if_unmodified_since: at(500), ..Conditions::default() }, 200),
            (Conditions { if_modified_since: at(500), ..Conditions::default() }, 304),
            (Conditions { if_modified_since: at(2_000_000), ..Conditions::default() }, 200),
            // A matching tag makes the date irrelevant.
            (
                Conditions { if_match: this, if_unmodified_since: at(1), ..Conditions::default() },
                200,
            ),
        ];
        for (conditions, status) in table {
            let got = conditions.check_read(&tag(), Timestamp::from_millis(500_900), NOW);
            assert_eq!(got.map_or_else(|error| error.status(), |()| 200), status, "{conditions:?}");
        }
    }

    #[test]
    fn writes() {
        let key = ObjectKey::parse("k").unwrap();
        let tag = tag();
        for (if_match, if_none_match, current, code) in [
            (None, None, Some(&tag), ""),
            (None, Some("*"), None, ""),
            (None, Some("*"), Some(&tag), "PreconditionFailed"),
            (None, Some("\"x\""), None, "NotImplemented"),
            (Some("*"), None, Some(&tag), "NotImplemented"),
            (Some("x"), Some("*"), None, "NotImplemented"),
            (Some("x"), None, None, "NoSuchKey"),
            (Some("x"), None, Some(&tag), "PreconditionFailed"),
            (Some(&*tag.quoted()), None, Some(&tag), ""),
        ] {
            let got = WriteCondition::parse(if_match, if_none_match)
                .and_then(|condition| condition.check(&key, current));
            let got = got.map_or_else(|error| error.code().to_owned(), |()| String::new());
            assert_eq!(got, code, "{if_match:?} {if_none_match:?}");
        }
    }
}
