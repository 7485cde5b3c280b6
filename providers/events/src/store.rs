//! What EventBridge keeps, one store for each account and region.
//!
//! **Invariants.** The key of a rule is the name of its bus and its own. A rule's compiled pattern is
//! derived from its text. The keys of archived events grow with the order of arrival.

mod connection;
pub(crate) mod names;
mod partner;

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_events as api;
use fogbank_context::{Arn, Timestamp};
use fogbank_service::RequestContext;
use fogbank_service::shape::kept::Kept;
use fogbank_state::{Resource, Rows, Table, rows, store};
use serde::{Deserialize, Serialize};

pub(crate) use connection::{
    ApiDestination, Authorization, Connection, Endpoint, HttpParameter, HttpParameters, OAuth,
};
pub(crate) use partner::{EventSource, PartnerEventSource};

use crate::delivery::Undelivered;
use crate::pattern::Pattern;

store! {
    /// Everything that EventBridge keeps in one account and region.
    pub(crate) struct EventsStore: "events", Regional {
        /// The event buses by name.
        pub(crate) buses: Table<String, EventBus>,
        /// The rules by bus and name.
        pub(crate) rules: Table<(String, String), Rule>,
        /// The archives by name.
        pub(crate) archives: Table<String, Archive>,
        /// The replays by name.
        pub(crate) replays: Table<String, Replay>,
        /// The connections by name.
        pub(crate) connections: Table<String, Connection>,
        /// The API destinations by name.
        pub(crate) api_destinations: Table<String, ApiDestination>,
        /// The global endpoints by name.
        pub(crate) endpoints: Table<String, Endpoint>,
        /// The partner event sources that partners offer this account.
        pub(crate) event_sources: Table<String, EventSource>,
        /// The partner event sources that this account, a partner's, made.
        pub(crate) partner_event_sources: Table<String, PartnerEventSource>,
        /// What is to be delivered once more, by a random id.
        pub(crate) undelivered: Table<String, Undelivered>,
    }
}

/// What the account and region of a request keep.
pub(crate) fn of(cx: &RequestContext) -> Arc<EventsStore> {
    cx.world.regional(cx.account, &cx.region)
}

/// An event bus.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct EventBus {
    pub(crate) arn: Arn,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) description: Option<String>,
    pub(crate) kms_key_identifier: Option<String>,
    pub(crate) dead_letter_config: Option<Kept<api::DeadLetterConfig>>,
    pub(crate) log_config: Option<Kept<api::LogConfig>>,
    /// A document as JSON.
    pub(crate) policy: Option<String>,
    pub(crate) tags: BTreeMap<String, String>,
}

impl Resource for EventBus {
    const VERSION: u32 = 1;
}

impl EventBus {
    /// A bus without anything set.
    pub(crate) fn new(arn: Arn, now: Timestamp) -> Self {
        Self {
            arn,
            created: now,
            modified: now,
            description: None,
            kms_key_identifier: None,
            dead_letter_config: None,
            log_config: None,
            policy: None,
            tags: BTreeMap::new(),
        }
    }
}

/// A rule with its targets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) arn: Arn,
    /// The text of the event pattern.
    pub(crate) event_pattern: Option<String>,
    pub(crate) schedule_expression: Option<String>,
    /// `ENABLED`, `DISABLED` or `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
    pub(crate) state: String,
    pub(crate) description: Option<String>,
    pub(crate) role_arn: Option<String>,
    /// The service that manages the rule.
    pub(crate) managed_by: Option<String>,
    /// The account that made it.
    pub(crate) created_by: String,
    /// When its schedule began to count.
    pub(crate) scheduled: Timestamp,
    /// Another number after each change, so that what was scheduled before is known to be void.
    pub(crate) revision: u64,
    pub(crate) tags: BTreeMap<String, String>,
    /// In the order in which they were put, each id once.
    pub(crate) targets: Vec<Kept<api::Target>>,
    /// The pattern, ready to be matched.
    #[serde(skip)]
    pub(crate) pattern: Option<Arc<Pattern>>,
}

impl Resource for Rule {
    const VERSION: u32 = 1;

    fn rebuild(&mut self) {
        self.pattern = compiled(self.event_pattern.as_deref());
    }
}

impl Rule {
    /// Whether it does anything.
    pub(crate) fn is_enabled(&self) -> bool {
        self.state != api::RuleState::Disabled.as_str()
    }
}

/// A pattern that was checked before.
pub(crate) fn compiled(text: Option<&str>) -> Option<Arc<Pattern>> {
    text.and_then(|text| Pattern::parse(text).ok()).map(Arc::new)
}

/// An archive of a bus's events.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Archive {
    pub(crate) arn: Arn,
    /// The bus.
    pub(crate) event_source: Arn,
    pub(crate) description: Option<String>,
    /// The text of the event pattern.
    pub(crate) event_pattern: Option<String>,
    /// How long events are kept; 0 is forever.
    pub(crate) retention_days: i32,
    pub(crate) kms_key_identifier: Option<String>,
    pub(crate) created: Timestamp,
    /// The events, by when they came and a number.
    #[serde(skip)]
    pub(crate) events: Rows<(Timestamp, u64), ArchivedEvent>,
    /// The pattern, ready to be matched.
    #[serde(skip)]
    pub(crate) pattern: Option<Arc<Pattern>>,
    /// The bytes of all events.
    #[serde(skip)]
    pub(crate) size: i64,
}

impl Resource for Archive {
    const VERSION: u32 = 1;
    rows!(events);

    fn rebuild(&mut self) {
        self.pattern = compiled(self.event_pattern.as_deref());
        self.size = self.events.iter().map(|(_, event)| event.size).sum();
    }
}

/// An event in an archive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ArchivedEvent {
    /// The event as JSON.
    pub(crate) event: Arc<str>,
    /// How many bytes it counts.
    pub(crate) size: i64,
}

/// A replay of archived events.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Replay {
    pub(crate) arn: Arn,
    pub(crate) description: Option<String>,
    /// The archive.
    pub(crate) event_source: Arn,
    pub(crate) destination: Kept<api::ReplayDestination>,
    /// `STARTING`, `RUNNING`, …
    pub(crate) state: String,
    pub(crate) event_start: Timestamp,
    pub(crate) event_end: Timestamp,
    pub(crate) last_replayed: Option<Timestamp>,
    pub(crate) started: Timestamp,
    pub(crate) ended: Option<Timestamp>,
}

impl Resource for Replay {
    const VERSION: u32 = 1;
}
