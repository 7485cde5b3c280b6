//! AWS Security Token Service.
//!
//! Temporary credentials of every kind are made, registered with their principal, and expire on
//! the world's clock. A session assumed with them acts in the role's account.
//!
//! Knowingly different from AWS:
//!
//! - Without `IAM_ENFORCEMENT` trust policies are not looked at, and a role that IAM does not know
//!   can be assumed. With it, the account's root can assume the roles that trust it.
//! - Signatures of web identity tokens are verified by asking their issuers, of issuers elsewhere than on
//!   this machine only with `WEB_IDENTITY_VERIFICATION`; those of `GetWebIdentityToken` always are. Form, required claims and expiry
//!   are always checked, and with `IAM_ENFORCEMENT` so are the account's provider of that issuer, its
//!   audiences, and the role's trust in the user.
//! - SAML responses are verified where the role's account knows the provider and its metadata has a
//!   certificate: signature (exclusive canonicalisation only), times and audience. With
//!   `IAM_ENFORCEMENT`, others are refused. Encrypted assertions are refused.
//! - The issuer of `GetWebIdentityToken` cannot be reached at AWS's address; the keys that verify its
//!   tokens are at `/_aws/sts/jwks`.
//! - Codes of MFA devices that a user of this world has enabled are checked. Of other devices nothing is
//!   known: with `IAM_ENFORCEMENT=strict` they are refused, else taken at their word.
//! - `PackedPolicySize` is the share of 2,048 characters that policies and tags use; how AWS packs
//!   them is not published.
//! - `GetFederationToken` and `GetSessionToken` grant the root user the full duration, since the
//!   default caller of an emulator is the root.
//! - Credentials of `GetDelegatedAccessToken` are those of who approved the delegation request, with its
//!   policy as session policy; how AWS words the errors of tokens that are not its own is not known.

mod access_key_id;
mod credentials;
mod errors;
mod federation;
mod mfa;
mod ops;
mod principal_arn;
mod provider;
mod session_policy;
pub mod session_tags;
pub mod store;

pub use access_key_id::account_of_access_key_id;
pub use federation::web_identity;
pub use provider::StsProvider;

use federation::saml;

use std::sync::Arc;

/// The provider, ready for the gateway.
pub fn provider(config: &fogbank_config::Config) -> fogbank_service::Provider {
    let sts = StsProvider::with_enforcement(config.iam_enforcement)
        .verifying(config.web_identity_verification);
    fogbank_service::Provider::from(fogbank_api_sts::service(Arc::new(sts)))
        .with_route(web_identity::key_set::route())
}
