//! What SNS keeps, one store for each account and region.
//!
//! A topic is one resource with one lock. Its subscriptions are rows: publishing looks at the topic as
//! it is at that moment, without holding its lock while it delivers. What was sent to phones,
//! mailboxes and mobile apps is kept, the newest for each recipient.
//!
//! **Invariants.** A subscription is in the store of its topic, whoever owns it. The key of a row of
//! subscriptions is the subscription's id, the last part of its ARN.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use fogbank_context::{Arn, Timestamp};
use fogbank_state::{Resource, Rows, Table, rows, store};
use serde::{Deserialize, Serialize};

use crate::delivery::kept::Kept;
use crate::subscription::Subscription;
use crate::topic::archive::Archived;
use crate::topic::attributes::TopicAttributes;
use crate::topic::encryption::DataKey;
use crate::topic::fifo::Published;

store! {
    /// Everything that SNS keeps in one account and region.
    pub(crate) struct SnsStore: "sns", Regional {
        /// The topics by name.
        pub(crate) topics: Table<String, Topic>,
        /// The platform applications by platform and name, with a slash between them.
        pub(crate) applications: Table<String, PlatformApplication>,
        /// What is known of phone numbers.
        pub(crate) phones: Table<String, Phone>,
        /// The SMS attributes, under `sms`.
        pub(crate) settings: Table<String, Settings>,
        /// What was sent to phones, mailboxes and apps, by kind and recipient.
        pub(crate) outboxes: Table<String, Outbox>,
        /// The status of deliveries, by log group.
        pub(crate) logs: Table<String, DeliveryLog>,
    }
}

/// A topic.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Topic {
    /// Region, account and name.
    pub(crate) arn: Arn,
    /// The ARN as a text.
    #[serde(skip)]
    arn_text: OnceLock<Arc<str>>,
    /// What can be set.
    pub(crate) attributes: TopicAttributes,
    /// The tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// The data protection policy.
    #[serde(default)]
    pub(crate) data_protection: Option<String>,
    /// How many subscriptions were deleted.
    #[serde(default)]
    pub(crate) deleted_subscriptions: u64,
    /// How many messages a FIFO topic took.
    #[serde(default)]
    pub(crate) sequence: u64,
    /// The data key of the key of KMS that protects the messages.
    #[serde(default)]
    pub(crate) data_key: Option<DataKey>,
    /// Since when messages are archived.
    #[serde(default)]
    pub(crate) archive_since: Option<Timestamp>,
    /// The subscriptions by id.
    #[serde(skip)]
    pub(crate) subscriptions: Rows<String, Arc<Subscription>>,
    /// The subscriptions that ended and may yet be restored, by id.
    #[serde(skip)]
    pub(crate) ended: Rows<String, Ended>,
    /// What was published within the deduplication interval, by deduplication id.
    #[serde(skip)]
    pub(crate) recent: Rows<String, Published>,
    /// The archive, by sequence.
    #[serde(skip)]
    pub(crate) archive: Rows<u64, Arc<Archived>>,
}

impl Resource for Topic {
    const VERSION: u32 = 1;
    rows!(subscriptions, ended, recent, archive);
}

impl Topic {
    /// The ARN as a text.
    pub(crate) fn arn_text(&self) -> Arc<str> {
        self.arn_text.get_or_init(|| self.arn.to_string().into()).clone()
    }

    /// A topic without subscriptions.
    pub(crate) fn new(arn: Arn, attributes: TopicAttributes) -> Self {
        Self {
            arn,
            arn_text: OnceLock::new(),
            attributes,
            tags: BTreeMap::new(),
            data_protection: None,
            deleted_subscriptions: 0,
            sequence: 0,
            data_key: None,
            archive_since: None,
            subscriptions: Rows::new(),
            ended: Rows::new(),
            recent: Rows::new(),
            archive: Rows::new(),
        }
    }
}

/// A subscription that ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub(crate) at: Timestamp,
    pub(crate) subscription: Arc<Subscription>,
}

/// A platform application: an app on a push platform.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PlatformApplication {
    pub(crate) arn: Arn,
    /// What can be set, credentials included.
    pub(crate) attributes: BTreeMap<String, String>,
    /// The endpoints by id.
    #[serde(skip)]
    pub(crate) endpoints: Rows<String, PlatformEndpoint>,
}

impl Resource for PlatformApplication {
    const VERSION: u32 = 1;
    rows!(endpoints);
}

/// An app on a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlatformEndpoint {
    /// `Enabled`, `Token` and `CustomUserData`.
    pub(crate) attributes: BTreeMap<String, String>,
}

/// What is known of a phone number.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Phone {
    /// Its owner wants no messages.
    pub(crate) opted_out: bool,
    /// It is among the numbers of the SMS sandbox.
    #[serde(default)]
    pub(crate) sandbox: Option<SandboxNumber>,
}

impl Resource for Phone {
    const VERSION: u32 = 1;
}

/// A number of the SMS sandbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SandboxNumber {
    /// The password that was sent to it.
    pub(crate) password: String,
    pub(crate) verified: bool,
}

/// Attributes by name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Resource for Settings {
    const VERSION: u32 = 1;
}

/// What was sent to one recipient.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Outbox {
    pub(crate) next: u64,
    #[serde(skip)]
    pub(crate) messages: Rows<u64, Arc<Kept>>,
}

impl Resource for Outbox {
    const VERSION: u32 = 1;
    rows!(messages);
}

/// The status of deliveries in a log group.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct DeliveryLog {
    pub(crate) next: u64,
    #[serde(skip)]
    pub(crate) entries: Rows<u64, Arc<LogEntry>>,
}

impl Resource for DeliveryLog {
    const VERSION: u32 = 1;
    rows!(entries);
}

/// An entry of a log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LogEntry {
    pub(crate) at: Timestamp,
    /// A JSON document.
    pub(crate) text: String,
}
