//! Messages as SNS sends them: JSON documents, written and signed as AWS does.

use std::fmt::Write as _;

use serde_json::json;

use crate::message::attributes::MessageAttribute;
use crate::message::signing::SignatureVersion;
use crate::message::{Message, time};

/// A text as a JSON string.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

/// The lines of a document, each a member.
struct Document(String);

impl Document {
    fn new(kind: &str) -> Self {
        Self(format!("{{\n  \"Type\" : {}", quoted(kind)))
    }

    fn member(&mut self, name: &str, value: &str) {
        write!(self.0, ",\n  \"{name}\" : {}", quoted(value))
            .expect("writing to a String does not fail");
    }

    fn end(mut self) -> String {
        self.0.push_str("\n}");
        self.0
    }
}

/// The text that is signed: names and values on lines of their own.
fn signed(fields: &[(&str, Option<&str>)]) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if let Some(value) = value {
            text.push_str(name);
            text.push('\n');
            text.push_str(value);
            text.push('\n');
        }
    }
    text
}

/// A notification of one body, before it is known who gets it.
pub(crate) struct Notification<'m> {
    message: &'m Message,
    topic: String,
    body: &'m str,
    at: String,
    /// Version, signature and the URL of the certificate; FIFO topics do not sign.
    signature: Option<(SignatureVersion, String, String)>,
}

impl<'m> Notification<'m> {
    /// Prepares and signs a notification.
    pub(crate) fn new(
        message: &'m Message,
        topic: String,
        body: &'m str,
        version: SignatureVersion,
        certificate: String,
    ) -> Self {
        let at = time::to_text(message.at);
        let signature = message.sequence_number.is_none().then(|| {
            let text = signed(&[
                ("Message", Some(body)),
                ("MessageId", Some(&message.id)),
                ("Subject", message.subject.as_deref()),
                ("Timestamp", Some(&at)),
                ("TopicArn", Some(&topic)),
                ("Type", Some("Notification")),
            ]);
            (version, version.sign(&text), certificate)
        });
        Self { message, topic, body, at, signature }
    }

    /// What the notification says.
    pub(crate) fn body(&self) -> &str {
        self.body
    }

    /// The document for a subscription.
    pub(crate) fn to_json(&self, unsubscribe_url: &str, replayed: bool) -> String {
        let message = self.message;
        let mut document = Document::new("Notification");
        document.member("MessageId", &message.id);
        if let Some(number) = &message.sequence_number {
            document.member("SequenceNumber", number);
        }
        document.member("TopicArn", &self.topic);
        if let Some(subject) = &message.subject {
            document.member("Subject", subject);
        }
        document.member("Message", self.body);
        document.member("Timestamp", &self.at);
        if let Some((version, signature, certificate)) = &self.signature {
            document.member("SignatureVersion", version.as_str());
            document.member("Signature", signature);
            document.member("SigningCertURL", certificate);
        }
        document.member("UnsubscribeURL", unsubscribe_url);
        if replayed {
            document.member("Replayed", "true");
        }
        if !message.attributes.is_empty() {
            write_attributes(&mut document.0, message.attributes.iter());
        }
        document.end()
    }
}

fn write_attributes<'a>(
    text: &mut String,
    attributes: impl Iterator<Item = (&'a String, &'a MessageAttribute)>,
) {
    text.push_str(",\n  \"MessageAttributes\" : {");
    for (index, (name, attribute)) in attributes.enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let value = attribute.text();
        write!(
            text,
            "{comma}\n    {} : {{\"Type\":{},\"Value\":{}}}",
            quoted(name),
            quoted(&attribute.data_type),
            quoted(&value)
        )
        .expect("writing to a String does not fail");
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
        let mut document = Document::new(self.kind());
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
