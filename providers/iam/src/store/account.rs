//! The settings of an account.

use std::collections::BTreeMap;

use fogbank_context::Timestamp;
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

/// The settings of an account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Account {
    /// The alias.
    pub alias: Option<String>,
    /// The password policy, where one was set.
    pub password_policy: Option<PasswordPolicy>,
    /// When the credential report was last made, and the report.
    pub credential_report: Option<(Timestamp, String)>,
    /// The token version of STS's global endpoint, 1 or 2.
    pub token_version: Option<u8>,
    /// The random part of the issuer of outbound web identity tokens, while that is enabled.
    pub outbound_issuer: Option<String>,
    /// The account's properties.
    pub properties: BTreeMap<String, String>,
}

impl Resource for Account {
    const VERSION: u32 = 1;
}

/// A password policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordPolicy {
    /// The shortest password.
    pub minimum_length: i32,
    /// One of ``! @ # $ % ^ & * ( ) _ + - = [ ] { } | '`` is needed.
    pub symbols: bool,
    /// A digit is needed.
    pub numbers: bool,
    /// A letter of A to Z is needed.
    pub uppercase: bool,
    /// A letter of a to z is needed.
    pub lowercase: bool,
    /// Users may change their own passwords.
    pub users_may_change: bool,
    /// After how many days passwords expire.
    pub max_age: Option<i32>,
    /// How many former passwords may not be used again.
    pub reuse_prevention: Option<i32>,
    /// Users may not change an expired password themselves.
    pub hard_expiry: Option<bool>,
}
