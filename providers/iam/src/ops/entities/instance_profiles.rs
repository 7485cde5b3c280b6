//! Instance profiles.

use std::sync::Arc;

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use super::{path_of, roles, under};
use crate::ids::{self, prefix};
use crate::page::page;
use crate::store::{self, IamStore, key};
use crate::tags::Tags;
use crate::{arns, errors};

const QUOTA: usize = 1000;

/// A profile as `GetInstanceProfile` has it.
pub(crate) fn full(cx: &RequestContext, profile: &store::InstanceProfile) -> InstanceProfile {
    InstanceProfile { tags: profile.tags.some(), ..brief(cx, profile) }
}

/// A profile as lists have it.
pub(crate) fn brief(cx: &RequestContext, profile: &store::InstanceProfile) -> InstanceProfile {
    let store = IamStore::of(cx);
    let role = profile.role.as_ref().and_then(|role| store.roles.get(role));
    InstanceProfile {
        path: profile.path.clone(),
        instance_profile_name: profile.name.clone(),
        instance_profile_id: profile.id.clone(),
        arn: arns::of(cx, "instance-profile", &profile.path, &profile.name).to_string(),
        create_date: profile.created.to_wire_secs(),
        roles: role.iter().map(|role| roles::of_profile(cx, role)).collect(),
        tags: None,
    }
}

fn not_found(name: &str) -> ServiceError {
    errors::no_such_entity(format!("Instance Profile {name} cannot be found."))
}

/// The profile with this name.
pub(crate) fn find(
    store: &IamStore,
    name: &str,
) -> Result<Arc<store::InstanceProfile>, ServiceError> {
    let found = store.instance_profiles.get(&key(name)).filter(|profile| profile.name == name);
    found.ok_or_else(|| not_found(name))
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateInstanceProfileRequest,
) -> Result<CreateInstanceProfileResponse, ServiceError> {
    let store = IamStore::of(cx);
    let name = input.instance_profile_name;
    let tags = Tags::new(input.tags)?;
    if store.instance_profiles.len() >= QUOTA {
        return Err(errors::quota("InstanceProfilesPerAccount", QUOTA));
    }
    let profile = store::InstanceProfile {
        name: name.clone(),
        path: path_of(input.path),
        id: ids::unique(prefix::INSTANCE_PROFILE, cx.ids()),
        created: cx.now(),
        role: None,
        tags,
    };
    let output = full(cx, &profile);
    let taken = || errors::already_exists(format!("Instance Profile {name} already exists."));
    store.instance_profiles.insert_new(key(&name), profile).map_err(|_| taken())?;
    Ok(CreateInstanceProfileResponse { instance_profile: output })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetInstanceProfileRequest,
) -> Result<GetInstanceProfileResponse, ServiceError> {
    let profile = find(&IamStore::of(cx), &input.instance_profile_name)?;
    Ok(GetInstanceProfileResponse { instance_profile: full(cx, &profile) })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: ListInstanceProfilesRequest,
) -> Result<ListInstanceProfilesResponse, ServiceError> {
    let store = IamStore::of(cx);
    let prefix = input.path_prefix.as_ref();
    let profiles = store.instance_profiles.iter();
    let profiles = profiles.filter(|(_, profile)| under(&profile.path, prefix));
    let page = page(profiles, input.marker.as_deref(), input.max_items)?;
    let page = page.map(|profile| brief(cx, &profile));
    Ok(ListInstanceProfilesResponse {
        is_truncated: page.is_truncated(),
        instance_profiles: page.items,
        marker: page.marker,
    })
}

pub(crate) fn list_for_role(
    cx: &RequestContext,
    input: &ListInstanceProfilesForRoleRequest,
) -> Result<ListInstanceProfilesForRoleResponse, ServiceError> {
    let store = IamStore::of(cx);
    let role = key(&store.find::<store::Role>(&input.role_name)?.name);
    let profiles = store.instance_profiles.iter();
    let profiles = profiles.filter(|(_, profile)| profile.role.as_ref() == Some(&role));
    let page = page(profiles, input.marker.as_deref(), input.max_items)?;
    let page = page.map(|profile| brief(cx, &profile));
    Ok(ListInstanceProfilesForRoleResponse {
        is_truncated: page.is_truncated(),
        instance_profiles: page.items,
        marker: page.marker,
    })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteInstanceProfileRequest,
) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let name = &input.instance_profile_name;
    find(&store, name)?;
    let removed = store.instance_profiles.remove_if(&key(name), |profile| profile.role.is_none());
    let conflict = || errors::must_first("remove roles from instance profile");
    removed.map(|_| Unit).ok_or_else(conflict)
}

pub(crate) fn add_role(
    cx: &RequestContext,
    input: &AddRoleToInstanceProfileRequest,
) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let name = &input.instance_profile_name;
    find(&store, name)?;
    let role = key(&store.find::<store::Role>(&input.role_name)?.name);
    let added = store.instance_profiles.try_update(&key(name), |profile| {
        if profile.role.is_some() {
            return Err(errors::quota("InstanceSessionsPerInstanceProfile", 1));
        }
        profile.role = Some(role);
        Ok(Unit)
    });
    added.unwrap_or_else(|| Err(not_found(name)))
}

pub(crate) fn remove_role(
    cx: &RequestContext,
    input: &RemoveRoleFromInstanceProfileRequest,
) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let name = &input.instance_profile_name;
    find(&store, name)?;
    let role = &input.role_name;
    let removed = store.instance_profiles.try_update(&key(name), |profile| {
        if profile.role.as_deref() != Some(&key(role)) {
            return Err(errors::cannot_be_found::<store::Role>(role));
        }
        profile.role = None;
        Ok(Unit)
    });
    removed.unwrap_or_else(|| Err(not_found(name)))
}
