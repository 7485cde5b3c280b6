//! Tags of buckets and objects.

use fogbank_service::ServiceError;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

use crate::errors;

/// Tags in the order they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tags(pub(crate) Vec<(String, String)>);

/// What the tags belong to; the rules differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tagged {
    /// A bucket: at most 50 tags.
    Bucket,
    /// A bucket that is being created.
    NewBucket,
    /// An object: at most 10 tags.
    Object,
}

impl Tags {
    /// Tags of a document, checked.
    ///
    /// # Errors
    ///
    /// `InvalidTag` for keys and values outside S3's rules, duplicates and keys of `aws:`;
    /// `BadRequest` for too many.
    pub(crate) fn checked(
        tags: Vec<(String, String)>,
        tagged: Tagged,
    ) -> Result<Self, ServiceError> {
        let most = if tagged == Tagged::Object { 10 } else { 50 };
        if tags.len() > most {
            let what = if tagged == Tagged::Object { "Object" } else { "Bucket" };
            return Err(errors::error(
                "BadRequest",
                400,
                format!("{what} tags cannot be greater than {most}"),
                &[],
            ));
        }
        for (index, (key, value)) in tags.iter().enumerate() {
            if key.is_empty() && tagged != Tagged::Object {
                return Err(errors::malformed_xml());
            }
            if key.is_empty() || key.chars().count() > 128 || !allowed(key) {
                return Err(errors::invalid_tag(
                    "The TagKey you have provided is invalid",
                    Some(key),
                ));
            }
            if value.chars().count() > 256 || !allowed(value) {
                let error = errors::invalid_tag("The TagValue you have provided is invalid", None);
                return Err(error
                    .with_member("TagKey", key.clone())
                    .with_member("TagValue", value.clone()));
            }
            if key.starts_with("aws:") {
                return Err(system_tag(key, tagged));
            }
            if tags[..index].iter().any(|(other, _)| other == key) {
                let message = "Cannot provide multiple Tags with the same key";
                return Err(errors::invalid_tag(message, Some(key)));
            }
        }
        Ok(Self(tags))
    }

    /// Tags of the `x-amz-tagging` header: a query string without duplicate names.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for another form; those of [`Tags::checked`].
    pub(crate) fn of_header(header: &str) -> Result<Self, ServiceError> {
        let malformed = || {
            errors::invalid_argument(
                "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query \
                 parameters without tag name duplicates.",
                "x-amz-tagging",
                Some(header),
            )
        };
        let mut tags: Vec<(String, String)> = Vec::new();
        for pair in header.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if value.contains('=') {
                return Err(malformed());
            }
            let (key, value) =
                (decode(key).ok_or_else(malformed)?, decode(value).ok_or_else(malformed)?);
            if tags.iter().any(|(other, _)| *other == key) {
                return Err(malformed());
            }
            tags.push((key, value));
        }
        Self::checked(tags, Tagged::Object)
    }

    /// The value of a tag.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == key).map(|(_, value)| value.as_str())
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are, as a header carries it; none for none.
    pub(crate) fn count(&self) -> Option<i32> {
        i32::try_from(self.0.len()).ok().filter(|count| *count > 0)
    }
}

fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(|text| text.into_owned())
}

/// Letters, digits and spaces of any script, and `_.:/=+-@`.
fn allowed(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c))
}

fn system_tag(key: &str, tagged: Tagged) -> ServiceError {
    match tagged {
        Tagged::Bucket => {
            errors::invalid_tag("System tags cannot be added/updated by requester", Some(key))
        }
        Tagged::Object => {
            errors::invalid_tag("Your TagKey cannot be prefixed with aws:", Some(key))
        }
        Tagged::NewBucket => errors::invalid_tag(
            "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system \
             tags. Remove \"aws:\" from your tag keys and try again.",
            None,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tagged: Tagged, key: &str, value: &str) -> Option<String> {
        let tags = vec![(key.to_owned(), value.to_owned())];
        Tags::checked(tags, tagged).err().map(|error| error.message().unwrap_or("").to_owned())
    }

    #[test]
    fn rules() {
        assert_eq!(check(Tagged::Object, "Key1", "a value/with:+-=._@"), None);
        assert_eq!(check(Tagged::Object, "Schl\u{fc}ssel", ""), None);
        for (tagged, key, value, message) in [
            (Tagged::Bucket, "Key1,Key2", "v", "The TagKey you have provided is invalid"),
            (Tagged::Object, "k", "a,b", "The TagValue you have provided is invalid"),
            (Tagged::Object, "aws:k", "v", "Your TagKey cannot be prefixed with aws:"),
            (Tagged::Bucket, "aws:k", "v", "System tags cannot be added/updated by requester"),
        ] {
            assert_eq!(check(tagged, key, value).as_deref(), Some(message), "{key}={value}");
        }
        let eleven = (0..11).map(|n| (format!("k{n}"), String::new())).collect();
        assert_eq!(Tags::checked(eleven, Tagged::Object).unwrap_err().code(), "BadRequest");
    }

    #[test]
    fn headers() {
        let tags = Tags::of_header("a=1&b+c=%C3%BC&d").unwrap();
        assert_eq!(tags.get("b c"), Some("\u{fc}"));
        assert_eq!(tags.count(), Some(3));
        assert!(Tags::of_header("").unwrap().is_empty());
        for header in ["key1=val1&key1=val2", "key1=val1,key2=val2"] {
            assert_eq!(Tags::of_header(header).unwrap_err().code(), "InvalidArgument", "{header}");
        }
    }
}
