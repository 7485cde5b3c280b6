//! How services tell the gateway of their policies.
//!
//! The gateway decides on each request, where the settings ask for it, with the policy engine
//! (`fogbank-iam`). It learns what applies from the providers: IAM says what the principal's
//! policies are ([`IdentityPolicies`]), any other service what the policy and the tags of one of
//! its resources are ([`ResourcePolicies`]). A provider says so with a few lines:
//!
//! ```ignore
//! struct QueuePolicies;
//!
//! impl ResourcePolicies for QueuePolicies {
//!     fn resource(&self, world: &World, arn: &Arn) -> Option<ResourceFacts> {
//!         let (account, region) = (arn.account_id()?, arn.region.as_ref()?);
//!         let store = world.regional::<SqsStore>(account, region);
//!         let queue = store.queues.get(arn.resource.as_str())?;
//!         Some(ResourceFacts {
//!             policy: queue.policy.as_ref().map(|policy| policy.as_str().into()),
//!             tags: queue.tags.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
//!             ..ResourceFacts::default()
//!         })
//!     }
//! }
//!
//! pub fn provider(config: &Config) -> Provider {
//!     Provider::from(service(…)).with_resource_policies(Arc::new(QueuePolicies))
//! }
//! ```
//!
//! Policies are handed over as the documents that they are; the gateway parses each once and keeps
//! what it made as long as the revision that the provider states stays the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use fogbank_context::{AccountId, Arn, Region};
use fogbank_state::{Revision, World};

/// A policy document and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDocument {
    /// What explanations call it: the ARN of a managed policy, the name of an inline one.
    pub name: Arc<str>,
    /// How the principal came to it.
    pub origin: PolicyOrigin,
    /// The document as JSON.
    pub document: Arc<str>,
}

/// How a principal came to a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyOrigin {
    /// It is part of the user or role.
    Inline,
    /// It is a managed policy, attached to the user or role.
    Attached,
    /// It is part of this group.
    GroupInline(Arc<str>),
    /// It is a managed policy, attached to this group.
    GroupAttached(Arc<str>),
}

/// What IAM knows of a user or a role, as far as authorisation looks at it.
#[derive(Clone, Debug, Default)]
pub struct PrincipalFacts {
    /// All identity policies: inline, attached, and for users those of their groups.
    pub policies: Vec<PolicyDocument>,
    /// The permissions boundary.
    pub boundary: Option<PolicyDocument>,
    /// The tags of the user or role: `aws:PrincipalTag/…`.
    pub tags: BTreeMap<String, String>,
    /// The name of a user: `aws:username`.
    pub user_name: Option<String>,
    /// The unique id, `AIDA…` or `AROA…`.
    pub id: String,
}

/// What IAM tells the gateway; its provider has one ([`Provider::with_identity_policies`]).
///
/// Looking is synchronous and cheap: the tables are in memory.
///
/// [`Provider::with_identity_policies`]: crate::Provider::with_identity_policies
pub trait IdentityPolicies: Send + Sync + 'static {
    /// The revision of the tables that the other answers come from; asked with every request, so
    /// it only joins [`Table::revision`](fogbank_state::Table::revision) of each.
    fn revision(&self, world: &World, account: AccountId) -> Revision;

    /// What applies to a user (`arn:aws:iam::…:user/path/name`) or a role (`…:role/path/name`);
    /// none when there is no such principal. A role is also found by its name without its path,
    /// because the ARN of a session does not have the path.
    fn principal(&self, world: &World, arn: &Arn) -> Option<PrincipalFacts>;

    /// The default version of a managed policy, AWS's own ones included; for session policies.
    fn managed_policy(&self, world: &World, arn: &Arn) -> Option<PolicyDocument>;
}

/// What a service knows of one of its resources, as far as authorisation looks at it.
#[derive(Clone, Debug, Default)]
pub struct ResourceFacts {
    /// The resource's own ARN, where the request names it otherwise: through an alias, without
    /// its path, without the random characters of a secret.
    pub arn: Option<Arn>,
    /// The account that the resource belongs to, where its ARN does not say (S3).
    pub owner: Option<AccountId>,
    /// The resource's policy; a role's is its trust policy.
    pub policy: Option<Arc<str>>,
    /// What was granted beside the policy, each grant as a policy of its own.
    pub grants: Vec<Arc<str>>,
    /// The resource's tags: `aws:ResourceTag/…`.
    pub tags: BTreeMap<String, String>,
}

/// The canonical user id of an account, by which S3 knows it: 64 hexadecimal digits, always the same
/// for the account.
pub fn canonical_user_id(account: AccountId) -> String {
    let name = format!("fogbank canonical user {account}");
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, name.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a service with resource policies, or with tags on its resources, tells the gateway
/// ([`Provider::with_resource_policies`]).
///
/// Looking is synchronous and cheap: the tables are in memory.
///
/// [`Provider::with_resource_policies`]: crate::Provider::with_resource_policies
pub trait ResourcePolicies: Send + Sync + 'static {
    /// What applies to a resource; none when there is no such resource. The ARN is the one that
    /// the request is about: of an object (`arn:aws:s3:::bucket/key`), whose bucket's policy
    /// applies, of a KMS alias, whose key's policy applies, of a secret with or without its six
    /// random characters.
    fn resource(&self, world: &World, arn: &Arn) -> Option<ResourceFacts>;

    /// What applies to a resource that an action is about, where that depends on the action: an
    /// alias stands for its key, unless the alias itself is changed.
    fn about(&self, world: &World, arn: &Arn, action: &str) -> Option<ResourceFacts> {
        let _ = action;
        self.resource(world, arn)
    }

    /// The values of a further condition key that the resource has, such as `kms:KeySpec`; the key is
    /// given in lower case, and asked for only when a policy looks at it.
    fn condition_key(&self, world: &World, arn: &Arn, key: &str) -> Option<Vec<String>> {
        let _ = (world, arn, key);
        None
    }

    /// The resource of a request whose input does not name it, such as the key in a ciphertext.
    /// None by default.
    fn implied(&self, world: &World, hint: &Hint<'_>) -> Option<Arn> {
        let _ = (world, hint);
        None
    }
}

/// A request whose resource the input does not name.
#[derive(Clone, Copy)]
pub struct Hint<'a> {
    /// The account that is addressed.
    pub account: AccountId,
    /// The region that is addressed.
    pub region: &'a Region,
    /// The action, such as `kms:ReEncryptFrom`.
    pub action: &'a str,
    /// The bytes of a member of the input.
    pub member: &'a dyn Fn(&str) -> Option<Bytes>,
}

impl std::fmt::Debug for Hint<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hint").field("action", &self.action).finish_non_exhaustive()
    }
}
