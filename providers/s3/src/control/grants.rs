//! Access grants: the instance of a region, its locations and its grants, as records.

use std::collections::BTreeMap;

use fogbank_api_s3control as api;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use super::store::{Grant, GrantsInstance, GrantsLocation, ONLY, RegionalStore};
use super::{check_account, not_found, page};
use crate::errors::{error, invalid_request};

/// The location that stands for all buckets.
pub(super) const EVERYTHING: &str = "s3://";

fn store(cx: &RequestContext) -> std::sync::Arc<RegionalStore> {
    cx.world.regional::<RegionalStore>(cx.account, &cx.region)
}

pub(super) fn arn(cx: &RequestContext, rest: &str) -> Option<String> {
    Some(cx.arn("s3", format!("access-grants/default{rest}")).to_string())
}

pub(super) fn no_instance() -> ServiceError {
    error("AccessGrantsInstanceNotExistsError", 404, "Access Grants Instance does not exist", &[])
}

fn no_location(id: &str) -> ServiceError {
    not_found(
        "NoSuchAccessGrantsLocationError",
        "No such access grants location",
        ("AccessGrantsLocationId", id),
    )
}

fn no_grant(id: &str) -> ServiceError {
    not_found("NoSuchAccessGrantError", "No such access grant", ("AccessGrantId", id))
}

fn tags(tags: Option<Vec<api::Tag>>) -> BTreeMap<String, String> {
    tags.into_iter().flatten().map(|tag| (tag.key, tag.value)).collect()
}

pub(super) fn instance<T>(
    cx: &RequestContext,
    account: &str,
    look: impl FnOnce(&GrantsInstance) -> T,
) -> Result<T, ServiceError> {
    check_account(cx, account)?;
    store(cx).grants_instance.read(ONLY, look).ok_or_else(no_instance)
}

pub(super) async fn create_instance(
    cx: &RequestContext,
    input: api::CreateAccessGrantsInstanceRequest,
) -> Result<api::CreateAccessGrantsInstanceResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let row = GrantsInstance {
        created: cx.now(),
        identity_center: input.identity_center_arn.clone(),
        policy: None,
        tags: tags(input.tags),
    };
    let created_at = Some(row.created.to_wire());
    if store(cx).grants_instance.insert_new(ONLY.to_owned(), row).is_err() {
        return Err(error(
            "AccessGrantsInstanceAlreadyExists",
            409,
            "Access Grants Instance already exists",
            &[],
        ));
    }
    Ok(api::CreateAccessGrantsInstanceResult {
        created_at,
        access_grants_instance_id: Some("default".to_owned()),
        access_grants_instance_arn: arn(cx, ""),
        identity_center_arn: input.identity_center_arn,
        ..api::CreateAccessGrantsInstanceResult::default()
    })
}

pub(super) async fn get_instance(
    cx: &RequestContext,
    input: api::GetAccessGrantsInstanceRequest,
) -> Result<api::GetAccessGrantsInstanceResult, ServiceError> {
    instance(cx, &input.account_id, |row| api::GetAccessGrantsInstanceResult {
        access_grants_instance_arn: arn(cx, ""),
        access_grants_instance_id: Some("default".to_owned()),
        identity_center_arn: row.identity_center.clone(),
        created_at: Some(row.created.to_wire()),
        ..api::GetAccessGrantsInstanceResult::default()
    })
}

pub(super) async fn delete_instance(
    cx: &RequestContext,
    input: api::DeleteAccessGrantsInstanceRequest,
) -> Result<Unit, ServiceError> {
    instance(cx, &input.account_id, |_| ())?;
    let store = store(cx);
    if !store.grants_locations.keys().is_empty() {
        return Err(error(
            "AccessGrantsInstanceNotEmptyError",
            400,
            "Please clean up locations before deleting the access grants instance",
            &[],
        ));
    }
    store.grants_instance.remove(ONLY);
    Ok(Unit)
}

