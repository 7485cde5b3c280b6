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
        /// When users' keys were last used, by their id.
        pub uses: Table<String, KeyUse>,
    }
}

/// The latest request signed with a user's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    /// When; the requests of a minute to one service count as one.
    pub at: Timestamp,
    /// The service, as signatures name it.
    pub service: String,
    /// The region.
    pub region: String,
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

    /// Writes down that a request was signed with a user's key.
    pub fn note_use(&self, world: &World, id: &str, service: &str, region: &str) {
        if self.session_token.is_some() {
            return;
        }
        let uses = &world.global::<AccessKeyStore>().uses;
        let now = world.clock().now();
        let known = uses.read(id, |last| {
            let same = last.service == service && last.region == region;
            same && now.since(last.at).as_secs() < USE_RESOLUTION
        });
        if known != Some(true) {
            let (service, region) = (service.to_owned(), region.to_owned());
            uses.insert(id.to_owned(), KeyUse { at: now, service, region });
        }
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
