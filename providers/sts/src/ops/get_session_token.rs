//! `GetSessionToken`.

use fogbank_api_sts::{GetSessionTokenRequest, GetSessionTokenResponse};
use fogbank_service::access_keys::KeySession;
use fogbank_service::{RequestContext, ServiceError};

use crate::credentials::{NewSession, calling_session, issue};
use crate::errors;
use crate::session_tags::SessionTags;
use crate::store::SessionKind;

/// Seconds that a session lasts unless the request says otherwise.
const TWELVE_HOURS: i32 = 43_200;

pub(crate) fn run(
    cx: &RequestContext,
    input: GetSessionTokenRequest,
) -> Result<GetSessionTokenResponse, ServiceError> {
    if calling_session(cx).is_some() {
        return Err(errors::session_credentials_cannot_call("GetSessionToken"));
    }
    let session = NewSession {
        kind: SessionKind::Session,
        account: cx.principal.account,
        arn: cx.principal.arn.clone(),
        user_id: cx.principal.user_id.clone(),
        duration: input.duration_seconds.unwrap_or(TWELVE_HOURS),
        transitive_tags: SessionTags::default(),
        facts: KeySession {
            mfa: input.token_code.as_ref().map(|_| cx.now()),
            ..KeySession::default()
        },
        minimum_token_size: input.minimum_session_token_size,
    };
    // There are no MFA devices to ask: a serial number without its code is refused, a pair is
    // taken at its word.
    if input.serial_number.is_some() != input.token_code.is_some() {
        let message = "MultiFactorAuthentication failed, must provide both MFA serial number and \
                       one time pass code.";
        return Err(ServiceError::new("AccessDenied", 403, message));
    }
    let issued = issue(cx, session)?;
    Ok(GetSessionTokenResponse {
        credentials: Some(issued.credentials),
        session_token_size: issued.token_size,
        ..Default::default()
    })
}
