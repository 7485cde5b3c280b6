//! The names of queues.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};

use crate::errors;

/// The longest name, in characters, the suffix `.fifo` included.
const LONGEST: usize = 80;

/// What every FIFO queue's name ends with.
pub(crate) const FIFO_SUFFIX: &str = ".fifo";

/// The name of a queue: 1 to 80 letters, digits, hyphens and underscores, and `.fifo` at the end
/// of the name of a FIFO queue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct QueueName(Arc<str>);

impl QueueName {
    /// The name of a queue that is to be created.
    ///
    /// # Errors
    /// `InvalidParameterValue` when the name does not fit the queue's type.
    pub(crate) fn for_new_queue(text: &str, fifo: bool) -> Result<Self, ServiceError> {
        let stem = if fifo { text.strip_suffix(FIFO_SUFFIX) } else { Some(text) };
        let allowed = |stem: &str| {
            !stem.is_empty()
                && stem.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        };
        if text.len() <= LONGEST && stem.is_some_and(allowed) {
            return Ok(Self(text.into()));
        }
        Err(errors::invalid_parameter(if fifo {
            "The name of a FIFO queue can only include alphanumeric characters, hyphens, or \
             underscores, must end with .fifo suffix and be 1 to 80 in length."
        } else {
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
        }))
    }

    /// The name of a queue that may exist; one that cannot exist names nothing.
    pub(crate) fn unchecked(text: &str) -> Self {
        Self(text.into())
    }

    /// The name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for QueueName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_the_type_of_the_queue() {
        let longest = "x".repeat(80);
        let too_long = "x".repeat(81);
        let longest_fifo = format!("{}.fifo", "x".repeat(75));
        let too_long_fifo = format!("{}.fifo", "x".repeat(76));
        for (name, fifo, valid) in [
            ("orders", false, true),
            ("Orders_2-b", false, true),
            (longest.as_str(), false, true),
            (too_long.as_str(), false, false),
            ("", false, false),
            ("a.b", false, false),
            ("a/b", false, false),
            ("größe", false, false),
            ("orders.fifo", false, false),
            ("orders.fifo", true, true),
            (longest_fifo.as_str(), true, true),
            (too_long_fifo.as_str(), true, false),
            (".fifo", true, false),
            ("orders", true, false),
            ("a.b.fifo", true, false),
        ] {
            let result = QueueName::for_new_queue(name, fifo);
            assert_eq!(result.is_ok(), valid, "{name:?}, fifo: {fifo}");
            if let Err(error) = result {
                assert_eq!(error.code(), "InvalidParameterValue");
            }
        }
    }
}
