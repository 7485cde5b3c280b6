use fogbank_api_events::*;
use fogbank_api_secretsmanager::{GetSecretValueRequest, SecretsManagerClient};

use crate::scene::{Scene, check_error};

fn basic() -> CreateConnectionAuthRequestParameters {
    CreateConnectionAuthRequestParameters {
        basic_auth_parameters: Some(CreateConnectionBasicAuthRequestParameters {
            username: "user".into(),
            password: "pass".into(),
        }),
        invocation_http_parameters: Some(ConnectionHttpParameters {
            header_parameters: Some(vec![ConnectionHeaderParameter {
                key: Some("k".into()),
                value: Some("hidden".into()),
                is_value_secret: Some(true),
            }]),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn connection(name: &str) -> CreateConnectionRequest {
    CreateConnectionRequest {
        name: name.to_owned(),
        authorization_type: ConnectionAuthorizationType::Basic,
        auth_parameters: basic(),
        ..Default::default()
    }
}

async fn described(scene: &Scene) -> DescribeConnectionResponse {
    let input = DescribeConnectionRequest { name: "c".into() };
    scene.events.describe_connection(input).await.expect("a connection")
}

async fn secret(scene: &Scene, arn: &str) -> Option<String> {
    let client = SecretsManagerClient::new(scene.cloud.caller());
    let input = GetSecretValueRequest { secret_id: arn.to_owned(), ..Default::default() };
    client.get_secret_value(input).await.ok().and_then(|value| value.secret_string)
}

#[tokio::test]
async fn secrets_are_in_secrets_manager() {
    let scene = Scene::new();
    scene.events.create_connection(connection("c")).await.expect("a connection");
    let it = described(&scene).await;
    assert_eq!(it.connection_state.map(|state| state.to_string()).as_deref(), Some("AUTHORIZED"));
    let shown = it.auth_parameters.expect("always there");
    let user = shown.basic_auth_parameters.and_then(|basic| basic.username);
    assert_eq!(user.as_deref(), Some("user"));
    let headers = shown.invocation_http_parameters.and_then(|it| it.header_parameters);
    assert_eq!(headers.expect("headers")[0].value, None);
    let arn = it.secret_arn.expect("a secret");
    assert!(arn.contains(":secret:events!connection/c/"), "{arn}");
    let invocation = r#""invocation_http_parameters":{"header_parameters":[{"key":"k","value":"hidden","is_value_secret":true}]}"#;
    let expected = format!(r#"{{"username":"user","password":"pass",{invocation}}}"#);
    assert_eq!(secret(&scene, &arn).await, Some(expected));

    // What is not given stays.
    let update = UpdateConnectionRequest {
        name: "c".into(),
        auth_parameters: Some(UpdateConnectionAuthRequestParameters {
            basic_auth_parameters: Some(UpdateConnectionBasicAuthRequestParameters {
                username: Some("other".into()),
                password: None,
            }),
            ..Default::default()
        }),
        ..Default::default()
    };
    scene.events.update_connection(update).await.expect("updated");
    let expected = format!(r#"{{"username":"other","password":"pass",{invocation}}}"#);
    assert_eq!(secret(&scene, &arn).await, Some(expected));

    let input = DeauthorizeConnectionRequest { name: "c".into() };
    let output = scene.events.deauthorize_connection(input).await.expect("deauthorized");
    let state = output.connection_state.map(|state| state.to_string());
    assert_eq!(state.as_deref(), Some("DEAUTHORIZING"));
    assert_eq!(secret(&scene, &arn).await, None);
    let it = described(&scene).await;
    let state = it.connection_state.map(|state| state.to_string());
    assert_eq!((state.as_deref(), it.secret_arn), (Some("DEAUTHORIZED"), None));

    let input = || DeleteConnectionRequest { name: "c".into() };
    let output = scene.events.delete_connection(input()).await.expect("deleted");
    let state = output.connection_state.map(|state| state.to_string());
    assert_eq!(state.as_deref(), Some("DELETING"));
    check_error(
        scene.events.delete_connection(input()).await,
        "ResourceNotFoundException",
        "Failed to delete the connection(s). Connection 'c' does not exist.",
    );
    let input = DescribeConnectionRequest { name: "c".into() };
    check_error(
        scene.events.describe_connection(input).await,
        "ResourceNotFoundException",
        "Failed to describe the connection(s). Connection 'c' does not exist.",
    );
}

#[tokio::test]
async fn connections_that_are_none_are_refused() {
    let scene = Scene::new();
    scene.events.create_connection(connection("c")).await.expect("a connection");
    check_error(
        scene.events.create_connection(connection("c")).await,
        "ResourceAlreadyExistsException",
        "Connection 'c' already exists.",
    );
    let other = CreateConnectionRequest {
        authorization_type: ConnectionAuthorizationType::ApiKey,
        ..connection("d")
    };
    check_error(
        scene.events.create_connection(other).await,
        "ValidationException",
        "Parameter AuthParameters is not valid. Reason: Parameters for authorization type API_KEY must be specified.",
    );
    scene.events.create_connection(connection("d")).await.expect("a connection");
    let list = ListConnectionsRequest { limit: Some(1), ..Default::default() };
    let page = scene.events.list_connections(list).await.expect("a page");
    let names: Vec<_> = page.connections.expect("a list").into_iter().map(|it| it.name).collect();
    assert_eq!(names, [Some("c".to_owned())]);
    assert!(page.next_token.is_some());
}

#[tokio::test]
async fn authorization_servers_that_do_not_answer_do_not_authorize() {
    let scene = Scene::new();
    let oauth = CreateConnectionOAuthRequestParameters {
        client_parameters: CreateConnectionOAuthClientRequestParameters {
            client_id: "id".into(),
            client_secret: "secret".into(),
        },
        authorization_endpoint: "http://127.0.0.1:1/token".into(),
        http_method: "POST".into(),
        o_auth_http_parameters: None,
    };
    let input = CreateConnectionRequest {
        authorization_type: ConnectionAuthorizationType::OauthClientCredentials,
        auth_parameters: CreateConnectionAuthRequestParameters {
            o_auth_parameters: Some(oauth),
            ..Default::default()
        },
        ..connection("c")
    };
    let output = scene.events.create_connection(input).await.expect("a connection");
    let state = output.connection_state.map(|state| state.to_string());
    assert_eq!(state.as_deref(), Some("AUTHORIZING"));
    scene.wait(1).await;
    let it = described(&scene).await;
    let state = it.connection_state.map(|state| state.to_string());
    assert_eq!(state.as_deref(), Some("DEAUTHORIZED"));
    assert!(it.state_reason.is_some());
}
