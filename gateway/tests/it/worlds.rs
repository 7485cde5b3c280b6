//! Worlds: many of them, what is different between them, and what a restart leaves as it was.

mod clocks;
mod openapi;
mod seeds;
mod steps;

use fogbank_config::{Config, PortRange};
use fogbank_gateway::Gateway;
use serde_json::{Value, json};

use crate::client::{config, request, send, start};

async fn call(gateway: &Gateway, first: &str, body: &str) -> (u16, Value) {
    let answer = send(gateway.addr(), request(first, &[], body)).await;
    (answer.status, serde_json::from_str(&answer.body).unwrap_or(Value::Null))
}

fn sqs_request(operation: &str, world: &str, body: &Value) -> Vec<u8> {
    let target = format!("X-Amz-Target: AmazonSQS.{operation}");
    let world = format!("x-fogbank-world: {world}");
    let lines = ["Content-Type: application/x-amz-json-1.0", target.as_str(), world.as_str()];
    request("POST /", &lines, &body.to_string())
}

async fn sqs(gateway: &Gateway, operation: &str, world: &str, body: Value) -> Value {
    let answer = send(gateway.addr(), sqs_request(operation, world, &body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_str(&answer.body).unwrap_or_default()
}

#[tokio::test]
async fn differences_of_snapshots_and_worlds_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config();
    config.data_dir = folder.path().to_owned();
    let gateway = start(Gateway::builder().config(config)).await;
    sqs(&gateway, "CreateQueue", "main", json!({ "QueueName": "old" })).await;
    let (status, _) = call(&gateway, "POST /_fogbank/snapshots", "{\"name\":\"before\"}").await;
    assert_eq!(status, 201);
    assert_eq!(call(&gateway, "POST /_fogbank/worlds", "{\"name\":\"blue\"}").await.0, 201);
    sqs(&gateway, "CreateQueue", "blue", json!({ "QueueName": "new" })).await;

    let diff = "GET /_fogbank/diff";
    let (status, answer) = call(&gateway, &format!("{diff}?from=before&to=blue"), "").await;
    assert_eq!(status, 200, "{answer}");
    let rows = answer["differences"].as_array().unwrap();
    let shown: Vec<_> =
        rows.iter().map(|row| (&row["service"], &row["key"], &row["change"])).collect();
    assert_eq!(shown, [(&json!("sqs"), &json!("new"), &json!("added"))]);
    let (_, answer) =
        call(&gateway, &format!("{diff}?from=world:main&to=snapshot:before"), "").await;
    assert_eq!(answer["differences"], json!([]));
    for (query, status) in [("from=before", 400), ("from=before&to=nowhere", 404)] {
        assert_eq!(call(&gateway, &format!("{diff}?{query}"), "").await.0, status, "{query}");
    }
}

#[tokio::test]
async fn a_thousand_forks_live_side_by_side() {
    let mut config = config();
    config.world_ports = PortRange { first: 14510, last: 14512 };
    let gateway = start(Gateway::builder().config(config)).await;
    sqs(&gateway, "CreateQueue", "main", json!({ "QueueName": "shared" })).await;
    for number in 0..1000 {
        let body = json!({ "name": format!("w{number}") }).to_string();
        assert_eq!(call(&gateway, "POST /_fogbank/worlds", &body).await.0, 201, "{number}");
    }
    let url = "http://localhost/000000000000/shared";
    for number in 0..1000 {
        let (world, message) = (format!("w{number}"), format!("message {number}"));
        let send = json!({ "QueueUrl": url, "MessageBody": message });
        sqs(&gateway, "SendMessage", &world, send).await;
    }
    for number in (0..1000).rev() {
        let received =
            sqs(&gateway, "ReceiveMessage", &format!("w{number}"), json!({ "QueueUrl": url }))
                .await;
        let messages = received["Messages"].as_array().unwrap();
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0]["Body"], format!("message {number}"));
        let dropped = call(&gateway, &format!("DELETE /_fogbank/worlds/w{number}"), "").await;
        assert_eq!(dropped.0, 204);
    }
    let received = sqs(&gateway, "ReceiveMessage", "main", json!({ "QueueUrl": url })).await;
    assert_eq!(received["Messages"], Value::Null);
}

fn kept_in(folder: &std::path::Path, seed: Option<u64>) -> Config {
    let mut config = config();
    config.persistence = true;
    config.data_dir = folder.to_owned();
    config.seed = seed;
    config
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_stands_where_it_stood_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = start(Gateway::builder().config(kept_in(folder.path(), None))).await;
    let clock = "POST /_fogbank/clock";
    assert_eq!(call(&gateway, clock, "{\"action\":\"freeze\"}").await.0, 200);
    let body = "{\"action\":\"set\",\"to\":\"2040-01-31T12:00:00Z\"}";
    assert_eq!(call(&gateway, clock, body).await.0, 200);
    gateway.shutdown().await.unwrap();

    let gateway = start(Gateway::builder().config(kept_in(folder.path(), None))).await;
    let (_, shown) = call(&gateway, "GET /_fogbank/clock", "").await;
    assert_eq!((&shown["now"], &shown["mode"]), (&json!("2040-01-31T12:00:00Z"), &json!("frozen")));
    assert_eq!(call(&gateway, clock, "{\"action\":\"real\"}").await.0, 200);
    gateway.shutdown().await.unwrap();

    let gateway = start(Gateway::builder().config(kept_in(folder.path(), None))).await;
    assert_eq!(call(&gateway, "GET /_fogbank/clock", "").await.1["mode"], "real");
    gateway.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn seeded_ids_do_not_come_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for run in 0..3 {
        let gateway = start(Gateway::builder().config(kept_in(folder.path(), Some(7)))).await;
        if run == 0 {
            sqs(&gateway, "CreateQueue", "main", json!({ "QueueName": "q" })).await;
        }
        for _ in 0..5 {
            let body = json!({ "QueueUrl": "http://localhost/000000000000/q", "MessageBody": "m" });
            let sent = sqs(&gateway, "SendMessage", "main", body).await;
            assert!(seen.insert(sent["MessageId"].to_string()), "{sent} came before");
        }
        gateway.shutdown().await.unwrap();
    }
}
