//! STS in process, through its typed client.

mod delegation;
mod mfa;
mod saml;
mod sessions;
mod trust;
mod web_identity;
