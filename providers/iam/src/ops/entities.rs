//! Users, groups, roles and instance profiles.

pub(crate) mod group_members;
pub(crate) mod groups;
pub(crate) mod instance_profiles;
pub(crate) mod roles;
pub(crate) mod service_linked_roles;
pub(crate) mod tags;
pub(crate) mod users;

use fogbank_api_iam::{AttachedPermissionsBoundary, PermissionsBoundaryAttachmentType};
use fogbank_service::{RequestContext, ServiceError};

use crate::store::{IamStore, User};
use crate::{arns, errors};

/// The path of a resource whose request names none.
pub(crate) const ROOT_PATH: &str = "/";

/// A permissions boundary as responses have it.
pub(crate) fn boundary(arn: Option<&String>) -> Option<AttachedPermissionsBoundary> {
    let arn = arn?.clone();
    Some(AttachedPermissionsBoundary {
        // The model says `PermissionsBoundaryPolicy`, AWS says `Policy`.
        permissions_boundary_type: Some(PermissionsBoundaryAttachmentType::from("Policy")),
        permissions_boundary_arn: Some(arn),
    })
}

/// The path of a request.
pub(crate) fn path_of(path: Option<String>) -> String {
    path.unwrap_or_else(|| ROOT_PATH.to_owned())
}

/// Whether a path has the prefix of a request.
pub(crate) fn under(path: &str, prefix: Option<&String>) -> bool {
    prefix.is_none_or(|prefix| path.starts_with(prefix.as_str()))
}

/// The name of the calling user; none when somebody else calls.
pub(crate) fn calling_user(cx: &RequestContext) -> Option<&str> {
    let arn = &cx.principal.arn;
    let (_, name) = arns::path_and_name(arn, "user")?;
    Some(name)
}

/// The user of a request that may leave the name out.
pub(crate) fn user_or_caller(
    cx: &RequestContext,
    name: Option<String>,
) -> Result<String, ServiceError> {
    match name {
        Some(name) => Ok(name),
        None => calling_user(cx).map(str::to_owned).ok_or_else(errors::must_specify_user_name),
    }
}

/// The user whose credentials a request lists; none when the root lists its own, of which there are none.
pub(crate) fn user_or_root(
    cx: &RequestContext,
    name: Option<String>,
) -> Result<Option<String>, ServiceError> {
    if name.is_none() && is_root(cx) {
        return Ok(None);
    }
    user_or_caller(cx, name).map(Some)
}

/// Whether the account's root calls.
pub(crate) fn is_root(cx: &RequestContext) -> bool {
    cx.principal.arn.service == "iam" && cx.principal.arn.resource == "root"
}

/// The users of a group.
pub(crate) fn members(store: &IamStore, group: &str) -> Vec<std::sync::Arc<User>> {
    let users = store.users.iter().map(|(_, user)| user);
    users.filter(|user| user.groups.contains(group)).collect()
}
