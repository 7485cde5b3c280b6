//! What a sender submits, from the request to the queue.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use fogbank_api_sqs as api;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};
use uuid::Uuid;

use crate::delivery::fifo::{self, DEDUPLICATION_INTERVAL, DeduplicationKey, DeduplicationScope};
use crate::delivery::fifo::{SCOPE_CHANGE_DELAY, SentMessage};
use crate::errors;
use crate::message::Message;
use crate::message::attributes::{MessageAttribute, MessageAttributes, Value};
use crate::message::body::Body;
use crate::message::digest::MessageDigest;
use crate::store::Queue;

/// The longest delay, in seconds.
const LONGEST_DELAY: i32 = 900;
/// The header by which X-Ray passes its trace on.
const TRACE_HEADER: &str = "x-amzn-trace-id";

/// The parameters of a message, as they come by `SendMessage` or in a batch.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    pub(crate) body: Body,
    pub(crate) delay: Option<i32>,
    pub(crate) attributes: Option<BTreeMap<String, api::MessageAttributeValue>>,
    pub(crate) system_attributes:
        Option<BTreeMap<api::MessageSystemAttributeNameForSends, api::MessageSystemAttributeValue>>,
    pub(crate) group: Option<String>,
    pub(crate) deduplication_id: Option<String>,
}

/// A message whose parameters are in order by themselves.
#[derive(Debug)]
pub(crate) struct Submission {
    id: Uuid,
    body: Body,
    /// Services look at no digest: that of their messages is made when somebody receives them.
    body_digest: Option<MessageDigest>,
    delay: Option<i32>,
    attributes: MessageAttributes,
    attributes_digest: Option<MessageDigest>,
    system_digest: Option<MessageDigest>,
    trace_header: Option<Box<str>>,
    sender: Arc<str>,
    group: Option<Arc<str>>,
    deduplication_id: Option<Arc<str>>,
}

/// Whether a message comes alone or in a batch, where AWS words some refusals differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// By `SendMessage`.
    Alone,
    /// By `SendMessageBatch`.
    InBatch,
}

/// A message that was sent.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) id: String,
    /// Whoever is not a service gets it.
    pub(crate) body_digest: Option<String>,
    pub(crate) attributes_digest: Option<String>,
    pub(crate) system_digest: Option<String>,
    pub(crate) sequence_number: Option<String>,
}

impl Parameters {
    /// How much the message counts against the limit of a batch, in bytes.
    pub(crate) fn size(&self) -> usize {
        let attribute = |(name, value): (&String, &api::MessageAttributeValue)| {
            let text = value.string_value.as_ref().map_or(0, String::len);
            let bytes = value.binary_value.as_ref().map_or(0, |bytes| bytes.len());
            name.len() + value.data_type.len() + text + bytes
        };
        let attributes = self.attributes.iter().flatten().map(attribute).sum::<usize>();
        self.body.len() + attributes
    }
}

impl Submission {
    /// Checks what can be checked without the queue.
    ///
    /// # Errors
    /// `MissingParameter`, `InvalidMessageContents`, `InvalidParameterValue`.
    pub(crate) fn new(cx: &RequestContext, message: Parameters) -> Result<Self, ServiceError> {
        if message.body.is_missing() {
            return Err(errors::missing_parameter("MessageBody"));
        }
        if !message.body.is_allowed() {
            return Err(errors::invalid_message_contents());
        }
        let attributes = MessageAttributes::new(message.attributes)?;
        let system = trace_attribute(message.system_attributes)?;
        let system_digest = system.as_ref().and_then(|attribute| {
            MessageDigest::of_attributes([(
                api::MessageSystemAttributeNameForSends::VALUES[0],
                attribute,
            )])
        });
        let trace_header = match system.map(|attribute| attribute.value) {
            Some(Value::Text(text)) => Some(text),
            _ => cx.http.headers.get(TRACE_HEADER).and_then(|it| it.to_str().ok()).map(Box::from),
        };
        let by_service = cx.principal.service.is_some();
        let asks_for_digest = !by_service || cx.operation.name != "SendMessage";
        Ok(Self {
            id: random_id(cx.ids()),
            body_digest: asks_for_digest.then(|| MessageDigest::of_body(&message.body)),
            body: message.body,
            delay: message.delay,
            attributes_digest: attributes.digest(),
            attributes,
            system_digest,
            trace_header,
            sender: cx.principal.user_id.as_str().into(),
            group: message.group.map(Arc::from),
            deduplication_id: message.deduplication_id.map(Arc::from),
        })
    }

