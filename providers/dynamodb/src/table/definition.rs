//! What a table is, apart from its items.

use std::collections::BTreeMap;
use std::time::Duration;

use fogbank_context::Timestamp;
use serde::{Deserialize, Serialize};

use super::features::Features;
use super::vector::VectorIndex;
use crate::engine::schema::{IndexKeyFault, KeyAttribute, KeySchema};
use crate::engine::value::Attributes;

/// Provisioned throughput of a table or of a global index, in capacity units per second.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Throughput {
    /// Read capacity units.
    pub read: i64,
    /// Write capacity units.
    pub write: i64,
    /// When it was last raised.
    pub increased: Option<Timestamp>,
    /// When it was last lowered.
    pub decreased: Option<Timestamp>,
    /// How often it was lowered on the day, in UTC, of the last time.
    #[serde(default)]
    pub decreases: u32,
}

impl Throughput {
    /// Throughput that was never changed.
    pub fn new(read: i64, write: i64) -> Self {
        Self { read, write, increased: None, decreased: None, decreases: 0 }
    }
}

/// Most capacity that an on-demand table or index may use; `None` is no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnDemandLimits {
    /// `MaxReadRequestUnits`.
    pub read: Option<i64>,
    /// `MaxWriteRequestUnits`.
    pub write: Option<i64>,
}

/// Capacity that a table or an index is warmed up for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarmThroughput {
    /// `ReadUnitsPerSecond`.
    pub read: i64,
    /// `WriteUnitsPerSecond`.
    pub write: i64,
}

/// How capacity is paid for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Billing {
    /// By the second, whether used or not.
    Provisioned,
    /// By the request, since a time.
    PayPerRequest(Timestamp),
}

/// Which attributes an index holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IndexProjection {
    /// All of the item.
    All,
    /// The keys of the table and of the index.
    KeysOnly,
    /// The keys and these.
    Include(Vec<String>),
}

/// Whether an index shares the table's partition key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IndexScope {
    /// A local secondary index.
    Local,
    /// A global secondary index.
    Global,
}

/// A secondary index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexDefinition {
    /// The name.
    pub name: String,
    /// Local or global.
    pub scope: IndexScope,
    /// The key.
    pub keys: KeySchema,
    /// What the index holds.
    pub projection: IndexProjection,
    /// Provisioned throughput; of global indexes of provisioned tables.
    pub throughput: Option<Throughput>,
    /// Limits of on-demand capacity.
    #[serde(default)]
    pub on_demand: Option<OnDemandLimits>,
    /// Capacity that was warmed up.
    #[serde(default)]
    pub warm: Option<WarmThroughput>,
    /// What is still under way.
    #[serde(default)]
    pub phase: Option<IndexPhase>,
}

/// What is under way with an index, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IndexPhase {
    /// It is given its place; the table is being updated. Then it is filled until the second time.
    Allocating(Timestamp, Timestamp),
    /// It is filled.
    Backfilling(Timestamp),
    /// It is deleted.
    Deleting(Timestamp),
}

impl IndexPhase {
    /// The phases of an index that is made and filled within this time.
    pub fn creating(now: Timestamp, delay: Duration) -> Option<IndexPhase> {
        (!delay.is_zero()).then(|| IndexPhase::Allocating(now + delay / 10, now + delay))
    }

    /// When the phase ends.
    pub fn until(self) -> Timestamp {
        match self {
            IndexPhase::Allocating(until, _)
            | IndexPhase::Backfilling(until)
            | IndexPhase::Deleting(until) => until,
        }
    }
}

/// Server-side encryption with a key of KMS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encryption {
    /// The ARN of the key.
    pub key_arn: String,
}

/// The stream of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamDefinition {
    /// `StreamViewType`.
    pub view: String,
    /// The label: when the stream was switched on.
    pub label: String,
    /// When it was switched on.
    #[serde(default)]
    pub created: Timestamp,
    /// Whether it still takes records.
    pub enabled: bool,
    /// When it was switched off.
    #[serde(default)]
    pub disabled: Option<Timestamp>,
}

