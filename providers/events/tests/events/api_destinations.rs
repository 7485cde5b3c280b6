use std::sync::{Arc, Mutex};
use std::time::Duration;

use fogbank_api_events::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::scene::{HERE, Scene, check_error, event, target};

/// A server that answers one request after the other with these, and keeps what it got.
struct Server {
    url: String,
    got: Arc<Mutex<Vec<String>>>,
    came: Arc<Notify>,
}

impl Server {
    async fn new(answers: Vec<(u16, &'static str)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (got, came) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Notify::new()));
        let server = Self { url, got: got.clone(), came: came.clone() };
        tokio::spawn(async move {
            for (status, body) in answers {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let mut request = Vec::new();
                loop {
                    let mut buffer = [0; 4096];
                    let read = stream.read(&mut buffer).await.expect("a request");
                    request.extend_from_slice(&buffer[..read]);
                    if is_whole(&request) || read == 0 {
                        break;
                    }
                }
                got.lock().expect("no panic").push(String::from_utf8(request).expect("a text"));
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                stream.write_all(answer.as_bytes()).await.expect("answered");
                came.notify_one();
            }
        });
        server
    }

    /// The next request, in lower case up to its body.
    async fn next(&self) -> String {
        tokio::time::timeout(Duration::from_secs(10), self.came.notified()).await.expect("it came");
        self.got.lock().expect("no panic").remove(0)
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.split("content-length: ").nth(1);
    let length = length.and_then(|rest| rest.split("\r\n").next()?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

fn header(key: &str, value: &str) -> ConnectionHeaderParameter {
    let text = |text: &str| Some(text.to_owned());
    ConnectionHeaderParameter { key: text(key), value: text(value), is_value_secret: None }
}

async fn destination(scene: &Scene, url: &str, connection: CreateConnectionRequest) -> String {
    let arn = scene.events.create_connection(connection).await.expect("a connection");
    let input = CreateApiDestinationRequest {
        name: "d".into(),
        connection_arn: arn.connection_arn.expect("an ARN"),
        invocation_endpoint: format!("{url}/a/*/b"),
        http_method: ApiDestinationHttpMethod::Post,
        ..Default::default()
    };
    let output = scene.events.create_api_destination(input).await.expect("a destination");
    scene.rule("default", "r", r#"{"source": ["x"]}"#).await;
    output.api_destination_arn.expect("an ARN")
}

fn api_key() -> CreateConnectionRequest {
    CreateConnectionRequest {
        name: "c".into(),
        authorization_type: ConnectionAuthorizationType::ApiKey,
        auth_parameters: CreateConnectionAuthRequestParameters {
            api_key_auth_parameters: Some(CreateConnectionApiKeyAuthRequestParameters {
                api_key_name: "x-key".into(),
                api_key_value: "secret".into(),
            }),
            invocation_http_parameters: Some(ConnectionHttpParameters {
                header_parameters: Some(vec![header("both", "connection")]),
                body_parameters: Some(vec![ConnectionBodyParameter {
                    key: Some("more".into()),
                    value: Some("1".into()),
                    is_value_secret: Some(true),
                }]),
                ..Default::default()
            }),
            ..Default::default()
        },
        ..Default::default()
    }
}

#[tokio::test]
async fn requests_have_what_target_and_connection_say() {
    let scene = Scene::new();
    let server = Server::new(vec![(200, "")]).await;
    let arn = destination(&scene, &server.url, api_key()).await;
    let map = |pairs: &[(&str, &str)]| {
        Some(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    };
    let target = Target {
        input_path: Some("$.detail".into()),
        http_parameters: Some(HttpParameters {
            path_parameter_values: Some(vec!["p q".into()]),
            header_parameters: map(&[("Both", "target"), ("own", "target")]),
            query_string_parameters: map(&[("q", "1&2")]),
        }),
        ..target("1", &arn)
    };
    scene.targets("default", "r", vec![target]).await.expect("put");
    scene.put(vec![event("default", "x", r#"{"a": 1}"#)]).await;
    let request = server.next().await;
    let (head, body) = request.split_once("\r\n\r\n").expect("a body");
    let head = head.to_lowercase();
    assert!(head.starts_with("post /a/p%20q/b?q=1%262 http/1.1"), "{head}");
    for line in [
        "x-key: secret",
        "both: connection",
        "own: target",
        "user-agent: amazon/eventbridge/apidestinations",
        "content-type: application/json; charset=utf-8",
    ] {
        assert!(head.contains(line), "{line} in {head}");
    }
    assert!(!head.contains("both: target"));
    assert_eq!(body, r#"{"a":1,"more":"1"}"#);
}

#[tokio::test]
async fn requests_that_fail_are_sent_again_on_the_clock() {
    let scene = Scene::new();
    let server = Server::new(vec![(500, ""), (429, ""), (200, "")]).await;
    let arn = destination(&scene, &server.url, api_key()).await;
    scene.targets("default", "r", vec![target("1", &arn)]).await.expect("put");
    scene.put(vec![event("default", "x", "{}")]).await;
    server.next().await;
    for _ in 0..2 {
        while scene.cloud.world().clock().scheduled().is_empty() {
            tokio::task::yield_now().await;
        }
        scene.wait(2).await;
        server.next().await;
    }
    scene.wait(100_000).await;
    assert!(scene.cloud.world().clock().scheduled().is_empty());
}

#[tokio::test]
async fn what_is_given_up_says_why() {
    let scene = Scene::new();
    let dead = scene.queue("dead").await;
    let server = Server::new(vec![(500, ""), (503, "")]).await;
    let arn = destination(&scene, &server.url, api_key()).await;
    let target = Target {
        dead_letter_config: Some(DeadLetterConfig { arn: Some(dead) }),
        retry_policy: Some(RetryPolicy {
            maximum_retry_attempts: Some(1),
            maximum_event_age_in_seconds: Some(60),
        }),
        ..target("1", &arn)
    };
    scene.targets("default", "r", vec![target]).await.expect("put");
    scene.put(vec![event("default", "x", "{}")]).await;
    server.next().await;
    while scene.cloud.world().clock().scheduled().is_empty() {
        tokio::task::yield_now().await;
    }
    scene.wait(2).await;
    let message = scene.messages("dead").await.remove(0);
    let attributes = message.message_attributes.expect("attributes");
    let text = |name: &str| attributes[name].string_value.as_deref().expect("a text");
    assert_eq!(text("ERROR_CODE"), "ERROR_FROM_TARGET");
    assert_eq!(text("EXHAUSTED_RETRY_CONDITION"), "MaximumRetryAttempts");
    assert_eq!(text("RETRY_ATTEMPTS"), "1");
}

#[tokio::test]
async fn tokens_are_asked_for() {
    let scene = Scene::new();
    let authority = Server::new(vec![(200, r#"{"access_token": "t"}"#); 2]).await;
    let server = Server::new(vec![(200, "")]).await;
    let oauth = CreateConnectionOAuthRequestParameters {
        client_parameters: CreateConnectionOAuthClientRequestParameters {
            client_id: "id".into(),
            client_secret: "s&".into(),
        },
        authorization_endpoint: format!("{}/token", authority.url),
        http_method: "POST".into(),
        o_auth_http_parameters: Some(ConnectionHttpParameters {
            header_parameters: Some(vec![header("own", "1")]),
            ..Default::default()
        }),
    };
    let connection = CreateConnectionRequest {
        name: "c".into(),
        authorization_type: ConnectionAuthorizationType::OauthClientCredentials,
        auth_parameters: CreateConnectionAuthRequestParameters {
            o_auth_parameters: Some(oauth),
            ..Default::default()
        },
        ..Default::default()
    };
    let arn = destination(&scene, &server.url, connection).await;
    scene.wait(1).await;
    let request = authority.next().await;
    assert!(request.starts_with("POST /token HTTP/1.1"), "{request}");
    assert!(request.contains("own: 1"), "{request}");
    let body = "client_id=id&client_secret=s%26&grant_type=client_credentials";
    assert!(request.ends_with(body), "{request}");
    let describe = DescribeConnectionRequest { name: "c".into() };
    let state = scene.events.describe_connection(describe).await.expect("it").connection_state;
    assert_eq!(state.map(|state| state.to_string()).as_deref(), Some("AUTHORIZED"));
    scene.targets("default", "r", vec![target("1", &arn)]).await.expect("put");
    scene.put(vec![event("default", "x", "{}")]).await;
    let request = server.next().await.to_lowercase();
    assert!(request.contains("authorization: bearer t"), "{request}");
}

#[tokio::test]
async fn destinations_come_and_go() {
    let scene = Scene::new();
    let arn = destination(&scene, "https://localhost", api_key()).await;
    assert!(arn.starts_with(&format!("arn:aws:events:{HERE}:api-destination/d/")));
    let events = &scene.events;
    let update = UpdateApiDestinationRequest {
        name: "d".into(),
        http_method: Some(ApiDestinationHttpMethod::Put),
        invocation_rate_limit_per_second: Some(5),
        ..Default::default()
    };
    events.update_api_destination(update).await.expect("updated");
    let describe = || DescribeApiDestinationRequest { name: "d".into() };
    let it = events.describe_api_destination(describe()).await.expect("a destination");
    assert_eq!(it.http_method.map(|it| it.to_string()).as_deref(), Some("PUT"));
    assert_eq!(it.invocation_endpoint.as_deref(), Some("https://localhost/a/*/b"));
    assert_eq!(it.invocation_rate_limit_per_second, Some(5));
    assert_eq!(it.api_destination_state.map(|it| it.to_string()).as_deref(), Some("ACTIVE"));
    let nowhere = CreateApiDestinationRequest {
        name: "e".into(),
        connection_arn: format!("arn:aws:events:{HERE}:connection/x/1"),
        invocation_endpoint: "https://localhost".into(),
        http_method: ApiDestinationHttpMethod::Get,
        ..Default::default()
    };
    check_error(
        events.create_api_destination(nowhere).await,
        "ResourceNotFoundException",
        "Connection 'x' does not exist.",
    );
    let delete = DeleteApiDestinationRequest { name: "d".into() };
    events.delete_api_destination(delete).await.expect("deleted");
    check_error(
        events.describe_api_destination(describe()).await,
        "ResourceNotFoundException",
        "Failed to describe the api-destination(s). An api-destination 'd' does not exist.",
    );
}
