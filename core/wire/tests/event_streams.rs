//! Event streams come and leave as frames of `application/vnd.amazon.eventstream`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use aws_smithy_eventstream::frame::{read_message_from, write_message_to};
use aws_smithy_types::DateTime;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use bytes::Bytes;
use fogbank_schema::{Protocol, Schemas};
use fogbank_service::{ByteStream, Reply, RequestStream, WireInput};
use fogbank_wire::dynamic::{self, DynamicStruct, Value};
use fogbank_wire::{RequestIds, ServiceWire};
use http_body_util::BodyExt;
use serde_json::{Value as Json, json};

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

/// A frame of these headers and this payload.
fn event(headers: &[(&str, HeaderValue)], payload: &[u8]) -> Bytes {
    let message = Message::new(payload.to_vec());
    let message = headers.iter().fold(message, |message, (name, value)| {
        message.add_header(Header::new((*name).to_owned(), value.clone()))
    });
    let mut bytes = Vec::new();
    write_message_to(&message, &mut bytes).unwrap();
    bytes.into()
}

fn words(text: &str) -> HeaderValue {
    HeaderValue::String(text.to_owned().into())
}

/// The frame in which signing SDKs put one.
fn signed(frame: &[u8]) -> Bytes {
    let date = HeaderValue::Timestamp(DateTime::from_secs(1));
    let signature = HeaderValue::ByteArray(Bytes::from_static(&[1; 32]));
    event(&[(":date", date), (":chunk-signature", signature)], frame)
}

/// What the operation reads of a body in these chunks.
async fn read(service: &str, operation: &str, chunks: Vec<Bytes>) -> Result<Vec<Json>, String> {
    let wire = ServiceWire::for_service(schemas(service), Protocol::RestJson1);
    let op = wire.model().operation_index(operation).unwrap();
    assert!(wire.streams_in(op));
    let request = http::Request::post("/").body(()).unwrap().into_parts().0;
    let chunks = futures_util::stream::iter(chunks.into_iter().map(Ok));
    let mut request = wire.request(op, &request, ByteStream::new(chunks, None));
    let RequestStream::Events(mut events) = request.take_stream() else { panic!("no events") };
    let union = wire.model().shapes.iter().position(|shape| {
        shape.event_stream && shape.name == "StartSpeechSynthesisStreamActionStream"
            || shape.name == "InvokeModelWithBidirectionalStreamInput"
    });
    let union = u32::try_from(union.unwrap()).unwrap();
    let mut read = Vec::new();
    while let Some(event) = events.next().await {
        let mut event = event.map_err(|error| error.to_string())?;
        event
            .read(&mut |from| {
                let value = dynamic::read_struct(wire.schemas(), union, from)?;
                read.push(dynamic::to_json(wire.schemas(), union, &value));
                Ok(())
            })
            .map_err(|error| error.to_string())?;
    }
    Ok(read)
}

#[tokio::test]
async fn events_of_a_request_are_read_as_its_union() {
    let text = |name: &'static str, body: &'static str| {
        let kind = [(":message-type", words("event")), (":event-type", words(name))];
        event(&kind, body.as_bytes())
    };
    let frames = [text("TextEvent", "{\"Text\":\"one\"}"), text("CloseStreamEvent", "")];
    let meant = vec![json!({"TextEvent": {"Text": "one"}}), json!({"CloseStreamEvent": {}})];
    let plain = frames.concat();
    let in_frames: Vec<u8> =
        frames.iter().map(|frame| signed(frame)).chain([signed(&[])]).flatten().collect();
    let operation = "StartSpeechSynthesisStream";
    for body in [plain.clone(), in_frames] {
        for size in [1, 7, body.len()] {
            let chunks = body.chunks(size).map(Bytes::copy_from_slice).collect();
            assert_eq!(read("polly", operation, chunks).await, Ok(meant.clone()), "{size}");
        }
    }
    // Payloads that are no documents.
    let kind = [(":message-type", words("event")), (":event-type", words("chunk"))];
    let frame = event(&kind, b"{\"bytes\":\"YQ==\"}");
    let found = read("bedrock-runtime", "InvokeModelWithBidirectionalStream", vec![frame]).await;
    assert_eq!(found, Ok(vec![json!({"chunk": {"bytes": "YQ=="}})]));
    // What is malformed ends the stream.
    let mut broken = plain.clone();
    broken[20] ^= 1;
    for body in [broken, plain[..plain.len() - 3].to_vec(), text("NoEvent", "").to_vec()] {
        let error = read("polly", operation, vec![Bytes::from(body)]).await.unwrap_err();
        assert!(error.starts_with("SerializationException"), "{error}");
    }
}
