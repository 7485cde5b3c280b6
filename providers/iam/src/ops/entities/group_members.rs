//! Who is in which group.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use super::groups;
use crate::errors;
use crate::page::page;
use crate::store::{self, IamStore, key};

/// How many groups a user can be in.
pub(crate) const GROUPS_PER_USER: usize = 10;

pub(crate) fn add(
    cx: &RequestContext,
    input: &AddUserToGroupRequest,
) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let group = key(&store.find::<store::Group>(&input.group_name)?.name);
    store.edit(&input.user_name, |user: &mut fogbank_state::Edit<'_, store::User>| {
        if user.groups.contains(&group) {
            return Ok(Unit);
        }
        if user.groups.len() >= GROUPS_PER_USER {
            return Err(errors::quota("GroupsPerUser", GROUPS_PER_USER));
        }
        user.groups.insert(group);
        Ok(Unit)
    })
}

pub(crate) fn remove(
    cx: &RequestContext,
    input: &RemoveUserFromGroupRequest,
) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let group = key(&store.find::<store::Group>(&input.group_name)?.name);
    store.edit(&input.user_name, |user: &mut fogbank_state::Edit<'_, store::User>| {
        if user.groups.remove(&group) {
            return Ok(Unit);
        }
        let (user, group) = (&input.user_name, &input.group_name);
        Err(errors::no_such_entity(format!("User {user} is not in group {group}.")))
    })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListGroupsForUserRequest,
) -> Result<ListGroupsForUserResponse, ServiceError> {
    let store = IamStore::of(cx);
    let user = store.find::<store::User>(&input.user_name)?;
    let groups =
        user.groups.iter().filter_map(|name| Some((name.clone(), store.groups.get(name)?)));
    let page = page(groups, input.marker.as_deref(), input.max_items)?;
    let page = page.map(|group| groups::shape(cx, &group));
    Ok(ListGroupsForUserResponse {
        is_truncated: page.is_truncated(),
        groups: page.items,
        marker: page.marker,
    })
}
