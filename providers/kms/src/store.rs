//! What KMS keeps: keys, aliases and the index of key material, one store for each account and
//! region.
//!
//! **Invariants.** Every material that was ever part of a key has its entry in `materials` until
//! the key is deleted. An alias of `aliases` points to a key of `keys`. Related multi-Region keys
//! have the same id, the same materials and the same [`MultiRegion`], each in its region's store.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use fogbank_context::{Arn, Region, Timestamp};
use fogbank_service::ServiceError;
use fogbank_state::{Resource, Rows, Table, rows, store};
use serde::{Deserialize, Serialize};

use crate::crypto::engine::{Engine, Prepared};
use crate::key::spec::{KeySpec, Usage};

store! {
    /// Everything that KMS keeps in one account and region.
    pub(crate) struct KmsStore: "kms", Regional {
        /// The keys by id.
        pub(crate) keys: Table<String, Key>,
        /// The aliases by name, with the prefix `alias/`.
        pub(crate) aliases: Table<String, Alias>,
        /// The key of each material.
        pub(crate) materials: Table<MaterialId, MaterialOwner>,
        /// The last cryptographic operation with each key.
        pub(crate) usages: Table<String, LastUsage>,
    }
}

/// A KMS key.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Key {
    /// Account, region and id.
    pub(crate) arn: Arn,
    /// The ARN as text.
    pub(crate) arn_text: Arc<str>,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// What the caller says that it is for.
    pub(crate) description: String,
    /// Its spec.
    pub(crate) spec: KeySpec,
    /// Its usage.
    pub(crate) usage: Usage,
    /// Where its material comes from.
    pub(crate) origin: Origin,
    /// The AWS service that it belongs to, such as `s3`, of an AWS managed key.
    pub(crate) managed_for: Option<String>,
    /// Enabled, or why not.
    pub(crate) state: State,
    /// The key policy named `default`.
    pub(crate) policy: Arc<str>,
    /// The tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// Its relatives, of a multi-Region key.
    pub(crate) multi_region: Option<MultiRegion>,
    /// All materials, in the order in which they came.
    pub(crate) materials: Vec<Arc<Material>>,
    /// The material that encrypts; none before the first import.
    pub(crate) current: Option<MaterialId>,
    /// Automatic rotation, where it is enabled.
    pub(crate) rotation: Option<Rotation>,
    /// How often it was rotated on demand.
    pub(crate) on_demand_rotations: u32,
    /// Wrapping keys that were handed out and may come back.
    pub(crate) imports: Vec<ImportParameters>,
    /// The grants by id.
    #[serde(skip)]
    pub(crate) grants: Rows<String, Arc<Grant>>,
}

impl Resource for Key {
    const VERSION: u32 = 1;
    rows!(grants);
}

impl Key {
    /// The id: the last part of the ARN.
    pub(crate) fn id(&self) -> &str {
        self.arn.resource.strip_prefix("key/").unwrap_or(&self.arn.resource)
    }

    /// The region.
    pub(crate) fn region(&self) -> &Region {
        self.arn.region.as_ref().expect("keys are made in a region")
    }

    /// The material of that id.
    pub(crate) fn material(&self, id: &MaterialId) -> Option<&Arc<Material>> {
        self.materials.iter().find(|material| material.id == *id)
    }

    /// The material that encrypts, signs and agrees.
    pub(crate) fn current(&self) -> Option<&Arc<Material>> {
        self.material(self.current.as_ref()?)
    }

    /// When something falls due by itself: deletion, expiry, rotation.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        let deletion = match self.state {
            State::PendingDeletion { at, .. } => Some(at),
            _ => None,
        };
        let rotation = match (&self.state, &self.rotation) {
            (State::Enabled, Some(rotation)) if self.is_primary() => Some(rotation.next),
            _ => None,
        };
        let expiries = self.materials.iter().filter(|material| material.secret.is_some());
        let expiry = expiries.filter_map(|material| material.valid_to).min();
        [deletion, rotation, expiry].into_iter().flatten().min()
    }

    /// Whether it is not the replica of another key.
    pub(crate) fn is_primary(&self) -> bool {
        self.multi_region.as_ref().is_none_or(|family| family.primary == *self.region())
    }
}

/// Enabled, or why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// In use.
    Enabled,
    /// Disabled.
    Disabled,
    /// To be deleted.
    PendingDeletion {
        /// When.
        at: Timestamp,
        /// How many days were asked for.
        days: u16,
    },
    /// A primary key to be deleted when its last replica is gone.
    PendingReplicaDeletion {
        /// So many days later.
        days: u16,
    },
    /// Without its material.
    PendingImport,
}

