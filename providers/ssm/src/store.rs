//! What Systems Manager keeps, one store for each account and region.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_ssm as api;
use fogbank_context::Timestamp;
use fogbank_service::RequestContext;
use fogbank_state::{Resource, Table, store};
use serde::{Deserialize, Serialize};

use crate::association::Association;
use crate::document::Document;
use crate::idempotency::Remembered;
use crate::kept::Kept;
use crate::ops::commands::Sent;
use crate::ops::maintenance::window::Window;
use crate::ops::nodes::compliance::{Compliance, ContentHash};
use crate::ops::nodes::deletions::Disabled;
use crate::ops::ops_center::items::Item;
use crate::ops::ops_center::metadata::Metadata;
use crate::ops::patches::patch::Chosen;
use crate::parameter::Parameter;

store! {
    /// Everything that Systems Manager keeps in one account and region.
    pub(crate) struct SsmStore: "ssm", Regional {
        /// The parameters by name, the leading slash left out where it is the only one.
        pub(crate) parameters: Table<String, Parameter>,
        /// The tags of all resources, by type and id (`Document/name`).
        pub(crate) tags: Table<String, Tags>,
        /// Resource policies by the ARN of their resource.
        pub(crate) resource_policies: Table<String, ResourcePolicies>,
        /// The service settings that were changed, by id.
        pub(crate) settings: Table<String, Setting>,
        /// Client tokens, by operation and token.
        pub(crate) tokens: Table<String, Remembered>,
        /// The account's documents by name.
        pub(crate) documents: Table<String, Document>,
        /// The associations by id.
        pub(crate) associations: Table<String, Association>,
        /// The commands by id.
        pub(crate) commands: Table<String, Sent>,
        /// The automation executions by id.
        pub(crate) automations: Table<String, Kept<api::AutomationExecution>>,
        /// The maintenance windows by id.
        pub(crate) windows: Table<String, Window>,
        /// The account's patch baselines by id.
        pub(crate) baselines: Table<String, Kept<api::GetPatchBaselineResult>>,
        /// The default baselines that were registered, by operating system.
        pub(crate) default_baselines: Table<String, Chosen>,
        /// The baselines of patch groups, by operating system and group.
        pub(crate) patch_groups: Table<String, Chosen>,
        /// The activations by id.
        pub(crate) activations: Table<String, Kept<api::Activation>>,
        /// Inventory items, by node and type.
        pub(crate) inventory: Table<String, Kept<api::InventoryItem>>,
        /// Deletions of inventory by id.
        pub(crate) inventory_deletions: Table<String, Kept<api::InventoryDeletionStatusItem>>,
        /// The types of inventory that were disabled, by name.
        pub(crate) disabled_inventory: Table<String, Disabled>,
        /// The hashes that compliance items came with, by the key of the items.
        pub(crate) compliance_hashes: Table<String, ContentHash>,
        /// Compliance items, by resource type, resource and compliance type.
        pub(crate) compliance: Table<String, Compliance>,
        /// The resource data syncs by name.
        pub(crate) data_syncs: Table<String, Kept<api::ResourceDataSyncItem>>,
        /// The OpsItems by id.
        pub(crate) ops_items: Table<String, Item>,
        /// OpsMetadata by ARN.
        pub(crate) ops_metadata: Table<String, Metadata>,
        /// The previews of executions by id.
        pub(crate) previews: Table<String, Kept<api::GetExecutionPreviewResponse>>,
        /// The cloud connectors by id.
        pub(crate) cloud_connectors: Table<String, Kept<api::GetCloudConnectorResult>>,
    }
}

/// The store that a request addresses.
pub(crate) fn store(cx: &RequestContext) -> Arc<SsmStore> {
    cx.world.regional(cx.account, &cx.region)
}

/// The tags of a resource.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tags(pub(crate) BTreeMap<String, String>);

impl Resource for Tags {
    const VERSION: u32 = 1;
}

/// The policies of a resource.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct ResourcePolicies(pub(crate) Vec<ResourcePolicy>);

impl Resource for ResourcePolicies {
    const VERSION: u32 = 1;
}

/// A resource policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ResourcePolicy {
    /// The id.
    pub(crate) id: String,
    /// Changes with every change of the policy.
    pub(crate) hash: String,
    /// The document.
    pub(crate) policy: String,
}

/// A service setting that was changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Setting {
    /// The value.
    pub(crate) value: String,
    /// When it was changed.
    pub(crate) modified: Timestamp,
    /// Who changed it.
    pub(crate) user: String,
}

impl Resource for Setting {
    const VERSION: u32 = 1;
}
