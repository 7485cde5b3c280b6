//! What Systems Manager keeps, one store for each account and region.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_context::Timestamp;
use fogbank_service::RequestContext;
use fogbank_state::{Resource, Table, store};
use serde::{Deserialize, Serialize};

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
