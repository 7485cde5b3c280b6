//! What IAM keeps: one store for each account.
//!
//! Names are case-preserving and unique without regard to case, so the tables' keys are names in
//! lower case ([`key`]); what is looked up must match the name exactly.
//!
//! A user, group or role holds what is attached to it ([`Grants`]): attachment counts, the members of
//! a group and the profiles of a role are derived by looking at all of them.
//!
//! **Invariants.** The secret of an access key is in `fogbank_service`'s `AccessKeyStore`, under the
//! same id, with the user's ARN and id; it goes when the key or its user goes.

mod account;
mod credentials;
mod delegation;
mod group;
mod identity_provider;
mod policy;
mod reports;
mod role;
mod user;

pub use account::{Account, PasswordPolicy};
pub use credentials::{
    KeyStatus, LoginProfile, ServerCertificate, ServiceCredential, SigningCertificate, SshKey,
    UserAccessKey, VirtualMfa,
};
pub use delegation::{
    Approval, Delegation, DelegationParameter, DelegationState, DelegationStore, RegisteredPolicy,
};
pub use group::Group;
pub use identity_provider::{OidcProvider, SamlKey, SamlProvider};
pub use policy::{Policy, PolicyVersion};
pub use reports::{AccessJob, DeletionTask};
pub(crate) use role::SERVICE_LINKED_PATH;
pub use role::{InstanceProfile, Role};
pub use user::User;

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::{Edit, Resource, Table, store};
use serde::{Deserialize, Serialize};

use crate::errors;

store! {
    /// Everything that IAM keeps in one account.
    pub struct IamStore: "iam", AccountWide {
        /// The users.
        pub users: Table<String, User>,
        /// The groups.
        pub groups: Table<String, Group>,
        /// The roles.
        pub roles: Table<String, Role>,
        /// The customer managed policies.
        pub policies: Table<String, Policy>,
        /// The instance profiles.
        pub instance_profiles: Table<String, InstanceProfile>,
        /// The virtual MFA devices by serial number.
        pub mfa_devices: Table<String, VirtualMfa>,
        /// The SAML providers.
        pub saml_providers: Table<String, SamlProvider>,
        /// The OpenID Connect providers by URL without scheme.
        pub oidc_providers: Table<String, OidcProvider>,
        /// The server certificates.
        pub server_certificates: Table<String, ServerCertificate>,
        /// Last-accessed jobs by id.
        pub access_jobs: Table<String, AccessJob>,
        /// Deletions of service-linked roles by task id.
        pub deletion_tasks: Table<String, DeletionTask>,
        /// The account's own settings, under [`ACCOUNT`].
        pub account: Table<String, Account>,
    }
}

/// The only key of the table of the account's settings.
pub const ACCOUNT: &str = "account";

/// The key of a name.
pub fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}

impl IamStore {
    /// The store of a request's account.
    pub(crate) fn of(cx: &RequestContext) -> Arc<Self> {
        cx.world.account::<Self>(cx.account)
    }

    /// The user, group or role with this name.
    pub(crate) fn find<E: Entity>(&self, name: &str) -> Result<Arc<E>, ServiceError> {
        let found = E::table(self).get(&key(name)).filter(|entity| entity.name() == name);
        found.ok_or_else(|| errors::cannot_be_found::<E>(name))
    }

    /// Changes the user, group or role with this name, unless it is protected; an error changes
    /// nothing.
    pub(crate) fn edit<E: Entity, T>(
        &self,
        name: &str,
        change: impl FnOnce(&mut Edit<'_, E>) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        self.edit_any(name, |entity: &mut Edit<'_, E>| {
            if entity.is_protected() {
                return Err(errors::protected_role(name));
            }
            change(entity)
        })
    }

    /// As [`IamStore::edit`], also of what is protected.
    pub(crate) fn edit_any<E: Entity, T>(
        &self,
        name: &str,
        change: impl FnOnce(&mut Edit<'_, E>) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let not_found = || errors::cannot_be_found::<E>(name);
        let changed = E::table(self).try_update(&key(name), |entity| {
            if entity.name() != name {
                return Err(not_found());
            }
            change(entity)
        });
        changed.unwrap_or_else(|| Err(not_found()))
    }

    /// The account's settings.
    pub(crate) fn account(&self) -> Account {
        self.account.get(ACCOUNT).map(|account| (*account).clone()).unwrap_or_default()
    }

    /// Changes the account's settings.
    pub(crate) fn edit_account<T>(&self, change: impl FnOnce(&mut Account) -> T) -> T {
        self.account
            .update_or_insert(ACCOUNT.to_owned(), Account::default, |account| change(account))
    }
}

/// What a user, group or role may do.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Grants {
    /// The inline policies by name.
    pub inline: BTreeMap<String, Arc<str>>,
    /// The ARNs of the attached managed policies, in the order in which they were attached.
    pub attached: Vec<String>,
    /// The ARN of the permissions boundary; never of a group.
    pub boundary: Option<String>,
}

/// A user, group or role.
pub trait Entity: Resource {
    /// What messages call it: `user`, `group` or `role`.
    const NOUN: &'static str;
    /// The same as a title: `User`, `Group` or `Role`.
    const TITLE: &'static str;
    /// How many characters its inline policies may have together.
    const INLINE_QUOTA: usize;

    /// Its table.
    fn table(store: &IamStore) -> &Table<String, Self>;
    /// Its name.
    fn name(&self) -> &str;
    /// Its path.
    fn path(&self) -> &str;
    /// Its unique id.
    fn id(&self) -> &str;
    /// What it may do.
    fn grants(&self) -> &Grants;
    /// What it may do, to be changed.
    fn grants_mut(&mut self) -> &mut Grants;
    /// Only its service may change it.
    fn is_protected(&self) -> bool {
        false
    }
}
