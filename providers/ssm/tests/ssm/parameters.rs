//! Putting, getting and deleting parameters.

use fogbank_api_ssm::*;

use crate::scene::{Scene, check_begins, check_error, strings, text};

#[tokio::test]
async fn a_parameter_is_what_was_put() {
    let scene = Scene::new();
    let put = scene.ssm.put_parameter(text("/app/db", "postgres")).await.unwrap();
    assert_eq!((put.version, put.tier), (Some(1), Some(ParameterTier::Standard)));
    let got = scene.get("/app/db").await.unwrap();
    assert_eq!(got.name.as_deref(), Some("/app/db"));
    assert_eq!(got.value.as_deref(), Some("postgres"));
    assert_eq!(got.r#type, Some(ParameterType::String));
    assert_eq!(got.data_type.as_deref(), Some("text"));
    assert_eq!(got.version, Some(1));
    assert_eq!(got.selector, None);
    let arn = "arn:aws:ssm:us-east-1:000000000000:parameter/app/db";
    assert_eq!(got.arn.as_deref(), Some(arn));
    assert_eq!(scene.get(arn).await.unwrap().name.as_deref(), Some("/app/db"));
    let other = "arn:aws:ssm:us-east-1:111111111111:parameter/app/db";
    check_error(scene.get(other).await, "ParameterNotFound", "");
}

#[tokio::test]
async fn a_single_leading_slash_makes_no_difference() {
    let scene = Scene::new();
    scene.put("plain", "1").await;
    for name in ["plain", "/plain"] {
        let got = scene.get(name).await.unwrap();
        assert_eq!(got.name.as_deref(), Some(name));
        assert_eq!(got.arn.as_deref(), Some("arn:aws:ssm:us-east-1:000000000000:parameter/plain"));
    }
    let again = scene.ssm.put_parameter(text("/plain", "2")).await;
    check_error(
        again,
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the \
         request to true.",
    );
}

#[tokio::test]
async fn names_follow_rules() {
    const PATH: &str = "Parameter name: can't be prefixed with \"ssm\" (case-insensitive).";
    let scene = Scene::new();
    let deep = format!("/{}", vec!["a"; 16].join("/"));
    let cases = [
        ("aws", "ValidationException", "Parameter name: can't be prefixed with \"aws\" or \"ssm\""),
        ("SSM_x", "ValidationException", "Parameter name: can't be prefixed with \"aws\" or"),
        ("/ssm/x", "ValidationException", PATH),
        ("/aws/x", "AccessDeniedException", "No access to reserved parameter name: /aws/x."),
        ("a/b", "ValidationException", "Parameter name must be a fully qualified name"),
        ("/a//b", "ValidationException", PATH),
        ("/a/b/", "ValidationException", PATH),
        ("a b", "ValidationException", PATH),
        (&deep, "HierarchyLevelLimitExceededException", "A hierarchy can have a maximum of 15"),
    ];
    for (name, code, message) in cases {
        check_begins(scene.ssm.put_parameter(text(name, "1")).await, code, message);
    }
    let deepest = format!("/{}", vec!["a"; 15].join("/"));
    scene.put(&deepest, "1").await;
    for name in ["a/b/c", "/a//b"] {
        check_begins(scene.get(name).await, "ValidationException", PATH);
    }
    check_error(scene.get("none").await, "ParameterNotFound", "");
}

#[tokio::test]
async fn requests_are_checked() {
    let scene = Scene::new();
    scene.put("there", "1").await;
    let tag = Tag { key: "a".into(), value: "b".into() };
    let put = |change: fn(&mut PutParameterRequest), tag: Option<Tag>| {
        let mut input = text("p", "v");
        change(&mut input);
        input.tags = tag.map(|tag| vec![tag]);
        scene.ssm.put_parameter(input)
    };
    let begins = "Invalid request: tags and overwrite can't be used together.";
    let overwritten = put(|input| input.overwrite = Some(true), Some(tag)).await;
    check_begins(overwritten, "ValidationException", begins);
    let untyped = put(|input| input.r#type = None, None).await;
    let message = "A parameter type is required when you create a parameter.";
    check_error(untyped, "ValidationException", message);
    let keyed = put(|input| input.key_id = Some("alias/k".into()), None).await;
    let message = "KeyId is required for SecureString type parameter only.";
    check_error(keyed, "ValidationException", message);
    let typed = put(|input| input.data_type = Some("not_text".into()), None).await;
    let message =
        "The following data type is not supported: not_text (Data type names are all lowercase.)";
    check_error(typed, "ValidationException", message);
    let empty = put(|input| input.value = String::new(), None).await;
    let message = "1 validation error detected: Value at 'value' failed to satisfy constraint: \
                   Member must have length greater than or equal to 1";
    check_error(empty, "ValidationException", message);
}

#[tokio::test]
async fn patterns_hold_for_the_whole_value() {
    let scene = Scene::new();
    let put = |pattern: &str, value: &str| {
        let allowed_pattern = Some(pattern.to_owned());
        let overwrite = Some(true);
        let input = PutParameterRequest { allowed_pattern, overwrite, ..text("p", value) };
        scene.ssm.put_parameter(input)
    };
    put(r"\d{1,4}", "1234").await.unwrap();
    let mismatch = "Parameter value, cannot be validated against allowedPattern: \\d{1,4}";
    check_error(put(r"\d{1,4}", "12345").await, "ParameterPatternMismatchException", mismatch);
    // The pattern stays until another is put, and an empty one takes it away.
    let overwritten = PutParameterRequest { overwrite: Some(true), ..text("p", "abc") };
    let kept = scene.ssm.put_parameter(overwritten).await;
    check_error(kept, "ParameterPatternMismatchException", mismatch);
    put("", "abc").await.unwrap();
    check_begins(put("(", "a").await, "InvalidAllowedPatternException", "The request does not");
}

#[tokio::test]
async fn tiers_limit_values() {
    let scene = Scene::new();
    let put = |name: &str, length: usize, tier: Option<ParameterTier>| {
        let overwrite = Some(true);
        let input = PutParameterRequest { tier, overwrite, ..text(name, &"x".repeat(length)) };
        scene.ssm.put_parameter(input)
    };
    let standard = "Standard tier parameters support a maximum parameter value of 4096 characters.";
    let advanced = "Advanced tier parameters support a maximum parameter value of 8192 characters.";
    put("s", 4_096, None).await.unwrap();
    check_begins(put("s", 4_097, None).await, "ValidationException", standard);
    let tier = Some(ParameterTier::Advanced);
    put("a", 8_192, tier.clone()).await.unwrap();
    check_error(put("a", 8_193, tier).await, "ValidationException", advanced);
    let down = put("a", 1, Some(ParameterTier::Standard)).await;
    check_begins(down, "ValidationException", "This parameter uses the advanced-parameter tier.");
    assert_eq!(put("a", 1, None).await.unwrap().tier, Some(ParameterTier::Advanced));
    let clever = Some(ParameterTier::IntelligentTiering);
    for (length, tier) in [(1, ParameterTier::Standard), (4_097, ParameterTier::Advanced)] {
        assert_eq!(put("i", length, clever.clone()).await.unwrap().tier, Some(tier));
    }
    // What is left out is what the setting says.
    let setting_id = "/ssm/parameter-store/default-parameter-tier".to_owned();
    let setting_value = "Advanced".to_owned();
    let input = UpdateServiceSettingRequest { setting_id, setting_value };
    scene.ssm.update_service_setting(input).await.unwrap();
    assert_eq!(put("d", 1, None).await.unwrap().tier, Some(ParameterTier::Advanced));
}

#[tokio::test]
async fn what_an_overwrite_leaves_out_stays() {
    let scene = Scene::new();
    let input = PutParameterRequest { description: Some("one".into()), ..text("p", "1") };
    scene.ssm.put_parameter(input).await.unwrap();
    let untyped = PutParameterRequest { r#type: None, overwrite: Some(true), ..text("p", "2") };
    assert_eq!(scene.ssm.put_parameter(untyped).await.unwrap().version, Some(2));
    let described = scene.ssm.describe_parameters(Default::default()).await.unwrap();
    let [metadata] = &described.parameters.unwrap()[..] else { panic!("one parameter") };
    assert_eq!(metadata.description.as_deref(), Some("one"));
    assert_eq!(metadata.version, Some(2));
    assert_eq!(metadata.last_modified_user.as_deref(), Some("arn:aws:iam::000000000000:root"));
}

#[tokio::test]
async fn several_are_found_or_invalid() {
    let scene = Scene::new();
    scene.put("a", "1").await;
    scene.put("/b/c", "2").await;
    let names = strings(&["a", "none", "/b/c", "a:7", "a:1"]);
    let input = GetParametersRequest { names, with_decryption: None };
    let got = scene.ssm.get_parameters(input).await.unwrap();
    let found: Vec<_> = got.parameters.unwrap().into_iter().map(|it| it.value.unwrap()).collect();
    assert_eq!(found, ["1", "2", "1"]);
    assert_eq!(got.invalid_parameters, Some(strings(&["none", "a:7"])));

    let input = DeleteParametersRequest { names: strings(&["a", "none"]) };
    let deleted = scene.ssm.delete_parameters(input).await.unwrap();
    assert_eq!(deleted.deleted_parameters, Some(strings(&["a"])));
    assert_eq!(deleted.invalid_parameters, Some(strings(&["none"])));
    let one = |name: &str| scene.ssm.delete_parameter(DeleteParameterRequest { name: name.into() });
    one("/b/c").await.unwrap();
    check_error(one("/b/c").await, "ParameterNotFound", "");
}

#[tokio::test]
async fn policies_work_on_the_clock() {
    let scene = Scene::new();
    let put = |policies: &str| {
        let policies = Some(policies.to_owned());
        let tier = Some(ParameterTier::Advanced);
        let overwrite = Some(true);
        scene.ssm.put_parameter(PutParameterRequest { policies, tier, overwrite, ..text("p", "v") })
    };
    let expiration = r#"{"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":"2026-01-02T00:00:00.000Z"}}"#;
    let notification = r#"{"Type":"ExpirationNotification","Version":"1.0","Attributes":{"Before":"6","Unit":"Hours"}}"#;
    let no_change = r#"{"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"20","Unit":"Days"}}"#;
    let cases = [
        ("nonsense", "ValidationException"),
        (r#"[{"Type":"Other","Version":"1.0"}]"#, "InvalidPolicyTypeException"),
        (r#"[{"Type":"Expiration","Version":"2.0"}]"#, "InvalidPolicyAttributeException"),
        (
            r#"[{"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"1","Unit":"Years"}}]"#,
            "InvalidPolicyAttributeException",
        ),
    ];
    for (policies, code) in cases {
        check_begins(put(policies).await, code, "");
    }
    let twice = format!("[{expiration},{expiration}]");
    check_begins(put(&twice).await, "IncompatiblePolicyException", "There is a conflict");
    let plain = PutParameterRequest { policies: Some(format!("[{expiration}]")), ..text("s", "v") };
    check_begins(scene.ssm.put_parameter(plain).await, "ValidationException", "Parameter policies");

    put(&format!("[{expiration},{notification},{no_change}]")).await.unwrap();
    let statuses = || async {
        let described = scene.ssm.describe_parameters(Default::default()).await.unwrap();
        let parameters = described.parameters.unwrap();
        let policies = parameters.into_iter().next().and_then(|it| it.policies);
        let policies = policies.unwrap_or_default().into_iter();
        policies.map(|policy| policy.policy_status.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(statuses().await, ["Pending", "Pending", "Pending"]);
    scene.wait(18 * 3_600).await;
    assert_eq!(statuses().await, ["Pending", "Finished", "Pending"]);
    scene.wait(6 * 3_600).await;
    check_error(scene.get("p").await, "ParameterNotFound", "");
    assert_eq!(scene.put("p", "new").await, 1);
}

#[tokio::test]
async fn public_parameters_are_there() {
    let scene = Scene::new();
    let image = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
    let got = scene.get(image).await.unwrap();
    assert!(got.value.unwrap().starts_with("ami-0"));
    assert_eq!(got.data_type.as_deref(), Some("aws:ec2:image"));
    assert_eq!(got.arn.unwrap(), format!("arn:aws:ssm:us-east-1::parameter{image}"));
    for name in [
        "eks/optimized-ami/1.21/amazon-linux-2/recommended/image_id",
        "bottlerocket/aws-k8s-1.30/arm64/latest/image_id",
        "ami-windows-latest/Windows_Server-2022-English-Core-EKS_Optimized-1.32/image_id",
        "cloud9/amis/amazonlinux-2-x86_64",
    ] {
        assert!(scene.value(&format!("/aws/service/{name}")).await.starts_with("ami-0"), "{name}");
    }
    let infrastructure = "/aws/service/global-infrastructure";
    let cases = [
        ("regions/eu-central-1/longName", "Europe (Frankfurt)"),
        ("services/athena/longName", "Amazon Athena"),
        ("regions/us-east-1/services/athena", "athena"),
        ("availability-zones/use1-az1/parent-region", "us-east-1"),
    ];
    for (name, value) in cases {
        assert_eq!(scene.value(&format!("{infrastructure}/{name}")).await, value);
    }
    let by_path = |path: String| GetParametersByPathRequest { path, ..Default::default() };
    let mut regions = 0;
    let mut input = by_path(format!("{infrastructure}/regions"));
    loop {
        let page = scene.ssm.get_parameters_by_path(input.clone()).await.unwrap();
        regions += page.parameters.unwrap().len();
        input.next_token = page.next_token;
        if input.next_token.is_none() {
            break;
        }
    }
    assert_eq!(regions, 38);
    check_error(scene.get("/aws/service/none").await, "ParameterNotFound", "");
}
