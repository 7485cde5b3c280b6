//! Lists with filters, batches, tags, policies.

use fogbank_api_secretsmanager::*;

use crate::scene::{Scene, refused};

async fn names(scene: &Scene, key: &str, values: &[&str]) -> Vec<String> {
    let filter = Filter {
        key: Some(key.into()),
        values: Some(values.iter().map(|&value| value.to_owned()).collect()),
    };
    let input = ListSecretsRequest { filters: Some(vec![filter]), ..Default::default() };
    let output = scene.secrets.list_secrets(input).await.expect("a list");
    let list = output.secret_list.expect("always there");
    list.into_iter().filter_map(|entry| entry.name).collect()
}

#[tokio::test]
async fn filters_look_for_starts_and_words() {
    let scene = Scene::new();
    for (name, description) in [
        ("testing1/one", "a secret"),
        ("/testing2/two", "an secret"),
        ("testing3/three", "asecret"),
        ("/testing4/four", "thesecret"),
    ] {
        let input = CreateSecretRequest {
            name: name.to_owned(),
            description: Some(description.to_owned()),
            client_request_token: scene.token(),
            tags: Some(vec![Tag { key: Some("Env".into()), value: Some(name.into()) }]),
            ..Default::default()
        };
        scene.secrets.create_secret(input).await.expect("created");
    }
    let all = ["/testing2/two", "/testing4/four", "testing1/one", "testing3/three"];
    for (key, values, expected) in [
        ("name", &["/"][..], &all[..2]),
        ("name", &["!/"], &all[2..]),
        ("name", &["testing1 one"], &[]),
        ("name", &["testing1", "/testing2"], &["/testing2/two", "testing1/one"]),
        ("description", &["a"], &["/testing2/two", "testing1/one", "testing3/three"]),
        ("description", &["!a"], &["/testing4/four"]),
        ("description", &["A Secret"], &["/testing2/two", "testing1/one"]),
        ("tag-key", &["Env"], &all),
        ("tag-key", &["env"], &[]),
        ("tag-value", &["testing3"], &["testing3/three"]),
        ("all", &["THREE"], &["testing3/three"]),
    ] {
        let mut found = names(&scene, key, values).await;
        found.sort();
        assert_eq!(found, expected, "{key} {values:?}");
    }
}

#[tokio::test]
async fn lists_come_sorted_and_in_pages() {
    let scene = Scene::new();
    for name in ["b", "a", "c"] {
        scene.create(name, "x").await;
        scene.days(1).await;
    }
    let input = |sort_by: Option<SortByType>, sort_order: Option<SortOrderType>| {
        ListSecretsRequest { sort_by, sort_order, max_results: Some(2), ..Default::default() }
    };
    for (by, order, expected) in [
        (None, None, ["b", "a", "c"]),
        (Some(SortByType::Name), None, ["a", "b", "c"]),
        (Some(SortByType::CreatedDate), Some(SortOrderType::Desc), ["c", "a", "b"]),
    ] {
        let mut request = input(by, order);
        let mut found = Vec::new();
        loop {
            let page = scene.secrets.list_secrets(request.clone()).await.expect("a page");
            found.extend(page.secret_list.into_iter().flatten().filter_map(|entry| entry.name));
            if page.next_token.is_none() {
                break;
            }
            request.next_token = page.next_token;
        }
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn batches_tell_what_failed() {
    let scene = Scene::new();
    scene.create("a", "1").await;
    let input = BatchGetSecretValueRequest {
        secret_id_list: Some(vec!["a".to_owned(), "b".to_owned()]),
        ..Default::default()
    };
    let output = scene.secrets.batch_get_secret_value(input).await.expect("a batch");
    assert_eq!(output.secret_values.expect("always there").len(), 1);
    let failed = output.errors.expect("always there");
    assert_eq!(failed[0].error_code.as_deref(), Some("ResourceNotFoundException"));
    refused(
        scene.secrets.batch_get_secret_value(Default::default()).await,
        "InvalidParameterException",
        "Either 'SecretIdList' or 'Filters' must be provided, but not both.",
    );
}

#[tokio::test]
async fn policies_are_checked() {
    let scene = Scene::new();
    scene.create("s", "x").await;
    let public = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
        "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]}"#;
    let put = |policy: &str, block| PutResourcePolicyRequest {
        secret_id: "s".to_owned(),
        resource_policy: policy.to_owned(),
        block_public_policy: block,
        ..Default::default()
    };
    scene.secrets.put_resource_policy(put(public, None)).await.expect("put");
    let get = GetResourcePolicyRequest { secret_id: "s".to_owned(), ..Default::default() };
    let policy = scene.secrets.get_resource_policy(get).await.expect("there").resource_policy;
    assert_eq!(policy.as_deref(), Some(public));
    let blocked = scene.secrets.put_resource_policy(put(public, Some(true))).await;
    assert_eq!(blocked.expect_err("public").name(), "PublicPolicyException");
    let malformed = scene.secrets.put_resource_policy(put("{}", None)).await;
    assert_eq!(malformed.expect_err("malformed").name(), "MalformedPolicyDocumentException");
}
