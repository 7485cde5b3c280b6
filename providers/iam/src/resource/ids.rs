//! The unique ids of IAM's resources.

use data_encoding::BASE32_NOPAD;
use fogbank_context::{AccountId, IdSource};

/// What the unique ids of each kind of resource begin with.
pub(crate) mod prefix {
    pub(crate) const ACCESS_KEY: &str = "AKIA";
    pub(crate) const GROUP: &str = "AGPA";
    pub(crate) const INSTANCE_PROFILE: &str = "AIPA";
    pub(crate) const MANAGED_POLICY: &str = "ANPA";
    pub(crate) const ROLE: &str = "AROA";
    pub(crate) const SERVER_CERTIFICATE: &str = "ASCA";
    pub(crate) const SERVICE_CREDENTIAL: &str = "ACCA";
    pub(crate) const SSH_PUBLIC_KEY: &str = "APKA";
    pub(crate) const USER: &str = "AIDA";
}

const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A unique id of 21 characters.
pub(crate) fn unique(prefix: &str, ids: &IdSource) -> String {
    format!("{prefix}{}", ids.alphanumeric(17, BASE32))
}

/// An access key id of 20 characters, which encodes its account as AWS's do: behind the prefix a
/// set bit, the account's forty bits, and random ones, in base32.
pub(crate) fn access_key(account: AccountId, ids: &IdSource) -> String {
    let number: u64 = account.to_string().parse().expect("an account id is twelve digits");
    let random = ids.bytes::<5>();
    let head = (1 << 47) | (number << 7) | u64::from(random[0] >> 1);
    let mut bytes = [0; 10];
    bytes[..6].copy_from_slice(&head.to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&random[1..]);
    format!("{}{}", prefix::ACCESS_KEY, BASE32_NOPAD.encode(&bytes))
}

/// The secret of an access key: 40 characters of base64.
pub(crate) fn secret(ids: &IdSource) -> String {
    data_encoding::BASE64.encode(&ids.bytes::<30>())
}
