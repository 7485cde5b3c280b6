//! The attributes of a subscription: what can be set, how it is checked, what is shown.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use fogbank_context::Arn;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::errors::Wrong;
use crate::store::Topic;
use crate::subscription::endpoint::{Protocol, is_arn_of};
use crate::subscription::filter::{self, Filter};
use crate::subscription::{State, Subscription};
use crate::topic::archive::ReplayPolicy;
use crate::topic::attributes::boolean;
use crate::topic::delivery_policy::SubscriptionPolicy;

/// What was set of a subscription.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct SubscriptionAttributes {
    #[serde(default)]
    pub(crate) raw: bool,
    /// `FilterPolicy` as it was set.
    #[serde(default)]
    filter_policy: Option<String>,
    #[serde(default)]
    pub(crate) scope: Scope,
    /// The dead-letter queue.
    #[serde(default)]
    redrive: Option<RedrivePolicy>,
    #[serde(default)]
    pub(crate) delivery_policy: Option<SubscriptionPolicy>,
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    pub(crate) replay: Option<ReplayPolicy>,
    /// The compiled filter policy.
    #[serde(skip)]
    compiled: OnceLock<Option<Arc<Filter>>>,
}

/// What a filter policy looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Scope {
    #[default]
    MessageAttributes,
    MessageBody,
}

impl Scope {
    fn as_str(self) -> &'static str {
        match self {
            Self::MessageAttributes => "MessageAttributes",
            Self::MessageBody => "MessageBody",
        }
    }
}

/// `RedrivePolicy`: where messages go that cannot be delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RedrivePolicy {
    text: String,
    target: Arn,
}

/// What has to be known to check an attribute.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) protocol: Protocol,
    pub(crate) endpoint: &'a str,
    /// The topic is a FIFO topic.
    pub(crate) fifo: bool,
}