pub(super) async fn list_instances(
    cx: &RequestContext,
    input: api::ListAccessGrantsInstancesRequest,
) -> Result<api::ListAccessGrantsInstancesResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let row = store(cx).grants_instance.get(ONLY);
    let shown = row.map(|row| api::ListAccessGrantsInstanceEntry {
        access_grants_instance_id: Some("default".to_owned()),
        access_grants_instance_arn: arn(cx, ""),
        created_at: Some(row.created.to_wire()),
        identity_center_arn: row.identity_center.clone(),
        ..api::ListAccessGrantsInstanceEntry::default()
    });
    Ok(api::ListAccessGrantsInstancesResult {
        next_token: None,
        access_grants_instances_list: Some(shown.into_iter().collect()),
    })
}

fn set_identity_center(
    cx: &RequestContext,
    account: &str,
    center: Option<String>,
) -> Result<Unit, ServiceError> {
    check_account(cx, account)?;
    let changed = store(cx).grants_instance.update(ONLY, |row| row.identity_center = center);
    changed.map(|()| Unit).ok_or_else(no_instance)
}

pub(super) async fn associate(
    cx: &RequestContext,
    input: api::AssociateAccessGrantsIdentityCenterRequest,
) -> Result<Unit, ServiceError> {
    set_identity_center(cx, &input.account_id, Some(input.identity_center_arn))
}

pub(super) async fn dissociate(
    cx: &RequestContext,
    input: api::DissociateAccessGrantsIdentityCenterRequest,
) -> Result<Unit, ServiceError> {
    set_identity_center(cx, &input.account_id, None)
}

pub(super) async fn put_policy(
    cx: &RequestContext,
    input: api::PutAccessGrantsInstanceResourcePolicyRequest,
) -> Result<api::PutAccessGrantsInstanceResourcePolicyResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let now = cx.now();
    let kept = (input.policy.clone(), input.organization.clone(), now);
    let changed = store(cx).grants_instance.update(ONLY, |row| row.policy = Some(kept));
    changed.ok_or_else(no_instance)?;
    Ok(api::PutAccessGrantsInstanceResourcePolicyResult {
        policy: Some(input.policy),
        organization: input.organization,
        created_at: Some(now.to_wire()),
    })
}

pub(super) async fn get_policy(
    cx: &RequestContext,
    input: api::GetAccessGrantsInstanceResourcePolicyRequest,
) -> Result<api::GetAccessGrantsInstanceResourcePolicyResult, ServiceError> {
    let kept = instance(cx, &input.account_id, |row| row.policy.clone())?;
    let (policy, organization, at) = kept.ok_or_else(|| {
        error(
            "AccessGrantsInstanceResourcePolicyNotExists",
            404,
            "Access Grants Instance Resource Policy does not exist",
            &[],
        )
    })?;
    Ok(api::GetAccessGrantsInstanceResourcePolicyResult {
        policy: Some(policy),
        organization,
        created_at: Some(at.to_wire()),
    })
}

pub(super) async fn delete_policy(
    cx: &RequestContext,
    input: api::DeleteAccessGrantsInstanceResourcePolicyRequest,
) -> Result<Unit, ServiceError> {
    check_account(cx, &input.account_id)?;
    let changed = store(cx).grants_instance.update(ONLY, |row| row.policy = None);
    changed.map(|()| Unit).ok_or_else(no_instance)
}

pub(super) async fn create_location(
    cx: &RequestContext,
    input: api::CreateAccessGrantsLocationRequest,
) -> Result<api::CreateAccessGrantsLocationResult, ServiceError> {
    instance(cx, &input.account_id, |_| ())?;
    if !input.location_scope.starts_with(EVERYTHING) {
        return Err(invalid_request("The location scope must begin with s3://"));
    }
    let store = store(cx);
    if store.grants_locations.iter().any(|(_, it)| it.scope == input.location_scope) {
        return Err(error(
            "AccessGrantsLocationAlreadyExistsError",
            409,
            "Access Grants location already exists",
            &[],
        ));
    }
    let id = match input.location_scope == EVERYTHING {
        true => "default".to_owned(),
        false => cx.ids().uuid(),
    };
    let row = GrantsLocation {
        created: cx.now(),
        scope: input.location_scope.clone(),
        role: input.iam_role_arn.clone(),
        tags: tags(input.tags),
    };
    store.grants_locations.insert(id.clone(), row.clone());
    Ok(api::CreateAccessGrantsLocationResult {
        created_at: Some(row.created.to_wire()),
        access_grants_location_arn: arn(cx, &format!("/location/{id}")),
        access_grants_location_id: Some(id),
        location_scope: Some(row.scope),
        iam_role_arn: Some(row.role),
    })
}