    /// Whether the message is of a group.
    pub(crate) fn has_group(&self) -> bool {
        self.group.is_some()
    }

    /// Checks what every message of a FIFO queue needs.
    ///
    /// # Errors
    /// The error of the whole request, also when the message comes in a batch.
    pub(crate) fn check_fifo_parameters(
        queue: &Queue,
        manner: Manner,
        group: bool,
        deduplication_id: bool,
    ) -> Result<(), ServiceError> {
        if !queue.attributes.fifo {
            return Ok(());
        }
        if !group {
            let error = errors::missing_parameter("MessageGroupId");
            return Err(match (manner, error.message()) {
                (Manner::InBatch, Some(message)) => errors::invalid_parameter(message),
                _ => error,
            });
        }
        if !deduplication_id && !queue.attributes.content_based_deduplication {
            return Err(errors::invalid_parameter(
                "The queue should either have ContentBasedDeduplication enabled or \
                 MessageDeduplicationId provided explicitly",
            ));
        }
        Ok(())
    }

    /// Checks the message against its queue and returns its delay in seconds.
    pub(crate) fn check(&self, queue: &Queue, manner: Manner) -> Result<u32, ServiceError> {
        let attributes = &queue.attributes;
        let (group, id) = (self.group.as_ref(), self.deduplication_id.as_ref());
        Self::check_fifo_parameters(queue, manner, group.is_some(), id.is_some())?;
        let limit = attributes.maximum_message_size;
        let room = (limit as usize).checked_sub(self.attributes.size());
        if !room.is_some_and(|room| self.body.fits(room)) {
            let what = match manner {
                Manner::Alone => "One or more parameters are invalid.",
                Manner::InBatch => "One or more parameters cannot be validated.",
            };
            return Err(errors::invalid_parameter(format!(
                "{what} Reason: Message must be shorter than {limit} bytes."
            )));
        }
        if let Some(group) = group {
            fifo::check_id("MessageGroupId", group)?;
        }
        const WRONG_TYPE: &str =
            "The request include parameter that is not valid for this queue type.";
        match (id, attributes.fifo) {
            (Some(id), true) => fifo::check_id("MessageDeduplicationId", id)?,
            (Some(id), false) => {
                return Err(errors::invalid_value(id, "MessageDeduplicationId", WRONG_TYPE));
            }
            (None, _) => {}
        }
        match self.delay {
            Some(delay) if attributes.fifo && delay != 0 => {
                Err(errors::invalid_value(delay, "DelaySeconds", WRONG_TYPE))
            }
            Some(delay) if !(0..=LONGEST_DELAY).contains(&delay) => {
                let reason = format!("DelaySeconds must be >= 0 and <= {LONGEST_DELAY}.");
                Err(errors::invalid_value(delay, "DelaySeconds", reason))
            }
            Some(delay) if !attributes.fifo => Ok(delay.unsigned_abs()),
            _ => Ok(attributes.delay),
        }
    }

    /// Puts the message into its queue, unless it is a duplicate of one that was sent within the
    /// deduplication interval.
    pub(crate) fn enqueue(self, queue: &mut Queue, delay: u32, now: Timestamp) -> Sent {
        let fifo = queue.attributes.fifo;
        let body_digest = self.body_digest.map(MessageDigest::hex);
        let attributes_digest = self.attributes_digest.map(MessageDigest::hex);
        let system_digest = self.system_digest.map(MessageDigest::hex);
        let (key, id) = if fifo {
            self.put_once(queue, delay, now)
        } else {
            let id = self.id;
            (queue.put(self.into_message(delay, now), now), id)
        };
        let sequence_number = fifo.then(|| fifo::sequence_number(key));
        let id = id.to_string();
        Sent { id, body_digest, attributes_digest, system_digest, sequence_number }
    }

