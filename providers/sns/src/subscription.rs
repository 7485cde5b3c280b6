//! Subscriptions: who gets the messages of a topic, how, and which of them.

pub(crate) mod attributes;
pub(crate) mod endpoint;
pub(crate) mod filter;
pub(crate) mod token;

use std::sync::OnceLock;
use std::time::Duration;

use fogbank_context::{AccountId, Arn, Timestamp};
use serde::{Deserialize, Serialize};

use attributes::SubscriptionAttributes;
use endpoint::Protocol;

/// How long a subscription waits to be confirmed.
const CONFIRMATION_PERIOD: Duration = Duration::from_secs(2 * 86_400);

/// A subscription.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Subscription {
    /// The last part of its ARN.
    pub(crate) id: String,
    pub(crate) protocol: Protocol,
    pub(crate) endpoint: String,
    /// The account that subscribed.
    pub(crate) owner: AccountId,
    /// The ARN of who subscribed.
    pub(crate) principal: String,
    pub(crate) created: Timestamp,
    pub(crate) state: State,
    /// What confirms it.
    pub(crate) token: String,
    /// Only its owner may end it.
    #[serde(default)]
    pub(crate) authenticate_on_unsubscribe: bool,
    pub(crate) attributes: SubscriptionAttributes,
    /// The endpoint as an ARN, where it is one.
    #[serde(skip)]
    pub(crate) endpoint_arn: OnceLock<Option<Arn>>,
}

/// Whether a subscription is confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// Not yet.
    Pending,
    /// It is.
    Confirmed {
        /// By a signed request, or by being of the caller's own.
        authenticated: bool,
    },
}

impl Subscription {
    pub(crate) fn is_pending(&self) -> bool {
        self.state == State::Pending
    }

    /// Whether it was not confirmed in time, so that AWS has forgotten it.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.is_pending() && now.since(self.created) > CONFIRMATION_PERIOD
    }

    /// The endpoint as an ARN, where it is one.
    pub(crate) fn endpoint_arn(&self) -> Option<&Arn> {
        self.endpoint_arn.get_or_init(|| self.endpoint.parse().ok()).as_ref()
    }

    /// Its ARN.
    pub(crate) fn arn(&self, topic: &Arn) -> String {
        format!("{topic}:{}", self.id)
    }
}
