//! Simulations, context keys and last-accessed reports.

use std::time::Duration;

use fogbank_api_iam::*;
use fogbank_service::{AccessKey as KnownKey, KeySession};
use fogbank_testkit::START;

use crate::scene::{ALLOW, Scene, fails};

const PUT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]}"#;
const CONDITION: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:*:*:${aws:username}","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}"#;

#[tokio::test]
async fn a_principals_policies_are_simulated() {
    let scene = Scene::new();
    let user = scene.user("u").await;
    let put = PutUserPolicyRequest {
        user_name: "u".into(),
        policy_name: "put".into(),
        policy_document: PUT.into(),
    };
    scene.iam.put_user_policy(put).await.unwrap();
    let input = SimulatePrincipalPolicyRequest {
        policy_source_arn: user.arn.clone(),
        action_names: vec!["s3:PutObject".into(), "s3:GetObject".into()],
        resource_arns: Some(vec!["arn:aws:s3:::b".into()]),
        ..Default::default()
    };
    let results = scene.iam.simulate_principal_policy(input).await.unwrap();
    let results = results.evaluation_results.unwrap();
    let decisions: Vec<_> = results.iter().map(|result| result.eval_decision.as_str()).collect();
    assert_eq!(decisions, ["allowed", "implicitDeny"]);
    let statement = &results[0].matched_statements.as_ref().unwrap()[0];
    assert_eq!(statement.source_policy_id.as_deref(), Some("user_u_put"));
    assert_eq!(results[0].resource_specific_results.as_ref().unwrap().len(), 1);
    let input = SimulatePrincipalPolicyRequest {
        policy_source_arn: user.arn,
        action_names: vec!["PutObject".into()],
        ..Default::default()
    };
    let simulated = scene.iam.simulate_principal_policy(input).await;
    fails(simulated, "InvalidInput", "Invalid Action: PutObject");
}

#[tokio::test]
async fn custom_policies_are_simulated() {
    let scene = Scene::new();
    let simulate = |context: Option<&str>| SimulateCustomPolicyRequest {
        policy_input_list: vec![CONDITION.into()],
        action_names: vec!["sqs:SendMessage".into()],
        resource_arns: Some(vec!["arn:aws:sqs:us-east-1:000000000000:u".into()]),
        context_entries: context.map(|address| {
            let entry = |key: &str, value: &str| ContextEntry {
                context_key_name: Some(key.into()),
                context_key_values: Some(vec![value.into()]),
                context_key_type: None,
            };
            vec![entry("aws:SourceIp", address), entry("aws:username", "u")]
        }),
        ..Default::default()
    };
    for (address, decision) in
        [(Some("10.1.2.3"), "allowed"), (Some("11.0.0.1"), "implicitDeny"), (None, "implicitDeny")]
    {
        let results = scene.iam.simulate_custom_policy(simulate(address)).await.unwrap();
        let result = &results.evaluation_results.unwrap()[0];
        assert_eq!(result.eval_decision.as_str(), decision, "{address:?}");
        let missing = result.missing_context_values.as_ref().unwrap();
        assert_eq!(missing.is_empty(), address.is_some(), "{missing:?}");
    }
    let keys = GetContextKeysForCustomPolicyRequest { policy_input_list: vec![CONDITION.into()] };
    let keys = scene.iam.get_context_keys_for_custom_policy(keys).await.unwrap();
    assert_eq!(keys.context_key_names.unwrap(), ["aws:SourceIp", "aws:username"]);
}

#[tokio::test]
async fn reports_name_the_services_that_are_granted() {
    let scene = Scene::new();
    let user = scene.user("u").await;
    let put = PutUserPolicyRequest {
        user_name: "u".into(),
        policy_name: "put".into(),
        policy_document: PUT.into(),
    };
    scene.iam.put_user_policy(put).await.unwrap();
    let generate =
        GenerateServiceLastAccessedDetailsRequest { arn: user.arn.clone(), granularity: None };
    let job = scene.iam.generate_service_last_accessed_details(generate).await.unwrap();
    let details =
        GetServiceLastAccessedDetailsRequest { job_id: job.job_id.unwrap(), ..Default::default() };
    let details = scene.iam.get_service_last_accessed_details(details).await.unwrap();
    assert_eq!(details.job_status.as_str(), "COMPLETED");
    assert_eq!(details.services_last_accessed[0].service_name, "Amazon S3");
    let granting = ListPoliciesGrantingServiceAccessRequest {
        arn: user.arn,
        service_namespaces: vec!["s3".into(), "sqs".into()],
        marker: None,
    };
    let granting = scene.iam.list_policies_granting_service_access(granting).await.unwrap();
    let counts = granting.policies_granting_service_access.iter();
    let counts: Vec<_> = counts.map(|entry| entry.policies.as_ref().unwrap().len()).collect();
    assert_eq!(counts, [1, 0]);
}

