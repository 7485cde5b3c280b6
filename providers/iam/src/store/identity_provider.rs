//! Identity providers.

use fogbank_context::Timestamp;
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

use crate::tags::Tags;

/// A SAML provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SamlProvider {
    /// The name.
    pub name: String,
    /// A unique id, `ASPA…`.
    pub id: String,
    /// The metadata document.
    pub metadata: String,
    /// When it was created.
    pub created: Timestamp,
    /// Until when the metadata document is valid.
    pub valid_until: Timestamp,
    /// `Required` or `Allowed`.
    pub encryption: Option<String>,
    /// The private keys that decrypt assertions, at most two.
    pub keys: Vec<SamlKey>,
    /// The tags.
    pub tags: Tags,
}

impl Resource for SamlProvider {
    const VERSION: u32 = 1;
}

/// A private key that decrypts assertions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SamlKey {
    /// The key's id.
    pub id: String,
    /// The key in PEM.
    pub key: String,
    /// When it was uploaded.
    pub uploaded: Timestamp,
}

/// An OpenID Connect provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OidcProvider {
    /// The URL without scheme.
    pub url: String,
    /// The client ids, also called audiences.
    pub clients: Vec<String>,
    /// The thumbprints of the provider's certificates.
    pub thumbprints: Vec<String>,
    /// When it was created.
    pub created: Timestamp,
    /// The tags.
    pub tags: Tags,
}

impl Resource for OidcProvider {
    const VERSION: u32 = 1;
}
