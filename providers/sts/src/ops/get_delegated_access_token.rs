//! `GetDelegatedAccessToken`.

use fogbank_api_sts::{
    ExpiredTradeInTokenException, GetDelegatedAccessTokenRequest, GetDelegatedAccessTokenResponse,
};
use fogbank_service::trade_in::TradeIn;
use fogbank_service::{RequestContext, ServiceError};

use crate::credentials::{NewSession, issue};
use crate::errors;
use crate::session_tags::SessionTags;
use crate::store::SessionKind;

/// Credentials for the exchange token of a delegation request: those of who approved it, within the
/// policy that was asked for. They end when the access does, however often the token is exchanged.
pub(crate) fn run(
    cx: &RequestContext,
    input: &GetDelegatedAccessTokenRequest,
) -> Result<GetDelegatedAccessTokenResponse, ServiceError> {
    let found = TradeIn::find(&cx.world, &input.trade_in_token);
    let trade = found.ok_or_else(|| errors::validation("The trade-in token is invalid"))?;
    if trade.requestor != cx.principal.account {
        return Err(errors::not_authorized("GetDelegatedAccessToken"));
    }
    let left = trade.expires.since(cx.now()).as_secs();
    if left == 0 {
        let message = "The trade-in token provided in the request has expired";
        return Err(ExpiredTradeInTokenException::new(message).into());
    }
    let session = NewSession {
        kind: SessionKind::Delegated,
        account: trade.account,
        arn: trade.arn.clone(),
        user_id: trade.user_id.clone(),
        duration: i32::try_from(left).unwrap_or(i32::MAX),
        transitive_tags: SessionTags::default(),
        facts: trade.session.clone(),
        minimum_token_size: None,
    };
    let issued = issue(cx, session)?;
    Ok(GetDelegatedAccessTokenResponse {
        credentials: Some(issued.credentials),
        assumed_principal: Some(trade.arn.to_string()),
        ..Default::default()
    })
}
