//! AWS Security Token Service.
//!
//! Temporary credentials of every kind are made, registered with their principal, and expire on
//! the world's clock. A session assumed with them acts in the role's account.
//!
//! Knowingly different from AWS:
//!
//! - Trust policies are not evaluated: a role that IAM does not know can be assumed, and so can
//!   one by the account's root.
//! - Signatures of web identity tokens and SAML assertions are not verified, because their issuers
//!   cannot be asked; form, required claims and expiry are.
//! - `PackedPolicySize` is the share of 2,048 characters that policies and tags use; how AWS packs
//!   them is not published.
//! - `GetFederationToken` and `GetSessionToken` grant the root user the full duration, since the
//!   default caller of an emulator is the root.
//! - `GetDelegatedAccessToken` is not emulated: nothing here issues trade-in tokens.

mod access_key_id;
mod credentials;
mod errors;
mod ops;
mod principal_arn;
mod provider;
mod saml;
mod session_policy;
pub mod session_tags;
pub mod store;
mod web_identity;

pub use access_key_id::account_of_access_key_id;
pub use provider::StsProvider;

use std::sync::Arc;

/// The provider, ready for the gateway.
pub fn provider(_: &fogbank_config::Config) -> fogbank_service::Provider {
    fogbank_api_sts::service(Arc::new(StsProvider::new())).into()
}
