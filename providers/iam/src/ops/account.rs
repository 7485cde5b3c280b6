//! What belongs to the account.

pub(crate) mod aliases;
pub(crate) mod authorization_details;
pub(crate) mod credential_report;
pub(crate) mod organizations;
pub(crate) mod password_policy;
pub(crate) mod preferences;
pub(crate) mod summary;