/// Where key material comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Origin {
    /// KMS made it.
    AwsKms,
    /// It is imported.
    External,
}

impl Origin {
    /// The name on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Origin::AwsKms => "AWS_KMS",
            Origin::External => "EXTERNAL",
        }
    }
}

/// The regions of a multi-Region key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MultiRegion {
    /// Where the primary key is.
    pub(crate) primary: Region,
    /// Where the replicas are.
    pub(crate) replicas: Vec<Region>,
}

/// The id of key material: on the wire, 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct MaterialId(pub(crate) [u8; 32]);

impl fmt::Display for MaterialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for MaterialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The key that a material belongs to.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct MaterialOwner {
    /// Its id.
    pub(crate) key: String,
}

impl Resource for MaterialOwner {
    const VERSION: u32 = 1;
}

/// One version of a key's material.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Material {
    /// Its id.
    pub(crate) id: MaterialId,
    /// The bytes of symmetric and HMAC keys, PKCS #8 of key pairs; none after imported material was
    /// deleted or expired.
    pub(crate) secret: Option<Bytes>,
    /// What the importer says of it.
    pub(crate) description: Option<String>,
    /// When it expires.
    pub(crate) valid_to: Option<Timestamp>,
    /// When it became current by a rotation.
    pub(crate) rotated: Option<RotationRecord>,
    /// It waits for the next rotation on demand.
    pub(crate) pending: bool,
    #[serde(skip)]
    pub(crate) prepared: Prepared,
}

impl Material {
    /// Material that is there.
    pub(crate) fn new(id: MaterialId, secret: Bytes) -> Self {
        Self {
            id,
            secret: Some(secret),
            description: None,
            valid_to: None,
            rotated: None,
            pending: false,
            prepared: Prepared::default(),
        }
    }

    /// What is left when the material is deleted or expires.
    pub(crate) fn without_secret(self) -> Self {
        Self { secret: None, valid_to: None, prepared: Prepared::default(), ..self }
    }

    /// The key that is made of it; none without the material.
    pub(crate) fn engine(&self, spec: KeySpec) -> Option<Result<&Engine, ServiceError>> {
        let secret = self.secret.as_ref()?;
        Some(self.prepared.get(spec, secret))
    }
}

/// When and why material became current.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct RotationRecord {
    /// When.
    pub(crate) at: Timestamp,
    /// Not by the clock.
    pub(crate) on_demand: bool,
}

/// Automatic rotation.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Rotation {
    /// The period in days.
    pub(crate) days: u16,
    /// The next time.
    pub(crate) next: Timestamp,
}

/// A wrapping key that was handed out for an import.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ImportParameters {
    /// The token that names it.
    pub(crate) token: Bytes,
    /// The private half, as PKCS #8.
    pub(crate) private_key: Bytes,
    /// The algorithm that was asked for.
    pub(crate) algorithm: String,
    /// Until when it can be used.
    pub(crate) valid_to: Timestamp,
}

/// The last cryptographic operation with a key.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct LastUsage {
    /// Its name.
    pub(crate) operation: String,
    /// When.
    pub(crate) at: Timestamp,
    /// The id of the request.
    pub(crate) request: String,
}

impl Resource for LastUsage {
    const VERSION: u32 = 1;
}

/// A name for a key.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Alias {
    /// The key's id.
    pub(crate) target: String,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// When it was last pointed elsewhere.
    pub(crate) updated: Timestamp,
}

impl Resource for Alias {
    const VERSION: u32 = 1;
}

/// A grant.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Grant {
    /// The id.
    pub(crate) id: String,
    /// The random part of its tokens.
    pub(crate) secret: String,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// The name, which makes creating it idempotent.
    pub(crate) name: Option<String>,
    /// Who may use the key.
    pub(crate) grantee: Option<String>,
    /// Who may retire the grant.
    pub(crate) retiring: Option<String>,
    /// The service that may use the key.
    pub(crate) grantee_service: Option<String>,
    /// The service that may retire the grant.
    pub(crate) retiring_service: Option<String>,
    /// The principal that issued it.
    pub(crate) issuer: String,
    /// What is granted.
    pub(crate) operations: Vec<String>,
    /// Pairs of which the encryption context must have all.
    pub(crate) context_subset: Option<BTreeMap<String, String>>,
    /// Pairs that must be the encryption context.
    pub(crate) context_equals: Option<BTreeMap<String, String>>,
    /// The resource on whose behalf a service calls.
    pub(crate) source_arn: Option<String>,
}
