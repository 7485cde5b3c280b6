//! Messages as SNS sends them: JSON documents, written and signed as AWS does.

use std::sync::{Arc, OnceLock};

use fogbank_service::shape::json::quote_into;
use serde_json::json;

use crate::message::attributes::MessageAttribute;
use crate::message::signing::SignatureVersion;
use crate::message::{Body, Message, time};
use crate::settings::Urls;

/// The lines of a document, each a member.
struct Document(String);

impl Document {
    /// A document of a kind, with room for so many bytes.
    fn new(kind: &str, room: usize) -> Self {
        let mut text = String::with_capacity(room);
        text.push_str("{\n  \"Type\" : \"");
        text.push_str(kind);
        text.push('"');
        Self(text)
    }

    fn name(&mut self, name: &str) {
        self.0.push_str(",\n  \"");
        self.0.push_str(name);
        self.0.push_str("\" : ");
    }

    fn member(&mut self, name: &str, value: &str) {
        self.name(name);
        quote_into(&mut self.0, value);
    }

    fn end(mut self) -> String {
        self.0.push_str("\n}");
        self.0
    }
}

/// The text that is signed: names and values on lines of their own.
fn signed(fields: &[(&str, Option<&str>)]) -> String {
    let present = || fields.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    let mut text =
        String::with_capacity(present().map(|(name, value)| name.len() + value.len() + 2).sum());
    for (name, value) in present() {
        text.push_str(name);
        text.push('\n');
        text.push_str(value);
        text.push('\n');
    }
    text
}

/// How long the members of a notification usually are that its message does not decide on.
const ROOM: usize = 1_024;
/// How long they are at most: names of topics and hosts have 256 characters, and come twice.
const MOST_ROOM: usize = 4 * ROOM;
/// How much longer a text can be as a JSON string.
const ESCAPED: usize = 6;

/// A notification of one body, for all who get it. It is written and signed when somebody looks at
/// it first.
pub(crate) struct Notification {
    message: Arc<Message>,
    topic: Arc<str>,
    /// What it says, where the message does not say the same to everybody.
    body: Option<String>,
    version: SignatureVersion,
    urls: Arc<Urls>,
    written: OnceLock<Written>,
}

/// What all documents of a notification have in common.
struct Written {
    /// Up to the id of the subscription in the URL that ends it.
    head: String,
    /// What follows all else.
    tail: String,
}

impl Notification {
    /// A notification of a body, which is the message's for a protocol.
    pub(crate) fn new(
        message: Arc<Message>,
        topic: Arc<str>,
        body: &str,
        version: SignatureVersion,
        urls: Arc<Urls>,
    ) -> Self {
        let body = match &message.body {
            Body::Plain(_) => None,
            Body::ByProtocol(_) => Some(body.to_owned()),
        };
        Self { message, topic, body, version, urls, written: OnceLock::new() }
    }

    /// What the notification says.
    pub(crate) fn body(&self) -> &str {
        self.body.as_deref().unwrap_or_else(|| self.message.body.of(""))
    }

    /// The document for the subscription with this id.
    pub(crate) fn to_json(&self, subscription: &str, replayed: bool) -> String {
        let Written { head, tail } = self.written.get_or_init(|| self.write());
        let replayed = if replayed { ",\n  \"Replayed\" : \"true\"" } else { "" };
        [head, subscription, "\"", replayed, tail].concat()
    }

    /// The most bytes that a document has.
    pub(crate) fn longest(&self) -> usize {
        let attributes = self.message.attributes.iter();
        let attributes: usize = attributes
            .map(|(name, attribute)| (name.len() + attribute.size()) * ESCAPED + 64)
            .sum();
        let subject = self.message.subject.as_ref().map_or(0, String::len);
        (self.body().len() + subject) * ESCAPED + attributes + MOST_ROOM
    }

    /// Whether all of it is ASCII.
    pub(crate) fn is_ascii(&self) -> bool {
        let message = &self.message;
        self.body().is_ascii()
            && message.subject.as_ref().is_none_or(|subject| subject.is_ascii())
            && message.attributes.values().all(|attribute| attribute.text().is_ascii())
    }

