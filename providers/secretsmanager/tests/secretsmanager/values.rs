//! Values, versions and labels.

use bytes::Bytes;
use fogbank_api_secretsmanager::*;

use crate::scene::{Scene, refused};

#[tokio::test]
async fn secrets_are_named_in_three_ways() {
    let scene = Scene::new();
    let arn = scene.create("a/b-c1", "text").await.arn.expect("always there");
    let partial = &arn[..arn.len() - 7];
    for id in ["a/b-c1", arn.as_str(), partial] {
        assert_eq!(scene.text(id).await.expect("found"), "text");
    }
    // An ARN that ends like a whole one is not taken for a part of one.
    let arn = scene.create("a-b1c2d3", "text").await.arn.expect("always there");
    let missing = "Secrets Manager can't find the specified secret.";
    let result = scene.text(&arn[..arn.len() - 7]).await;
    refused(result, "ResourceNotFoundException", missing);
    refused(scene.text("other").await, "ResourceNotFoundException", missing);
    refused(
        scene.text("Inv Name").await,
        "ValidationException",
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the \
         following: -/_+=.@!",
    );
}

#[tokio::test]
async fn labels_move() {
    let scene = Scene::new();
    scene.create("s", "1").await;
    scene.put("s", "2", &[]).await;
    assert_eq!(scene.labels("s").await, [["AWSPREVIOUS"], ["AWSCURRENT"]]);
    let pending = scene.put("s", "3", &["AWSPENDING", "X"]).await;
    assert_eq!(scene.text("s").await.expect("current"), "2");

    let labels = scene.labels("s").await;
    assert_eq!(labels[2], ["AWSPENDING", "X"]);
    let update = |from: Option<&str>, to: Option<&str>| UpdateSecretVersionStageRequest {
        secret_id: "s".to_owned(),
        version_stage: "AWSCURRENT".to_owned(),
        remove_from_version_id: from.map(str::to_owned),
        move_to_version_id: to.map(str::to_owned),
    };
    let get = GetSecretValueRequest { secret_id: "s".to_owned(), ..Default::default() };
    let current = scene.secrets.get_secret_value(get).await.expect("current").version_id;
    let current = current.expect("always there");
    refused(
        scene.secrets.update_secret_version_stage(update(None, Some(&pending))).await,
        "InvalidParameterException",
        &format!(
            "The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is \
             currently attached to version {current}, so you must explicitly reference that \
             version in RemoveFromVersionId."
        ),
    );
    let moved = update(Some(&current), Some(&pending));
    scene.secrets.update_secret_version_stage(moved).await.expect("moved");
    assert_eq!(
        scene.labels("s").await,
        [vec!["AWSPREVIOUS"], vec!["AWSCURRENT", "AWSPENDING", "X"]]
    );
    assert_eq!(scene.text("s").await.expect("current"), "3");
    let removed = scene.secrets.update_secret_version_stage(update(Some(&pending), None)).await;
    assert_eq!(removed.expect_err("it stays somewhere").name(), "InvalidParameterException");
    scene.put("s", "4", &[]).await;
    assert_eq!(scene.labels("s").await, [vec!["AWSPREVIOUS", "X"], vec!["AWSCURRENT"]]);
}