/// Everything that describes a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableDefinition {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// The id: a UUID.
    pub id: String,
    /// When it was created.
    pub created: Timestamp,
    /// `AttributeDefinitions`.
    pub attributes: Vec<KeyAttribute>,
    /// The primary key.
    pub keys: KeySchema,
    /// Local indexes, then global ones.
    pub indexes: Vec<IndexDefinition>,
    /// Vector indexes.
    #[serde(default)]
    pub vectors: Vec<VectorIndex>,
    /// How capacity is paid for.
    pub billing: Billing,
    /// Whether the table was on demand before; only then is `PROVISIONED` described.
    #[serde(default)]
    pub was_on_demand: bool,
    /// Provisioned throughput; zero for on-demand tables.
    pub throughput: Throughput,
    /// Limits of on-demand capacity.
    #[serde(default)]
    pub on_demand: Option<OnDemandLimits>,
    /// Capacity that was warmed up.
    #[serde(default)]
    pub warm: Option<WarmThroughput>,
    /// The stream.
    #[serde(default)]
    pub stream: Option<StreamDefinition>,
    /// Encryption with a KMS key; `None` is the key of AWS.
    #[serde(default)]
    pub encryption: Option<Encryption>,
    /// `TableClass` and when it was last changed.
    #[serde(default)]
    pub class: Option<(String, Option<Timestamp>)>,
    /// Whether `DeleteTable` is refused.
    #[serde(default)]
    pub deletion_protection: bool,
    /// Point-in-time recovery: since when, and how many days back.
    #[serde(default)]
    pub recovery: Option<(Timestamp, i32)>,
    /// The tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// The attribute that says when an item expires.
    #[serde(default)]
    pub time_to_live: Option<String>,
    /// When that was last changed.
    #[serde(default)]
    pub time_to_live_changed: Option<Timestamp>,
    /// What belongs to the table beside its keys and items.
    #[serde(default)]
    pub features: Features,
}

impl TableDefinition {
    /// When the next phase of an index ends.
    pub fn next_phase(&self) -> Option<Timestamp> {
        self.indexes.iter().filter_map(|index| Some(index.phase?.until())).min()
    }

    /// Ends the phases of indexes that are over.
    pub fn settle(&mut self, now: Timestamp) {
        while self.next_phase().is_some_and(|until| until <= now) {
            self.indexes.retain_mut(|index| {
                let over = index.phase.filter(|phase| phase.until() <= now);
                match over {
                    None => {}
                    Some(IndexPhase::Allocating(_, filled)) => {
                        index.phase = Some(IndexPhase::Backfilling(filled));
                    }
                    Some(IndexPhase::Backfilling(_)) => index.phase = None,
                    Some(IndexPhase::Deleting(_)) => return false,
                }
                true
            });
            self.forget_unused_attributes();
        }
    }

    /// Definitions of attributes that no key uses any more are gone with their index.
    pub fn forget_unused_attributes(&mut self) {
        let TableDefinition { attributes, keys, indexes, vectors, .. } = self;
        attributes.retain(|own| {
            keys.contains(&own.name)
                || indexes.iter().any(|index| index.keys.contains(&own.name))
                || vectors.iter().flat_map(VectorIndex::schema).any(|key| key.name == own.name)
        });
    }

    /// Whether the table is updated because one of its indexes is given its place.
    pub fn is_updating(&self) -> bool {
        self.indexes.iter().any(|it| matches!(it.phase, Some(IndexPhase::Allocating(..))))
    }

    /// The index of this name, and its position.
    pub fn index(&self, name: &str) -> Option<(usize, &IndexDefinition)> {
        self.indexes.iter().enumerate().find(|(_, index)| index.name == name)
    }

    /// Whether there is a local index, so that item collections have a size.
    pub fn has_local_index(&self) -> bool {
        self.indexes.iter().any(|index| index.scope == IndexScope::Local)
    }

    /// Whether capacity is provisioned.
    pub fn is_provisioned(&self) -> bool {
        self.billing == Billing::Provisioned
    }

    /// The provisioned throughput, if capacity is provisioned.
    pub fn provisioned_throughput(&self) -> Option<&Throughput> {
        self.is_provisioned().then_some(&self.throughput)
    }

    /// What of an item is unfit for an index; of several indexes, for the first one by name.
    pub fn index_fault(&self, item: &Attributes) -> Option<(&IndexDefinition, IndexKeyFault)> {
        let faults = self.indexes.iter().filter_map(|index| {
            let fault = index.keys.check_index_item(item).err()?;
            Some((index, fault))
        });
        faults.min_by(|(one, _), (other, _)| one.name.cmp(&other.name))
    }

    /// The bytes of an item that the index holds.
    pub fn index_size(&self, index: &IndexDefinition, item: &Attributes) -> usize {
        match index.projection {
            IndexProjection::All => item.size(),
            _ => item
                .iter()
                .filter(|(name, _)| self.index_holds(index, name))
                .map(|(name, value)| name.len() + value.size())
                .sum(),
        }
    }

    /// Whether the index holds this attribute of the items.
    pub fn index_holds(&self, index: &IndexDefinition, attribute: &str) -> bool {
        match &index.projection {
            IndexProjection::All => true,
            projection => {
                self.keys.contains(attribute)
                    || index.keys.contains(attribute)
                    || matches!(projection, IndexProjection::Include(names)
                        if names.iter().any(|name| name == attribute))
            }
        }
    }
}
