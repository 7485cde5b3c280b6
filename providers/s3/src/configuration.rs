//! Everything that can be configured on a bucket.

use std::collections::BTreeMap;

use fogbank_api_s3::{
    AnalyticsConfiguration, CORSRule, IntelligentTieringConfiguration, InventoryConfiguration,
    LifecycleRule, LoggingEnabled, MetricsConfiguration, NotificationConfiguration,
    RedirectAllRequestsTo, ReplicationConfiguration, RoutingRule,
    ServerSideEncryptionConfiguration,
};
use serde::{Deserialize, Serialize};

use crate::acl::Acl;
use crate::encryption::DefaultEncryption;
use crate::object_lock::DefaultRetention;
use crate::store::Versioning;
use crate::stored::Stored;
use crate::tags::Tags;

/// The configuration of a bucket.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Configuration {
    /// What was asked for at the creation, for telling whether a second one is the same.
    pub(crate) location_constraint: Option<String>,
    pub(crate) versioning: Versioning,
    /// Whether deleting versions needs the code of a device; none when it was never said.
    pub(crate) mfa_delete: Option<bool>,
    /// None where the owner alone may do everything.
    pub(crate) acl: Option<Acl>,
    pub(crate) policy: Option<String>,
    /// `BucketOwnerEnforced` unless said otherwise; none when the controls were deleted.
    pub(crate) ownership: Ownership,
    pub(crate) public_access_block: PublicAccess,
    /// The default encryption, where it is not S3's own keys.
    pub(crate) encryption: Option<Stored<ServerSideEncryptionConfiguration>>,
    pub(crate) default_encryption: DefaultEncryption,
    pub(crate) tags: Tags,
    /// None of them: CORS is not configured.
    pub(crate) cors: Vec<Stored<CORSRule>>,
    pub(crate) website: Option<Website>,
    pub(crate) lifecycle: Vec<Stored<LifecycleRule>>,
    pub(crate) transition_minimum: Option<String>,
    pub(crate) notification: Option<Stored<NotificationConfiguration>>,
    pub(crate) logging: Option<Stored<LoggingEnabled>>,
    pub(crate) replication: Option<Stored<ReplicationConfiguration>>,
    /// `Requester` when requesters pay.
    pub(crate) request_payer: Option<String>,
    pub(crate) accelerate: Option<String>,
    /// Objects can be locked; settled at the creation or later, never undone.
    pub(crate) object_lock: bool,
    pub(crate) default_retention: Option<DefaultRetentionRule>,
    pub(crate) abac: Option<String>,
    pub(crate) analytics: BTreeMap<String, Stored<AnalyticsConfiguration>>,
    pub(crate) intelligent_tiering: BTreeMap<String, Stored<IntelligentTieringConfiguration>>,
    pub(crate) inventory: BTreeMap<String, Stored<InventoryConfiguration>>,
    pub(crate) metrics: BTreeMap<String, Stored<MetricsConfiguration>>,
    pub(crate) metadata: Option<MetadataTables>,
    pub(crate) metadata_table: Option<MetadataTable>,
    /// The zone of a directory bucket.
    pub(crate) zone: Option<Zone>,
}

/// The metadata tables of a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MetadataTables {
    /// After how many days records of the journal expire; none when they do not.
    pub(crate) journal_days: Option<i32>,
    /// The state of the inventory table, as the model spells it.
    pub(crate) inventory: Option<String>,
    /// The state of the annotation table, and its role.
    pub(crate) annotation: Option<(String, Option<String>)>,
}

/// The metadata table of the first version of that API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MetadataTable {
    pub(crate) bucket_arn: String,
    pub(crate) name: String,
}

/// Where a directory bucket is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Zone {
    /// The id of the zone, such as `use1-az4`.
    pub(crate) id: String,
    /// `AvailabilityZone` or `LocalZone`.
    pub(crate) kind: String,
}

/// The static website of a bucket.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Website {
    pub(crate) redirect_all: Option<Stored<RedirectAllRequestsTo>>,
    pub(crate) index: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) rules: Vec<Stored<RoutingRule>>,
}

/// The default retention as it was configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DefaultRetentionRule {
    pub(crate) retention: DefaultRetention,
    /// The number of years, where the rule was given in years.
    pub(crate) years: Option<i32>,
}

/// Who owns objects, and whether ACLs count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ownership {
    /// The bucket's owner; ACLs are off. What new buckets have.
    #[default]
    BucketOwnerEnforced,
    /// The bucket's owner where the object's ACL gives them full control.
    BucketOwnerPreferred,
    /// Who put them.
    ObjectWriter,
    /// The controls were deleted; who put them.
    Deleted,
}

impl Ownership {
    /// The name in the model; none for deleted controls.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::BucketOwnerEnforced => Some("BucketOwnerEnforced"),
            Self::BucketOwnerPreferred => Some("BucketOwnerPreferred"),
            Self::ObjectWriter => Some("ObjectWriter"),
            Self::Deleted => None,
        }
    }

    /// The ownership with this name.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        [Self::BucketOwnerEnforced, Self::BucketOwnerPreferred, Self::ObjectWriter]
            .into_iter()
            .find(|ownership| ownership.name() == Some(name))
    }
}

/// The block of public access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PublicAccess {
    /// It was deleted.
    Open,
    /// Which kinds are blocked.
    Block {
        block_public_acls: bool,
        ignore_public_acls: bool,
        block_public_policy: bool,
        restrict_public_buckets: bool,
    },
}

impl Default for PublicAccess {
    /// Everything, as new buckets have it.
    fn default() -> Self {
        Self::Block {
            block_public_acls: true,
            ignore_public_acls: true,
            block_public_policy: true,
            restrict_public_buckets: true,
        }
    }
}

impl PublicAccess {
    /// Whether public ACLs are refused.
    pub(crate) fn blocks_acls(self) -> bool {
        matches!(self, Self::Block { block_public_acls: true, .. })
    }

    /// Whether grants to groups of everyone do not count.
    pub(crate) fn ignores_acls(self) -> bool {
        matches!(self, Self::Block { ignore_public_acls: true, .. })
    }

    /// Whether a public policy is for the owner's account and services alone.
    pub(crate) fn restricts(self) -> bool {
        matches!(self, Self::Block { restrict_public_buckets: true, .. })
    }

    /// Whether public policies are refused.
    pub(crate) fn blocks_policies(self) -> bool {
        matches!(self, Self::Block { block_public_policy: true, .. })
    }
}
