//! The access keys that a world knows.

use std::collections::BTreeMap;

use fogbank_context::{AccountId, Arn, Timestamp};
use fogbank_state::{Resource, Table, World, store};
use serde::{Deserialize, Serialize};

use crate::Principal;

store! {
    /// The access keys that IAM and STS made, of all accounts.
    ///
    /// The gateway looks here for the principal of each signed request, so whoever makes a key
    /// only has to insert it.
    pub struct AccessKeyStore: "access-keys", Global {
        /// The keys by their id.
        pub keys: Table<String, AccessKey>,
        /// What keys were used for: of users' keys by their id, of sessions by the ARN of the role
        /// or user behind them.
        pub uses: Table<String, KeyUse>,
    }
}

/// The latest request signed with a key, and the latest to each service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    /// When; the requests of a minute to one service count as one.
    pub at: Timestamp,
    /// The service, as signatures name it.
    pub service: String,
    /// The region.
    pub region: String,
    /// The latest request to each service, by the service's name.
    #[serde(default)]
    pub services: BTreeMap<String, ServiceUse>,
}

/// The latest request to a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceUse {
    /// When.
    pub at: Timestamp,
    /// The region.
    pub region: String,
}

impl KeyUse {
    fn new(at: Timestamp, service: &str, region: &str) -> Self {
        let (service, region) = (service.to_owned(), region.to_owned());
        Self { at, service, region, services: BTreeMap::new() }
    }

    /// Whether a request is written down already.
    fn has(&self, at: Timestamp, service: &str, region: &str) -> bool {
        self.services.get(service).is_some_and(|last| {
            last.region == region && at.since(last.at).as_secs() < USE_RESOLUTION
        })
    }

    fn note(&mut self, at: Timestamp, service: &str, region: &str) {
        let last = ServiceUse { at, region: region.to_owned() };
        self.services.insert(service.to_owned(), last);
        self.at = at;
        service.clone_into(&mut self.service);
        region.clone_into(&mut self.region);
    }

    /// Takes over what another key was used for.
    pub fn join(&mut self, other: &KeyUse) {
        for (service, other) in &other.services {
            match self.services.get(service) {
                Some(own) if own.at >= other.at => {}
                _ => drop(self.services.insert(service.clone(), other.clone())),
            }
        }
        if other.at > self.at {
            self.at = other.at;
            self.service.clone_from(&other.service);
            self.region.clone_from(&other.region);
        }
    }
}

impl Resource for KeyUse {
    const VERSION: u32 = 1;
}

/// Seconds within which another use of the same service is not written down.
const USE_RESOLUTION: u64 = 60;

/// What an access key stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccessKey {
    /// The secret.
    pub secret: String,
    /// The token that goes with a temporary key.
    pub session_token: Option<String>,
    /// The account that the principal belongs to.
    pub account: AccountId,
    /// The ARN of the user, the assumed role session, the federated user or the root.
    pub arn: Arn,
    /// The unique id that STS reports, such as `AIDA…` or `AROA…:session`.
    pub user_id: String,
    /// When a temporary key expires.
    pub expires: Option<Timestamp>,
    /// What a temporary key's session was made with; none for keys of users.
    #[serde(default)]
    pub session: Option<Box<KeySession>>,
    /// The key was switched off; requests signed with it are refused.
    #[serde(default)]
    pub inactive: bool,
}

/// What a session was made with, as far as authorisation looks at it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct KeySession {
    /// The role that was assumed, or the user whose key `GetSessionToken` and
    /// `GetFederationToken` were called with.
    pub issuer: Option<Arn>,
    /// When the session began.
    pub issued: Option<Timestamp>,
    /// The session policy that came with the request.
    pub policy: Option<String>,
    /// The managed policies that the request named as session policies.
    pub policy_arns: Vec<String>,
    /// A session is limited to its session policies, though it may have none: `GetFederationToken`.
    pub limited: bool,
    /// The session's tags, in the order of their keys; each is an `aws:PrincipalTag`.
    pub tags: BTreeMap<String, String>,
    /// The keys of the tags that the next session of a role chain inherits.
    pub transitive_tag_keys: Vec<String>,
    /// `aws:SourceIdentity`.
    pub source_identity: Option<String>,
    /// `aws:FederatedProvider`: the ARN of the identity provider that vouched for the user.
    pub federated_provider: Option<String>,
    /// When multi-factor authentication happened, if it did.
    pub mfa: Option<Timestamp>,
}

impl Resource for AccessKey {
    const VERSION: u32 = 1;
}

impl AccessKey {
    /// The key with this id in a world.
    pub fn find(world: &World, id: &str) -> Option<std::sync::Arc<AccessKey>> {
        world.global::<AccessKeyStore>().keys.get(id)
    }

    /// Writes down that a request was signed with this key.
    pub fn note_use(&self, world: &World, id: &str, service: &str, region: &str) {
        let behind = self.session.as_ref().map(|session| {
            let behind = session.issuer.as_ref().unwrap_or(&self.arn);
            behind.to_string()
        });
        let name = behind.as_deref().unwrap_or(id);
        let uses = &world.global::<AccessKeyStore>().uses;
        let now = world.clock().now();
        if uses.read(name, |last| last.has(now, service, region)) == Some(true) {
            return;
        }
        let first = || KeyUse::new(now, service, region);
        uses.update_or_insert(name.to_owned(), first, |last| last.note(now, service, region));
    }

    /// The principal that a request signed with this key acts as.
    pub fn principal(&self, id: &str) -> Principal {
        Principal {
            access_key_id: Some(id.to_owned()),
            account: self.account,
            arn: self.arn.clone(),
            user_id: self.user_id.clone(),
            session_token: self.session_token.clone(),
            service: None,
        }
    }
}
