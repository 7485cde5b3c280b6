//! The OpenAPI document describes what the server answers: every answer that it lists is provoked
//! and compared with its schema, and nothing else is answered.

use std::collections::BTreeSet;

use fogbank_gateway::Gateway;
use serde_json::Value;

use crate::client::{config, request, send, start};

/// A request and the status of its answer. `snapshot` as a body stands for a snapshot's file, and
/// `damaged` for damage to the file of the saved state.
type Step = (&'static str, &'static str, &'static str, u16);

/// In an order in which each answer comes about.
const STEPS: &[Step] = &[
    ("GET", "health", "", 200),
    ("POST", "health", r#"{"action":"dance"}"#, 400),
    ("POST", "health", r#"{"action":"restart"}"#, 200),
    ("GET", "info", "", 200),
    ("GET", "plugins", "", 200),
    ("GET", "diagnose", "", 200),
    ("GET", "config", "", 200),
    ("GET", "init", "", 200),
    ("GET", "init/boot", "", 200),
    ("GET", "init/lunch", "", 404),
    ("GET", "openapi.json", "", 200),
    // State.
    ("POST", "state/load", "", 404),
    ("POST", "state/save", "", 200),
    ("POST", "state/save?world=nowhere", "", 404),
    ("POST", "state/load", "", 200),
    ("POST", "state/load", "damaged", 422),
    ("POST", "state/reset", "", 200),
    ("POST", "state/reset?world=nowhere", "", 404),
    // Worlds.
    ("POST", "worlds", r#"{"name":"blue"}"#, 201),
    ("POST", "worlds", r#"{"name":"blue"}"#, 409),
    ("POST", "worlds", r#"{"name":"main"}"#, 409),
    ("POST", "worlds", r#"{"name":"Blue"}"#, 400),
    ("POST", "worlds", r#"{"name":"-"}"#, 400),
    ("POST", "worlds", r#"{"name":7}"#, 400),
    ("POST", "worlds", r#"{"nane":"red"}"#, 400),
    ("POST", "worlds", r#"{"from":"nowhere"}"#, 404),
    ("POST", "worlds", "", 201),
    ("GET", "worlds", "", 200),
    ("GET", "worlds/blue", "", 200),
    ("GET", "worlds/nowhere", "", 404),
    ("PATCH", "worlds/blue", r#"{"name":"main"}"#, 409),
    ("PATCH", "worlds/main", r#"{"name":"other"}"#, 409),
    ("PATCH", "worlds/blue", r#"{"name":""}"#, 400),
    ("PATCH", "worlds/blue", "{}", 400),
    ("PATCH", "worlds/nowhere", r#"{"name":"other"}"#, 404),
    ("PATCH", "worlds/blue", r#"{"name":"green"}"#, 200),
    ("POST", "worlds/green/reset", "", 200),
    ("POST", "worlds/blue/reset", "", 404),
    // Snapshots.
    ("POST", "snapshots", r#"{"name":"one","services":["sqs","s3"]}"#, 201),
    ("POST", "snapshots", r#"{"name":"two","services":["sqz"]}"#, 400),
    ("POST", "snapshots", r#"{"name":"../two"}"#, 400),
    ("POST", "snapshots", "{", 400),
    ("POST", "snapshots?world=nowhere", r#"{"name":"two"}"#, 404),
    ("GET", "snapshots", "", 200),
    ("GET", "snapshots/one", "", 200),
    ("GET", "snapshots/two", "", 404),
    ("PUT", "snapshots/two", "snapshot", 201),
    ("PUT", "snapshots/two", "no snapshot", 400),
    ("POST", "snapshots/two/load", "", 200),
    ("POST", "snapshots/two/load?world=green", "", 200),
    ("POST", "snapshots/two/load?world=nowhere", "", 404),
    ("POST", "snapshots/three/load", "", 404),
    ("POST", "snapshots/damaged/load", "", 422),
    ("POST", "snapshots/newer/load", "", 422),
    // Differences.
    ("GET", "diff?from=one&to=world:green", "", 200),
    ("GET", "diff?from=one", "", 400),
    ("GET", "diff?from=one&to=nothing", "", 404),
    ("GET", "diff?from=one&to=damaged", "", 422),
    ("POST", "worlds", r#"{"name":"one"}"#, 201),
    ("GET", "diff?from=one&to=main", "", 409),
    ("DELETE", "snapshots/two", "", 204),
    ("DELETE", "snapshots/two", "", 404),
    ("DELETE", "worlds/green", "", 204),
    ("DELETE", "worlds/green", "", 404),
    ("DELETE", "worlds/main", "", 409),
    // The clock.
    ("GET", "clock", "", 200),
    ("GET", "clock?world=nowhere", "", 404),
    ("POST", "clock", r#"{"action":"freeze"}"#, 200),
    ("POST", "clock", r#"{"action":"set","to":"2030-01-01T00:00:00Z"}"#, 200),
    ("POST", "clock", r#"{"action":"set","to":"tomorrow"}"#, 400),
    ("POST", "clock", r#"{"action":"set"}"#, 400),
    ("POST", "clock", r#"{"action":"advance","by":1.5}"#, 200),
    ("POST", "clock", r#"{"action":"advance","by":-1}"#, 400),
    ("POST", "clock", r#"{"action":"advance","by":1,"bye":2}"#, 400),
    ("POST", "clock", r#"{"action":"advance","by":1e300}"#, 400),
    ("POST", "clock", r#"{"action":"scale","rate":60}"#, 200),
    ("POST", "clock", r#"{"action":"scale","rate":-60}"#, 400),
    ("POST", "clock", r#"{"action":"scale","rate":1e300}"#, 200),
    ("POST", "clock", r#"{"action":"freeze"}"#, 200),
    ("POST", "clock", r#"{"action":"advance","by":1e15}"#, 200),
    ("POST", "clock?world=nowhere", r#"{"action":"real"}"#, 404),
    ("POST", "clock", r#"{"action":"real"}"#, 200),
    ("POST", "clock", "[]", 400),
];

/// Answers that other tests provoke.
const ELSEWHERE: &[&str] = &["/_fogbank/iam/", "/_fogbank/ca.pem"];

#[tokio::test]
async fn the_document_describes_every_answer() {
    let folder = tempfile::tempdir().unwrap();
    let snapshots = folder.path().join("snapshots");
    std::fs::create_dir(&snapshots).unwrap();
    std::fs::write(snapshots.join("damaged.fogbank"), b"FOGBANK\n\x01\0\0\0").unwrap();
    std::fs::write(snapshots.join("newer.fogbank"), b"FOGBANK\n\xff\0\0\0\0\0\0\0\0\0\0\0")
        .unwrap();
    let mut config = config();
    config.data_dir = folder.path().to_owned();
    config.world_ports = fogbank_config::PortRange { first: 14_560, last: 14_562 };
    let gateway = start(Gateway::builder().config(config)).await;
    let document = send(gateway.addr(), request("GET /_fogbank/openapi.json", &[], "")).await;
    let document: Value = serde_json::from_str(&document.body).unwrap();

    let mut seen = BTreeSet::new();
    for (method, path, body, status) in STEPS {
        let told = format!("{method} {path} {body}");
        let body = match *body {
            "damaged" => {
                let saved = snapshots.join("saved.fogbank");
                std::fs::copy(snapshots.join("damaged.fogbank"), saved).unwrap();
                Vec::new()
            }
            "snapshot" => std::fs::read(snapshots.join("one.fogbank")).unwrap(),
            text => text.as_bytes().to_vec(),
        };
        let length = format!("Content-Length: {}", body.len());
        let head = request(&format!("{method} /_fogbank/{path}"), &[&length], "");
        let answer = send(gateway.addr(), [head, body].concat()).await;
        assert_eq!(answer.status, *status, "{told}: {answer:?}");
        let described = describing(&document, path, &method.to_lowercase());
        let (template, operation) = described.unwrap_or_else(|| panic!("{told} is not described"));
        let response = &operation["responses"][status.to_string()];
        assert!(response.is_object(), "{told}: {status} is not described");
        if let Some(schema) = response.pointer("/content/application~1json/schema") {
            let body: Value = serde_json::from_str(&answer.body).unwrap();
            let problem = mismatch(&document, schema, &body);
            assert_eq!(problem, None, "{told}: {body}");
        }
        seen.insert(format!("{method} {template} {status}"));
    }
    let missing: Vec<String> = all(&document).difference(&seen).cloned().collect();
    assert!(missing.is_empty(), "never answered: {missing:#?}");
    assert_eq!(std::fs::read_dir(&snapshots).unwrap().count(), 4, "no partial file is left");
}

/// Everything that the document lists, apart from what is provoked elsewhere.
fn all(document: &Value) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().into_iter().flatten() {
        if ELSEWHERE.iter().any(|elsewhere| path.starts_with(elsewhere)) {
            continue;
        }
        for (method, operation) in operations.as_object().into_iter().flatten() {
            for status in operation["responses"].as_object().into_iter().flatten() {
                all.insert(format!("{} {path} {}", method.to_uppercase(), status.0));
            }
        }
    }
    all
}

/// The path and the operation of the document that a request is for.
fn describing<'d>(document: &'d Value, path: &str, method: &str) -> Option<(&'d str, &'d Value)> {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let template: Vec<&str> = template.trim_start_matches("/_fogbank/").split('/').collect();
        template.len() == parts.len()
            && template.iter().zip(&parts).all(|(one, part)| one.starts_with('{') || one == part)
    };
    let paths = document["paths"].as_object()?;
    let (template, operations) = paths.iter().find(|(template, _)| fits(template))?;
    Some((template, operations.get(method)?))
}

/// Where a value is not as a schema says.
fn mismatch(document: &Value, schema: &Value, value: &Value) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let pointed = document.pointer(name.trim_start_matches('#'));
        return mismatch(document, pointed.expect("a schema of the document"), value);
    }
    if let Some(constant) = schema.get("const") {
        return (constant != value).then(|| format!("{value} is not {constant}"));
    }
    if let Some(choices) = schema["enum"].as_array() {
        return (!choices.contains(value)).then(|| format!("{value} is none of {choices:?}"));
    }
    let types = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(some) => some.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let is = |name: &&str| match *name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("a type {other}"),
    };
    if !types.iter().any(is) {
        return Some(format!("{value} is not of the type {types:?}"));
    }
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(missing) = required.into_iter().find(|name| value.get(name).is_none()) {
        return Some(format!("{value} has no {missing}"));
    }
    let members = value.as_object().into_iter().flatten();
    let mut members = members.map(|(name, member)| match schema["properties"].get(name) {
        Some(schema) => mismatch(document, schema, member),
        None => match schema.get("additionalProperties") {
            Some(Value::Bool(true)) => None,
            Some(schema) => mismatch(document, schema, member),
            None => Some(format!("{name} is not described")),
        },
    });
    let items = value.as_array().into_iter().flatten();
    let mut items = items.map(|item| mismatch(document, &schema["items"], item));
    members.find_map(|problem| problem).or_else(|| items.find_map(|problem| problem))
}
