//! From a topic to its subscribers.

mod http;
pub(crate) mod inspect;
pub(crate) mod kept;
mod questions;
mod sqs;
mod status;
mod throttle;

use std::collections::BTreeMap;
use std::collections::hash_map::{Entry, HashMap};
use std::sync::{Arc, LazyLock, Weak};

use fogbank_context::{AccountId, Arn, IdSource, Partition};
use fogbank_service::{Caller, LateText, Principal, RequestContext, ServiceError};
use parking_lot::Mutex;
use serde_json::json;
use tokio::sync::OwnedMutexGuard;

use crate::message::envelope::Notification;
use crate::message::{Body, Message};
use crate::ops::endpoints;
use crate::settings::{Settings, Urls};
use crate::store::Topic;
use crate::subscription::Subscription;
use crate::subscription::attributes::Scope;
use crate::subscription::endpoint::Protocol;
use crate::subscription::filter::Field;

pub(crate) use http::HttpClient;
pub(crate) use questions::ask;
pub(crate) use status::{Accepted, Watched};

/// What deliveries need that is not of one message.
#[derive(Debug, Default)]
pub(crate) struct Post {
    /// The connections to HTTP subscribers.
    pub(crate) http: HttpClient,
    /// Held while a message of a FIFO topic is delivered, so that messages do not overtake.
    turns: Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>,
}

impl Post {
    /// Waits until nothing else is delivered for a FIFO topic.
    pub(crate) async fn turn(&self, topic: &str) -> OwnedMutexGuard<()> {
        let lock = {
            let mut turns = self.turns.lock();
            turns.retain(|_, turn| turn.strong_count() > 0);
            match turns.entry(topic.to_owned()) {
                Entry::Occupied(mut entry) => entry.get().upgrade().unwrap_or_else(|| {
                    let lock = Arc::default();
                    entry.insert(Arc::downgrade(&lock));
                    lock
                }),
                Entry::Vacant(entry) => {
                    let lock = Arc::default();
                    entry.insert(Arc::downgrade(&lock));
                    lock
                }
            }
        };
        lock.lock_owned().await
    }
}

/// SNS as other services see it. Queues show its id as the sender of what comes from a topic.
static ITSELF: LazyLock<Arc<Principal>> = LazyLock::new(|| {
    let root = Principal::root(AccountId::DEFAULT, Partition::Aws);
    Arc::new(Principal {
        user_id: "AIDAIT2UOQQY3AUEKVGXU".to_owned(),
        service: Some("sns.amazonaws.com"),
        ..root
    })
});

/// A way to everybody who gets messages of a topic.
pub(crate) struct Courier {
    pub(crate) caller: Caller,
    pub(crate) urls: Arc<Urls>,
    pub(crate) topic: Arc<Topic>,
}

/// A message as one subscriber gets it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parcel {
    /// An envelope, or the body alone.
    pub(crate) text: Text,
    /// Only messages without an envelope bring attributes of their own.
    pub(crate) attributes: Option<BTreeMap<String, fogbank_api_sqs::MessageAttributeValue>>,
    pub(crate) group: Option<String>,
    pub(crate) deduplication_id: Option<String>,
    pub(crate) from_fifo: bool,
    pub(crate) trace_header: Option<String>,
}

/// A text, or one that is written when somebody looks at it.
#[derive(Clone, Debug)]
pub(crate) enum Text {
    Now(String),
    Late(LateText),
}

impl Text {
    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Now(text) => text,
            Self::Late(late) => late.as_str(),
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::Now(String::new())
    }
}

/// Why a message did not get to a subscriber.
#[derive(Debug)]
pub(crate) struct Undelivered {
    pub(crate) reason: String,
    /// The status that the other side answered, or that stands for what happened.
    pub(crate) status: u16,
    /// The code of a service's error.
    code: Option<String>,
}

impl Undelivered {
    /// A refusal for a reason.
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), status: 400, code: None }
    }

    /// A service's error.
    fn of(error: &ServiceError) -> Self {
        Self {
            reason: error.message().unwrap_or_default().to_owned(),
            status: error.status(),
            code: Some(error.code().to_owned()),
        }
    }

    /// What the log of deliveries says that the other side answered.
    fn response(&self, ids: &IdSource) -> String {
        match &self.code {
            None => self.reason.clone(),
            Some(code) => json!({
                "ErrorCode": code,
                "ErrorMessage": self.reason,
                "sqsRequestId": ids.uuid(),
            })
            .to_string(),
        }
    }
}

