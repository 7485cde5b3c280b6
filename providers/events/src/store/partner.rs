//! Event sources of partners.

use std::collections::BTreeMap;

use fogbank_context::{AccountId, Arn, Timestamp};
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

/// What a partner offers an account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct EventSource {
    pub(crate) arn: Arn,
    /// The partner.
    pub(crate) created_by: String,
    pub(crate) created: Timestamp,
    pub(crate) expires: Option<Timestamp>,
    /// `PENDING`, `ACTIVE` or `DELETED`.
    pub(crate) state: String,
    /// The partner's account.
    pub(crate) partner: AccountId,
}

impl Resource for EventSource {
    const VERSION: u32 = 1;
}

/// What a partner made, and for which accounts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PartnerEventSource {
    pub(crate) arn: Arn,
    pub(crate) accounts: BTreeMap<String, Timestamp>,
}

impl Resource for PartnerEventSource {
    const VERSION: u32 = 1;
}
