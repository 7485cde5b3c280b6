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
    }
}

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
