//! Roles.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Edit;

use super::{boundary, path_of, under};
use crate::document::{self, encoded};
use crate::ids::{self, prefix};
use crate::ops::access::uses;
use crate::ops::policies::boundaries;
use crate::page::page;
use crate::store::{self, Entity as _, Grants, IamStore, key};
use crate::tags::Tags;
use crate::{arns, errors};

const QUOTA: usize = 1000;
/// Seconds that sessions last at most unless the role says otherwise.
const SESSION_DURATION: i32 = 3600;

/// A role as `CreateRole` has it.
pub(crate) fn created(cx: &RequestContext, role: &store::Role) -> Role {
    Role {
        path: role.path.clone(),
        role_name: role.name.clone(),
        role_id: role.id.clone(),
        arn: arns::of_entity(cx, role),
        create_date: role.created.to_wire_secs(),
        assume_role_policy_document: Some(encoded(&role.trust)),
        description: role.description.clone(),
        permissions_boundary: boundary(role.grants.boundary.as_ref()),
        tags: role.tags.some(),
        ..Default::default()
    }
}

/// A role as `GetRole` has it.
pub(crate) fn full(cx: &RequestContext, role: &store::Role) -> Role {
    Role {
        max_session_duration: Some(role.max_session_duration),
        role_last_used: Some(uses::last_of_role(cx, role)),
        ..created(cx, role)
    }
}

/// A role as lists have it.
pub(crate) fn brief(cx: &RequestContext, role: &store::Role) -> Role {
    Role {
        max_session_duration: Some(role.max_session_duration),
        permissions_boundary: None,
        tags: None,
        ..created(cx, role)
    }
}

/// A role inside an instance profile.
pub(crate) fn of_profile(cx: &RequestContext, role: &store::Role) -> Role {
    Role { permissions_boundary: None, tags: None, description: None, ..created(cx, role) }
}

fn check_session_duration(seconds: Option<i32>) -> Result<i32, ServiceError> {
    Ok(seconds.unwrap_or(SESSION_DURATION))
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateRoleRequest,
) -> Result<CreateRoleResponse, ServiceError> {
    let store = IamStore::of(cx);
    let name = input.role_name;
    document::check_trust(cx, &input.assume_role_policy_document)?;
    let tags = Tags::new(input.tags)?;
    boundaries::check(cx, input.permissions_boundary.as_deref())?;
    if store.roles.len() >= QUOTA {
        return Err(errors::quota("RolesPerAccount", QUOTA));
    }
    let path = path_of(input.path);
    if path.starts_with(store::SERVICE_LINKED_PATH) {
        return Err(errors::invalid_input(
            "Roles with the path /aws-service-role/ can only be created by AWS services.",
        ));
    }
    let role = store::Role {
        name: name.clone(),
        path,
        id: ids::unique(prefix::ROLE, cx.ids()),
        created: cx.now(),
        trust: input.assume_role_policy_document.into(),
        description: input.description,
        max_session_duration: check_session_duration(input.max_session_duration)?,
        tags,
        grants: Grants { boundary: input.permissions_boundary, ..Grants::default() },
    };
    let output = created(cx, &role);
    let taken = || errors::already_exists(format!("Role with name {name} already exists."));
    store.roles.insert_new(key(&name), role).map_err(|_| taken())?;
    Ok(CreateRoleResponse { role: output })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetRoleRequest,
) -> Result<GetRoleResponse, ServiceError> {
    let role = IamStore::of(cx).find::<store::Role>(&input.role_name)?;
    Ok(GetRoleResponse { role: full(cx, &role) })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: ListRolesRequest,
) -> Result<ListRolesResponse, ServiceError> {
    let store = IamStore::of(cx);
    let prefix = input.path_prefix.as_ref();
    let roles = store.roles.iter().filter(|(_, role)| under(&role.path, prefix));
    let page = page(roles, input.marker.as_deref(), input.max_items)?;
    let page = page.map(|role| brief(cx, &role));
    Ok(ListRolesResponse {
        is_truncated: page.is_truncated(),
        roles: page.items,
        marker: page.marker,
    })
}

pub(crate) fn update(
    cx: &RequestContext,
    input: UpdateRoleRequest,
) -> Result<UpdateRoleResponse, ServiceError> {
    let name = input.role_name;
    IamStore::of(cx).edit_any(&name, |role: &mut Edit<'_, store::Role>| {
        if role.is_protected() && input.max_session_duration.is_some() {
            return Err(errors::protected_role(&name));
        }
        role.description = input.description.or(role.description.take());
        role.max_session_duration = input.max_session_duration.unwrap_or(SESSION_DURATION);
        Ok(UpdateRoleResponse::default())
    })
}

pub(crate) fn update_description(
    cx: &RequestContext,
    input: UpdateRoleDescriptionRequest,
) -> Result<UpdateRoleDescriptionResponse, ServiceError> {
    IamStore::of(cx).edit_any(&input.role_name, |role: &mut Edit<'_, store::Role>| {
        role.description = Some(input.description);
        Ok(UpdateRoleDescriptionResponse { role: Some(created(cx, role)) })
    })
}

pub(crate) fn update_trust(
    cx: &RequestContext,
    input: UpdateAssumeRolePolicyRequest,
) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    store.find::<store::Role>(&input.role_name)?;
    document::check_trust(cx, &input.policy_document)?;
    store.edit(&input.role_name, |role: &mut Edit<'_, store::Role>| {
        role.trust = input.policy_document.into();
        Ok(Unit)
    })
}

pub(crate) fn delete(cx: &RequestContext, input: &DeleteRoleRequest) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let name = &input.role_name;
    let role = store.find::<store::Role>(name)?;
    if role.is_protected() {
        return Err(errors::protected_role(name));
    }
    let role_key = key(name);
    let in_profile =
        store.instance_profiles.iter().any(|(_, profile)| profile.role.as_ref() == Some(&role_key));
    let conflict = if in_profile {
        Some("remove roles from instance profile")
    } else if !role.grants.attached.is_empty() {
        Some("detach all policies")
    } else if !role.grants.inline.is_empty() {
        Some("delete policies")
    } else {
        None
    };
    if let Some(what) = conflict {
        return Err(errors::must_first(what));
    }
    store.roles.remove(&role_key);
    let arn = arns::of_entity(cx, &*role);
    uses::forget(cx, &arn);
    trust_no_longer(&store, &arn, &role.id);
    Ok(Unit)
}

/// Lets trust policies name a principal that was deleted by its unique id.
pub(crate) fn trust_no_longer(store: &IamStore, arn: &str, id: &str) {
    for (key, role) in store.roles.iter() {
        if let Some(trust) = document::trusted::without(&role.trust, arn, id) {
            store.roles.update(&key, |role| role.trust = trust.into());
        }
    }
}
