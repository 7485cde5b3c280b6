//! Managed and inline policies, and what authorisation learns of them.

use fogbank_api_iam::*;
use fogbank_provider_iam::policies_of;
use fogbank_service::PolicyOrigin;

use crate::scene::{ALLOW, Scene, fails};

fn version(arn: &str, set_as_default: bool) -> CreatePolicyVersionRequest {
    CreatePolicyVersionRequest {
        policy_arn: arn.into(),
        policy_document: ALLOW.into(),
        set_as_default: Some(set_as_default),
    }
}

#[tokio::test]
async fn a_policy_has_up_to_five_versions() {
    let scene = Scene::new();
    let arn = scene.policy("p").await;
    for number in 2..=5 {
        let made = scene.iam.create_policy_version(version(&arn, number == 3)).await.unwrap();
        let made = made.policy_version.unwrap();
        assert_eq!(made.version_id, Some(format!("v{number}")));
        assert_eq!(made.is_default_version, Some(number == 3));
    }
    let message = "A managed policy can have up to 5 versions. Before you create a new version, \
                   you must delete an existing version.";
    fails(scene.iam.create_policy_version(version(&arn, false)).await, "LimitExceeded", message);
    let delete =
        |id: &str| DeletePolicyVersionRequest { policy_arn: arn.clone(), version_id: id.into() };
    let message = "Cannot delete the default version of a policy.";
    fails(scene.iam.delete_policy_version(delete("v3")).await, "DeleteConflict", message);
    let message = "This policy has more than one version. Before you delete a policy, you must \
                   delete the policy's versions. The default version is deleted with the policy.";
    let whole = || DeletePolicyRequest { policy_arn: arn.clone() };
    fails(scene.iam.delete_policy(whole()).await, "DeleteConflict", message);
    scene.iam.delete_policy_version(delete("v5")).await.unwrap();
    let made = scene.iam.create_policy_version(version(&arn, false)).await.unwrap();
    assert_eq!(made.policy_version.unwrap().version_id.as_deref(), Some("v6"));
    let list = ListPolicyVersionsRequest { policy_arn: arn.clone(), ..Default::default() };
    let versions = scene.iam.list_policy_versions(list).await.unwrap().versions.unwrap();
    let ids: Vec<_> = versions.iter().filter_map(|version| version.version_id.clone()).collect();
    assert_eq!(ids, ["v6", "v4", "v3", "v2", "v1"]);
    let default =
        SetDefaultPolicyVersionRequest { policy_arn: arn.clone(), version_id: "v6".into() };
    scene.iam.set_default_policy_version(default).await.unwrap();
    for id in ["v1", "v2", "v3", "v4"] {
        scene.iam.delete_policy_version(delete(id)).await.unwrap();
    }
    scene.iam.delete_policy(whole()).await.unwrap();
    let message = format!("Policy {arn} was not found.");
    fails(scene.iam.delete_policy(whole()).await, "NoSuchEntity", &message);
}

#[tokio::test]
async fn attached_policies_are_counted() {
    let scene = Scene::new();
    let arn = scene.policy("p").await;
    scene.user("u").await;
    scene.role("r").await;
    let attach =
        |arn: &str| AttachUserPolicyRequest { user_name: "u".into(), policy_arn: arn.into() };
    for _ in 0..2 {
        scene.iam.attach_user_policy(attach(&arn)).await.unwrap();
    }
    let boundary = PutRolePermissionsBoundaryRequest {
        role_name: "r".into(),
        permissions_boundary: arn.clone(),
    };
    scene.iam.put_role_permissions_boundary(boundary).await.unwrap();
    let get = GetPolicyRequest { policy_arn: arn.clone() };
    let policy = scene.iam.get_policy(get).await.unwrap().policy.unwrap();
    assert_eq!(policy.attachment_count, Some(1));
    assert_eq!(policy.permissions_boundary_usage_count, Some(1));
    let list = ListEntitiesForPolicyRequest { policy_arn: arn.clone(), ..Default::default() };
    let entities = scene.iam.list_entities_for_policy(list).await.unwrap();
    let (users, roles) = (entities.policy_users.unwrap(), entities.policy_roles.unwrap());
    assert_eq!((users.len(), roles.len()), (1, 1));
    fails(
        scene.iam.delete_policy(DeletePolicyRequest { policy_arn: arn.clone() }).await,
        "DeleteConflict",
        "Cannot delete a policy attached to entities.",
    );
    let other = format!("{arn}2");
    let message = format!("Policy {other} does not exist or is not attachable.");
    fails(scene.iam.attach_user_policy(attach(&other)).await, "NoSuchEntity", &message);
    let message = "Invalid ARN:  Could not be parsed!";
    let long = "longpolicynamebutnoarn";
    fails(scene.iam.attach_user_policy(attach(long)).await, "ValidationError", message);
}

