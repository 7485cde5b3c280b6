//! Messages: what was sent, and what receiving adds to it.

pub(crate) mod attributes;
pub(crate) mod body;
pub(crate) mod digest;
pub(crate) mod receipt_handle;
pub(crate) mod submission;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use fogbank_api_sqs as api;
use fogbank_api_sqs::MessageSystemAttributeName as Name;
use fogbank_context::Timestamp;
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::delivery::fifo;
use crate::errors;
use crate::message::attributes::{AttributeFilter, MessageAttributes};
use crate::message::body::Body;
use crate::message::digest::MessageDigest;
use crate::message::receipt_handle::ReceiptHandle;

/// A message as it was sent; it never changes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: Uuid,
    pub(crate) body: Body,
    /// The digest of the body, once somebody has asked for it.
    #[serde(skip)]
    pub(crate) body_digest: OnceLock<MessageDigest>,
    pub(crate) attributes: MessageAttributes,
    /// The X-Ray trace header.
    pub(crate) trace_header: Option<Box<str>>,
    /// The sender's user id.
    pub(crate) sender: Arc<str>,
    /// When it was sent.
    pub(crate) sent: Timestamp,
    /// When its delay ends.
    pub(crate) available_at: Timestamp,
    /// The message group, on a FIFO queue always there.
    pub(crate) group: Option<Arc<str>>,
    /// The deduplication id, on FIFO queues.
    pub(crate) deduplication_id: Option<Arc<str>>,
    /// Where it was before it was moved to this dead-letter queue.
    pub(crate) origin: Option<Origin>,
}

/// What a message in a dead-letter queue brought along.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// The ARN of the source queue.
    pub(crate) queue: Arc<str>,
    /// How often it had been received.
    pub(crate) receives: u32,
    /// When it was first received.
    pub(crate) first_received: Option<Timestamp>,
}

/// What receiving a message changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Delivery {
    /// How often this queue handed the message out; the number of its latest receipt.
    pub(crate) count: u32,
    /// When it did so first.
    pub(crate) first: Timestamp,
    /// When it did so last.
    pub(crate) last: Timestamp,
    /// When the visibility timeout ends.
    pub(crate) visible_at: Timestamp,
    /// The receiver gave the message back by setting the visibility timeout to zero.
    pub(crate) returned: bool,
}

/// A message that was received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) key: u64,
    pub(crate) message: Arc<Message>,
    pub(crate) delivery: Delivery,
}

impl Message {
    /// The digest of the body.
    pub(crate) fn body_digest(&self) -> MessageDigest {
        *self.body_digest.get_or_init(|| MessageDigest::of_body(&self.body))
    }

    /// How often it was received, here and in the queues it was in before.
    fn receives(&self, delivery: Option<&Delivery>) -> u32 {
        let earlier = self.origin.as_ref().map_or(0, |origin| origin.receives);
        earlier + delivery.map_or(0, |delivery| delivery.count)
    }

    fn first_received(&self, delivery: Option<&Delivery>) -> Option<Timestamp> {
        let earlier = self.origin.as_ref().and_then(|origin| origin.first_received);
        earlier.or(delivery.map(|delivery| delivery.first))
    }

    /// The message as it enters a dead-letter queue.
    pub(crate) fn dead_letter(
        &self,
        source: &Arc<str>,
        delivery: Option<&Delivery>,
        now: Timestamp,
    ) -> Self {
        let origin = Origin {
            queue: Arc::clone(source),
            receives: self.receives(delivery),
            first_received: self.first_received(delivery),
        };
        // FIFO queues start the retention period anew, standard queues do not.
        let sent = if self.deduplication_id.is_some() { now } else { self.sent };
        Self { origin: Some(origin), sent, available_at: now, ..self.clone() }
    }

