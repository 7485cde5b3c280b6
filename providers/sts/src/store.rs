//! What STS remembers beside the access keys themselves.

use fogbank_state::{Resource, Table, store};
use serde::{Deserialize, Serialize};

use crate::session_tags::SessionTags;
use crate::web_identity::keys::SigningKey;

store! {
    /// Sessions of all accounts, and the ids of roles that IAM does not know.
    pub struct StsStore: "sts", Global {
        /// Sessions by their access key id.
        pub sessions: Table<String, Session>,
        /// The unique id (`AROA…`) of each role that was ever assumed, by its ARN.
        pub role_ids: Table<String, RoleId>,
        /// The keys that sign web identity tokens, by account and algorithm.
        pub web_identity_keys: Table<String, SigningKey>,
    }
}

/// A session made by one of the operations.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// How the session came about.
    pub kind: SessionKind,
    /// The tags that the next session of a role chain inherits.
    pub transitive_tags: SessionTags,
}

impl Resource for Session {
    const VERSION: u32 = 1;
}

/// How a session came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionKind {
    /// `AssumeRole` and its relatives.
    AssumedRole,
    /// `AssumeRoot`.
    Root,
    /// `GetFederationToken`.
    Federated,
    /// `GetSessionToken`.
    Session,
    /// `GetDelegatedAccessToken`.
    Delegated,
}

/// The unique id of a role.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RoleId(pub String);

impl Resource for RoleId {
    const VERSION: u32 = 1;
}
