//! State that outlives the server, and snapshots.

use fogbank_config::Config;
use fogbank_gateway::Gateway;

use crate::client::{authorization, config, request, send, start};

async fn sqs(gateway: &Gateway, operation: &str, body: &str) -> String {
    let target = format!("X-Amz-Target: AmazonSQS.{operation}");
    let signed = authorization("test", "us-east-1", "sqs");
    let json = "Content-Type: application/x-amz-json-1.0";
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