impl SubscriptionAttributes {
    /// The attributes of a new subscription.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn new(
        requested: &BTreeMap<String, String>,
        subject: Subject<'_>,
    ) -> Result<Self, Wrong> {
        let mut attributes = Self::default();
        // The scope decides on the filter policy, which comes before it in the alphabet.
        let scope = requested.get_key_value("FilterPolicyScope");
        for (name, value) in scope.into_iter().chain(requested) {
            if !attributes.set(name, value, subject)? {
                return Err(Wrong(format!("Unknown attribute {name}")));
            }
        }
        let has_role = attributes.role.is_some();
        if subject.protocol == Protocol::Firehose && !has_role {
            let what = "SubscriptionRoleArn: Required for protocol firehose";
            return Err(Wrong::new(what));
        }
        Ok(attributes)
    }

    /// Sets one attribute; false when there is none of this name that can be set.
    ///
    /// # Errors
    /// What is wrong with its value.
    pub(crate) fn set(
        &mut self,
        name: &str,
        value: &str,
        subject: Subject<'_>,
    ) -> Result<bool, Wrong> {
        match name {
            "RawMessageDelivery" => {
                let raw = boolean(name, value)?;
                if raw && !subject.protocol.delivers_raw() {
                    let protocol = subject.protocol.as_str();
                    return Err(Wrong(format!(
                        "Delivery protocol [{protocol}] does not support raw message delivery."
                    )));
                }
                self.raw = raw;
            }
            "FilterPolicy" => {
                if !value.is_empty() {
                    let filter = filter::compile(value, self.scope)?;
                    self.compiled = OnceLock::from(filter.map(Arc::new));
                } else {
                    self.compiled = OnceLock::new();
                }
                self.filter_policy = Some(value.to_owned()).filter(|text| !text.is_empty());
            }
            "FilterPolicyScope" => {
                let scope = match value {
                    "MessageAttributes" => Scope::MessageAttributes,
                    "MessageBody" => Scope::MessageBody,
                    _ => {
                        return Err(Wrong(format!(
                            "FilterPolicyScope: Invalid value [{value}]. Please use either \
                             MessageBody or MessageAttributes"
                        )));
                    }
                };
                if let Some(policy) = &self.filter_policy {
                    filter::compile(policy, scope)?;
                }
                self.scope = scope;
                self.compiled = OnceLock::new();
            }
            "RedrivePolicy" => self.redrive = RedrivePolicy::parse(value, subject)?,
            "DeliveryPolicy" => {
                let is_http = matches!(subject.protocol, Protocol::Http | Protocol::Https);
                if !is_http && !value.is_empty() {
                    let protocol = subject.protocol.as_str();
                    return Err(Wrong(format!(
                        "Delivery protocol [{protocol}] does not support specifying a delivery \
                         policy."
                    )));
                }
                let policy = Some(value).filter(|text| !text.is_empty());
                self.delivery_policy = policy.map(SubscriptionPolicy::parse).transpose()?;
            }
            "SubscriptionRoleArn" => {
                if !value.is_empty() && !value.contains(":iam::") {
                    return Err(Wrong::new("SubscriptionRoleArn"));
                }
                self.role = Some(value.to_owned()).filter(|text| !text.is_empty());
            }
            "ReplayPolicy" => {
                if !subject.fifo {
                    return Err(Wrong::new("ReplayPolicy: Not supported for this topic type"));
                }
                let policy = Some(value).filter(|text| !matches!(*text, "" | "{}"));
                self.replay = policy.map(ReplayPolicy::parse).transpose()?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What messages must be like; none where all are wanted.
    pub(crate) fn filter(&self) -> Option<&Filter> {
        let compiled = self.compiled.get_or_init(|| {
            let policy = self.filter_policy.as_deref()?;
            filter::compile(policy, self.scope).ok().flatten().map(Arc::new)
        });
        compiled.as_deref()
    }

    /// Where messages go that cannot be delivered.
    pub(crate) fn dead_letter_queue(&self) -> Option<&Arn> {
        self.redrive.as_ref().map(|policy| &policy.target)
    }

    /// Whether a subscription with these attributes is what a request asks for.
    pub(crate) fn agree(&self, asked: &Self, requested: &BTreeMap<String, String>) -> bool {
        requested.keys().all(|name| match name.as_str() {
            "RawMessageDelivery" => asked.raw == self.raw,
            "FilterPolicy" => asked.filter_policy == self.filter_policy,
            "FilterPolicyScope" => asked.scope == self.scope,
            "RedrivePolicy" => asked.redrive == self.redrive,
            "DeliveryPolicy" => asked.delivery_policy == self.delivery_policy,
            "SubscriptionRoleArn" => asked.role == self.role,
            "ReplayPolicy" => asked.replay == self.replay,
            _ => false,
        })
    }
}

impl RedrivePolicy {
    fn parse(text: &str, subject: Subject<'_>) -> Result<Option<Self>, Wrong> {
        if text.is_empty() {
            return Ok(None);
        }
        let document: Map<String, Value> = filter::json::read(text)
            .map_err(|error| Wrong(format!("RedrivePolicy: failed to parse JSON. {error}")))?;
        if document.is_empty() {
            return Ok(None);
        }
        if let Some(name) = document.keys().find(|name| *name != "deadLetterTargetArn") {
            let what = format!("RedrivePolicy: invalid JSON. Attribute {name} is unknown.");
            return Err(Wrong(what));
        }
        let target = document.get("deadLetterTargetArn").and_then(Value::as_str);
        let target = target.filter(|target| is_arn_of(target, "sqs"));
        let Some(target) = target.and_then(|target| target.parse::<Arn>().ok()) else {
            return Err(Wrong::new("RedrivePolicy: deadLetterTargetArn is an invalid arn"));
        };
        let to_fifo = subject.fifo && subject.endpoint.ends_with(".fifo");
        if to_fifo && !target.resource.ends_with(".fifo") {
            let what = "must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.";
            return Err(Wrong(format!("RedrivePolicy: {what}")));
        }
        Ok(Some(Self { text: text.to_owned(), target }))
    }
}

/// What `GetSubscriptionAttributes` answers.
pub(crate) fn shown(topic: &Topic, subscription: &Subscription) -> BTreeMap<String, String> {
    let attributes = &subscription.attributes;
    let authenticated = subscription.state == State::Confirmed { authenticated: true };
    let mut shown = BTreeMap::new();
    let mut show = |name: &str, value: String| shown.insert(name.to_owned(), value);
    show("SubscriptionArn", subscription.arn(&topic.arn));
    show("TopicArn", topic.arn.to_string());
    show("Owner", subscription.owner.to_string());
    show("Protocol", subscription.protocol.as_str().to_owned());
    show("Endpoint", subscription.endpoint.clone());
    show("SubscriptionPrincipal", subscription.principal.clone());
    show("PendingConfirmation", subscription.is_pending().to_string());
    show("ConfirmationWasAuthenticated", authenticated.to_string());
    show("RawMessageDelivery", attributes.raw.to_string());
    if let Some(policy) = &attributes.filter_policy {
        show("FilterPolicy", policy.clone());
        show("FilterPolicyScope", attributes.scope.as_str().to_owned());
    }
    if let Some(policy) = &attributes.redrive {
        show("RedrivePolicy", policy.text.clone());
    }
    if let Some(role) = &attributes.role {
        show("SubscriptionRoleArn", role.clone());
    }
    if let Some(policy) = &attributes.replay {
        show("ReplayPolicy", policy.text.clone());
        show("ReplayStatus", "Completed".to_owned());
    }
    if let Some(policy) = &attributes.delivery_policy {
        show("DeliveryPolicy", policy.to_json());
    }
    if matches!(subscription.protocol, Protocol::Http | Protocol::Https) {
        let topic = topic.attributes.delivery_policy.as_ref();
        let policy = SubscriptionPolicy::effective(attributes.delivery_policy.as_ref(), topic);
        show("EffectiveDeliveryPolicy", policy.to_json());
    }
    shown
}
