//! `ModifyDocumentPermission` and `DescribeDocumentPermission`.

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::document;
use crate::errors;
use crate::ops::service_settings;
use crate::page::page;
use crate::store::store;

/// The most accounts that a document is shared with.
const MOST: usize = 1_000;
/// How many accounts a page has usually.
const PAGE: usize = 20;

pub(crate) fn modify(
    cx: &RequestContext,
    input: &api::ModifyDocumentPermissionRequest,
) -> Result<api::ModifyDocumentPermissionResponse, ServiceError> {
    let add = input.account_ids_to_add.as_deref().unwrap_or_default();
    let remove = input.account_ids_to_remove.as_deref().unwrap_or_default();
    let version = input.shared_document_version.as_deref().unwrap_or("$DEFAULT");
    if add.is_empty() && remove.is_empty() {
        return Err(errors::validation(
            "You must specify a value for AccountIdsToAdd or AccountIdsToRemove.",
        ));
    }
    let public = |account: &String| account.eq_ignore_ascii_case("all");
    if add.iter().any(public) && !service_settings::shares_documents(cx) {
        return Err(errors::invalid_document_operation(
            "The account blocks public sharing of SSM documents.",
        ));
    }
    document::edit(cx, &store(cx), &input.name, |document| {
        // Whoever is added and removed at once is removed.
        for account in add {
            document.shared.insert(account.clone(), version.to_owned());
        }
        for account in remove {
            document.shared.remove(account);
        }
        match document.shared.len() > MOST {
            true => Err(errors::document_permission_limit(
                "The document can't be shared with more AWS accounts. You can specify a maximum of \
                 20 accounts per API operation to share a private document.",
            )),
            false => Ok(api::ModifyDocumentPermissionResponse {}),
        }
    })
}

pub(crate) fn describe(
    cx: &RequestContext,
    input: &api::DescribeDocumentPermissionRequest,
) -> Result<api::DescribeDocumentPermissionResponse, ServiceError> {
    let document = document::find(cx, &input.name)?;
    let shared = document.shared.clone().into_iter().collect();
    let (shared, next_token) = page(
        shared,
        |(account, _): &(String, String)| account.clone(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    let info = |(account, version): &(String, String)| api::AccountSharingInfo {
        account_id: Some(account.clone()),
        shared_document_version: Some(version.clone()),
    };
    Ok(api::DescribeDocumentPermissionResponse {
        account_sharing_info_list: Some(shared.iter().map(info).collect()),
        account_ids: Some(shared.into_iter().map(|(account, _)| account).collect()),
        next_token,
    })
}
