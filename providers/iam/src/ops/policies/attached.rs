//! Managed policies attached to users, groups and roles.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Edit;

use super::managed;
use crate::errors;
use crate::ops::entities::under;
use crate::page::{Page, page_in_order};
use crate::store::{self, Entity, IamStore};

/// How many managed policies can be attached to one user, group or role.
pub(crate) const QUOTA: usize = 10;

fn attach<E: Entity>(cx: &RequestContext, name: &str, arn: &str) -> Result<Unit, ServiceError> {
    let parsed = managed::parse(arn)?;
    let store = IamStore::of(cx);
    store.find::<E>(name)?;
    if managed::find(cx, &parsed).is_none() {
        return Err(errors::policy_not_attachable(arn));
    }
    store.edit(name, |entity: &mut Edit<'_, E>| {
        let attached = &entity.grants().attached;
        if attached.iter().any(|other| other == arn) {
            return Ok(Unit);
        }
        if attached.len() >= QUOTA {
            return Err(errors::quota(&format!("PoliciesPer{}", E::TITLE), QUOTA));
        }
        entity.grants_mut().attached.push(arn.to_owned());
        Ok(Unit)
    })
}

fn detach<E: Entity>(cx: &RequestContext, name: &str, arn: &str) -> Result<Unit, ServiceError> {
    managed::parse(arn)?;
    IamStore::of(cx).edit(name, |entity: &mut Edit<'_, E>| {
        let attached = &mut entity.grants_mut().attached;
        let before = attached.len();
        attached.retain(|other| other != arn);
        if attached.len() == before {
            return Err(errors::policy_not_found(arn));
        }
        Ok(Unit)
    })
}

/// Attached policies as responses have them.
pub(crate) fn shapes(attached: &[String]) -> Vec<AttachedPolicy> {
    let shape = |arn: &String| AttachedPolicy {
        policy_name: arn.rsplit('/').next().map(str::to_owned),
        policy_arn: Some(arn.clone()),
    };
    attached.iter().map(shape).collect()
}

/// The path of a managed policy, which is in its ARN.
fn path(arn: &str) -> &str {
    let resource = arn.split_once(":policy").map_or("/", |(_, path)| path);
    resource.rfind('/').map_or("/", |end| &resource[..=end])
}

fn list<E: Entity>(
    cx: &RequestContext,
    name: &str,
    prefix: Option<&String>,
    marker: Option<&String>,
    max_items: Option<i32>,
) -> Result<Page<AttachedPolicy>, ServiceError> {
    let entity = IamStore::of(cx).find::<E>(name)?;
    let attached = entity.grants().attached.iter().filter(|arn| under(path(arn), prefix));
    let attached: Vec<_> = attached.cloned().collect();
    page_in_order(shapes(&attached), marker.map(String::as_str), max_items)
}

macro_rules! operations {
    ($entity:ty, $name:ident: $attach:ident($attach_in:ident), $detach:ident($detach_in:ident),
     $list:ident($list_in:ident) -> $list_out:ident) => {
        pub(crate) fn $attach(
            cx: &RequestContext,
            input: &$attach_in,
        ) -> Result<Unit, ServiceError> {
            attach::<$entity>(cx, &input.$name, &input.policy_arn)
        }

        pub(crate) fn $detach(
            cx: &RequestContext,
            input: &$detach_in,
        ) -> Result<Unit, ServiceError> {
            detach::<$entity>(cx, &input.$name, &input.policy_arn)
        }

        pub(crate) fn $list(
            cx: &RequestContext,
            input: &$list_in,
        ) -> Result<$list_out, ServiceError> {
            let prefix = input.path_prefix.as_ref();
            let marker = input.marker.as_ref();
            let page = list::<$entity>(cx, &input.$name, prefix, marker, input.max_items)?;
            Ok($list_out {
                is_truncated: page.is_truncated(),
                attached_policies: Some(page.items),
                marker: page.marker,
            })
        }
    };
}

operations!(store::User, user_name: attach_user(AttachUserPolicyRequest),
    detach_user(DetachUserPolicyRequest),
    list_user(ListAttachedUserPoliciesRequest) -> ListAttachedUserPoliciesResponse);
operations!(store::Group, group_name: attach_group(AttachGroupPolicyRequest),
    detach_group(DetachGroupPolicyRequest),
    list_group(ListAttachedGroupPoliciesRequest) -> ListAttachedGroupPoliciesResponse);
operations!(store::Role, role_name: attach_role(AttachRolePolicyRequest),
    detach_role(DetachRolePolicyRequest),
    list_role(ListAttachedRolePoliciesRequest) -> ListAttachedRolePoliciesResponse);
