//! Preferences and properties of the account.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
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
    let mut namespaces = Vec::new();
    for name in input.properties.keys() {
        let parts = name.split_once('/');
        let whole = parts.filter(|(space, rest)| !space.is_empty() && !rest.is_empty());
        let whole = whole.filter(|(_, rest)| !rest.contains('/'));
        let (space, _) = whole.ok_or_else(|| {
            errors::invalid_input(format!(
                "The property key {name} must have the format Namespace/PropertyName."
            ))
        })?;
        namespaces.push(space);
    }
    if namespaces.windows(2).any(|pair| pair[0] != pair[1]) {
        return Err(errors::invalid_input("All properties must belong to the same namespace."));
    }
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
