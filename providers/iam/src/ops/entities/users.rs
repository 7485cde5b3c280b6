//! Users.

use fogbank_api_iam::*;
use fogbank_service::mfa::MfaStore;
use fogbank_service::shape::Unit;
use fogbank_service::{AccessKeyStore, RequestContext, ServiceError};

use super::{boundary, calling_user, is_root, path_of, roles, under};
use crate::ids::{self, prefix};
use crate::ops::access::uses;
use crate::ops::policies::boundaries;
use crate::page::page;
use crate::store::{self, Entity as _, IamStore, key};
use crate::tags::Tags;
use crate::{arns, errors};

const QUOTA: usize = 5000;

/// A user as `GetUser` has it.
pub(crate) fn full(cx: &RequestContext, user: &store::User) -> User {
    User {
        permissions_boundary: boundary(user.grants.boundary.as_ref()),
        tags: user.tags.some(),
        ..brief(cx, user)
    }
}

/// A user as lists have it.
pub(crate) fn brief(cx: &RequestContext, user: &store::User) -> User {
    User {
        path: user.path.clone(),
        user_name: user.name.clone(),
        user_id: user.id.clone(),
        arn: arns::of_entity(cx, user),
        create_date: user.created.to_wire_secs(),
        ..Default::default()
    }
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateUserRequest,
) -> Result<CreateUserResponse, ServiceError> {
    let store = IamStore::of(cx);
    let tags = Tags::new(input.tags)?;
    boundaries::check(cx, input.permissions_boundary.as_deref())?;
    if store.users.len() >= QUOTA {
        return Err(errors::quota("UsersPerAccount", QUOTA));
    }
    let id = ids::unique(prefix::USER, cx.ids());
    let name = input.user_name;
    let mut user = store::User::new(name.clone(), path_of(input.path), id, cx.now());
    user.tags = tags;
    user.grants.boundary = input.permissions_boundary;
    let output = full(cx, &user);
    let made = store.users.insert_new(key(&name), user);
    made.map_err(|_| errors::already_exists(format!("User with name {name} already exists.")))?;
    Ok(CreateUserResponse { user: Some(output) })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: GetUserRequest,
) -> Result<GetUserResponse, ServiceError> {
    let name = match input.user_name {
        Some(name) => name,
        None if is_root(cx) => return Ok(GetUserResponse { user: root(cx) }),
        None => calling_user(cx).ok_or_else(errors::must_specify_user_name)?.to_owned(),
    };
    let user = IamStore::of(cx).find::<store::User>(&name)?;
    Ok(GetUserResponse { user: full(cx, &user) })
}

/// The account's root, which is a user only to `GetUser`.
fn root(cx: &RequestContext) -> User {
    User {
        path: super::ROOT_PATH.to_owned(),
        user_name: String::new(),
        user_id: cx.account.to_string(),
        arn: cx.principal.arn.to_string(),
        create_date: fogbank_context::Timestamp::EPOCH.to_wire_secs(),
        ..Default::default()
    }
}

pub(crate) fn list(
    cx: &RequestContext,
    input: ListUsersRequest,
) -> Result<ListUsersResponse, ServiceError> {
    let store = IamStore::of(cx);
    let prefix = input.path_prefix.as_ref();
    let users = store.users.iter().filter(|(_, user)| under(&user.path, prefix));
    let page = page(users, input.marker.as_deref(), input.max_items)?;
    let page = page.map(|user| brief(cx, &user));
    Ok(ListUsersResponse {
        is_truncated: page.is_truncated(),
        users: page.items,
        marker: page.marker,
    })
}

pub(crate) fn update(cx: &RequestContext, input: UpdateUserRequest) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let old = input.user_name;
    let user = store.find::<store::User>(&old)?;
    let mut changed = (*user).clone();
    if let Some(path) = input.new_path {
        changed.path = path;
    }
    if let Some(name) = input.new_user_name.filter(|name| *name != old) {
        changed.name.clone_from(&name);
        if key(&name) != key(&old) {
            let taken = || errors::already_exists(format!("User with name {name} already exists."));
            store.users.insert_new(key(&name), changed.clone()).map_err(|_| taken())?;
            store.users.remove(&key(&old));
            follow(&store, &old, &name);
        }
    }
    // Requests signed with the user's keys act under the new ARN.
    let arn = arns::of(cx, store::User::NOUN, &changed.path, &changed.name);
    let keys = &cx.world.global::<AccessKeyStore>().keys;
    for id in changed.access_keys.keys() {
        keys.update(id, |access_key| access_key.arn = arn.clone());
    }
    let devices = &cx.world.global::<MfaStore>().devices;
    for serial in changed.mfa_devices.keys() {
        devices.update(serial, |device| device.owner = arn.clone());
    }
    let known = cx.world.global::<AccessKeyStore>();
    if let Some(used) = known.uses.remove(&arns::of_entity(cx, &*user)) {
        uses::hand_over(&known, &arn.to_string(), &used);
    }
    store.users.insert(key(&changed.name), changed);
    Ok(Unit)
}

/// Tells MFA devices of their user's new name.
fn follow(store: &IamStore, old: &str, new: &str) {
    for serial in store.mfa_devices.keys() {
        store.mfa_devices.update(&serial, |device| {
            if device.user.as_deref() == Some(old) {
                device.user = Some(new.to_owned());
            }
        });
    }
}

/// Whether a user still has something.
type Has = fn(&store::User) -> bool;

/// What must be gone before a user can be deleted, in the order in which AWS looks.
const DELETE_CHECKS: &[(Has, &str)] = &[
    (|user| !user.grants.attached.is_empty(), "detach all policies"),
    (|user| !user.grants.inline.is_empty(), "delete policies"),
    (|user| !user.groups.is_empty(), "remove users from group"),
    (|user| !user.access_keys.is_empty(), "delete access keys"),
    (|user| user.login_profile.is_some(), "delete login profile"),
    (|user| !user.mfa_devices.is_empty(), "delete MFA device"),
    (|user| !user.signing_certificates.is_empty(), "delete certificates"),
    (
        |user| !user.ssh_keys.is_empty() || !user.service_credentials.is_empty(),
        "remove referenced objects",
    ),
];

pub(crate) fn delete(cx: &RequestContext, input: &DeleteUserRequest) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    let name = &input.user_name;
    let mut conflict = None;
    let user = store.find::<store::User>(name)?;
    store.users.remove_if(&key(name), |user| {
        conflict = DELETE_CHECKS.iter().find(|(is, _)| is(user)).map(|(_, what)| *what);
        conflict.is_none()
    });
    if conflict.is_none() {
        let arn = arns::of_entity(cx, &*user);
        uses::forget(cx, &arn);
        roles::trust_no_longer(&store, &arn, &user.id);
    }
    conflict.map_or(Ok(Unit), |what| Err(errors::must_first(what)))
}
