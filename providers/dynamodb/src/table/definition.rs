//! What a table is, apart from its items.

use std::collections::BTreeMap;

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
}

impl Throughput {
    /// Throughput that was never changed.
    pub fn new(read: i64, write: i64) -> Self {
        Self { read, write, increased: None, decreased: None }
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
    /// What belongs to the table beside its keys and items.
    #[serde(default)]
    pub features: Features,
}

impl TableDefinition {
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
