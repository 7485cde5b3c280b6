//! `GetAccountAuthorizationDetails`.

use fogbank_api_iam::*;
use fogbank_service::{RequestContext, ServiceError};

use crate::arns;
use crate::aws_managed;
use crate::document::encoded;
use crate::ops::access::uses;
use crate::ops::entities::{boundary, instance_profiles};
use crate::ops::policies::attached::shapes;
use crate::ops::policies::managed::{Managed, Usage};
use crate::ops::policies::versions;
use crate::page::page;
use crate::store::{self, Entity, IamStore, key};

enum Detail {
    User(UserDetail),
    Group(GroupDetail),
    Role(RoleDetail),
    Policy(ManagedPolicyDetail),
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetAccountAuthorizationDetailsRequest,
) -> Result<GetAccountAuthorizationDetailsResponse, ServiceError> {
    let store = IamStore::of(cx);
    let usage = Usage::count(&store);
    let wanted = |kind: &str| {
        let filter = input.filter.as_ref().filter(|filter| !filter.is_empty());
        filter.is_none_or(|filter| filter.iter().any(|wanted| wanted.as_str() == kind))
    };
    let mut details = Vec::new();
    if wanted("User") {
        let all = store.users.iter();
        details.extend(
            all.map(|(key, found)| (format!("0{key}"), Detail::User(user(cx, &store, &found)))),
        );
    }
    if wanted("Group") {
        let all = store.groups.iter();
        details
            .extend(all.map(|(key, found)| (format!("1{key}"), Detail::Group(group(cx, &found)))));
    }
    if wanted("Role") {
        let all = store.roles.iter();
        details.extend(
            all.map(|(key, found)| (format!("2{key}"), Detail::Role(role(cx, &store, &found)))),
        );
    }
    if wanted("LocalManagedPolicy") {
        let all = store.policies.iter();
        details.extend(all.map(|(key, found)| {
            (format!("3{key}"), Detail::Policy(policy(cx, &Managed::Own(found), &usage)))
        }));
    }
    if wanted("AWSManagedPolicy") {
        // AWS lists those of its own that the account uses.
        let all = aws_managed::all().iter().map(Managed::Aws);
        let used = all.filter(|policy| usage.of(&policy.arn(cx)) != (0, 0));
        details.extend(used.map(|found| {
            (format!("4{}", found.name()), Detail::Policy(policy(cx, &found, &usage)))
        }));
    }
    let page = page(details, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.is_truncated();
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    let (mut roles, mut policies) = (Vec::new(), Vec::new());
    for detail in page.items {
        match detail {
            Detail::User(user) => users.push(user),
            Detail::Group(group) => groups.push(group),
            Detail::Role(role) => roles.push(role),
            Detail::Policy(policy) => policies.push(policy),
        }
    }
    Ok(GetAccountAuthorizationDetailsResponse {
        user_detail_list: Some(users),
        group_detail_list: Some(groups),
        role_detail_list: Some(roles),
        policies: Some(policies),
        is_truncated,
        marker: page.marker,
    })
}

fn inline<E: Entity>(entity: &E) -> Vec<PolicyDetail> {
    let policies = entity.grants().inline.iter().map(|(name, document)| PolicyDetail {
        policy_name: Some(name.clone()),
        policy_document: Some(encoded(document)),
    });
    policies.collect()
}

fn user(cx: &RequestContext, store: &IamStore, user: &store::User) -> UserDetail {
    let groups = user.groups.iter().filter_map(|key| Some(store.groups.get(key)?.name.clone()));
    UserDetail {
        path: Some(user.path.clone()),
        user_name: Some(user.name.clone()),
        user_id: Some(user.id.clone()),
        arn: Some(arns::of_entity(cx, user)),
        create_date: Some(user.created.to_wire_secs()),
        user_policy_list: Some(inline(user)).filter(|policies| !policies.is_empty()),
        group_list: Some(groups.collect()),
        attached_managed_policies: Some(shapes(&user.grants.attached)),
        permissions_boundary: boundary(user.grants.boundary.as_ref()),
        tags: Some(user.tags.list()),
    }
}

fn group(cx: &RequestContext, group: &store::Group) -> GroupDetail {
    GroupDetail {
        path: Some(group.path.clone()),
        group_name: Some(group.name.clone()),
        group_id: Some(group.id.clone()),
        arn: Some(arns::of_entity(cx, group)),
        create_date: Some(group.created.to_wire_secs()),
        group_policy_list: Some(inline(group)),
        attached_managed_policies: Some(shapes(&group.grants.attached)),
    }
}

fn role(cx: &RequestContext, store: &IamStore, role: &store::Role) -> RoleDetail {
    let of_role = key(&role.name);
    let profiles = store.instance_profiles.iter().map(|(_, profile)| profile);
    let profiles = profiles.filter(|profile| profile.role.as_ref() == Some(&of_role));
    let profiles: Vec<_> = profiles.collect();
    RoleDetail {
        path: Some(role.path.clone()),
        role_name: Some(role.name.clone()),
        role_id: Some(role.id.clone()),
        arn: Some(arns::of_entity(cx, role)),
        create_date: Some(role.created.to_wire_secs()),
        assume_role_policy_document: Some(encoded(&role.trust)),
        instance_profile_list: Some(
            profiles.iter().map(|profile| instance_profiles::brief(cx, profile)).collect(),
        ),
        role_policy_list: Some(inline(role)),
        attached_managed_policies: Some(shapes(&role.grants.attached)),
        permissions_boundary: boundary(role.grants.boundary.as_ref()),
        tags: Some(role.tags.list()),
        role_last_used: Some(uses::last_of_role(cx, role)),
    }
}

fn policy(cx: &RequestContext, policy: &Managed, usage: &Usage) -> ManagedPolicyDetail {
    let brief = policy.brief(cx, usage);
    ManagedPolicyDetail {
        policy_name: brief.policy_name,
        policy_id: brief.policy_id,
        arn: brief.arn,
        path: brief.path,
        default_version_id: brief.default_version_id,
        attachment_count: brief.attachment_count,
        permissions_boundary_usage_count: brief.permissions_boundary_usage_count,
        is_attachable: brief.is_attachable,
        description: policy.description(),
        create_date: brief.create_date,
        update_date: brief.update_date,
        policy_version_list: Some(versions::with_documents(policy)),
    }
}
