//! Roles and instance profiles.

use std::sync::Arc;

use fogbank_context::Timestamp;
use fogbank_state::{Resource, Table};
use serde::{Deserialize, Serialize};

use super::{Entity, Grants, IamStore};
use crate::tags::Tags;

/// The path of service-linked roles.
pub(crate) const SERVICE_LINKED_PATH: &str = "/aws-service-role/";

/// A role.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Role {
    /// The name.
    pub name: String,
    /// The path, `/` or `/…/`.
    pub path: String,
    /// `AROA…`.
    pub id: String,
    /// When the role was created.
    pub created: Timestamp,
    /// The trust policy.
    pub trust: Arc<str>,
    /// The description.
    pub description: Option<String>,
    /// The longest session in seconds.
    pub max_session_duration: i32,
    /// The tags.
    pub tags: Tags,
    /// What its sessions may do.
    pub grants: Grants,
}

impl Resource for Role {
    const VERSION: u32 = 1;
}

impl Entity for Role {
    const NOUN: &'static str = "role";
    const TITLE: &'static str = "Role";
    const INLINE_QUOTA: usize = 10240;

    fn table(store: &IamStore) -> &Table<String, Self> {
        &store.roles
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn path(&self) -> &str {
        &self.path
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn grants(&self) -> &Grants {
        &self.grants
    }

    fn grants_mut(&mut self) -> &mut Grants {
        &mut self.grants
    }

    fn is_protected(&self) -> bool {
        self.path.starts_with(SERVICE_LINKED_PATH)
    }
}

/// An instance profile.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InstanceProfile {
    /// The name.
    pub name: String,
    /// The path, `/` or `/…/`.
    pub path: String,
    /// `AIPA…`.
    pub id: String,
    /// When the profile was created.
    pub created: Timestamp,
    /// The key of its role.
    pub role: Option<String>,
    /// The tags.
    pub tags: Tags,
}

impl Resource for InstanceProfile {
    const VERSION: u32 = 1;
}
