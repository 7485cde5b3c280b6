//! What goes to phones, mailboxes and mobile apps: it is kept, and can be looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_state::World;
use serde::{Deserialize, Serialize};

use crate::delivery::{Accepted, Undelivered};
use crate::message::{Body, Message, MessageAttribute};
use crate::ops::endpoints;
use crate::store::{Outbox, SnsStore};
use crate::topic::arn::Place;

/// How many messages are kept for each recipient.
const MOST: usize = 1_000;
/// The subject of mails whose message has none.
const SUBJECT: &str = "AWS Notification Message";

/// What was sent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) id: String,
    pub(crate) topic: Option<String>,
    pub(crate) subscription: Option<String>,
    pub(crate) body: String,
    pub(crate) subject: Option<String>,
    /// `MessageStructure` was `json`.
    pub(crate) by_protocol: bool,
    pub(crate) attributes: BTreeMap<String, MessageAttribute>,
}

impl Kept {
    /// A message with the text for its recipient.
    pub(crate) fn of(message: &Message, body: &str) -> Self {
        Self {
            id: message.id.clone(),
            topic: None,
            subscription: None,
            body: body.to_owned(),
            subject: message.subject.clone(),
            by_protocol: matches!(message.body, Body::ByProtocol(_)),
            attributes: message.attributes.clone(),
        }
    }
}

/// The kinds of recipients, as the keys of outboxes begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    App,
    Mail,
    Phone,
}

impl Kind {
    /// What keys begin with.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::App => "app/",
            Self::Mail => "mail/",
            Self::Phone => "phone/",
        }
    }
}

fn keep(store: &SnsStore, kind: Kind, recipient: &str, kept: Kept) {
    let key = format!("{}{recipient}", kind.prefix());
    store.outboxes.update_or_insert(key, Outbox::default, |outbox| {
        let number = outbox.next;
        outbox.next += 1;
        outbox.messages.insert(number, Arc::new(kept));
        while outbox.messages.len() > MOST {
            outbox.messages.pop_first();
        }
    });
}

/// Sends an SMS, unless the number's owner wants none.
pub(crate) fn text(store: &SnsStore, number: &str, kept: Kept) -> Result<Accepted, Undelivered> {
    if store.phones.read(number, |phone| phone.opted_out).unwrap_or_default() {
        return Err(Undelivered::new("Phone number is opted out"));
    }
    keep(store, Kind::Phone, number, kept);
    Ok(Accepted::Text(200, "Message has been accepted by phone carrier".to_owned()))
}

/// Sends a mail.
pub(crate) fn mail(
    store: &SnsStore,
    address: &str,
    mut kept: Kept,
) -> Result<Accepted, Undelivered> {
    kept.subject.get_or_insert_with(|| SUBJECT.to_owned());
    keep(store, Kind::Mail, address, kept);
    Ok(Accepted::Text(200, String::new()))
}

/// Sends a push message, to an endpoint that is there and enabled.
pub(crate) fn push(world: &World, endpoint: &str, kept: Kept) -> Result<Accepted, Undelivered> {
    let place = Place::parse(endpoint, "EndpointArn")
        .map_err(|error| Undelivered::new(error.to_string()))?;
    match endpoints::get(world, endpoint) {
        Ok(Some(found)) if found.attributes.get("Enabled").is_some_and(|it| it == "true") => {
            keep(&place.store(world), Kind::App, endpoint, kept);
            Ok(Accepted::Text(200, "{\"success\":1}".to_owned()))
        }
        Ok(Some(_)) => Err(Undelivered::new("Endpoint is disabled")),
        _ => Err(Undelivered::new("Endpoint does not exist")),
    }
}
