//! Customer managed policies.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_context::{Arn, Timestamp};
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

use crate::tags::Tags;

/// A customer managed policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Policy {
    /// `arn:aws:iam::…:policy/path/name`.
    pub arn: Arn,
    /// The name.
    pub name: String,
    /// The path, `/` or `/…/`.
    pub path: String,
    /// `ANPA…`.
    pub id: String,
    /// When the policy was created.
    pub created: Timestamp,
    /// When its versions were last changed.
    pub updated: Timestamp,
    /// The description.
    pub description: Option<String>,
    /// The tags.
    pub tags: Tags,
    /// The versions by number.
    pub versions: BTreeMap<u32, PolicyVersion>,
    /// The number of the version that applies; it is always there.
    pub default_version: u32,
    /// The number of the next version; numbers are never used twice.
    pub next_version: u32,
}

impl Resource for Policy {
    const VERSION: u32 = 1;
}

impl Policy {
    /// The document that applies.
    pub fn document(&self) -> &Arc<str> {
        let version = self.versions.get(&self.default_version);
        &version.expect("the default version is there").document
    }
}

/// A version of a managed policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// The document.
    pub document: Arc<str>,
    /// When the version was created.
    pub created: Timestamp,
}
