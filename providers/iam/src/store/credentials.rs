//! What users prove themselves with, and server certificates.

use fogbank_context::Timestamp;
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

use crate::tags::Tags;

/// Whether a credential works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyStatus {
    /// It works.
    #[default]
    Active,
    /// It does not.
    Inactive,
    /// Its time is over.
    Expired,
}

/// An access key of a user; its secret is in the store of all access keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserAccessKey {
    /// Whether it works.
    pub status: KeyStatus,
    /// When it was created.
    pub created: Timestamp,
}

/// A user's password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoginProfile {
    /// SHA-256 of the password and those before it, the latest first.
    pub digests: Vec<String>,
    /// When the profile was created.
    pub created: Timestamp,
    /// When the password was set.
    pub changed: Timestamp,
    /// The user must choose another password at the next sign-in.
    pub reset_required: bool,
}

/// A virtual MFA device.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VirtualMfa {
    /// The serial number, which is an ARN.
    pub serial_number: String,
    /// The secret that codes are made from.
    pub seed: Vec<u8>,
    /// The name of the user whom it is enabled for; `root` is the account's root.
    pub user: Option<String>,
    /// When it was enabled.
    pub enabled: Option<Timestamp>,
    /// The tags.
    pub tags: Tags,
}

impl Resource for VirtualMfa {
    const VERSION: u32 = 1;
}

/// An SSH public key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SshKey {
    /// The key as it was uploaded.
    pub body: String,
    /// The MD5 of the key, in 16 pairs of hexadecimal digits.
    pub fingerprint: String,
    /// Whether it works.
    pub status: KeyStatus,
    /// When it was uploaded.
    pub uploaded: Timestamp,
}

/// An X.509 certificate that signs requests of old APIs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SigningCertificate {
    /// The certificate in PEM.
    pub body: String,
    /// Whether it works.
    pub status: KeyStatus,
    /// When it was uploaded.
    pub uploaded: Timestamp,
}

/// A user name and password, or an API key, of one service.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ServiceCredential {
    /// The service, such as `codecommit.amazonaws.com`.
    pub service: String,
    /// The name to sign in with.
    pub user_name: Option<String>,
    /// The alias of a long-term API key.
    pub alias: Option<String>,
    /// Whether it works.
    pub status: KeyStatus,
    /// When it was created.
    pub created: Timestamp,
    /// When it expires.
    pub expires: Option<Timestamp>,
    /// The password or key.
    pub secret: String,
}

/// A server certificate.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ServerCertificate {
    /// The name.
    pub name: String,
    /// The path, `/` or `/…/`.
    pub path: String,
    /// `ASCA…`.
    pub id: String,
    /// The certificate in PEM.
    pub body: String,
    /// The certificates that vouch for it, in PEM.
    pub chain: Option<String>,
    /// The private key in PEM.
    pub private_key: String,
    /// When it was uploaded.
    pub uploaded: Timestamp,
    /// When it expires.
    pub expires: Timestamp,
    /// The tags.
    pub tags: Tags,
}

impl Resource for ServerCertificate {
    const VERSION: u32 = 1;
}
