//! Permissions boundaries.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Edit;

use super::managed;
use crate::errors;
use crate::ops::federation::delegation::registry;
use crate::store::{self, DelegationStore, Entity, IamStore};

/// Whether a policy can be a boundary; nothing can.
pub(crate) fn check(cx: &RequestContext, arn: Option<&str>) -> Result<(), ServiceError> {
    let Some(arn) = arn else { return Ok(()) };
    let parsed = managed::parse(arn)?;
    let found = match registry::is_boundary(&parsed) {
        true => DelegationStore::of(cx).registered_policies.contains(arn),
        false => managed::find(cx, &parsed).is_some(),
    };
    found.then_some(()).ok_or_else(|| {
        errors::no_such_entity(format!("Scope ARN: {arn} does not exist or is not attachable."))
    })
}

fn put<E: Entity>(cx: &RequestContext, name: &str, arn: String) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    store.find::<E>(name)?;
    check(cx, Some(&arn))?;
    store.edit(name, |entity: &mut Edit<'_, E>| {
        entity.grants_mut().boundary = Some(arn);
        Ok(Unit)
    })
}

fn delete<E: Entity>(cx: &RequestContext, name: &str) -> Result<Unit, ServiceError> {
    IamStore::of(cx).edit(name, |entity: &mut Edit<'_, E>| {
        entity.grants_mut().boundary = None;
        Ok(Unit)
    })
}

pub(crate) fn put_user(
    cx: &RequestContext,
    input: PutUserPermissionsBoundaryRequest,
) -> Result<Unit, ServiceError> {
    put::<store::User>(cx, &input.user_name, input.permissions_boundary)
}

pub(crate) fn put_role(
    cx: &RequestContext,
    input: PutRolePermissionsBoundaryRequest,
) -> Result<Unit, ServiceError> {
    put::<store::Role>(cx, &input.role_name, input.permissions_boundary)
}

pub(crate) fn delete_user(
    cx: &RequestContext,
    input: &DeleteUserPermissionsBoundaryRequest,
) -> Result<Unit, ServiceError> {
    delete::<store::User>(cx, &input.user_name)
}

pub(crate) fn delete_role(
    cx: &RequestContext,
    input: &DeleteRolePermissionsBoundaryRequest,
) -> Result<Unit, ServiceError> {
    delete::<store::Role>(cx, &input.role_name)
}
