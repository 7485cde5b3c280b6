//! `GetWebIdentityToken`.

use fogbank_api_sts::{
    GetWebIdentityTokenResponse, OutboundWebIdentityFederationDisabledException,
};
use fogbank_service::ServiceError;

/// IAM enables outbound federation account by account; in the emulator no account has it.
pub(crate) fn run() -> Result<GetWebIdentityTokenResponse, ServiceError> {
    let message = "Outbound web identity federation is not enabled for this account.";
    Err(OutboundWebIdentityFederationDisabledException::new(message).into())
}
