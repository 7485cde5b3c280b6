//! State that outlives the server, and snapshots.

use fogbank_config::Config;
use fogbank_gateway::Gateway;

use crate::client::{authorization, config, request, send, start};

async fn sqs(gateway: &Gateway, operation: &str, body: &str) -> String {
    ask(gateway, "sqs", &format!("AmazonSQS.{operation}"), body).await
}

async fn ask(gateway: &Gateway, service: &str, operation: &str, body: &str) -> String {
    let target = format!("X-Amz-Target: {operation}");
    let signed = authorization("test", "us-east-1", service);
    let json = "Content-Type: application/x-amz-json-1.1";
    let answer = send(gateway.addr(), request("POST /", &[&target, json, &signed], body)).await;
    assert_eq!(answer.status, 200, "{operation} {answer:?}");
    answer.body
}

fn config_in(folder: &std::path::Path, persistence: bool) -> Config {
    let mut config = config();
    config.persistence = persistence;
    config.data_dir = folder.to_owned();
    config
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = start(Gateway::builder().config(config_in(folder.path(), true))).await;
    sqs(&gateway, "CreateQueue", "{\"QueueName\":\"kept\"}").await;
    let second = Gateway::builder().config(config_in(folder.path(), true)).start().await;
    assert!(second.is_err_and(|error| error.to_string().contains("in use")));
    gateway.shutdown().await.unwrap();
    let gateway = start(Gateway::builder().config(config_in(folder.path(), true))).await;
    assert!(sqs(&gateway, "ListQueues", "{}").await.contains("/kept"));
    gateway.shutdown().await.unwrap();
}

/// A rule of EventBridge has its schedule without a request to EventBridge.
#[tokio::test(flavor = "multi_thread")]
async fn schedules_go_on_after_a_restart_and_in_snapshots() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = start(Gateway::builder().config(config_in(folder.path(), true))).await;
    sqs(&gateway, "CreateQueue", "{\"QueueName\":\"ticks\"}").await;
    for (operation, body) in [
        ("PutRule", r#"{"Name":"tick","ScheduleExpression":"rate(1 hour)"}"#),
        (
            "PutTargets",
            r#"{"Rule":"tick","Targets":[{"Id":"1","Arn":"arn:aws:sqs:us-east-1:000000000000:ticks"}]}"#,
        ),
    ] {
        ask(&gateway, "events", &format!("AWSEvents.{operation}"), body).await;
    }
    let post = async |gateway: &Gateway, path: &str, body: &str| {
        let json = "Content-Type: application/json";
        let answer = send(gateway.addr(), request(&format!("POST {path}"), &[json], body)).await;
        assert_eq!(answer.status, 200, "{path} {answer:?}");
    };
    let ticks = async |gateway: &Gateway| {
        post(gateway, "/_fogbank/clock", r#"{"action":"advance","by":3600}"#).await;
        let queue = "{\"QueueUrl\":\"http://localhost/000000000000/ticks\"}";
        sqs(gateway, "ReceiveMessage", queue).await.matches("Scheduled Event").count()
    };
    post(&gateway, "/_localstack/state/save", "").await;
    gateway.shutdown().await.unwrap();
    let gateway = start(Gateway::builder().config(config_in(folder.path(), true))).await;
    assert_eq!(ticks(&gateway).await, 1);
    gateway.shutdown().await.unwrap();
    // A world that never had a request to EventBridge.
    let gateway = start(Gateway::builder().config(config_in(folder.path(), false))).await;
    post(&gateway, "/_localstack/state/load", "").await;
    assert_eq!(ticks(&gateway).await, 1);
    gateway.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn state_is_saved_emptied_and_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = start(Gateway::builder().config(config_in(folder.path(), false))).await;
    sqs(&gateway, "CreateQueue", "{\"QueueName\":\"kept\"}").await;
    let post = async |path: &str| {
        send(gateway.addr(), request(&format!("POST {path}"), &[], "")).await.status
    };
    assert_eq!(post("/_localstack/state/save").await, 200);
    assert_eq!(post("/moto-api/reset").await, 200);
    assert!(!sqs(&gateway, "ListQueues", "{}").await.contains("/kept"));
    assert_eq!(post("/_localstack/state/load").await, 200);
    assert!(sqs(&gateway, "ListQueues", "{}").await.contains("/kept"));
    let list = send(gateway.addr(), request("GET /_fogbank/snapshots", &[], "")).await;
    assert!(list.body.contains("\"saved\"") && list.body.contains("sqs"), "{list:?}");
    assert_eq!(post("/_fogbank/snapshots/none/load").await, 404);
}
