//! What FIFO topics add: deduplication and sequence numbers.

use std::time::Duration;

use fogbank_context::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::message::Message;
use crate::store::Topic;

/// How long a deduplication id is remembered.
const INTERVAL: Duration = Duration::from_secs(300);
/// The sequence number before the first.
const FIRST_SEQUENCE: u64 = 10_000_000_000_000_000_000;

/// A message that was published within the deduplication interval.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Published {
    pub(crate) at: Timestamp,
    pub(crate) id: String,
    pub(crate) sequence_number: String,
}

/// The deduplication id of a message by its contents: the SHA-256 of its body.
pub(crate) fn content_id(body: &str) -> String {
    hex::encode(Sha256::digest(body))
}

impl Topic {
    /// Gives a message its sequence number; or, when it was published before, the message of that
    /// time.
    pub(crate) fn sequence(
        &mut self,
        message: &mut Message,
        now: Timestamp,
    ) -> Result<(), Published> {
        let id = message.deduplication_id.clone().unwrap_or_default();
        let key = match &message.group {
            Some(group) if self.attributes.deduplicates_by_group() => format!("{id}\n{group}"),
            _ => id,
        };
        if let Some(published) = self.recent.get(&key)
            && now.since(published.at) < INTERVAL
        {
            return Err(published.clone());
        }
        if self.recent.len() > 1_000 && self.sequence.is_multiple_of(1_000) {
            self.recent.retain(|_, published| now.since(published.at) < INTERVAL);
        }
        self.sequence += 1;
        let number = (FIRST_SEQUENCE + self.sequence).to_string();
        let published =
            Published { at: now, id: message.id.clone(), sequence_number: number.clone() };
        self.recent.insert(key, published);
        message.sequence_number = Some(number);
        Ok(())
    }
}