    /// The message as a message move task brings it into another queue: a new one.
    pub(crate) fn moved(&self, id: Uuid, now: Timestamp) -> Self {
        Self { id, origin: None, sent: now, available_at: now, ..self.clone() }
    }
}

/// Which system attributes a receiver asks for.
#[derive(Debug, Default)]
pub(crate) struct SystemAttributes(Vec<Name>);

fn is_queue_attribute(name: &str) -> bool {
    !matches!(api::QueueAttributeName::from(name), api::QueueAttributeName::Unknown(_))
}

/// All system attributes, as `All` means them.
const ALL: [Name; 9] = [
    Name::SenderId,
    Name::SentTimestamp,
    Name::ApproximateReceiveCount,
    Name::ApproximateFirstReceiveTimestamp,
    Name::SequenceNumber,
    Name::MessageDeduplicationId,
    Name::MessageGroupId,
    Name::AwsTraceHeader,
    Name::DeadLetterQueueSourceArn,
];

impl SystemAttributes {
    /// All of them.
    pub(crate) fn all() -> Self {
        Self(ALL.to_vec())
    }

    /// Reads the names of a request.
    ///
    /// # Errors
    /// `InvalidAttributeName` for names that are attributes of neither messages nor queues; those
    /// of queues are taken, and mean nothing.
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Result<Self, ServiceError> {
        let mut wanted = Vec::new();
        for name in names {
            match Name::from(name) {
                Name::All => return Ok(Self::all()),
                Name::Unknown(_) if is_queue_attribute(name) => {}
                Name::Unknown(_) => return Err(errors::unknown_attribute(name)),
                name => wanted.push(name),
            }
        }
        Ok(Self(wanted))
    }

    /// The attributes of a message; none when there is none.
    pub(crate) fn select(
        &self,
        fifo: bool,
        key: u64,
        message: &Message,
        delivery: Option<&Delivery>,
    ) -> Option<BTreeMap<Name, String>> {
        let millis = |at: Timestamp| at.as_millis().to_string();
        let value = |name: &Name| match name {
            Name::SenderId => Some(message.sender.to_string()),
            Name::SentTimestamp => Some(millis(message.sent)),
            Name::ApproximateReceiveCount => Some(message.receives(delivery).to_string()),
            Name::ApproximateFirstReceiveTimestamp => {
                Some(message.first_received(delivery).map_or_else(|| "0".to_owned(), millis))
            }
            Name::SequenceNumber => fifo.then(|| fifo::sequence_number(key)),
            Name::MessageDeduplicationId => message.deduplication_id.as_deref().map(str::to_owned),
            Name::MessageGroupId => message.group.as_deref().map(str::to_owned),
            Name::AwsTraceHeader => message.trace_header.as_deref().map(str::to_owned),
            Name::DeadLetterQueueSourceArn => {
                message.origin.as_ref().map(|origin| origin.queue.to_string())
            }
            Name::All | Name::Unknown(_) => None,
        };
        let pairs = self.0.iter().filter_map(|name| Some((name.clone(), value(name)?)));
        Some(pairs.collect::<BTreeMap<_, _>>()).filter(|map| !map.is_empty())
    }
}

impl Received {
    /// The message as it goes out.
    pub(crate) fn to_wire(
        &self,
        (queue, fifo): (u64, bool),
        system: &SystemAttributes,
        user: &AttributeFilter,
    ) -> api::Message {
        let message = &*self.message;
        let handle = ReceiptHandle { queue, key: self.key, receipt: self.delivery.count };
        let (attributes, digest) = user.select(&message.attributes).unzip();
        api::Message {
            message_id: Some(message.id.to_string()),
            receipt_handle: Some(handle.encode()),
            md5_of_body: Some(message.body_digest().hex()),
            body: Some((*message.body).to_owned()),
            attributes: system.select(fifo, self.key, message, Some(&self.delivery)),
            md5_of_message_attributes: digest.map(MessageDigest::hex),
            message_attributes: attributes,
        }
    }
}