/// What one message looks like, worked out once for all who get the same.
struct Prepared<'m> {
    message: &'m Arc<Message>,
    topic: Arc<str>,
    attributes: Option<Field>,
    notifications: Vec<Arc<Notification>>,
    bodies: Vec<(&'m str, Option<Field>)>,
}

impl Courier {
    /// A courier for a request, on behalf of SNS.
    pub(crate) fn new(cx: &RequestContext, settings: &Settings, topic: Arc<Topic>) -> Self {
        let principal = match cx.principal.account {
            AccountId::DEFAULT => ITSELF.clone(),
            account => Arc::new(Principal { account, ..(**ITSELF).clone() }),
        };
        let caller = Caller { principal, ..cx.caller() };
        Self { caller, urls: settings.urls(cx), topic }
    }

    /// Delivers a message to all who want it.
    pub(crate) async fn deliver(&self, post: &Post, message: &Arc<Message>) {
        let mut prepared = Prepared::new(message, &self.topic);
        for subscription in self.topic.subscriptions.values() {
            if !subscription.is_pending() {
                self.deliver_to(post, &mut prepared, subscription, false).await;
            }
        }
    }

    /// Delivers archived messages to a subscription, in their order.
    pub(crate) async fn replay(&self, post: &Post, subscription: &Arc<Subscription>) {
        let Some(replay) = &subscription.attributes.replay else { return };
        for archived in self.topic.archived(replay) {
            let message = Arc::new(archived.message.clone());
            let mut prepared = Prepared::new(&message, &self.topic);
            self.deliver_to(post, &mut prepared, subscription, true).await;
        }
    }

    async fn deliver_to<'m>(
        &self,
        post: &Post,
        prepared: &mut Prepared<'m>,
        subscription: &Arc<Subscription>,
        replayed: bool,
    ) {
        let body = prepared.message.body.of(content_key(subscription));
        if !prepared.is_wanted(subscription, body) {
            return;
        }
        let mut parcel = self.parcel(prepared, subscription, body, replayed);
        let watched = Watched::of_topic(
            &self.caller.world,
            &self.topic,
            (subscription.protocol, &subscription.endpoint),
            (prepared.message, body),
        );
        let outcome = match subscription.protocol {
            Protocol::Sqs => {
                let sent = match subscription.endpoint_arn() {
                    Some(queue) => sqs::send(&self.caller, &self.topic.arn, queue, parcel).await,
                    None => Err(Undelivered::new("the endpoint is not the ARN of a queue")),
                };
                // Only what comes back is needed once more.
                parcel = match sent {
                    Ok(_) => Parcel::default(),
                    Err(_) => self.parcel(prepared, subscription, body, replayed),
                };
                sent
            }
            Protocol::Http | Protocol::Https => {
                let journey =
                    http::Journey::new(self, subscription, prepared.message, parcel, watched);
                return post.http.start(journey);
            }
            Protocol::Sms => {
                let mut kept = kept::Kept::of(prepared.message, body);
                kept.topic = Some(prepared.topic.to_string());
                kept.subscription = Some(subscription.arn(&self.topic.arn));
                kept::text(&self.store(), &subscription.endpoint, kept)
            }
            Protocol::Email | Protocol::EmailJson => {
                let mut kept = kept::Kept::of(prepared.message, body);
                if subscription.protocol == Protocol::EmailJson {
                    parcel.text.as_str().clone_into(&mut kept.body);
                }
                kept.topic = Some(prepared.topic.to_string());
                kept.subscription = Some(subscription.arn(&self.topic.arn));
                kept::mail(&self.store(), &subscription.endpoint, kept)
            }
            Protocol::Application => {
                let mut kept = kept::Kept::of(prepared.message, body);
                kept.topic = Some(prepared.topic.to_string());
                kept.subscription = Some(subscription.arn(&self.topic.arn));
                kept::push(&self.caller.world, &subscription.endpoint, kept)
            }
            Protocol::Lambda | Protocol::Firehose => {
                let service = subscription.protocol.as_str();
                Err(Undelivered::new(format!("{service} is not emulated")))
            }
        };
        if let Some(watched) = watched {
            watched.ended(&self.caller.world, 1, outcome.as_ref());
        }
        if let Err(undelivered) = outcome {
            self.give_up(subscription, &parcel, &undelivered).await;
        }
    }

    /// Sends what could not be delivered to the dead-letter queue of its subscription.
    async fn give_up(&self, subscription: &Subscription, parcel: &Parcel, why: &Undelivered) {
        give_up(&self.caller, &self.topic.arn, subscription, parcel, why).await;
    }

    fn store(&self) -> Arc<crate::store::SnsStore> {
        self.caller.world.regional(self.caller.account, &self.caller.region)
    }

    fn parcel<'m>(
        &self,
        prepared: &mut Prepared<'m>,
        subscription: &Arc<Subscription>,
        body: &'m str,
        replayed: bool,
    ) -> Parcel {
        let message = prepared.message;
        let needs_envelope = !matches!(
            subscription.protocol,
            Protocol::Sms | Protocol::Application | Protocol::Email
        );
        let (text, attributes) = if subscription.attributes.raw || !needs_envelope {
            let attributes = message.attributes.iter();
            let attributes = attributes.map(|(name, it)| (name.clone(), it.to_sqs())).collect();
            (Text::Now(body.to_owned()), Some(attributes))
        } else {
            let version = self.topic.attributes.signature_version.unwrap_or_default();
            let notification = prepared.notification(body, version, &self.urls);
            let text = if notification.is_ascii() {
                let subscription = subscription.clone();
                Text::Late(LateText::new(notification.longest(), move || {
                    notification.to_json(&subscription.id, replayed)
                }))
            } else {
                // A queue looks at its characters.
                Text::Now(notification.to_json(&subscription.id, replayed))
            };
            (text, None)
        };
        Parcel {
            text,
            attributes,
            group: message.group.clone(),
            deduplication_id: message.deduplication_id.clone(),
            from_fifo: message.sequence_number.is_some(),
            trace_header: message.trace_header.clone(),
        }
    }
}

