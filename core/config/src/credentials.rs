//! Access keys that the configuration file states.

use std::collections::BTreeMap;
use std::fmt;

use fogbank_context::{AccountId, Arn};

/// Access keys by their id: the `[credentials]` table of `fogbank.toml`.
pub type Credentials = BTreeMap<String, Credential>;

/// What is known of an access key.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The account that the key belongs to.
    pub account: AccountId,
    /// The secret access key; signatures of keys without one cannot be checked.
    pub secret: Option<String>,
    /// Who acts when the key is used; the account's root where none is stated.
    pub principal: Option<Arn>,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("account", &self.account)
            .field("secret", &self.secret.as_ref().map(|_| "…"))
            .field("principal", &self.principal)
            .finish()
    }
}

/// The rule for access key ids: what AWS's API models allow, except a bare account id.
pub(crate) fn check_access_key_id(id: &str) -> Result<(), String> {
    if id.parse::<AccountId>().is_ok() {
        return Err(format!("the access key id {id} already names its account"));
    }
    let word = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !word || !(1..=128).contains(&id.len()) {
        return Err(format!("{id:?} is not an access key id"));
    }
    Ok(())
}