pub(super) async fn get_location(
    cx: &RequestContext,
    input: api::GetAccessGrantsLocationRequest,
) -> Result<api::GetAccessGrantsLocationResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let id = input.access_grants_location_id;
    let row = store(cx).grants_locations.get(id.as_str()).ok_or_else(|| no_location(&id))?;
    Ok(api::GetAccessGrantsLocationResult {
        created_at: Some(row.created.to_wire()),
        access_grants_location_arn: arn(cx, &format!("/location/{id}")),
        access_grants_location_id: Some(id),
        location_scope: Some(row.scope.clone()),
        iam_role_arn: Some(row.role.clone()),
    })
}

pub(super) async fn update_location(
    cx: &RequestContext,
    input: api::UpdateAccessGrantsLocationRequest,
) -> Result<api::UpdateAccessGrantsLocationResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let id = input.access_grants_location_id;
    let role = input.iam_role_arn.clone();
    let changed = store(cx).grants_locations.update(id.as_str(), |row| {
        row.role = role;
        (row.created, row.scope.clone())
    });
    let (created, scope) = changed.ok_or_else(|| no_location(&id))?;
    Ok(api::UpdateAccessGrantsLocationResult {
        created_at: Some(created.to_wire()),
        access_grants_location_arn: arn(cx, &format!("/location/{id}")),
        access_grants_location_id: Some(id),
        location_scope: Some(scope),
        iam_role_arn: Some(input.iam_role_arn),
    })
}

pub(super) async fn delete_location(
    cx: &RequestContext,
    input: api::DeleteAccessGrantsLocationRequest,
) -> Result<Unit, ServiceError> {
    check_account(cx, &input.account_id)?;
    let (store, id) = (store(cx), input.access_grants_location_id.as_str());
    if store.grants.iter().any(|(_, grant)| grant.location == id) {
        return Err(error(
            "AccessGrantsLocationNotEmptyError",
            400,
            "Please clean up access grants before deleting access grants location",
            &[],
        ));
    }
    store.grants_locations.remove(id).map(|_| Unit).ok_or_else(|| no_location(id))
}

pub(super) async fn list_locations(
    cx: &RequestContext,
    input: api::ListAccessGrantsLocationsRequest,
) -> Result<api::ListAccessGrantsLocationsResult, ServiceError> {
    instance(cx, &input.account_id, |_| ())?;
    let store = store(cx);
    let wanted = |scope: &str| input.location_scope.as_ref().is_none_or(|it| it == scope);
    let all =
        store.grants_locations.iter().filter(|(_, row)| wanted(&row.scope)).map(|(id, row)| {
            let shown = api::ListAccessGrantsLocationsEntry {
                created_at: Some(row.created.to_wire()),
                access_grants_location_id: Some(id.clone()),
                access_grants_location_arn: arn(cx, &format!("/location/{id}")),
                location_scope: Some(row.scope.clone()),
                iam_role_arn: Some(row.role.clone()),
            };
            (id, shown)
        });
    let (list, next_token) = page(all, input.next_token.as_deref(), input.max_results)?;
    let access_grants_locations_list = Some(list);
    Ok(api::ListAccessGrantsLocationsResult { next_token, access_grants_locations_list })
}

pub(super) fn grantee(row: &Grant) -> Option<api::Grantee> {
    Some(api::Grantee {
        grantee_type: row.grantee.0.as_deref().map(Into::into),
        grantee_identifier: row.grantee.1.clone(),
    })
}

