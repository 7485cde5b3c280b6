//! Groups.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use super::{members, path_of, under};
use crate::ids::{self, prefix};
use crate::ops::entities::users;
use crate::page::page;
use crate::store::{self, Grants, IamStore, key};
use crate::{arns, errors};

const QUOTA: usize = 300;

/// A group as responses have it.
pub(crate) fn shape(cx: &RequestContext, group: &store::Group) -> Group {
    Group {
        path: group.path.clone(),
        group_name: group.name.clone(),
        group_id: group.id.clone(),
        arn: arns::of_entity(cx, group),
        create_date: group.created.to_wire_secs(),
    }
}

fn taken(name: &str) -> ServiceError {
    errors::already_exists(format!("Group with name {name} already exists."))
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateGroupRequest,
) -> Result<CreateGroupResponse, ServiceError> {
    let store = IamStore::of(cx);
    if store.groups.len() >= QUOTA {
        return Err(errors::quota("GroupsPerAccount", QUOTA));
    }
    let name = input.group_name;
    let group = store::Group {
        name: name.clone(),
        path: path_of(input.path),
        id: ids::unique(prefix::GROUP, cx.ids()),
        created: cx.now(),
        grants: Grants::default(),
    };
    let output = shape(cx, &group);
    store.groups.insert_new(key(&name), group).map_err(|_| taken(&name))?;
    Ok(CreateGroupResponse { group: output })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: GetGroupRequest,
) -> Result<GetGroupResponse, ServiceError> {
    let store = IamStore::of(cx);
    let group = store.find::<store::Group>(&input.group_name)?;
    let users = members(&store, &key(&group.name));
    let users = users.into_iter().map(|user| (key(&user.name), user));
    let page = page(users, input.marker.as_deref(), input.max_items)?;
    let page = page.map(|user| users::brief(cx, &user));
    Ok(GetGroupResponse {
        group: shape(cx, &group),
        is_truncated: page.is_truncated(),
        users: page.items,
        marker: page.marker,
    })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: ListGroupsRequest,
) -> Result<ListGroupsResponse, ServiceError> {
    let store = IamStore::of(cx);
    let prefix = input.path_prefix.as_ref();
    let groups = store.groups.iter().filter(|(_, group)| under(&group.path, prefix));
    let page = page(groups, input.marker.as_deref(), input.max_items)?;
    let page = page.map(|group| shape(cx, &group));
    Ok(ListGroupsResponse {
        is_truncated: page.is_truncated(),
        groups: page.items,
        marker: page.marker,
    })
}

pub(crate) fn update(cx: &RequestContext, input: UpdateGroupRequest) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let old = input.group_name;
    let mut changed = (*store.find::<store::Group>(&old)?).clone();
    if let Some(path) = input.new_path {
        changed.path = path;
    }
    if let Some(name) = input.new_group_name.filter(|name| *name != old) {
        changed.name.clone_from(&name);
        let (from, to) = (key(&old), key(&name));
        if from != to {
            store.groups.insert_new(to.clone(), changed.clone()).map_err(|_| taken(&name))?;
            for user in members(&store, &from) {
                store.users.update(&key(&user.name), |user| {
                    user.groups.remove(&from);
                    user.groups.insert(to.clone());
                });
            }
            store.groups.remove(&from);
        }
    }
    store.groups.insert(key(&changed.name), changed);
    Ok(Unit)
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteGroupRequest,
) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let name = &input.group_name;
    let group = store.find::<store::Group>(name)?;
    let conflict = if !members(&store, &key(name)).is_empty() {
        Some("remove users from group")
    } else if !group.grants.attached.is_empty() {
        Some("detach all policies")
    } else if !group.grants.inline.is_empty() {
        Some("delete policies")
    } else {
        None
    };
    if let Some(what) = conflict {
        return Err(errors::must_first(what));
    }
    store.groups.remove(&key(name));
    Ok(Unit)
}
