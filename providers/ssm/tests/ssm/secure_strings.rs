//! Secure strings and secrets.

use fogbank_api_ssm::*;

use crate::scene::{Scene, check_begins, check_error, text};

#[tokio::test]
async fn secure_strings_are_encrypted() {
    let scene = Scene::new();
    let long = "x".repeat(8_000);
    let cases =
        [("standard", None, "hush"), ("advanced", Some(ParameterTier::Advanced), long.as_str())];
    for (name, tier, value) in cases {
        let r#type = Some(ParameterType::SecureString);
        let input = PutParameterRequest { r#type, tier, ..text(name, value) };
        scene.ssm.put_parameter(input).await.unwrap();
        assert_eq!(scene.value(name).await, value);
        let input = GetParameterRequest { name: name.into(), with_decryption: None };
        let raw = scene.ssm.get_parameter(input).await.unwrap().parameter.unwrap();
        assert_ne!(raw.value.as_deref(), Some(value));
        assert_eq!(raw.r#type, Some(ParameterType::SecureString));
    }
    let described = scene.ssm.describe_parameters(Default::default()).await.unwrap();
    for metadata in described.parameters.unwrap() {
        assert_eq!(metadata.key_id.as_deref(), Some("alias/aws/ssm"));
    }
    let missing = PutParameterRequest {
        r#type: Some(ParameterType::SecureString),
        key_id: Some("missing".into()),
        ..text("other", "v")
    };
    let message = "Key 'missing' does not exist";
    check_error(scene.ssm.put_parameter(missing).await, "InvalidKeyId", message);
}

#[tokio::test]
async fn secrets_are_parameters() {
    let scene = Scene::new();
    let got = scene.get("/aws/reference/secretsmanager/known").await.unwrap();
    assert_eq!(got.name.as_deref(), Some("/aws/reference/secretsmanager/known"));
    assert_eq!((got.value.as_deref(), got.version), (Some("hush"), Some(0)));
    assert!(got.source_result.unwrap().contains("\"name\":\"known\""));
    check_error(
        scene.get("/aws/reference/secretsmanager/none").await,
        "ParameterNotFound",
        "An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret \
         /aws/reference/secretsmanager/none not found.",
    );
    let name = "/aws/reference/secretsmanager/known".to_owned();
    let input = GetParameterRequest { name, with_decryption: None };
    let plain = scene.ssm.get_parameter(input).await;
    check_begins(plain, "ValidationException", "WithDecryption flag must be True");
}