    /// Writes the notification, and signs it unless it is of a FIFO topic.
    fn write(&self) -> Written {
        let (message, topic, body) = (&*self.message, &*self.topic, self.body());
        let at = time::to_text(message.at);
        let mut document = Document::new("Notification", body.len() + ROOM);
        document.member("MessageId", &message.id);
        if let Some(number) = &message.sequence_number {
            document.member("SequenceNumber", number);
        }
        document.member("TopicArn", topic);
        if let Some(subject) = &message.subject {
            document.member("Subject", subject);
        }
        document.member("Message", body);
        document.member("Timestamp", &at);
        if message.sequence_number.is_none() {
            let text = signed(&[
                ("Message", Some(body)),
                ("MessageId", Some(&message.id)),
                ("Subject", message.subject.as_deref()),
                ("Timestamp", Some(&at)),
                ("TopicArn", Some(topic)),
                ("Type", Some("Notification")),
            ]);
            document.member("SignatureVersion", self.version.as_str());
            document.member("Signature", &self.version.sign(&text));
            document.member("SigningCertURL", &self.urls.certificate);
        }
        document.name("UnsubscribeURL");
        document.0.push('"');
        self.urls.write_unsubscribe(&mut document.0, topic);
        let mut tail = String::new();
        if !message.attributes.is_empty() {
            write_attributes(&mut tail, message.attributes.iter());
        }
        Written { head: document.0, tail: Document(tail).end() }
    }
}

fn write_attributes<'a>(
    text: &mut String,
    attributes: impl Iterator<Item = (&'a String, &'a MessageAttribute)>,
) {
    text.push_str(",\n  \"MessageAttributes\" : {");
    for (index, (name, attribute)) in attributes.enumerate() {
        text.push_str(if index == 0 { "\n    " } else { ",\n    " });
        quote_into(text, name);
        text.push_str(" : {\"Type\":");
        quote_into(text, &attribute.data_type);
        text.push_str(",\"Value\":");
        quote_into(text, &attribute.text());
        text.push('}');
    }
    text.push_str("\n  }");
}

/// What an endpoint is asked: to confirm a subscription, or whether it really wants to lose it.
pub(crate) struct Question<'a> {
    pub(crate) id: &'a str,
    pub(crate) topic: &'a str,
    pub(crate) token: &'a str,
    pub(crate) subscribe_url: &'a str,
    pub(crate) at: String,
    pub(crate) certificate: &'a str,
    /// The ARN of the subscription that ends; none when one begins.
    pub(crate) ending: Option<&'a str>,
}

impl Question<'_> {
    /// `Type`.
    pub(crate) fn kind(&self) -> &'static str {
        match self.ending {
            None => "SubscriptionConfirmation",
            Some(_) => "UnsubscribeConfirmation",
        }
    }

    /// The document. AWS signs it by version 1, whatever the topic says.
    pub(crate) fn to_json(&self) -> String {
        let text = match self.ending {
            None => format!(
                "You have chosen to subscribe to the topic {}.\nTo confirm the subscription, visit \
                 the SubscribeURL included in this message.",
                self.topic
            ),
            Some(subscription) => format!(
                "You have chosen to deactivate subscription {subscription}.\nTo cancel this \
                 operation and restore the subscription, visit the SubscribeURL included in this \
                 message."
            ),
        };
        let version = SignatureVersion::V1;
        let signature = version.sign(&signed(&[
            ("Message", Some(&text)),
            ("MessageId", Some(self.id)),
            ("SubscribeURL", Some(self.subscribe_url)),
            ("Timestamp", Some(&self.at)),
            ("Token", Some(self.token)),
            ("TopicArn", Some(self.topic)),
            ("Type", Some(self.kind())),
        ]));
        let mut document = Document::new(self.kind(), text.len() + 2 * ROOM);
        for (name, value) in [
            ("MessageId", self.id),
            ("Token", self.token),
            ("TopicArn", self.topic),
            ("Message", &text),
            ("SubscribeURL", self.subscribe_url),
            ("Timestamp", &self.at),
            ("SignatureVersion", version.as_str()),
            ("Signature", &signature),
            ("SigningCertURL", self.certificate),
        ] {
            document.member(name, value);
        }
        document.end()
    }
}

/// Attributes as the developer endpoints show them.
pub(crate) fn attributes_json<'a>(
    attributes: impl Iterator<Item = (&'a String, &'a MessageAttribute)>,
) -> serde_json::Value {
    let shown = attributes.map(|(name, attribute)| {
        let member = if attribute.base() == "Binary" { "BinaryValue" } else { "StringValue" };
        let value = json!({ "DataType": attribute.data_type, member: attribute.text() });
        (name.clone(), value)
    });
    serde_json::Value::Object(shown.collect())
}
