//! `StartAccessRequest`, `GetAccessToken`: requests for access to nodes, which are OpsItems.
//!
//! There are no nodes, so nobody gets credentials for one; who has approved, rejected or revoked a
//! request says so by its OpsItem's status.

use std::collections::BTreeMap;

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use super::items::{self, Item};
use crate::errors;
use crate::kept::{Kept, json};
use crate::ops::tags;
use crate::store::{Tags, store};

/// The type of OpsItems that are requests for access.
const TYPE: &str = "/aws/accessrequest";

pub(crate) fn start(
    cx: &RequestContext,
    input: api::StartAccessRequestRequest,
) -> Result<api::StartAccessRequestResponse, ServiceError> {
    if input.targets.is_empty() {
        return Err(errors::validation("At least one target is required."));
    }
    let added = tags::checked(&BTreeMap::new(), input.tags.unwrap_or_default())?;
    let id = format!("oi-{}", cx.ids().hex(12));
    let user = cx.principal.arn.to_string();
    let targets: Vec<String> = input.targets.iter().map(json).collect();
    let data = |value: String| api::OpsItemDataValue {
        value: Some(value),
        r#type: Some(api::OpsItemDataType::SearchableString),
    };
    let item = api::OpsItem {
        created_by: Some(user.clone()),
        ops_item_type: Some(TYPE.to_owned()),
        created_time: Some(cx.now().to_wire()),
        description: Some(input.reason),
        last_modified_by: Some(user),
        last_modified_time: Some(cx.now().to_wire()),
        notifications: Some(Vec::new()),
        related_ops_items: Some(Vec::new()),
        status: Some(api::OpsItemStatus::Pending),
        ops_item_id: Some(id.clone()),
        version: Some("1".to_owned()),
        title: Some("Access Request".to_owned()),
        source: Some("Access Request".to_owned()),
        operational_data: Some(
            [("/aws/accessrequest/targets".to_owned(), data(format!("[{}]", targets.join(","))))]
                .into(),
        ),
        ops_item_arn: Some(cx.arn("ssm", format!("opsitem/{id}")).to_string()),
        ..Default::default()
    };
    let events = vec![items::event(cx, &id, "OpsItem Create")];
    let store = store(cx);
    store.ops_items.insert(id.clone(), Item { about: Kept(item), related: Vec::new(), events });
    if !added.is_empty() {
        store.tags.insert(format!("OpsItem/{id}"), Tags(added));
    }
    Ok(api::StartAccessRequestResponse { access_request_id: Some(id) })
}

pub(crate) fn token(
    cx: &RequestContext,
    input: &api::GetAccessTokenRequest,
) -> Result<api::GetAccessTokenResponse, ServiceError> {
    let id = &input.access_request_id;
    let item = store(cx).ops_items.get(id);
    let item = item.filter(|item| item.about.ops_item_type.as_deref() == Some(TYPE));
    let item =
        item.ok_or_else(|| errors::resource_not_found(format!("Access request {id} not found.")))?;
    let status = match &item.about.status {
        Some(api::OpsItemStatus::Approved) => {
            return Err(errors::access_denied(
                "Access to the targets of the request can't be granted: no target is a managed \
                 node.",
            ));
        }
        Some(api::OpsItemStatus::Rejected) => api::AccessRequestStatus::Rejected,
        Some(api::OpsItemStatus::Revoked) => api::AccessRequestStatus::Revoked,
        Some(api::OpsItemStatus::TimedOut) => api::AccessRequestStatus::Expired,
        _ => api::AccessRequestStatus::Pending,
    };
    Ok(api::GetAccessTokenResponse { credentials: None, access_request_status: Some(status) })
}