/// The name under which `MessageStructure` `json` has the text for a subscriber.
fn content_key(subscription: &Subscription) -> &str {
    match subscription.protocol {
        Protocol::Application => endpoints::platform_of(&subscription.endpoint),
        protocol => protocol.as_str(),
    }
}

/// Sends what could not be delivered to the dead-letter queue of its subscription.
async fn give_up(
    caller: &Caller,
    topic: &Arn,
    subscription: &Subscription,
    parcel: &Parcel,
    why: &Undelivered,
) {
    let arn = subscription.arn(topic);
    let Some(queue) = subscription.attributes.dead_letter_queue() else {
        tracing::warn!(subscription = arn, reason = why.reason, "a notification was not delivered");
        return;
    };
    tracing::info!(
        subscription = arn,
        reason = why.reason,
        "a notification goes to the dead-letter queue"
    );
    if let Err(error) = sqs::send(caller, topic, queue, parcel.clone()).await {
        let reason = error.reason;
        tracing::warn!(subscription = arn, %queue, reason, "the dead-letter queue refused it");
    }
}

impl<'m> Prepared<'m> {
    fn new(message: &'m Arc<Message>, topic: &Topic) -> Self {
        Self {
            message,
            topic: topic.arn_text(),
            attributes: None,
            notifications: Vec::new(),
            bodies: Vec::new(),
        }
    }

    fn is_wanted(&mut self, subscription: &Subscription, body: &'m str) -> bool {
        let Some(filter) = subscription.attributes.filter() else { return true };
        match subscription.attributes.scope {
            Scope::MessageAttributes => {
                let message = &**self.message;
                let fields = &mut self.attributes;
                filter.accepts(
                    fields.get_or_insert_with(|| Field::of_attributes(&message.attributes)),
                )
            }
            Scope::MessageBody => {
                let known = self.bodies.iter().position(|(text, _)| *text == body);
                let at = known.unwrap_or_else(|| {
                    self.bodies.push((body, Field::of_body(body)));
                    self.bodies.len() - 1
                });
                self.bodies[at].1.as_ref().is_some_and(|fields| filter.accepts(fields))
            }
        }
    }

    fn notification(
        &mut self,
        body: &'m str,
        version: crate::message::signing::SignatureVersion,
        urls: &Arc<Urls>,
    ) -> Arc<Notification> {
        let plain = matches!(self.message.body, Body::Plain(_));
        let mut known = self.notifications.iter();
        let at = known.position(|it| plain || it.body() == body).unwrap_or_else(|| {
            let (message, topic) = (self.message.clone(), self.topic.clone());
            let notification = Notification::new(message, topic, body, version, urls.clone());
            self.notifications.push(Arc::new(notification));
            self.notifications.len() - 1
        });
        self.notifications[at].clone()
    }
}
