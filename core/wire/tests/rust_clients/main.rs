//! A third opinion on the wire, beside botocore's and JavaScript's: the client protocols of AWS's SDK
//! for Rust write requests over the schemas of the models and read the answers, with every member.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod client;
mod filler;
mod written;

use fogbank_schema::{Kind, Protocol, Schemas};
use fogbank_service::{Reply, ServiceError};
use fogbank_wire::dynamic::{self, DynamicStruct};
use fogbank_wire::{RequestIds, ServiceWire};
use serde_json::Value as Json;

use client::Client;
use filler::Filler;
use written::Written;

const ID: RequestIds<'static> = RequestIds::new("b3c0ffee-0000-4000-8000-000000000001");
const MESSAGE: &str = "the message <&> ü";

/// Services of every protocol; those of several are spoken in each.
const SERVICES: &[&str] = &[
    "apigateway",
    "cloudformation",
    "cloudfront",
    "cloudwatch",
    "dynamodb",
    "iam",
    "kms",
    "lambda",
    "route53",
    "s3",
    "sns",
    "sqs",
    "stepfunctions",
];

/// What is read in another way than it is meant: service, operation and what.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    // A map of all parameters has those too that are members of their own.
    ("apigateway", "ImportRestApi", "input"),
    ("apigateway", "PutRestApi", "input"),
    // The client writes a JSON payload under its member's name, without braces.
    ("lambda", "SendDurableExecutionCallbackFailure", "input"),
    ("lambda", "StopDurableExecution", "input"),
    // AWS has given their requests to newer operations.
    ("s3", "GetBucketLifecycle", "input"),
    ("s3", "GetBucketNotification", "input"),
    ("s3", "PutBucketLifecycle", "input"),
    ("s3", "PutBucketNotification", "input"),
    // Two of its members have one element.
    ("s3", "GetBucketNotification", "output"),
    // Its member is the root element, which clients of S3 are generated to know.
    ("s3", "GetBucketLocation", "output"),
    // The signature tells it from ListBuckets.
    ("s3", "ListDirectoryBuckets", "input"),
];

fn schemas(service: &str) -> &'static Schemas {
    let path = format!("{}/../../generated/index/models/{service}.bin", env!("CARGO_MANIFEST_DIR"));
    Box::leak(Box::new(Schemas::new(Vec::leak(std::fs::read(path).unwrap()))))
}

fn excepted(service: &str, operation: &str, what: &str) -> bool {
    EXCEPTIONS.contains(&(service, operation, what))
}

/// The operation's output, or input, is a stream.
fn streams(wire: &ServiceWire, op: usize) -> bool {
    let model = wire.model();
    let of_output = |output| match &model.shape(output).kind {
        Kind::Structure(structure) => structure.members.iter().any(|member| {
            let target = model.shape(member.target);
            member.streaming || target.streaming || target.event_stream
        }),
        _ => false,
    };
    wire.streams_in(op) || model.operations[op].output.is_some_and(of_output)
}

fn same(what: &str, meant: &Json, found: &Json) -> Result<(), String> {
    if meant == found {
        return Ok(());
    }
    Err(format!("{what}\n  meant {meant}\n  found {found}"))
}

fn check_input(wire: &ServiceWire, client: &Client, op: usize) -> Result<(), String> {
    let (schemas, model) = (wire.schemas(), wire.model());
    let Some(shape) = model.operations[op].input else { return Ok(()) };
    let members = Filler::new(schemas).members(shape);
    let (head, body) = client.request(&Written { schemas, shape, members: &members })?;
    let found = wire.operation_of(&head, &body).map_err(|error| format!("{error:?} {head:?}"))?;
    if found != op {
        return Err(format!("taken for {}", model.operations[found].name));
    }
    let mut read = None;
    wire.request(op, &head, body.clone())
        .read_unchecked(&mut |from| {
            read = Some(dynamic::read_input(schemas, op, from)?);
            Ok(())
        })
        .map_err(|error| format!("{error:?} {head:?} {body:?}"))?;
    let meant = dynamic::to_json(schemas, shape, &dynamic::Value::Struct(members));
    same("input", &meant, &dynamic::to_json(schemas, shape, &read.unwrap()))
}

fn check_output(wire: &ServiceWire, client: &Client, op: usize) -> Result<(), String> {
    let schemas = wire.schemas();
    let Some(shape) = wire.model().operations[op].output else { return Ok(()) };
    let output = DynamicStruct::output(schemas, op, Filler::new(schemas).members(shape));
    let response = wire.response(op, Reply::for_wire(output.clone()), ID);
    same("output", &output.to_json(), &client.output(shape, &response)?)
}

/// The members of an error apart from its message, which clients take from the envelope.
fn own(members: Json) -> Json {
    let Json::Object(mut members) = members else { return members };
    members.retain(|name, _| !name.eq_ignore_ascii_case("message"));
    Json::Object(members)
}

fn check_error(wire: &ServiceWire, client: &Client, op: usize) -> Result<(), String> {
    let (schemas, model) = (wire.schemas(), wire.model());
    let Some(shape) = model.operations[op].errors.first().copied() else { return Ok(()) };
    let described = model.shape(shape);
    let Kind::Structure(structure) = &described.kind else { return Ok(()) };
    let Some(traits) = &structure.error else { return Ok(()) };
    let mut members = Filler::new(schemas).members(shape);
    for (index, value) in &mut members {
        if structure.members[*index].name.eq_ignore_ascii_case("message") {
            *value = dynamic::Value::String(MESSAGE.to_owned());
        }
    }
    let fields = DynamicStruct::new(schemas, shape, members);
    let meant = fields.to_json();
    let (code, message) = (traits.code, Some(MESSAGE.to_owned()));
    let error =
        ServiceError::from_shape(Box::new(fields), described.name, code, traits.status, message);
    let (found, message, members) = client.error(shape, &wire.error(Some(op), &error, ID))?;
    if ![Some(described.name), Some(code)].contains(&found.as_deref()) {
        return Err(format!("code {found:?} for {code}"));
    }
    if message.as_deref() != Some(MESSAGE) {
        return Err(format!("message {message:?}"));
    }
    same("error", &own(meant), &own(members))
}

#[test]
fn the_rust_clients_and_the_server_understand_each_other() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for service in SERVICES {
        let schemas = schemas(service);
        let model = schemas.model();
        for protocol in &model.metadata.protocols {
            let wire = ServiceWire::for_service(schemas, *protocol);
            for (op, operation) in model.operations.iter().enumerate() {
                let Some(client) = Client::new(schemas, *protocol, op) else { continue };
                if streams(&wire, op) {
                    continue;
                }
                checked += 1;
                let mut check = |what, outcome: Result<(), String>| {
                    if let Err(reason) = outcome
                        && !excepted(service, operation.name, what)
                    {
                        wrong.push(format!("{service}.{} {protocol:?} {reason}", operation.name));
                    }
                };
                check("input", check_input(&wire, &client, op));
                check("output", check_output(&wire, &client, op));
                // It has no reader of awsQuery's errors.
                if *protocol != Protocol::AwsQuery {
                    check("error", check_error(&wire, &client, op));
                }
            }
        }
    }
    let shown = wrong.iter().take(40).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of {checked}\n{shown}", wrong.len());
    assert!(checked > 900, "{checked}");
}
