//! Inline policies of users, groups and roles.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Edit;

use crate::document::{self, encoded, size};
use crate::errors;
use crate::page::{Page, page_of_names};
use crate::store::{self, Entity, IamStore};

fn not_found<E: Entity>(policy: &str) -> ServiceError {
    let noun = E::NOUN;
    errors::no_such_entity(format!("The {noun} policy with name {policy} cannot be found."))
}

fn put<E: Entity>(
    cx: &RequestContext,
    name: &str,
    policy: String,
    text: String,
) -> Result<Unit, ServiceError> {
    let store = IamStore::of(cx);
    store.find::<E>(name)?;
    document::check_inline(&text)?;
    store.edit(name, |entity: &mut Edit<'_, E>| {
        let others = entity.grants().inline.iter().filter(|(other, _)| **other != policy);
        let total = others.map(|(_, text)| size(text)).sum::<usize>() + size(&text);
        if total > E::INLINE_QUOTA {
            let (quota, noun) = (E::INLINE_QUOTA, E::NOUN);
            return Err(errors::limit_exceeded(format!(
                "Maximum policy size of {quota} bytes exceeded for {noun} {name}"
            )));
        }
        entity.grants_mut().inline.insert(policy, text.into());
        Ok(Unit)
    })
}

/// The document, encoded.
fn get<E: Entity>(cx: &RequestContext, name: &str, policy: &str) -> Result<String, ServiceError> {
    let entity = IamStore::of(cx).find::<E>(name)?;
    let text = entity.grants().inline.get(policy).ok_or_else(|| not_found::<E>(policy))?;
    Ok(encoded(text))
}

fn delete<E: Entity>(cx: &RequestContext, name: &str, policy: &str) -> Result<Unit, ServiceError> {
    IamStore::of(cx).edit(name, |entity: &mut Edit<'_, E>| {
        let removed = entity.grants_mut().inline.remove(policy);
        removed.map(|_| Unit).ok_or_else(|| not_found::<E>(policy))
    })
}

fn list<E: Entity>(
    cx: &RequestContext,
    name: &str,
    marker: Option<&String>,
    max_items: Option<i32>,
) -> Result<Page<String>, ServiceError> {
    let entity = IamStore::of(cx).find::<E>(name)?;
    let names = entity.grants().inline.keys().cloned();
    page_of_names(names, marker.map(String::as_str), max_items)
}

macro_rules! operations {
    ($entity:ty, $name:ident:
     $put:ident($put_in:ident), $get:ident($get_in:ident) -> $get_out:ident,
     $delete:ident($delete_in:ident), $list:ident($list_in:ident) -> $list_out:ident) => {
        pub(crate) fn $put(cx: &RequestContext, input: $put_in) -> Result<Unit, ServiceError> {
            put::<$entity>(cx, &input.$name, input.policy_name, input.policy_document)
        }

        pub(crate) fn $get(cx: &RequestContext, input: $get_in) -> Result<$get_out, ServiceError> {
            let policy_document = get::<$entity>(cx, &input.$name, &input.policy_name)?;
            Ok($get_out { $name: input.$name, policy_name: input.policy_name, policy_document })
        }

        pub(crate) fn $delete(
            cx: &RequestContext,
            input: &$delete_in,
        ) -> Result<Unit, ServiceError> {
            delete::<$entity>(cx, &input.$name, &input.policy_name)
        }

        pub(crate) fn $list(
            cx: &RequestContext,
            input: &$list_in,
        ) -> Result<$list_out, ServiceError> {
            let page = list::<$entity>(cx, &input.$name, input.marker.as_ref(), input.max_items)?;
            Ok($list_out {
                is_truncated: page.is_truncated(),
                policy_names: page.items,
                marker: page.marker,
            })
        }
    };
}

operations!(store::User, user_name:
    put_user(PutUserPolicyRequest), get_user(GetUserPolicyRequest) -> GetUserPolicyResponse,
    delete_user(DeleteUserPolicyRequest),
    list_user(ListUserPoliciesRequest) -> ListUserPoliciesResponse);
operations!(store::Group, group_name:
    put_group(PutGroupPolicyRequest), get_group(GetGroupPolicyRequest) -> GetGroupPolicyResponse,
    delete_group(DeleteGroupPolicyRequest),
    list_group(ListGroupPoliciesRequest) -> ListGroupPoliciesResponse);
operations!(store::Role, role_name:
    put_role(PutRolePolicyRequest), get_role(GetRolePolicyRequest) -> GetRolePolicyResponse,
    delete_role(DeleteRolePolicyRequest),
    list_role(ListRolePoliciesRequest) -> ListRolePoliciesResponse);
