//! Requests that another server answers.

use std::time::Duration;

use fogbank_config::{Config, Loader};
use fogbank_gateway::Gateway;
use tokio::net::TcpListener;

use crate::client::{Answer, authorization, request, send, start};

const JSON: &str = "Content-Type: application/x-amz-json-1.0";

fn settings(name: &str, value: &str) -> Config {
    let variables =
        [("GATEWAY_LISTEN", "127.0.0.1:0"), ("FOGBANK_UPSTREAM_TIMEOUT", "300ms"), (name, value)];
    Loader::new().variables(variables).load().expect("well-formed settings").config
}

async fn sqs(gateway: &Gateway, operation: &str, body: &str) -> Answer {
    let target = format!("X-Amz-Target: AmazonSQS.{operation}");
    let signed = authorization("111122223333", "eu-west-1", "sqs");
    send(gateway.addr(), request("POST /", &[&target, JSON, &signed], body)).await
}

#[tokio::test]
async fn a_service_is_passed_on_as_the_same_account_and_region() {
    let behind = start(Gateway::builder()).await;
    let url = format!("upstream:{}", behind.url());
    let front = start(Gateway::builder().config(settings("PROVIDER_OVERRIDE_SQS", &url))).await;
    let made = sqs(&front, "CreateQueue", "{\"QueueName\":\"far\"}").await;
    assert_eq!(made.status, 200, "{made:?}");
    assert_eq!(made.header("x-fogbank-operation"), Some("sqs.CreateQueue"));
    let list = sqs(&behind, "ListQueues", "{}").await;
    assert!(list.body.contains("eu-west-1") && list.body.contains("111122223333/far"), "{list:?}");
    let error = sqs(&front, "GetQueueUrl", "{\"QueueName\":\"none\"}").await;
    assert_eq!(error.status, 400);
    assert!(error.body.contains("QueueDoesNotExist"), "{error:?}");
}

#[tokio::test]
async fn what_is_not_emulated_falls_back() {
    let behind = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("upstream:http://{}/base", behind.local_addr().unwrap());
    let front = start(Gateway::builder().config(settings("FALLBACK", &url))).await;
    let server = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut socket, _) = behind.accept().await.unwrap();
        let mut seen = Vec::new();
        while !seen.ends_with(b"{\"a\":1}") {
            let mut piece = [0; 1024];
            let count = socket.read(&mut piece).await.unwrap();
            assert!(count > 0, "{}", String::from_utf8_lossy(&seen));
            seen.extend_from_slice(&piece[..count]);
        }
        let answer = b"HTTP/1.1 200 OK\r\nConnection: close, x-hop\r\nX-Hop: 1\r\nX-End: 2\r\n\
                       Content-Length: 2\r\n\r\n{}";
        socket.write_all(answer).await.unwrap();
        String::from_utf8(seen).unwrap()
    });
    let signed = authorization("test", "eu-west-1", "athena");
    let lines =
        ["X-Amz-Target: AmazonAthena.ListWorkGroups", JSON, &signed, "X-Amz-Security-Token: t"];
    let answer = send(front.addr(), request("POST /", &lines, "{\"a\":1}")).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "{}"), "{answer:?}");
    assert_eq!((answer.header("x-hop"), answer.header("x-end")), (None, Some("2")));
    assert_eq!(answer.header("x-fogbank-operation"), Some("athena.ListWorkGroups"));
    let seen = server.await.unwrap().to_ascii_lowercase();
    assert!(seen.starts_with("post /base/ http/1.1\r\n"), "{seen}");
    assert!(seen.contains("/eu-west-1/athena/aws4_request"), "{seen}");
    assert!(seen.contains("x-amz-target: amazonathena.listworkgroups"), "{seen}");
    assert!(!seen.contains("signature=00"), "{seen}");
}

#[tokio::test]
async fn servers_that_are_not_there_or_too_slow_are_errors_of_the_service() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let cases = [
        (format!("upstream:http://{gone}"), 502),
        (format!("upstream:http://{}", silent.local_addr().unwrap()), 504),
        (format!("upstream:https://{gone}"), 502),
    ];
    for (url, status) in cases {
        let front = start(Gateway::builder().config(settings("PROVIDER_OVERRIDE_SQS", &url))).await;
        let asking = sqs(&front, "ListQueues", "{}");
        let answer = tokio::time::timeout(Duration::from_secs(5), asking).await.unwrap();
        assert_eq!(answer.status, status, "{url} {answer:?}");
        assert!(answer.body.contains("__type"), "{answer:?}");
    }
}

#[tokio::test]
async fn servers_over_https_are_reached_when_their_authority_is_trusted() {
    let behind = start(Gateway::builder()).await;
    let pem = send(behind.addr(), request("GET /_fogbank/ca.pem", &[], "")).await.body;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, pem).unwrap();
    let url = format!("upstream:https://{}", behind.addr());
    for (trusted, status) in [(false, 502), (true, 200)] {
        let mut config = settings("PROVIDER_OVERRIDE_SQS", &url);
        config.upstream_authorities = trusted.then(|| path.clone());
        config.upstream_timeout = Duration::from_secs(10);
        let front = start(Gateway::builder().config(config)).await;
        let answer = sqs(&front, "CreateQueue", "{\"QueueName\":\"far\"}").await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
}
