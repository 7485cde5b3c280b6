//! Event streams leave as frames of `application/vnd.amazon.eventstream`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use aws_smithy_eventstream::frame::read_message_from;
use aws_smithy_types::event_stream::Message;
use bytes::Bytes;
use fogbank_schema::{Protocol, Schemas};
use fogbank_service::Reply;
use fogbank_wire::dynamic::{self, DynamicStruct, Value};
use fogbank_wire::{RequestIds, ServiceWire};
use http_body_util::BodyExt;
use serde_json::json;

fn schemas(service: &str) -> &'static Schemas {
    let path = format!("{}/../../generated/index/models/{service}.bin", env!("CARGO_MANIFEST_DIR"));
    Box::leak(Box::new(Schemas::new(Vec::leak(std::fs::read(path).unwrap()))))
}

fn header(message: &Message, name: &str) -> Option<String> {
    let mut headers = message.headers().iter();
    let header = headers.find(|header| header.name().as_str() == name)?;
    Some(header.value().as_string().unwrap().as_str().to_owned())
}

/// The frames with which an operation answers an output.
async fn frames(
    service: &str,
    protocol: Protocol,
    operation: &str,
    output: serde_json::Value,
) -> Vec<Message> {
    let wire = ServiceWire::for_service(schemas(service), protocol);
    let op = wire.model().operation_index(operation).unwrap();
    let shape = wire.model().operations[op].output.unwrap();
    let Value::Struct(members) = dynamic::from_json(wire.schemas(), shape, &output).unwrap() else {
        panic!("an output is a structure");
    };
    let reply = Reply::for_wire(DynamicStruct::output(wire.schemas(), op, members));
    let response = wire.response(op, reply, RequestIds::new("id"));
    assert_eq!(response.headers()["content-type"], "application/vnd.amazon.eventstream");
    let mut bytes: Bytes = response.into_body().collect().await.unwrap().to_bytes();
    let mut frames = Vec::new();
    while !bytes.is_empty() {
        frames.push(read_message_from(&mut bytes).unwrap());
    }
    frames
}

#[tokio::test]
async fn rpc_protocols_begin_with_the_output_itself() {
    let event = json!({"SubscribeToShardEvent": {
        "Records": [], "ContinuationSequenceNumber": "7", "MillisBehindLatest": 0
    }});
    let output = json!({ "EventStream": [event] });
    let frames = frames("kinesis", Protocol::AwsJson1_1, "SubscribeToShard", output).await;
    let types: Vec<_> = frames.iter().map(|frame| header(frame, ":event-type").unwrap()).collect();
    assert_eq!(types, ["initial-response", "SubscribeToShardEvent"]);
    assert_eq!(&frames[0].payload()[..], b"{}");
    let payload: serde_json::Value = serde_json::from_slice(frames[1].payload()).unwrap();
    assert_eq!(payload["ContinuationSequenceNumber"], "7");
    assert_eq!(header(&frames[1], ":message-type").as_deref(), Some("event"));
}

#[tokio::test]
async fn payloads_of_bytes_and_empty_events_have_frames_of_their_own() {
    let output = json!({ "Payload": [
        {"Records": {"Payload": "YSxiCg=="}},
        {"Stats": {"Details": {"BytesScanned": 4}}},
        {"End": {}}
    ]});
    let frames = frames("s3", Protocol::RestXml, "SelectObjectContent", output).await;
    let types: Vec<_> = frames.iter().map(|frame| header(frame, ":event-type").unwrap()).collect();
    assert_eq!(types, ["Records", "Stats", "End"]);
    assert_eq!(&frames[0].payload()[..], b"a,b\n");
    assert_eq!(header(&frames[0], ":content-type").as_deref(), Some("application/octet-stream"));
    let stats = String::from_utf8(frames[1].payload().to_vec()).unwrap();
    assert!(stats.contains("<BytesScanned>4</BytesScanned>"), "{stats}");
    assert_eq!(header(&frames[1], ":content-type").as_deref(), Some("text/xml"));
}
