//! Tags, service settings and resource policies.

use fogbank_api_ssm::*;

use crate::scene::{Scene, check_begins, check_error, strings, text};

#[tokio::test]
async fn tags_come_and_go() {
    let scene = Scene::new();
    let tag = |key: &str, value: &str| Tag { key: key.into(), value: value.into() };
    let input = PutParameterRequest { tags: Some(vec![tag("a", "1")]), ..text("/p/x", "v") };
    scene.ssm.put_parameter(input).await.unwrap();
    let resource_type = ResourceTypeForTagging::Parameter;
    let add = |id: &str, tags: Vec<Tag>| AddTagsToResourceRequest {
        resource_type: ResourceTypeForTagging::Parameter,
        resource_id: id.into(),
        tags,
    };
    scene.ssm.add_tags_to_resource(add("/p/x", vec![tag("b", "2"), tag("a", "3")])).await.unwrap();
    let tags = || async {
        let resource_type = ResourceTypeForTagging::Parameter;
        let input = ListTagsForResourceRequest { resource_type, resource_id: "/p/x".into() };
        let tags = scene.ssm.list_tags_for_resource(input).await.unwrap().tag_list.unwrap();
        tags.into_iter().map(|tag| format!("{}={}", tag.key, tag.value)).collect::<Vec<_>>()
    };
    assert_eq!(tags().await, ["a=3", "b=2"]);
    let input = RemoveTagsFromResourceRequest {
        resource_type,
        resource_id: "/p/x".into(),
        tag_keys: strings(&["a", "none"]),
    };
    scene.ssm.remove_tags_from_resource(input).await.unwrap();
    assert_eq!(tags().await, ["b=2"]);
    let nowhere = scene.ssm.add_tags_to_resource(add("none", vec![tag("a", "1")])).await;
    check_error(nowhere, "InvalidResourceId", "");
    let many = (0..60).map(|n| tag(&format!("k{n}"), "v")).collect();
    let many = scene.ssm.add_tags_to_resource(add("/p/x", many)).await;
    check_error(many, "TooManyTagsError", "");
}

#[tokio::test]
async fn settings_are_set_and_reset() {
    let scene = Scene::new();
    let id = "/ssm/parameter-store/high-throughput-enabled";
    let get = |id: &str| {
        scene.ssm.get_service_setting(GetServiceSettingRequest { setting_id: id.into() })
    };
    let before = get(id).await.unwrap().service_setting.unwrap();
    assert_eq!(
        (before.setting_value.as_deref(), before.status.as_deref()),
        (Some("false"), Some("Default"))
    );
    let update = |value: &str| {
        let setting_value = value.to_owned();
        let input = UpdateServiceSettingRequest { setting_id: id.into(), setting_value };
        scene.ssm.update_service_setting(input)
    };
    update("true").await.unwrap();
    check_begins(update("maybe").await, "ValidationException", "Invalid setting value maybe");
    let arn = format!("arn:aws:ssm:us-east-1:000000000000:servicesetting{id}");
    let after = get(&arn).await.unwrap().service_setting.unwrap();
    assert_eq!(
        (after.setting_value.as_deref(), after.status.as_deref()),
        (Some("true"), Some("Customized"))
    );
    assert_eq!(after.arn.as_deref(), Some(arn.as_str()));
    let input = ResetServiceSettingRequest { setting_id: id.into() };
    let reset = scene.ssm.reset_service_setting(input).await.unwrap().service_setting.unwrap();
    assert_eq!(reset.status.as_deref(), Some("Default"));
    check_begins(get("/ssm/none").await, "ServiceSettingNotFound", "The specified service setting");
}

#[tokio::test]
async fn resource_policies_are_kept() {
    let scene = Scene::new();
    let tier = Some(ParameterTier::Advanced);
    scene.ssm.put_parameter(PutParameterRequest { tier, ..text("p", "v") }).await.unwrap();
    scene.put("standard", "v").await;
    let arn = |name: &str| format!("arn:aws:ssm:us-east-1:000000000000:parameter/{name}");
    let put = |name: &str, policy: &str| PutResourcePolicyRequest {
        resource_arn: arn(name),
        policy: policy.into(),
        ..Default::default()
    };
    let put_to = |name: &str, policy: &str| scene.ssm.put_resource_policy(put(name, policy));
    check_begins(put_to("none", "{}").await, "ResourceNotFoundException", "");
    check_begins(put_to("standard", "{}").await, "ResourcePolicyInvalidParameterException", "");
    check_begins(put_to("p", "x").await, "MalformedResourcePolicyDocumentException", "");
    let first = put_to("p", "{}").await.unwrap();
    check_begins(put_to("p", "{}").await, "ResourcePolicyLimitExceededException", "");
    let input = GetResourcePoliciesRequest { resource_arn: arn("p"), ..Default::default() };
    let policies = scene.ssm.get_resource_policies(input).await.unwrap().policies.unwrap();
    assert_eq!(policies[0].policy_id, first.policy_id);
    let delete = |hash: &str| DeleteResourcePolicyRequest {
        resource_arn: arn("p"),
        policy_id: first.policy_id.clone().unwrap(),
        policy_hash: hash.into(),
        ..Default::default()
    };
    check_begins(
        scene.ssm.delete_resource_policy(delete("other")).await,
        "ResourcePolicyConflictException",
        "The hash provided",
    );
    scene.ssm.delete_resource_policy(delete(&first.policy_hash.unwrap())).await.unwrap();
}
