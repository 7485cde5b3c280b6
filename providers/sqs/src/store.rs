//! What SQS keeps: queues by name, one store for each account and region.
//!
//! A queue is one resource with one lock. Its messages are rows, saved and shared between forks
//! one by one: a message's contents never change, and what receiving changes is a small row of
//! its own. Which messages are ready, delayed or in flight is derived ([`Index`]) and made again
//! after loading.
//!
//! **Invariants.** Keys grow with the order of arrival and are never used twice, also after the
//! queue is purged. A row of `deliveries` has a row of `messages` with the same key. Every message
//! is in exactly one of the index's sets of ready, delayed and in-flight messages.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use fogbank_context::{Arn, Timestamp};
use fogbank_state::{Resource, Rows, Table, Tracked, rows, store};
use serde::{Deserialize, Serialize};

use crate::delivery::fifo::{DeduplicationKey, DeduplicationScope, ReceiveAttempt, SentMessage};
use crate::delivery::index::Index;
use crate::delivery::move_task::MoveTask;
use crate::message::{Delivery, Message};
use crate::queue::attributes::QueueAttributes;
use crate::queue::encryption::DataKey;
use crate::queue::name::QueueName;

store! {
    /// Everything that SQS keeps in one account and region.
    pub(crate) struct SqsStore: "sqs", Regional {
        /// The queues by name.
        pub(crate) queues: Table<QueueName, Queue>,
        /// The queues that were deleted within the last minute, where that delays their creation.
        pub(crate) deleted: Table<QueueName, DeletedQueue>,
    }
}

/// How many keys are taken at once, so that few messages change the header.
const KEYS: u64 = 1024;

/// A queue.
///
/// It dereferences to its header. Who changes messages leaves the header alone, so that it is not
/// saved with each of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Queue {
    header: Tracked<Header>,
    /// The key of the next message.
    #[serde(skip)]
    pub(crate) next_key: u64,
    /// The messages by key.
    #[serde(skip)]
    pub(crate) messages: Rows<u64, Arc<Message>>,
    /// What receiving changed, of the messages that were received.
    #[serde(skip)]
    pub(crate) deliveries: Rows<u64, Delivery>,
    /// What was sent to a FIFO queue within the deduplication interval.
    #[serde(skip)]
    pub(crate) sent: Rows<DeduplicationKey, SentMessage>,
    /// What was received with receive request attempt ids within the deduplication interval.
    #[serde(skip)]
    pub(crate) attempts: Rows<Arc<str>, ReceiveAttempt>,
    /// Derived from the rows.
    #[serde(skip)]
    pub(crate) index: Index,
}

/// What a queue is, beside its messages.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Header {
    /// Account, region and name.
    pub(crate) arn: Arn,
    /// A random number that the queue's receipt handles carry.
    pub(crate) number: u64,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// When its attributes were last changed.
    pub(crate) modified: Timestamp,
    /// What can be set.
    pub(crate) attributes: QueueAttributes,
    /// The tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// No message has had this key or a higher one.
    next_key: u64,
    /// When it was last purged.
    pub(crate) purged: Option<Timestamp>,
    /// A change of the deduplication scope that may not work yet.
    pub(crate) scope_change: Option<ScopeChange>,
    /// The data key of the key of KMS that protects the messages.
    #[serde(default)]
    pub(crate) data_key: Option<DataKey>,
    /// The latest message move tasks from this queue, the newest last.
    pub(crate) move_tasks: Vec<MoveTask>,
}

impl Deref for Queue {
    type Target = Header;

    fn deref(&self) -> &Header {
        &self.header
    }
}

impl DerefMut for Queue {
    fn deref_mut(&mut self) -> &mut Header {
        &mut self.header
    }
}

impl Resource for Queue {
    const VERSION: u32 = 1;
    rows!(messages, deliveries, sent, attempts);

    fn header_stamp(&self) -> Option<u64> {
        Some(self.header.stamp())
    }

    fn rebuild(&mut self) {
        self.next_key = self.header.next_key;
        self.index = Index::build(self);
    }
}

impl Queue {
    /// A queue without messages.
    pub(crate) fn new(arn: Arn, number: u64, now: Timestamp, attributes: QueueAttributes) -> Self {
        let index = Index::new(attributes.fifo);
        let header = Header {
            arn,
            number,
            created: now,
            modified: now,
            attributes,
            tags: BTreeMap::new(),
            next_key: 0,
            purged: None,
            scope_change: None,
            data_key: None,
            move_tasks: Vec::new(),
        };
        Self {
            header: Tracked::new(header),
            next_key: 0,
            index,
            messages: Rows::new(),
            deliveries: Rows::new(),
            sent: Rows::new(),
            attempts: Rows::new(),
        }
    }

    /// The name.
    pub(crate) fn name(&self) -> &str {
        &self.arn.resource
    }

    /// A key for a message, higher than all before.
    pub(crate) fn take_key(&mut self) -> u64 {
        let key = self.next_key;
        if key >= self.header.next_key {
            self.header.next_key = key + KEYS;
        }
        self.next_key += 1;
        key
    }
}

/// A change of the deduplication scope, which takes a minute to work.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct ScopeChange {
    /// When it was asked for.
    pub(crate) at: Timestamp,
    /// The scope until it works.
    pub(crate) from: DeduplicationScope,
}

/// A queue that was deleted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DeletedQueue {
    /// When.
    pub(crate) at: Timestamp,
}

impl Resource for DeletedQueue {
    const VERSION: u32 = 1;
}
