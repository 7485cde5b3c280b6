//! Preferences and properties of the account.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::store::IamStore;

pub(crate) fn set_token_version(
    cx: &RequestContext,
    input: &SetSecurityTokenServicePreferencesRequest,
) -> Result<Unit, ServiceError> {
    let version = if input.global_endpoint_token_version.as_str() == "v2Token" { 2 } else { 1 };
    IamStore::of(cx).edit_account(|account| account.token_version = Some(version));
    Ok(Unit)
}

pub(crate) fn put_properties(
    cx: &RequestContext,
    input: PutAccountPropertiesRequest,
) -> Result<PutAccountPropertiesResponse, ServiceError> {
    IamStore::of(cx).edit_account(|account| account.properties.extend(input.properties));
    Ok(PutAccountPropertiesResponse::default())
}

pub(crate) fn get_properties(
    cx: &RequestContext,
    _input: &GetAccountPropertiesRequest,
) -> Result<GetAccountPropertiesResponse, ServiceError> {
    let properties = IamStore::of(cx).account().properties;
    Ok(GetAccountPropertiesResponse { properties: Some(properties) })
}
