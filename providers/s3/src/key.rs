//! Object keys.

use std::fmt;
use std::sync::Arc;

use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};

use crate::errors;

/// The longest key in bytes of UTF-8.
pub(crate) const MAX_KEY_BYTES: usize = 1024;

/// The key of an object: 1 to 1024 bytes of UTF-8, ordered by its bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct ObjectKey(Arc<str>);

impl ObjectKey {
    /// A key of a request.
    ///
    /// # Errors
    ///
    /// `KeyTooLongError` above 1024 bytes.
    pub(crate) fn parse(text: &str) -> Result<Self, ServiceError> {
        if text.len() > MAX_KEY_BYTES {
            return Err(errors::key_too_long(text.len()));
        }
        Ok(Self(Arc::from(text)))
    }

    /// A key to compare with, of any length.
    pub(crate) fn unchecked(text: &str) -> Self {
        Self(Arc::from(text))
    }

    /// The key as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for ObjectKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}
