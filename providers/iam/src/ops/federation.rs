//! Identity providers.

pub(crate) mod delegation;
pub(crate) mod oidc;
pub(crate) mod outbound;
pub(crate) mod saml;