    /// Puts the message into a FIFO queue; key and id of the first of its duplicates.
    fn put_once(mut self, queue: &mut Queue, delay: u32, now: Timestamp) -> (u64, Uuid) {
        queue.forget_old(now);
        let content_id = || fifo::content_id(&self.body);
        let deduplication_id = self.deduplication_id.clone().unwrap_or_else(content_id);
        self.deduplication_id = Some(Arc::clone(&deduplication_id));
        let message = self.into_message(delay, now);
        let scope = queue.deduplication_scope(now);
        let seen = DeduplicationKey::new(scope, message.group(), &deduplication_id);
        if let Some(first) = queue.sent.get(&seen) {
            return (first.key, first.id);
        }
        let id = message.id;
        let key = queue.put(message, now);
        queue.index.sent_ages.insert((now, seen.clone()));
        queue.sent.insert(seen, SentMessage { at: now, key, id });
        (key, id)
    }

    fn into_message(self, delay: u32, now: Timestamp) -> Message {
        Message {
            id: self.id,
            body: self.body,
            body_digest: self.body_digest.map(OnceLock::from).unwrap_or_default(),
            attributes: self.attributes,
            trace_header: self.trace_header,
            sender: self.sender,
            sent: now,
            available_at: now + Duration::from_secs(delay.into()),
            group: self.group,
            deduplication_id: self.deduplication_id,
            origin: None,
        }
    }
}

impl Queue {
    /// The deduplication scope that works at this time.
    fn deduplication_scope(&self, now: Timestamp) -> DeduplicationScope {
        match self.scope_change {
            Some(change) if now.since(change.at) < SCOPE_CHANGE_DELAY => change.from,
            _ => self.attributes.deduplication_scope,
        }
    }

    /// Forgets what was sent and received before the deduplication interval.
    pub(crate) fn forget_old(&mut self, now: Timestamp) {
        let limit = now - DEDUPLICATION_INTERVAL;
        while let Some(old) = self.index.sent_ages.get_min().filter(|(at, _)| *at <= limit) {
            let old = old.clone();
            self.sent.remove(&old.1);
            self.index.sent_ages.remove(&old);
        }
        while let Some(old) = self.index.attempt_ages.get_min().filter(|(at, _)| *at <= limit) {
            let old = old.clone();
            self.attempts.remove(&old.1);
            self.index.attempt_ages.remove(&old);
        }
    }
}

/// A new message id.
pub(crate) fn random_id(ids: &fogbank_context::IdSource) -> Uuid {
    uuid::Builder::from_random_bytes(ids.bytes()).into_uuid()
}

/// The only system attribute that a sender may set, the X-Ray trace header.
fn trace_attribute(
    attributes: Option<
        BTreeMap<api::MessageSystemAttributeNameForSends, api::MessageSystemAttributeValue>,
    >,
) -> Result<Option<MessageAttribute>, ServiceError> {
    let mut trace = None;
    for (name, value) in attributes.into_iter().flatten() {
        if matches!(name, api::MessageSystemAttributeNameForSends::Unknown(_)) {
            return Err(errors::invalid_parameter(format!(
                "Message (system) attribute name '{name}' is not supported. You must use only \
                 the following supported message system attributes: AWSTraceHeader."
            )));
        }
        let value = api::MessageAttributeValue {
            string_value: value.string_value,
            binary_value: value.binary_value,
            string_list_values: value.string_list_values,
            binary_list_values: value.binary_list_values,
            data_type: value.data_type,
        };
        let attribute = MessageAttribute::new("system", name.as_str(), value)?;
        if &*attribute.data_type != "String" {
            return Err(errors::invalid_parameter(format!(
                "The type of message (system) attribute '{name}' is invalid. You must use only \
                 the following supported type prefixes: String."
            )));
        }
        trace = Some(attribute);
    }
    Ok(trace)
}
