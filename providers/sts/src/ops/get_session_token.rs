//! `GetSessionToken`.

use fogbank_api_sts::{GetSessionTokenRequest, GetSessionTokenResponse};
use fogbank_config::IamEnforcement;
use fogbank_service::access_keys::KeySession;
use fogbank_service::{RequestContext, ServiceError};

use crate::credentials::{NewSession, calling_session, issue};
use crate::session_tags::SessionTags;
use crate::store::SessionKind;
use crate::{errors, mfa};

/// Seconds that a session lasts unless the request says otherwise.
const TWELVE_HOURS: i32 = 43_200;

pub(crate) fn run(
    cx: &RequestContext,
    enforcement: IamEnforcement,
    input: GetSessionTokenRequest,
) -> Result<GetSessionTokenResponse, ServiceError> {
    if calling_session(cx).is_some() {
        return Err(errors::session_credentials_cannot_call("GetSessionToken"));
    }
    let (serial, code) = (input.serial_number.as_deref(), input.token_code.as_deref());
    let mfa = mfa::check(cx, enforcement, serial, code)?;
    let session = NewSession {
        kind: SessionKind::Session,
        account: cx.principal.account,
        arn: cx.principal.arn.clone(),
        user_id: cx.principal.user_id.clone(),
        duration: input.duration_seconds.unwrap_or(TWELVE_HOURS),
        transitive_tags: SessionTags::default(),
        facts: KeySession { mfa, ..KeySession::default() },
        minimum_token_size: input.minimum_session_token_size,
    };
    let issued = issue(cx, session)?;
    Ok(GetSessionTokenResponse {
        credentials: Some(issued.credentials),
        session_token_size: issued.token_size,
        ..Default::default()
    })
}
