//! Validation from the model, in the words that AWS was recorded to use.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use bytes::Bytes;
use fogbank_schema::{Protocol, Schemas};
use fogbank_service::WireInput;
use fogbank_wire::{ServiceWire, dynamic};

fn schemas(service: &str) -> &'static Schemas {
    let path = format!("{}/../../generated/index/models/{service}.bin", env!("CARGO_MANIFEST_DIR"));
    Box::leak(Box::new(Schemas::new(Vec::leak(std::fs::read(path).unwrap()))))
}

/// The answer to an input: empty when it holds.
fn answer(service: &str, operation: &str, uri: &str, body: &str) -> String {
    let schemas = schemas(service);
    let protocol = schemas.model().metadata.protocols.iter().copied();
    let form = body.starts_with("Action=");
    let protocol = protocol.filter(|p| matches!(p, Protocol::AwsQuery) == form);
    let protocol = protocol.into_iter().find(|p| *p != Protocol::RpcV2Cbor).unwrap();
    let wire = ServiceWire::for_service(schemas, protocol);
    let op = wire.model().operation_index(operation).unwrap();
    let uri = if uri.is_empty() { "/" } else { uri };
    let head = http::Request::post(uri).body(()).unwrap().into_parts().0;
    let mut request = wire.request(op, &head, Bytes::copy_from_slice(body.as_bytes()));
    let read = request.read(&mut |from| dynamic::read_input(schemas, op, from).map(drop));
    read.err().map(|error| sorted(error.message().unwrap_or_default())).unwrap_or_default()
}

/// Values of enums come in the order of a hash table of AWS's; here they compare as a set.
fn sorted(message: &str) -> String {
    const SET: &str = "enum value set: [";
    let mut parts = message.split(SET);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (set, rest) = part.split_once(']').unwrap();
        let mut values: Vec<&str> = set.split(", ").collect();
        values.sort_unstable();
        text.push_str(&format!("{SET}{}]{rest}", values.join(", ")));
    }
    text
}

const HELD: &str = "failed to satisfy constraint: Member must";

/// A case: service, operation, URI where it counts, body, and what AWS answers; `~` stands for the
/// words of every sentence.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static str);

const LONG_NAME: &str = "This should fail with two errors 123467890123412341234123412341234";
const AAA81: &str =
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

const CASES: &[Case] = &[
    ("kms", "GenerateRandom", "", r#"{"NumberOfBytes":1024}"#, ""),
    (
        "kms",
        "GenerateRandom",
        "",
        r#"{"NumberOfBytes":1025}"#,
        "1 validation error detected: Value '1025' at 'numberOfBytes' ~ have value less than or equal to 1024",
    ),
    (
        "kms",
        "GenerateRandom",
        "",
        r#"{"NumberOfBytes":0}"#,
        "1 validation error detected: Value '0' at 'numberOfBytes' ~ have value greater than or equal to 1",
    ),
    (
        "cloudwatch",
        "SetAlarmState",
        "",
        r#"{"AlarmName":"a","StateValue":"INVALID","StateReason":"r"}"#,
        "1 validation error detected: Value 'INVALID' at 'stateValue' ~ satisfy enum value set: [ALARM, INSUFFICIENT_DATA, OK]",
    ),
    (
        "events",
        "CreateConnection",
        "",
        r#"{"Name":"LONG","AuthorizationType":"INVALID","AuthParameters":{}}"#,
        "3 validation errors detected: Value 'LONG' at 'name' ~ satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+; Value 'LONG' at 'name' ~ have length less than or equal to 64; Value 'INVALID' at 'authorizationType' ~ satisfy enum value set: [API_KEY, BASIC, OAUTH_CLIENT_CREDENTIALS]",
    ),
    (
        "events",
        "PutTargets",
        "",
        r#"{"Rule":"r","Targets":[{"Id":"!@#$@!#$","Arn":"a"}]}"#,
        "1 validation error detected: Value '!@#$@!#$' at 'targets.1.member.id' ~ satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    ),
    (
        "stepfunctions",
        "CreateStateMachineAlias",
        "",
        r#"{"name":"AAA81","routingConfiguration":[{"stateMachineVersionArn":"a","weight":50}]}"#,
        "1 validation error detected: Value 'AAA81' at 'name' ~ have length less than or equal to 80",
    ),
    (
        "stepfunctions",
        "CreateStateMachineAlias",
        "",
        r#"{"name":"a","routingConfiguration":[{"stateMachineVersionArn":"a","weight":101}]}"#,
        "1 validation error detected: Value '101' at 'routingConfiguration.1.member.weight' ~ have value less than or equal to 100",
    ),
    (
        "sns",
        "Publish",
        "",
        "Action=Publish&Message=m&MessageAttributes.entry.1.Name=attr1&MessageAttributes.entry.1.Value.StringValue=x",
        "1 validation error detected: Value null at 'messageAttributes.attr1.member.dataType' ~ not be null",
    ),
    (
        "apigateway",
        "CreateRestApi",
        "/restapis",
        r#"{"name":"a","endpointConfiguration":{"types":["wrong"],"ipAddressType":"wrong"}}"#,
        "2 validation errors detected: Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' ~ satisfy constraint: [Member must satisfy enum value set: [EDGE, PRIVATE, REGIONAL]]; Value 'wrong' at 'createRestApiInput.endpointConfiguration.ipAddressType' ~ satisfy enum value set: [dualstack, ipv4]",
    ),
    (
        "lambda",
        "CreateAlias",
        "/2015-03-31/functions/f/aliases",
        r#"{"Name":"a","FunctionVersion":"1","RoutingConfig":{"AdditionalVersionWeights":{"2":2.0}}}"#,
        "1 validation error detected: Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]",
    ),
    (
        "lambda",
        "CreateAlias",
        "/2015-03-31/functions/f/aliases",
        r#"{"Name":"a","FunctionVersion":"1","RoutingConfig":{"AdditionalVersionWeights":{"$LATEST":0.5}}}"#,
        "1 validation error detected: Value '{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]",
    ),
    (
        "lambda",
        "CreateFunction",
        "/2015-03-31/functions",
        r#"{"FunctionName":"f","Role":"arn:aws:iam::000000000000:role/r","Code":{},"Architectures":["X86_64"]}"#,
        "1 validation error detected: Value '[X86_64]' at 'architectures' ~ satisfy constraint: [Member must satisfy enum value set: [arm64, x86_64], Member must not be null]",
    ),
    (
        "lambda",
        "CreateFunction",
        "/2015-03-31/functions",
        r#"{"FunctionName":"f","Role":"arn:aws:iam::000000000000:role/r","Code":{},"VpcConfig":{"SubnetIds":["x"]}}"#,
        "1 validation error detected: Value '[x]' at 'vpcConfig.subnetIds' ~ satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: subnet-[0-9a-z]*]",
    ),
];

#[test]
fn inputs_that_break_the_model_get_the_words_of_aws() {
    let mut wrong = Vec::new();
    for (service, operation, uri, body, expected) in CASES {
        let spelt = |text: &str| text.replace("LONG", LONG_NAME).replace("AAA81", AAA81);
        let expected = spelt(expected).replace('~', HELD);
        let found = answer(service, operation, uri, &spelt(body));
        if found != expected {
            wrong
                .push(format!("{service}.{operation} {body}\n  found {found}\n  meant {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
