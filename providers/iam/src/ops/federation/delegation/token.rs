//! `SendDelegationToken`.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use fogbank_api_iam::SendDelegationTokenRequest;
use fogbank_context::Timestamp;
use fogbank_service::shape::Unit;
use fogbank_service::trade_in::{TradeIn, TradeInStore};
use fogbank_service::{KeySession, RequestContext, ServiceError};
use serde_json::json;

use super::{change, not_found, notice, open};
use crate::errors;
use crate::store::{Delegation, DelegationState, DelegationStore};

/// The longest access that the root of an account can lend, in seconds.
const LONGEST_OF_ROOT: u64 = 4 * 3600;

/// Sends the exchange token of an accepted request to its topic. Access begins now, whenever the
/// token is exchanged.
pub(crate) async fn send(
    cx: &RequestContext,
    input: SendDelegationTokenRequest,
) -> Result<Unit, ServiceError> {
    let id = &input.delegation_request_id;
    let states = [DelegationState::Accepted];
    let verb = "sent a token for";
    let found = DelegationStore::of(cx).delegation_requests.get(id.as_str());
    let found = found.ok_or_else(|| not_found(id))?;
    open(cx, id, &found, &states, verb)?;
    let caller = cx.principal.arn.to_string();
    if found.only_by_owner && found.owner.as_deref() != Some(&caller) {
        let account = cx.principal.account;
        return Err(ServiceError::new(
            "AccessDenied",
            403,
            format!(
                "User: {caller} is not authorized to perform: iam:SendDelegationToken on resource: \
                 arn:aws:iam::{account}:delegation-request/{id} because only the owner of the \
                 delegation request may send the token"
            ),
        ));
    }
    let trade = trade_in(cx, &found)?;
    let expires = trade.expires;
    let token = token(cx, id, &trade);
    let request = change(cx, id, &states, verb, |it| it.state = DelegationState::Finalized).await?;
    cx.world.global::<TradeInStore>().tokens.insert(token.clone(), trade);
    notice::token(&cx.caller(), id, &request, &token, expires).await;
    Ok(Unit)
}

/// What the token is good for: the approver's permissions, within those that were asked for.
fn trade_in(cx: &RequestContext, request: &Delegation) -> Result<TradeIn, ServiceError> {
    let approval = request.approval.clone();
    let approval = approval.ok_or_else(|| errors::invalid_input("Nobody approved the request."))?;
    let asked = u64::try_from(request.duration).unwrap_or(0);
    let root = approval.arn.resource == "root";
    let seconds = if root { asked.min(LONGEST_OF_ROOT) } else { asked };
    let session = KeySession {
        policy: request.policy.clone(),
        // A template that is not registered lets nobody do anything.
        limited: true,
        mfa: None,
        ..approval.session.unwrap_or_default()
    };
    Ok(TradeIn {
        requestor: request.requestor,
        account: cx.principal.account,
        arn: approval.arn,
        user_id: approval.user_id,
        expires: expires(cx.now(), seconds),
        session,
    })
}

fn expires(now: Timestamp, seconds: u64) -> Timestamp {
    now + Duration::from_secs(seconds)
}

/// A token in the form of AWS's, which has the account in it that may exchange it.
fn token(cx: &RequestContext, id: &str, trade: &TradeIn) -> String {
    let part = |value: serde_json::Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let header = part(json!({ "alg": "HS256", "typ": "JWT" }));
    let claims = part(json!({
        "requestId": id,
        "requestorAccountId": trade.requestor.to_string(),
        "exp": trade.expires.as_secs(),
    }));
    format!("{header}.{claims}.{}", BASE64URL_NOPAD.encode(&cx.ids().bytes::<32>()))
}
