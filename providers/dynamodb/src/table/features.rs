//! What a table has beside its items: replicas, destinations, policies, settings that are kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_context::Timestamp;
use serde::{Deserialize, Serialize};

/// What belongs to a table beside its keys, indexes and items. All of it starts empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Features {
    /// The other regions of a global table.
    pub replicas: Vec<Replica>,
    /// The global table is of version 2017.11.29.
    pub version_one: bool,
    /// The global table is strongly consistent across regions.
    pub strong: bool,
    /// Kinesis streams that take the table's changes.
    pub kinesis: Vec<KinesisDestination>,
    /// The policy of the table.
    pub policy: Option<ResourcePolicy>,
    /// The policy of the table's stream.
    pub stream_policy: Option<ResourcePolicy>,
    /// Contributor insights of the table (under the empty name) and of its indexes.
    pub insights: BTreeMap<String, Insights>,
    /// Where the table was restored from.
    pub restored: Option<Restored>,
    /// Auto scaling of the table (under the empty name) and of its indexes.
    pub scaling: BTreeMap<String, Scaling>,
}

/// A replica of a global table, in another region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Replica {
    /// The region.
    pub region: String,
    /// The KMS key, as it was given.
    pub key: Option<String>,
    /// Read capacity units, where they differ.
    pub read: Option<i64>,
    /// `MaxReadRequestUnits`, where they differ.
    pub on_demand_read: Option<i64>,
    /// The table class, where it differs.
    pub class: Option<String>,
    /// Indexes whose read capacity differs: name, read units, most on-demand units.
    pub indexes: Vec<(String, Option<i64>, Option<i64>)>,
}

/// A Kinesis stream that takes the changes of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KinesisDestination {
    /// The stream.
    pub stream_arn: String,
    /// Whether it is switched on.
    pub active: bool,
    /// `ApproximateCreationDateTimePrecision`, if it was given.
    pub precision: Option<String>,
}

/// A resource-based policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResourcePolicy {
    /// The document as it was put.
    pub document: Arc<str>,
    /// The revision.
    pub revision: String,
}

/// Contributor insights of a table or an index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Insights {
    /// Whether they are switched on.
    pub enabled: bool,
    /// `ContributorInsightsMode`.
    pub mode: String,
    /// When they were changed last.
    pub updated: Timestamp,
}

/// Where a table was restored from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Restored {
    /// The backup, if it was one.
    pub backup_arn: Option<String>,
    /// The table.
    pub table_arn: String,
    /// The time whose items the table got.
    pub at: Timestamp,
}

/// Auto scaling of one dimension's capacity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScalingSettings {
    /// `MinimumUnits`.
    pub minimum: Option<i64>,
    /// `MaximumUnits`.
    pub maximum: Option<i64>,
    /// `AutoScalingDisabled`.
    pub disabled: Option<bool>,
    /// `AutoScalingRoleArn`.
    pub role: Option<String>,
    /// The target-tracking policy: name, whether it only scales out, cool-downs, target.
    pub policy: Option<ScalingPolicy>,
}

/// A target-tracking policy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScalingPolicy {
    /// `PolicyName`.
    pub name: Option<String>,
    /// `DisableScaleIn`.
    pub disable_scale_in: Option<bool>,
    /// `ScaleInCooldown`, in seconds.
    pub in_cooldown: Option<i32>,
    /// `ScaleOutCooldown`, in seconds.
    pub out_cooldown: Option<i32>,
    /// `TargetValue`, in percent.
    pub target: f64,
}

/// Auto scaling of a table or an index.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scaling {
    /// Of read capacity.
    pub read: Option<ScalingSettings>,
    /// Of write capacity.
    pub write: Option<ScalingSettings>,
}