fn sub_prefix(row: &Grant) -> Option<api::AccessGrantsLocationConfiguration> {
    let s3_sub_prefix = row.sub_prefix.clone();
    s3_sub_prefix.map(|it| api::AccessGrantsLocationConfiguration { s3_sub_prefix: Some(it) })
}

/// The members that everything that shows a grant has.
macro_rules! shown_grant {
    ($shape:ident, $cx:expr, $id:expr, $row:expr) => {
        api::$shape {
            created_at: Some($row.created.to_wire()),
            access_grant_arn: arn($cx, &format!("/grant/{}", $id)),
            access_grant_id: Some($id.to_owned()),
            grantee: grantee($row),
            permission: Some($row.permission.as_str().into()),
            access_grants_location_id: Some($row.location.clone()),
            access_grants_location_configuration: sub_prefix($row),
            grant_scope: Some($row.scope.clone()),
            application_arn: $row.application.clone(),
        }
    };
}

pub(super) async fn create_grant(
    cx: &RequestContext,
    input: api::CreateAccessGrantRequest,
) -> Result<api::CreateAccessGrantResult, ServiceError> {
    instance(cx, &input.account_id, |_| ())?;
    let location = input.access_grants_location_id;
    let store = store(cx);
    let scope = store.grants_locations.read(location.as_str(), |row| row.scope.clone());
    let scope = scope.ok_or_else(|| no_location(&location))?;
    let sub_prefix = input.access_grants_location_configuration.and_then(|it| it.s3_sub_prefix);
    let joined = format!("{scope}{}", sub_prefix.as_deref().unwrap_or_default());
    let row = Grant {
        created: cx.now(),
        location,
        sub_prefix,
        grantee: (
            input.grantee.grantee_type.map(|it| it.as_str().to_owned()),
            input.grantee.grantee_identifier,
        ),
        permission: input.permission.as_str().to_owned(),
        application: input.application_arn,
        scope: joined,
        tags: tags(input.tags),
    };
    let id = cx.ids().uuid();
    store.grants.insert(id.clone(), row.clone());
    Ok(shown_grant!(CreateAccessGrantResult, cx, id, &row))
}

pub(super) async fn get_grant(
    cx: &RequestContext,
    input: api::GetAccessGrantRequest,
) -> Result<api::GetAccessGrantResult, ServiceError> {
    check_account(cx, &input.account_id)?;
    let id = input.access_grant_id.as_str();
    let row = store(cx).grants.get(id).ok_or_else(|| no_grant(id))?;
    Ok(shown_grant!(GetAccessGrantResult, cx, id, &row))
}

pub(super) async fn delete_grant(
    cx: &RequestContext,
    input: api::DeleteAccessGrantRequest,
) -> Result<Unit, ServiceError> {
    check_account(cx, &input.account_id)?;
    let id = input.access_grant_id.as_str();
    store(cx).grants.remove(id).map(|_| Unit).ok_or_else(|| no_grant(id))
}

pub(super) async fn list_grants(
    cx: &RequestContext,
    input: api::ListAccessGrantsRequest,
) -> Result<api::ListAccessGrantsResult, ServiceError> {
    instance(cx, &input.account_id, |_| ())?;
    let store = store(cx);
    let fits =
        |wanted: Option<&str>, value: Option<&str>| wanted.is_none_or(|it| Some(it) == value);
    let all = store.grants.iter().filter_map(|(id, row)| {
        let row = &*row;
        let wanted =
            fits(input.grantee_type.as_ref().map(|it| it.as_str()), row.grantee.0.as_deref())
                && fits(input.grantee_identifier.as_deref(), row.grantee.1.as_deref())
                && fits(input.permission.as_ref().map(|it| it.as_str()), Some(&row.permission))
                && fits(input.grant_scope.as_deref(), Some(&row.scope))
                && fits(input.application_arn.as_deref(), row.application.as_deref());
        wanted.then(|| {
            let shown = shown_grant!(ListAccessGrantEntry, cx, id.as_str(), row);
            (id.clone(), shown)
        })
    });
    let (list, next_token) = page(all, input.next_token.as_deref(), input.max_results)?;
    Ok(api::ListAccessGrantsResult { next_token, access_grants_list: Some(list) })
}