#[tokio::test]
async fn tokens_make_requests_idempotent() {
    let scene = Scene::new();
    let token = scene.token();
    let create = |text: &str| CreateSecretRequest {
        name: "s".to_owned(),
        secret_string: Some(text.to_owned()),
        client_request_token: token.clone(),
        ..Default::default()
    };
    let first = scene.secrets.create_secret(create("1")).await.expect("created");
    let again = scene.secrets.create_secret(create("1")).await.expect("the same");
    assert_eq!((first.arn.clone(), first.version_id), (again.arn, again.version_id));
    refused(
        scene.secrets.create_secret(create("2")).await,
        "ResourceExistsException",
        "The operation failed because the secret s already exists.",
    );
    let put = |text: &str, token: Option<String>| PutSecretValueRequest {
        secret_id: "s".to_owned(),
        secret_string: Some(text.to_owned()),
        client_request_token: token,
        ..Default::default()
    };
    scene.secrets.put_secret_value(put("1", token.clone())).await.expect("the same");
    let (arn, id) = (first.arn.expect("always there"), token.clone().expect("a token"));
    refused(
        scene.secrets.put_secret_value(put("2", token.clone())).await,
        "ResourceExistsException",
        &format!(
            "You can't use ClientRequestToken {id} because that value is already in use for a \
             version of secret {arn}."
        ),
    );
    refused(
        scene.secrets.put_secret_value(put("2", None)).await,
        "InvalidRequestException",
        "You must provide a ClientRequestToken value. We recommend a UUID-type value.",
    );
}

#[tokio::test]
async fn secrets_start_empty_or_with_bytes() {
    let scene = Scene::new();
    let created = scene.try_create("empty", None).await.expect("created");
    assert_eq!(created.version_id, None);
    refused(
        scene.text("empty").await,
        "ResourceNotFoundException",
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    );
    scene.put("empty", "x", &["AWSPENDING"]).await;
    assert_eq!(scene.labels("empty").await, [["AWSCURRENT", "AWSPENDING"]]);

    let both = CreateSecretRequest {
        name: "s".to_owned(),
        secret_string: Some("x".to_owned()),
        secret_binary: Some(Bytes::from_static(b"x")),
        client_request_token: scene.token(),
        ..Default::default()
    };
    refused(
        scene.secrets.create_secret(both).await,
        "InvalidParameterException",
        "You can't specify both a binary secret value and a string secret value in the same \
         secret.",
    );
}

#[tokio::test]
async fn versions_without_labels_are_kept_to_a_hundred() {
    let scene = Scene::new();
    scene.create("s", "0").await;
    for n in 1..=130 {
        scene.put("s", &n.to_string(), &[]).await;
    }
    let mut input = ListSecretVersionIdsRequest {
        secret_id: "s".to_owned(),
        include_deprecated: Some(true),
        ..Default::default()
    };
    let first = scene.secrets.list_secret_version_ids(input.clone()).await.expect("a page");
    assert_eq!(first.versions.expect("always there").len(), 100);
    input.next_token = first.next_token;
    let second = scene.secrets.list_secret_version_ids(input).await.expect("a page");
    assert_eq!(second.versions.expect("always there").len(), 2);
    assert_eq!(second.next_token, None);
}

#[tokio::test]
async fn passwords_have_what_was_asked_for() {
    let scene = Scene::new();
    let ask = |input: GetRandomPasswordRequest| {
        let secrets = &scene.secrets;
        async move { Ok(secrets.get_random_password(input).await?.random_password.expect("one")) }
    };
    let input = || GetRandomPasswordRequest::default();
    let password: String = ask(input()).await.expect("a password");
    assert_eq!(password.len(), 32);
    for is in [
        |c: char| c.is_ascii_lowercase(),
        |c: char| c.is_ascii_uppercase(),
        |c: char| c.is_ascii_digit(),
        |c: char| c.is_ascii_punctuation(),
    ] {
        assert!(password.contains(is), "{password}");
    }
    let only_digits = GetRandomPasswordRequest {
        password_length: Some(100),
        exclude_lowercase: Some(true),
        exclude_uppercase: Some(true),
        exclude_punctuation: Some(true),
        exclude_characters: Some("01".to_owned()),
        ..input()
    };
    let password = ask(only_digits).await.expect("a password");
    assert!(password.bytes().all(|c| (b'2'..=b'9').contains(&c)) && password.len() == 100);
    let short = GetRandomPasswordRequest { password_length: Some(3), ..input() };
    let result: Result<String, fogbank_service::ServiceError> = ask(short).await;
    refused(
        result,
        "InvalidParameterException",
        "Password length is too short based on the required types.",
    );
}
