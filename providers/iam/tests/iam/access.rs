//! Simulations, context keys and last-accessed reports.

use fogbank_api_iam::*;

use crate::scene::{Scene, fails};

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
async fn there_is_no_organisation() {
    let scene = Scene::new();
    let features = scene.iam.list_organizations_features(Default::default()).await;
    assert_eq!(features.unwrap_err().code(), "OrganizationNotFoundException");
}
