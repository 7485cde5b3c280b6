//! The account: alias, summary, reports and authorisation details.

use std::time::Duration;

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;

use crate::scene::{ALLOW, Scene, fails};

#[tokio::test]
async fn an_account_has_one_alias() {
    let scene = Scene::new();
    let create = |alias: &str| CreateAccountAliasRequest { account_alias: alias.into() };
    scene.iam.create_account_alias(create("first")).await.unwrap();
    let message = "The account alias first already exists.";
    fails(scene.iam.create_account_alias(create("first")).await, "EntityAlreadyExists", message);
    scene.iam.create_account_alias(create("second")).await.unwrap();
    let list = || ListAccountAliasesRequest::default();
    assert_eq!(scene.iam.list_account_aliases(list()).await.unwrap().account_aliases, ["second"]);
    let delete = |alias: &str| DeleteAccountAliasRequest { account_alias: alias.into() };
    let message = "The account alias first cannot be found.";
    fails(scene.iam.delete_account_alias(delete("first")).await, "NoSuchEntity", message);
    scene.iam.delete_account_alias(delete("second")).await.unwrap();
    assert!(scene.iam.list_account_aliases(list()).await.unwrap().account_aliases.is_empty());
}

#[tokio::test]
async fn the_summary_counts() {
    let scene = Scene::new();
    scene.user("u").await;
    scene.policy("p").await;
    let summary = scene.iam.get_account_summary(Unit).await.unwrap().summary_map.unwrap();
    for (key, value) in [("Users", 1), ("Policies", 1), ("Roles", 0), ("UsersQuota", 5000)] {
        assert_eq!(summary.get(&SummaryKeyType::from(key)), Some(&value), "{key}");
    }
    assert_eq!(summary.len(), SummaryKeyType::VALUES.len());
}

#[tokio::test]
async fn a_credential_report_is_good_for_four_hours() {
    let scene = Scene::new();
    scene.user("u").await;
    let missing = scene.iam.get_credential_report(Unit).await.unwrap_err();
    assert_eq!((missing.code(), missing.status()), ("ReportNotPresent", 410));
    for state in ["STARTED", "COMPLETE"] {
        let made = scene.iam.generate_credential_report(Unit).await.unwrap();
        assert_eq!(made.state.unwrap().as_str(), state);
    }
    let report = scene.iam.get_credential_report(Unit).await.unwrap().content.unwrap();
    let report = String::from_utf8(report.to_vec()).unwrap();
    let lines: Vec<_> = report.lines().collect();
    assert_eq!(lines.len(), 3);
    let columns = lines[0].split(',').count();
    assert!(lines.iter().all(|line| line.split(',').count() == columns), "{report}");
    let user = "u,arn:aws:iam::000000000000:user/u,2026-01-01T00:00:00+00:00,false,N/A,N/A,N/A,\
                false,false,N/A";
    assert!(lines[2].starts_with(user), "{}", lines[2]);
    scene.cloud.advance(Duration::from_secs(4 * 3600)).await;
    let expired = scene.iam.get_credential_report(Unit).await.unwrap_err();
    assert_eq!(expired.code(), "ReportExpired");
}

#[tokio::test]
async fn authorization_details_have_everything() {
    let scene = Scene::new();
    scene.user("u").await;
    scene.group("g").await;
    scene.role("r").await;
    scene.policy("p").await;
    let attach = AttachRolePolicyRequest {
        role_name: "r".into(),
        policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess".into(),
    };
    scene.iam.attach_role_policy(attach).await.unwrap();
    let put = PutUserPolicyRequest {
        user_name: "u".into(),
        policy_name: "inline".into(),
        policy_document: ALLOW.into(),
    };
    scene.iam.put_user_policy(put).await.unwrap();
    let all = GetAccountAuthorizationDetailsRequest::default();
    let details = scene.iam.get_account_authorization_details(all).await.unwrap();
    let user = &details.user_detail_list.unwrap()[0];
    assert_eq!(user.user_policy_list.as_ref().unwrap().len(), 1);
    assert_eq!(details.group_detail_list.unwrap().len(), 1);
    assert_eq!(details.role_detail_list.unwrap().len(), 1);
    let policies = details.policies.unwrap();
    let names: Vec<_> =
        policies.iter().filter_map(|policy| policy.policy_name.as_deref()).collect();
    assert_eq!(names, ["p", "AdministratorAccess"]);
    assert!(policies.iter().all(|policy| policy.policy_version_list.is_some()));
    let roles = GetAccountAuthorizationDetailsRequest {
        filter: Some(vec![EntityType::Role]),
        ..Default::default()
    };
    let details = scene.iam.get_account_authorization_details(roles).await.unwrap();
    assert!(details.user_detail_list.unwrap().is_empty());
}

#[tokio::test]
async fn service_linked_roles() {
    let scene = Scene::new();
    let create = |service: &str, suffix: Option<&str>| CreateServiceLinkedRoleRequest {
        aws_service_name: service.into(),
        custom_suffix: suffix.map(str::to_owned),
        ..Default::default()
    };
    let batch = "batch.amazonaws.com";
    let made = scene.iam.create_service_linked_role(create(batch, None)).await.unwrap();
    let role = made.role.unwrap();
    assert_eq!(role.path, "/aws-service-role/batch.amazonaws.com/");
    let message = "Service role name AWSServiceRoleForBatch has been taken in this account, please \
                   try a different suffix.";
    let again = scene.iam.create_service_linked_role(create(batch, None)).await;
    fails(again, "InvalidInput", message);
    let message = "Custom suffix is not allowed for batch.amazonaws.com";
    let suffixed = scene.iam.create_service_linked_role(create(batch, Some("x"))).await;
    fails(suffixed, "InvalidInput", message);
    let name = || role.role_name.clone();
    let message = "Cannot perform the operation on the protected role 'AWSServiceRoleForBatch' - \
                   this role is only modifiable by AWS";
    let delete = DeleteRoleRequest { role_name: name() };
    fails(scene.iam.delete_role(delete).await, "UnmodifiableEntity", message);
    let delete = DeleteServiceLinkedRoleRequest { role_name: name() };
    let task = scene.iam.delete_service_linked_role(delete).await.unwrap().deletion_task_id;
    let start = "task/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch/";
    assert!(task.starts_with(start), "{task}");
    let status = GetServiceLinkedRoleDeletionStatusRequest { deletion_task_id: task };
    let status = scene.iam.get_service_linked_role_deletion_status(status).await.unwrap();
    assert_eq!(status.status.as_str(), "SUCCEEDED");
}
