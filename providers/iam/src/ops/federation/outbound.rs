//! Whether the account's principals may get web identity tokens for services outside AWS.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::store::IamStore;

fn issuer(id: &str) -> String {
    format!("https://{id}.tokens.sts.global.api.aws")
}

fn disabled() -> ServiceError {
    let message = "Outbound web identity federation is not enabled for this account.";
    FeatureDisabledException::new(message).into()
}

pub(crate) fn enable(
    cx: &RequestContext,
    _: Unit,
) -> Result<EnableOutboundWebIdentityFederationResponse, ServiceError> {
    let id = cx.ids().uuid();
    let enabled = IamStore::of(cx).edit_account(|account| {
        let is_new = account.outbound_issuer.is_none();
        is_new.then(|| account.outbound_issuer.insert(id).clone())
    });
    let id = enabled.ok_or_else(|| {
        let message = "Outbound web identity federation is already enabled for this account.";
        ServiceError::from(FeatureEnabledException::new(message))
    })?;
    Ok(EnableOutboundWebIdentityFederationResponse { issuer_identifier: Some(issuer(&id)) })
}

pub(crate) fn disable(cx: &RequestContext, _: Unit) -> Result<Unit, ServiceError> {
    let was = IamStore::of(cx).edit_account(|account| account.outbound_issuer.take());
    was.map(|_| Unit).ok_or_else(disabled)
}

pub(crate) fn info(
    cx: &RequestContext,
    _: Unit,
) -> Result<GetOutboundWebIdentityFederationInfoResponse, ServiceError> {
    let id = IamStore::of(cx).account().outbound_issuer.ok_or_else(disabled)?;
    Ok(GetOutboundWebIdentityFederationInfoResponse {
        issuer_identifier: Some(issuer(&id)),
        jwt_vending_enabled: Some(true),
    })
}
