//! `ListEntitiesForPolicy`.

use fogbank_api_iam::*;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Table;

use super::managed;
use crate::ops::entities::under;
use crate::page::page;
use crate::store::{Entity, IamStore};

enum Found {
    Group(PolicyGroup),
    User(PolicyUser),
    Role(PolicyRole),
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListEntitiesForPolicyRequest,
) -> Result<ListEntitiesForPolicyResponse, ServiceError> {
    managed::by_arn(cx, &input.policy_arn)?;
    let store = IamStore::of(cx);
    let of_kind =
        |kind: &str| input.entity_filter.as_ref().is_none_or(|filter| filter.as_str() == kind);
    let mut found = Vec::new();
    if of_kind("Group") {
        found.extend(with_policy(&store.groups, input, "0", |group| {
            let (group_name, group_id) = names(group);
            Found::Group(PolicyGroup { group_name, group_id })
        }));
    }
    if of_kind("User") {
        found.extend(with_policy(&store.users, input, "1", |user| {
            let (user_name, user_id) = names(user);
            Found::User(PolicyUser { user_name, user_id })
        }));
    }
    if of_kind("Role") {
        found.extend(with_policy(&store.roles, input, "2", |role| {
            let (role_name, role_id) = names(role);
            Found::Role(PolicyRole { role_name, role_id })
        }));
    }
    let page = page(found, input.marker.as_deref(), input.max_items)?;
    let (mut groups, mut users, mut roles) = (Vec::new(), Vec::new(), Vec::new());
    let is_truncated = page.is_truncated();
    for entity in page.items {
        match entity {
            Found::Group(group) => groups.push(group),
            Found::User(user) => users.push(user),
            Found::Role(role) => roles.push(role),
        }
    }
    Ok(ListEntitiesForPolicyResponse {
        policy_groups: Some(groups),
        policy_users: Some(users),
        policy_roles: Some(roles),
        is_truncated,
        marker: page.marker,
    })
}

fn names<E: Entity>(entity: &E) -> (Option<String>, Option<String>) {
    (Some(entity.name().to_owned()), Some(entity.id().to_owned()))
}

fn with_policy<E: Entity>(
    table: &Table<String, E>,
    input: &ListEntitiesForPolicyRequest,
    order: &str,
    shape: impl Fn(&E) -> Found,
) -> Vec<(String, Found)> {
    let arn = &input.policy_arn;
    let usage = input.policy_usage_filter.as_ref().map(PolicyUsageType::as_str);
    let wanted = |entity: &E| {
        let grants = entity.grants();
        let attached = usage != Some("PermissionsBoundary") && grants.attached.contains(arn);
        let boundary = usage != Some("PermissionsPolicy") && grants.boundary.as_ref() == Some(arn);
        (attached || boundary) && under(entity.path(), input.path_prefix.as_ref())
    };
    let entities = table.iter().filter(|(_, entity)| wanted(entity));
    entities.map(|(key, entity)| (format!("{order}{key}"), shape(&entity))).collect()
}
