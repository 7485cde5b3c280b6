//! Users.

use std::collections::{BTreeMap, BTreeSet};

use fogbank_context::Timestamp;
use fogbank_state::{Resource, Table};
use serde::{Deserialize, Serialize};

use super::{
    Entity, Grants, IamStore, LoginProfile, ServiceCredential, SigningCertificate, SshKey,
    UserAccessKey,
};
use crate::tags::Tags;

/// A user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct User {
    /// The name.
    pub name: String,
    /// The path, `/` or `/…/`.
    pub path: String,
    /// `AIDA…`.
    pub id: String,
    /// When the user was created.
    pub created: Timestamp,
    /// The tags.
    pub tags: Tags,
    /// What the user may do.
    pub grants: Grants,
    /// The keys of the groups that the user is in.
    pub groups: BTreeSet<String>,
    /// The password.
    pub login_profile: Option<LoginProfile>,
    /// The access keys by id.
    pub access_keys: BTreeMap<String, UserAccessKey>,
    /// When each enabled MFA device was enabled, by serial number.
    pub mfa_devices: BTreeMap<String, Timestamp>,
    /// The SSH public keys by id.
    pub ssh_keys: BTreeMap<String, SshKey>,
    /// The signing certificates by id.
    pub signing_certificates: BTreeMap<String, SigningCertificate>,
    /// The service-specific credentials by id.
    pub service_credentials: BTreeMap<String, ServiceCredential>,
}

impl Resource for User {
    const VERSION: u32 = 1;
}

impl User {
    /// A user with nothing.
    pub(crate) fn new(name: String, path: String, id: String, created: Timestamp) -> Self {
        Self {
            name,
            path,
            id,
            created,
            tags: Tags::default(),
            grants: Grants::default(),
            groups: BTreeSet::new(),
            login_profile: None,
            access_keys: BTreeMap::new(),
            mfa_devices: BTreeMap::new(),
            ssh_keys: BTreeMap::new(),
            signing_certificates: BTreeMap::new(),
            service_credentials: BTreeMap::new(),
        }
    }
}

impl Entity for User {
    const NOUN: &'static str = "user";
    const TITLE: &'static str = "User";
    const INLINE_QUOTA: usize = 2048;

    fn table(store: &IamStore) -> &Table<String, Self> {
        &store.users
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
}
