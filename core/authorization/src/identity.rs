//! Who asks, as the policy engine sees it.

use std::borrow::Cow;
use std::sync::Arc;

use fogbank_context::{AccountId, Arn};
use fogbank_iam::{Identity, IdentityKind};
use fogbank_service::{AccessKey, KeySession, Principal, canonical_user_id};
use fogbank_state::World;

/// Who asks, before anything is looked up.
#[derive(Clone, Copy, Debug)]
pub enum Asker<'r> {
    /// A principal; nobody known, where it has no access key.
    Principal(&'r Principal),
    /// A service, as itself.
    Service(&'static str),
    /// An account, by the ARN of its root.
    Account(&'r Arn),
    /// A session that a service has of a role.
    Role {
        /// The role.
        role: &'r Arn,
        /// The service, after which the session is named.
        service: &'static str,
    },
}

impl<'r> Asker<'r> {
    /// What stands for it as long as nothing changes: the access key, the name of the service.
    pub(crate) fn name(self) -> Cow<'r, str> {
        match self {
            Self::Service(name) => Cow::Borrowed(name),
            Self::Principal(principal) => {
                let service = principal.service.or(principal.access_key_id.as_deref());
                Cow::Borrowed(service.unwrap_or("*"))
            }
            Self::Account(root) => Cow::Owned(root.to_string()),
            Self::Role { role, service } => Cow::Owned(format!("{role} {service}")),
        }
    }

    /// The account whose IAM knows it.
    pub(crate) fn account(self) -> AccountId {
        match self {
            Self::Service(_) => AccountId::DEFAULT,
            Self::Principal(principal) => principal.account,
            Self::Account(arn) | Self::Role { role: arn, .. } => {
                arn.account_id().unwrap_or(AccountId::DEFAULT)
            }
        }
    }

    /// Who it is.
    pub fn who(self, world: &World) -> Who {
        match self {
            Self::Principal(principal) => Who::of(world, principal),
            Self::Service(name) => {
                Who { identity: Identity::service(name), key: None, user_id: name.to_owned() }
            }
            Self::Account(root) => Who::without_key(root, None, self.account().to_string()),
            Self::Role { role, service } => {
                let name = role.resource.rsplit('/').next().unwrap_or_default();
                let session = service.split('.').next().unwrap_or(service);
                let resource = format!("assumed-role/{name}/{session}");
                let arn = Arn::global(role.partition, "sts", self.account(), resource);
                Who::without_key(&arn, Some(role), format!("{name}:{session}"))
            }
        }
    }
}

/// Who asks, with the session behind the access key.
#[derive(Clone, Debug)]
pub struct Who {
    /// The principal for policies.
    pub identity: Identity,
    /// The access key, where this world made it.
    pub key: Option<Arc<AccessKey>>,
    /// The unique id: `aws:userid`.
    pub user_id: String,
}

impl Who {
    /// Nobody known.
    fn anonymous() -> Self {
        Self { identity: Identity::anonymous(), key: None, user_id: "anonymous".to_owned() }
    }

    /// Somebody whom a service speaks for.
    fn without_key(arn: &Arn, role: Option<&Arn>, user_id: String) -> Self {
        let Ok(identity) = Identity::of_arn(arn) else { return Self::anonymous() };
        let mut identity = identity.with_role(role.map(Arn::to_string));
        identity.canonical_id = identity.account.map(canonical_user_id);
        Self { identity, key: None, user_id }
    }

    /// The principal of a request. Requests without a signature have no access key.
    fn of(world: &World, principal: &Principal) -> Self {
        if let Some(service) = principal.service {
            return Asker::Service(service).who(world);
        }
        let Some(id) = principal.access_key_id.as_deref() else { return Self::anonymous() };
        let key = AccessKey::find(world, id);
        let Ok(identity) = Identity::of_arn(&principal.arn) else { return Self::anonymous() };
        let issuer = key.as_ref().and_then(|key| key.session.as_ref()?.issuer.as_ref());
        let issuer = issuer.map(Arn::to_string);
        let mut identity = identity;
        match identity.kind {
            IdentityKind::AssumedRole => identity = identity.with_role(issuer),
            IdentityKind::FederatedUser => identity.federated_by = issuer,
            _ => {}
        }
        identity.canonical_id = identity.account.map(canonical_user_id);
        Self { identity, key, user_id: principal.user_id.clone() }
    }

    /// The session behind the access key.
    pub fn session(&self) -> Option<&KeySession> {
        self.key.as_ref()?.session.as_deref()
    }

    /// The ARN by which IAM knows whose policies apply; none for root and for who is not known.
    pub fn policy_holder(&self) -> Option<Arn> {
        match self.identity.kind {
            IdentityKind::User => self.identity.arn.parse().ok(),
            IdentityKind::AssumedRole => self.identity.role.as_ref()?.parse().ok(),
            IdentityKind::FederatedUser => self.session()?.issuer.clone(),
            _ => None,
        }
    }

    /// The ARN that the policy conditions `aws:PrincipalArn` compare: a session's role.
    pub fn principal_arn(&self) -> &str {
        self.identity.role.as_deref().unwrap_or(&self.identity.arn)
    }
}
