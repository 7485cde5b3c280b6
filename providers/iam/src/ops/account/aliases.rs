//! The account's alias.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::page::page_of_names;
use crate::store::IamStore;

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateAccountAliasRequest,
) -> Result<Unit, ServiceError> {
    let alias = input.account_alias;
    let taken = cx
        .world
        .stores::<IamStore>()
        .into_iter()
        .any(|(_, store)| store.account().alias.as_ref() == Some(&alias));
    if taken {
        let message = format!("The account alias {alias} already exists.");
        return Err(errors::already_exists(message));
    }
    IamStore::of(cx).edit_account(|account| account.alias = Some(alias));
    Ok(Unit)
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListAccountAliasesRequest,
) -> Result<ListAccountAliasesResponse, ServiceError> {
    let alias = IamStore::of(cx).account().alias;
    let page = page_of_names(alias, input.marker.as_deref(), input.max_items)?;
    Ok(ListAccountAliasesResponse {
        is_truncated: page.is_truncated(),
        account_aliases: page.items,
        marker: page.marker,
    })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteAccountAliasRequest,
) -> Result<Unit, ServiceError> {
    let alias = &input.account_alias;
    let removed = IamStore::of(cx).edit_account(|account| {
        let is = account.alias.as_ref() == Some(alias);
        if is {
            account.alias = None;
        }
        is
    });
    if removed {
        return Ok(Unit);
    }
    Err(errors::no_such_entity(format!("The account alias {alias} cannot be found.")))
}
