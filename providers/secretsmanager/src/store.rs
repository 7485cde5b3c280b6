//! What Secrets Manager keeps: secrets by name, one store for each account and region.
//!
//! **Invariants.** A staging label is attached to at most one version of a secret. A replica has
//! the name, the ARN (but for the region) and the versions of its primary secret.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use fogbank_context::{Arn, Region, Timestamp};
use fogbank_state::{Resource, Rows, Table, rows, store};
use serde::{Deserialize, Serialize};

store! {
    /// Everything that Secrets Manager keeps in one account and region.
    pub(crate) struct SecretsStore: "secretsmanager", Regional {
        /// The secrets by name.
        pub(crate) secrets: Table<String, Secret>,
    }
}

/// A secret.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Secret {
    /// Account, region, name and six random characters.
    pub(crate) arn: Arn,
    /// The name.
    pub(crate) name: String,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// When it or its value was last changed.
    pub(crate) changed: Timestamp,
    /// The day on which its value was last read.
    pub(crate) accessed: Option<Timestamp>,
    /// When it was last rotated.
    pub(crate) rotated: Option<Timestamp>,
    /// What the caller says that it is.
    pub(crate) description: Option<String>,
    /// The type of a secret that a partner manages.
    pub(crate) kind: Option<String>,
    /// The KMS key; none for the service's own.
    pub(crate) kms_key: Option<String>,
    /// The tags, in the order in which they came; none before the first.
    pub(crate) tags: Option<Vec<(String, String)>>,
    /// The resource policies by name; the one without a name under the empty name.
    pub(crate) policies: BTreeMap<String, String>,
    /// When it is to be deleted.
    pub(crate) deletion: Option<Timestamp>,
    /// The region of the primary secret, of secrets that are replicated.
    pub(crate) primary: Option<Region>,
    /// Where it is replicated to, of a primary secret.
    pub(crate) replicas: Vec<Replica>,
    /// The primary secret in another account, of its replica.
    #[serde(default)]
    pub(crate) cross_primary: Option<Arn>,
    /// Whether the primary secret in another account has let the replica go.
    #[serde(default)]
    pub(crate) detached: bool,
    /// The replica in another account, of its primary secret.
    #[serde(default)]
    pub(crate) cross_replica: Option<Arn>,
    /// The number of the next version.
    pub(crate) next_version: u64,
    /// The versions, in the order in which they came.
    #[serde(skip)]
    pub(crate) versions: Rows<u64, Version>,
}

impl Resource for Secret {
    const VERSION: u32 = 1;
    rows!(versions);
}

/// Where a secret is replicated to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Replica {
    /// The region.
    pub(crate) region: Region,
    /// The KMS key there; none for the service's own.
    pub(crate) kms_key: Option<String>,
    /// Why there is no replica there, if there is none.
    pub(crate) failure: Option<String>,
}

/// A version of a secret's value.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Version {
    /// The id: the token of the request that made it.
    pub(crate) id: String,
    /// When it was made.
    pub(crate) created: Timestamp,
    /// The day on which it was last read.
    pub(crate) accessed: Option<Timestamp>,
    /// The staging labels.
    pub(crate) stages: BTreeSet<String>,
    /// The value.
    pub(crate) value: Stored,
}

/// A value as it is kept.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Stored {
    /// A text, and not bytes.
    pub(crate) is_text: bool,
    /// The bytes; encrypted where there is a data key.
    pub(crate) bytes: Bytes,
    /// The key that encrypts, under a KMS key.
    pub(crate) data_key: Option<DataKey>,
}

/// A data key of KMS.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct DataKey {
    /// The ARN of the KMS key.
    pub(crate) kms_key: String,
    /// The data key, encrypted.
    pub(crate) sealed: Bytes,
    /// The nonce of the value's encryption.
    pub(crate) nonce: [u8; 12],
}
