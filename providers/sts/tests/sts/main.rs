//! STS in process, through its typed client.

mod mfa;
mod saml;
mod sessions;
mod web_identity;