#[tokio::test]
async fn at_most_ten_policies_are_attached() {
    let scene = Scene::new();
    scene.role("r").await;
    for number in 0..11 {
        let policy_arn = scene.policy(&format!("p{number}")).await;
        let attach = AttachRolePolicyRequest { role_name: "r".into(), policy_arn };
        let attached = scene.iam.attach_role_policy(attach).await;
        if number < 10 {
            attached.unwrap();
        } else {
            fails(attached, "LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10");
        }
    }
}

#[tokio::test]
async fn aws_has_policies_of_its_own() {
    let scene = Scene::new();
    let arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole".to_owned();
    let get = GetPolicyRequest { policy_arn: arn.clone() };
    let policy = scene.iam.get_policy(get).await.unwrap().policy.unwrap();
    assert_eq!(policy.path.as_deref(), Some("/service-role/"));
    fails(
        scene.iam.delete_policy(DeletePolicyRequest { policy_arn: arn }).await,
        "AccessDenied",
        "Policy is outside your own account.",
    );
    let list = ListPoliciesRequest {
        scope: Some(PolicyScopeType::from("AWS")),
        max_items: Some(1000),
        ..Default::default()
    };
    let policies = scene.iam.list_policies(list).await.unwrap().policies.unwrap();
    assert!(policies.len() > 400);
    let local =
        ListPoliciesRequest { scope: Some(PolicyScopeType::from("Local")), ..Default::default() };
    assert!(scene.iam.list_policies(local).await.unwrap().policies.unwrap().is_empty());
}

#[tokio::test]
async fn inline_policies_have_a_quota() {
    let scene = Scene::new();
    scene.user("u").await;
    let put = |name: &str, length: usize| {
        let sid = "a".repeat(length);
        PutUserPolicyRequest {
            user_name: "u".into(),
            policy_name: name.into(),
            policy_document: ALLOW.replace("\"Effect\"", &format!("\"Sid\":\"{sid}\",\"Effect\"")),
        }
    };
    scene.iam.put_user_policy(put("a", 1800)).await.unwrap();
    scene.iam.put_user_policy(put("a", 1850)).await.unwrap();
    let message = "Maximum policy size of 2048 bytes exceeded for user u";
    fails(scene.iam.put_user_policy(put("b", 100)).await, "LimitExceeded", message);
    let get = |name: &str| GetUserPolicyRequest { user_name: "u".into(), policy_name: name.into() };
    let found = scene.iam.get_user_policy(get("a")).await.unwrap();
    assert!(found.policy_document.contains("%22Resource%22%3A%22%2A%22"));
    let message = "The user policy with name b cannot be found.";
    fails(scene.iam.get_user_policy(get("b")).await, "NoSuchEntity", message);
}

#[tokio::test]
async fn authorisation_learns_of_all_policies() {
    let scene = Scene::new();
    let user = scene.user("u").await;
    scene.group("g").await;
    let arn = scene.policy("p").await;
    let add = AddUserToGroupRequest { group_name: "g".into(), user_name: "u".into() };
    scene.iam.add_user_to_group(add).await.unwrap();
    let inline = PutGroupPolicyRequest {
        group_name: "g".into(),
        policy_name: "inline".into(),
        policy_document: ALLOW.into(),
    };
    scene.iam.put_group_policy(inline).await.unwrap();
    let attach = AttachUserPolicyRequest { user_name: "u".into(), policy_arn: arn.clone() };
    scene.iam.attach_user_policy(attach).await.unwrap();
    let boundary = PutUserPermissionsBoundaryRequest {
        user_name: "u".into(),
        permissions_boundary: "arn:aws:iam::aws:policy/AdministratorAccess".into(),
    };
    scene.iam.put_user_permissions_boundary(boundary).await.unwrap();
    let facts = policies_of(scene.cloud.world(), &user.arn.parse().unwrap()).unwrap();
    let found: Vec<_> =
        facts.policies.iter().map(|policy| (&*policy.name, policy.origin.clone())).collect();
    let group = PolicyOrigin::GroupInline("g".into());
    assert_eq!(found, [(&*arn, PolicyOrigin::Attached), ("inline", group)]);
    assert!(facts.boundary.unwrap().document.contains("Allow"));
    assert_eq!((facts.user_name.as_deref(), facts.id), (Some("u"), user.user_id));
}