#[tokio::test]
async fn what_keys_and_sessions_did_is_known() {
    let scene = Scene::new();
    let user = scene.user("u").await;
    let role = scene.role("r").await;
    scene.group("g").await;
    let add = AddUserToGroupRequest { group_name: "g".into(), user_name: "u".into() };
    scene.iam.add_user_to_group(add).await.unwrap();
    let policy = scene.policy("all").await;
    let attach = AttachGroupPolicyRequest { group_name: "g".into(), policy_arn: policy.clone() };
    scene.iam.attach_group_policy(attach).await.unwrap();
    let attach = AttachRolePolicyRequest { role_name: "r".into(), policy_arn: policy.clone() };
    scene.iam.attach_role_policy(attach).await.unwrap();

    let world = scene.cloud.world();
    let id = scene.access_key("u").await.unwrap().access_key_id;
    let key = KnownKey::find(world, &id).unwrap();
    key.note_use(world, &id, "s3", "eu-west-1");
    key.note_use(world, &id, "sqs", "us-east-1");
    // Another request to the same service within a minute is not written down.
    scene.cloud.advance(Duration::from_secs(30)).await;
    key.note_use(world, &id, "sqs", "us-east-1");
    scene.cloud.advance(Duration::from_secs(60)).await;
    let session = KnownKey {
        session: Some(Box::new(KeySession {
            issuer: Some(role.arn.parse().unwrap()),
            ..KeySession::default()
        })),
        ..KnownKey::clone(&key)
    };
    session.note_use(world, "ASIAxxxxxxxxxxxxxxxx", "s3", "us-west-2");

    let used = GetAccessKeyLastUsedRequest { access_key_id: id.clone() };
    let used = scene.iam.get_access_key_last_used(used).await.unwrap().access_key_last_used;
    let used = used.unwrap();
    assert_eq!((&*used.service_name, &*used.region), ("sqs", "us-east-1"));
    assert_eq!(used.last_used_date, Some(START.to_wire_secs()));
    let get = GetRoleRequest { role_name: "r".into() };
    let last = scene.iam.get_role(get).await.unwrap().role.role_last_used.unwrap();
    assert_eq!(last.region.as_deref(), Some("us-west-2"));
    assert_eq!(last.last_used_date, Some((START + Duration::from_secs(90)).to_wire_secs()));

    // What a key was used for stays known of its user.
    let delete = DeleteAccessKeyRequest { user_name: Some("u".into()), access_key_id: id };
    scene.iam.delete_access_key(delete).await.unwrap();
    let generate = GenerateServiceLastAccessedDetailsRequest { arn: policy, granularity: None };
    let job = scene.iam.generate_service_last_accessed_details(generate).await.unwrap();
    let job_id = job.job_id.unwrap();
    let details =
        GetServiceLastAccessedDetailsRequest { job_id: job_id.clone(), ..Default::default() };
    let details = scene.iam.get_service_last_accessed_details(details).await.unwrap();
    let of = |namespace: &str| {
        let mut all = details.services_last_accessed.iter();
        let found = all.find(|service| service.service_namespace == namespace).unwrap();
        (found.total_authenticated_entities, found.last_authenticated_entity.clone())
    };
    assert_eq!(of("s3"), (Some(2), Some(role.arn.clone())));
    assert_eq!(of("sqs"), (Some(1), Some(user.arn.clone())));
    assert_eq!(of("ec2"), (Some(0), None));
    let entities = GetServiceLastAccessedDetailsWithEntitiesRequest {
        job_id,
        service_namespace: "sqs".into(),
        ..Default::default()
    };
    let entities = scene.iam.get_service_last_accessed_details_with_entities(entities).await;
    let entities = entities.unwrap().entity_details_list;
    let dates: Vec<_> = entities
        .iter()
        .map(|entity| (&*entity.entity_info.name, entity.last_authenticated.is_some()))
        .collect();
    assert_eq!(dates, [("r", false), ("u", true)]);
}

#[tokio::test]
async fn service_control_policies_are_simulated() {
    let scene = Scene::new();
    let level = |document: &str| OrderedOrganizationPolicyType {
        service_control_policy_input_list: Some(vec![document.into()]),
    };
    let deny = ALLOW.replace("Allow", "Deny");
    let cases = [
        (vec![ALLOW, ALLOW], "allowed", true),
        (vec![ALLOW, CONDITION], "implicitDeny", false),
        (vec![ALLOW, deny.as_str()], "explicitDeny", false),
    ];
    for (levels, decision, allowed) in cases {
        let input = SimulateCustomPolicyRequest {
            policy_input_list: vec![PUT.into()],
            action_names: vec!["s3:PutObject".into()],
            ordered_organization_policy_input_list: Some(levels.into_iter().map(level).collect()),
            ..Default::default()
        };
        let results = scene.iam.simulate_custom_policy(input).await.unwrap();
        let result = &results.evaluation_results.unwrap()[0];
        assert_eq!(result.eval_decision.as_str(), decision);
        let detail = result.organizations_decision_detail.as_ref().unwrap();
        assert_eq!(detail.allowed_by_organizations, Some(allowed), "{decision}");
    }
}

#[tokio::test]
async fn there_is_no_organisation() {
    let scene = Scene::new();
    let features = scene.iam.list_organizations_features(Default::default()).await;
    assert_eq!(features.unwrap_err().code(), "OrganizationNotFoundException");
}
