//! Requests of all services as tables write them.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use crc_fast::CrcAlgorithm;
use fogbank_config::Config;
use fogbank_gateway::Gateway;
use serde_json::Value;

use crate::client::{Answer, authorization, request, send, start};

/// A request: the service, then an operation of a JSON protocol with its `X-Amz-Target` prefix
/// and content type, a query of a version, or a method and path; and its body.
///
/// `{NAME}` in a body stands for the last member of that name in the answers so far.
pub(crate) enum Step {
    Json(&'static str, &'static str, &'static str, &'static str),
    Query(&'static str, &'static str, &'static str),
    Rest(&'static str, &'static str, &'static str),
}

use Step::{Json, Query, Rest};

/// A gateway whose clock stands at the beginning of 2030.
pub(crate) async fn stopped(config: Config) -> Gateway {
    let gateway = start(Gateway::builder().config(config)).await;
    // When the clock is stopped, real time has been seen.
    for body in [r#"{"action":"freeze"}"#, r#"{"action":"set","to":"2030-01-01T00:00:00Z"}"#] {
        clock(&gateway, body).await;
    }
    gateway
}

/// Changes the clock; the body of the answer.
pub(crate) async fn clock(gateway: &Gateway, body: &str) -> String {
    let answer = send(gateway.addr(), request("POST /_fogbank/clock", &[], body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

/// Takes a step: what to call it, and the answer, whose members are noted.
pub(crate) async fn take(
    gateway: &Gateway,
    step: &Step,
    members: &mut BTreeMap<String, String>,
) -> (String, Answer) {
    let (told, bytes) = written(step, members);
    let answer = send(gateway.addr(), bytes).await;
    if let Ok(body) = serde_json::from_str(&answer.body) {
        note(&body, members);
    }
    (told, answer)
}

/// The bytes of a request, and what to call it.
fn written(step: &Step, members: &BTreeMap<String, String>) -> (String, Vec<u8>) {
    let fill = |body: &str| {
        members.iter().fold(body.to_owned(), |body, (name, value)| {
            body.replace(&format!("{{{name}}}"), value)
        })
    };
    let signed = |service: &str| authorization("test", "us-east-1", service);
    match step {
        Json(service, prefix, operation, body) => {
            let target = format!("X-Amz-Target: {prefix}.{operation}");
            let version = if matches!(*service, "dynamodb" | "sqs") { "1.0" } else { "1.1" };
            let kind = format!("Content-Type: application/x-amz-json-{version}");
            let bytes = request("POST /", &[&signed(service), &kind, &target], &fill(body));
            (format!("{service} {operation}"), bytes)
        }
        Query(service, version, query) => {
            let kind = "Content-Type: application/x-www-form-urlencoded";
            let body = format!("{}&Version={version}", fill(query));
            (format!("{service} {query}"), request("POST /", &[&signed(service), kind], &body))
        }
        Rest(service, first, body) => {
            let mut lines = vec!["x-amz-content-sha256: UNSIGNED-PAYLOAD".to_owned()];
            if !service.is_empty() {
                lines.push(signed(service));
            }
            if body.starts_with('<') {
                let checksum = crc_fast::checksum(CrcAlgorithm::Crc32IsoHdlc, body.as_bytes());
                let checksum = BASE64_STANDARD.encode((checksum as u32).to_be_bytes());
                lines.push(format!("x-amz-checksum-crc32: {checksum}"));
            }
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            (format!("{service} {first}"), request(first, &lines, body))
        }
    }
}

/// Notes all members that are strings.
fn note(value: &Value, members: &mut BTreeMap<String, String>) {
    for (name, member) in value.as_object().into_iter().flatten() {
        if let Some(text) = member.as_str() {
            members.insert(name.clone(), text.to_owned());
        }
        note(member, members);
    }
    value.as_array().into_iter().flatten().for_each(|item| note(item, members));
}
