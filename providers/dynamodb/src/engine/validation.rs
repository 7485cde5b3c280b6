//! The error of the pure engine: a `ValidationException` that is not yet one.

use std::borrow::Cow;
use std::fmt;

/// What is wrong with a parameter, in AWS's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid(pub Cow<'static, str>);

impl Invalid {
    /// A fixed message.
    pub const fn new(message: &'static str) -> Self {
        Self(Cow::Borrowed(message))
    }

    /// AWS's usual beginning, and then `detail`.
    pub fn parameter(detail: impl fmt::Display) -> Self {
        Self(Cow::Owned(format!("One or more parameter values were invalid: {detail}")))
    }

    /// Whether a key attribute is empty.
    pub fn is_of_empty_key(&self) -> bool {
        self.0.contains("The AttributeValue for a key attribute cannot contain an empty")
    }

    /// The same message behind `prefix`.
    pub fn prefixed(self, prefix: &str) -> Self {
        Self(Cow::Owned(format!("{prefix}{}", self.0)))
    }
}

impl From<String> for Invalid {
    fn from(message: String) -> Self {
        Self(Cow::Owned(message))
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Invalid {}
