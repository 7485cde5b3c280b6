//! What is published: a message, its attributes, and how it looks to those who get it.

pub(crate) mod attributes;
pub(crate) mod envelope;
pub(crate) mod signing;
pub(crate) mod structure;
pub(crate) mod time;

use std::collections::BTreeMap;

use fogbank_context::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) use attributes::MessageAttribute;
pub(crate) use structure::Body;

/// A message that was accepted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) body: Body,
    pub(crate) subject: Option<String>,
    pub(crate) attributes: BTreeMap<String, MessageAttribute>,
    /// `MessageGroupId`.
    pub(crate) group: Option<String>,
    /// `MessageDeduplicationId`, or the one by content.
    pub(crate) deduplication_id: Option<String>,
    /// Set by FIFO topics.
    pub(crate) sequence_number: Option<String>,
    pub(crate) at: Timestamp,
    /// The X-Ray header of the request.
    pub(crate) trace_header: Option<String>,
}
