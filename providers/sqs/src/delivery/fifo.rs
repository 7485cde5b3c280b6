//! What FIFO queues add: group and deduplication ids, sequence numbers, the deduplication interval.

use std::sync::Arc;
use std::time::Duration;

use fogbank_context::Timestamp;
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::errors;

/// How long a deduplication id and a receive request attempt id are remembered.
pub(crate) const DEDUPLICATION_INTERVAL: Duration = Duration::from_secs(5 * 60);

/// How long a changed deduplication scope takes to work, as AWS lays down for attributes.
pub(crate) const SCOPE_CHANGE_DELAY: Duration = Duration::from_secs(60);

/// The longest group and deduplication id, in characters.
const LONGEST_ID: usize = 128;

/// The sequence number of a queue's first message, and the step from one to the next.
const FIRST_SEQUENCE_NUMBER: u128 = 18_849_496_460_467_696_128;
const SEQUENCE_STEP: u128 = 256;

/// Checks a message group id or a deduplication id.
///
/// # Errors
/// `InvalidParameterValue` when it is empty, too long, or has other characters than letters,
/// digits and punctuation.
pub(crate) fn check_id(parameter: &str, id: &str) -> Result<(), ServiceError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte.is_ascii_punctuation();
    if (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(allowed) {
        return Ok(());
    }
    let reason = format!(
        "{parameter} can only include alphanumeric and punctuation characters. 1 to {LONGEST_ID} \
         in length."
    );
    Err(errors::invalid_value(id, parameter, reason))
}

/// The deduplication id that a body stands for: its SHA-256 digest in hexadecimal.
pub(crate) fn content_id(body: &str) -> Arc<str> {
    hex::encode(Sha256::digest(body.as_bytes())).into()
}

/// The sequence number of the message with this key: 20 digits, larger for each message.
pub(crate) fn sequence_number(key: u64) -> String {
    (FIRST_SEQUENCE_NUMBER + u128::from(key) * SEQUENCE_STEP).to_string()
}

/// Where deduplication ids have to differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DeduplicationScope {
    /// In the whole queue.
    Queue,
    /// In each message group by itself.
    MessageGroup,
}

/// A deduplication id where it has to be the only one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct DeduplicationKey {
    group: Option<Arc<str>>,
    id: Arc<str>,
}

impl DeduplicationKey {
    /// The key of an id that came with a group.
    pub(crate) fn new(scope: DeduplicationScope, group: &Arc<str>, id: &Arc<str>) -> Self {
        let group = (scope == DeduplicationScope::MessageGroup).then(|| Arc::clone(group));
        Self { group, id: Arc::clone(id) }
    }
}

/// A message that was sent within the deduplication interval.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct SentMessage {
    /// When it was sent.
    pub(crate) at: Timestamp,
    /// Its key in the queue, which gives its sequence number.
    pub(crate) key: u64,
    /// Its id.
    pub(crate) id: Uuid,
}

/// What a `ReceiveMessage` with a receive request attempt id handed out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReceiveAttempt {
    /// When.
    pub(crate) at: Timestamp,
    /// When the visibility timeout ends that it started.
    pub(crate) visible_at: Timestamp,
    /// The messages' keys, with the receipts that were given.
    pub(crate) receipts: Vec<(u64, u32)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_letters_digits_and_punctuation() {
        let longest = "a".repeat(128);
        let too_long = "a".repeat(129);
        for (id, valid) in [
            ("a", true),
            ("A9!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", true),
            (longest.as_str(), true),
            (too_long.as_str(), false),
            ("", false),
            ("a b", false),
            ("ü", false),
            ("a\u{8}", false),
        ] {
            let result = check_id("MessageGroupId", id);
            assert_eq!(result.is_ok(), valid, "{id:?}");
            if let Err(error) = result {
                let message = format!(
                    "Value {id} for parameter MessageGroupId is invalid. Reason: MessageGroupId \
                     can only include alphanumeric and punctuation characters. 1 to 128 in length."
                );
                assert_eq!(error.message(), Some(&*message));
            }
        }
    }

    #[test]
    fn sequence_numbers_have_twenty_digits_and_grow() {
        let numbers: Vec<_> = [0, 1, 2, 1_000_000_000].map(sequence_number).into();
        assert!(numbers.iter().all(|number| number.len() == 20), "{numbers:?}");
        assert!(numbers.is_sorted() && numbers[0] != numbers[1]);
    }

    #[test]
    fn bodies_stand_for_their_digest() {
        let expect = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        assert_eq!(&*content_id("hello"), expect);
    }
}
