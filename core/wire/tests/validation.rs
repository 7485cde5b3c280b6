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
    match read.err() {
        // The usual codes go without saying.
        Some(error) if matches!(error.code(), "ValidationException" | "ValidationError") => {
            error.message().unwrap_or_default().to_owned()
        }
        Some(error) => format!("{}: {}", error.code(), error.message().unwrap_or_default()),
        None => String::new(),
    }
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
        "1 validation error detected: Value 'INVALID' at 'stateValue' ~ satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
    ),
    (
        "events",
        "CreateConnection",
        "",
        r#"{"Name":"LONG","AuthorizationType":"INVALID","AuthParameters":{}}"#,
        "3 validation errors detected: Value 'LONG' at 'name' ~ satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+; Value 'LONG' at 'name' ~ have length less than or equal to 64; Value 'INVALID' at 'authorizationType' ~ satisfy enum value set: [BASIC, OAUTH_CLIENT_CREDENTIALS, API_KEY]",
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
        "2 validation errors detected: Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' ~ satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]; Value 'wrong' at 'createRestApiInput.endpointConfiguration.ipAddressType' ~ satisfy enum value set: [ipv4, dualstack]",
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
        "1 validation error detected: Value '[X86_64]' at 'architectures' ~ satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
    ),
    (
        "lambda",
        "CreateFunction",
        "/2015-03-31/functions",
        r#"{"FunctionName":"f","Role":"arn:aws:iam::000000000000:role/r","Code":{},"VpcConfig":{"SubnetIds":["x"]}}"#,
        "1 validation error detected: Value '[x]' at 'vpcConfig.subnetIds' ~ satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: subnet-[0-9a-z]*]",
    ),
    (
        "apigateway",
        "PutGatewayResponse",
        "/restapis/r/gatewayresponses/FAKE_RESPONSE_TYPE",
        r#"{}"#,
        "1 validation error detected: Value 'FAKE_RESPONSE_TYPE' at 'responseType' ~ satisfy enum value set: [REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND, AUTHORIZER_CONFIGURATION_ERROR, MISSING_AUTHENTICATION_TOKEN, BAD_REQUEST_BODY, INVALID_SIGNATURE, INVALID_API_KEY, BAD_REQUEST_PARAMETERS, AUTHORIZER_FAILURE, UNAUTHORIZED, INTEGRATION_TIMEOUT, ACCESS_DENIED, DEFAULT_4XX, DEFAULT_5XX, WAF_FILTERED, QUOTA_EXCEEDED, THROTTLED, API_CONFIGURATION_ERROR, UNSUPPORTED_MEDIA_TYPE, INTEGRATION_FAILURE, EXPIRED_TOKEN]",
    ),
    (
        "apigateway",
        "UpdateGatewayResponse",
        "/restapis/r/gatewayresponses/DEFAULT_4XX",
        r#"{"patchOperations":[{"op":"wrong-op","path":"/a"}]}"#,
        "1 validation error detected: Value 'wrong-op' at 'updateGatewayResponseInput.patchOperations.1.member.op' ~ satisfy enum value set: [add, remove, move, test, replace, copy]",
    ),
    (
        "apigateway",
        "PutIntegration",
        "/restapis/r/resources/s/methods/GET/integration",
        r#"{"type":"HTTPS_PROXY"}"#,
        "1 validation error detected: Value 'HTTPS_PROXY' at 'putIntegrationInput.type' ~ satisfy enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]",
    ),
    (
        "apigateway",
        "CreateDocumentationPart",
        "/restapis/r/documentation/parts",
        r#"{"location":{"type":"INVALID"},"properties":"p"}"#,
        "1 validation error detected: Value 'INVALID' at 'createDocumentationPartInput.location.type' ~ satisfy enum value set: [RESPONSE_BODY, RESPONSE, METHOD, MODEL, AUTHORIZER, RESPONSE_HEADER, RESOURCE, PATH_PARAMETER, REQUEST_BODY, QUERY_PARAMETER, API, REQUEST_HEADER]",
    ),
    (
        "apigateway",
        "UpdateMethodResponse",
        "/restapis/r/resources/s/methods/GET/responses/wrong",
        r#"{"patchOperations":[{"op":"wrong_op"}]}"#,
        "2 validation errors detected: Value 'wrong_op' at 'updateMethodResponseInput.patchOperations.1.member.op' ~ satisfy enum value set: [add, remove, move, test, replace, copy]; Value 'wrong' at 'statusCode' ~ satisfy regular expression pattern: [1-5]\\d\\d",
    ),
    (
        "dynamodb",
        "ExecuteStatement",
        "",
        r#"{"Statement":"s","Parameters":[]}"#,
        "1 validation error detected: Value '[]' at 'parameters' ~ have length greater than or equal to 1",
    ),
    (
        "dynamodb",
        "UpdateKinesisStreamingDestination",
        "",
        r#"{"TableName":"tab","StreamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/s","UpdateKinesisStreamingConfiguration":{"ApproximateCreationDateTimePrecision":"SECOND"}}"#,
        "1 validation error detected: Value 'SECOND' at 'updateKinesisStreamingConfiguration.approximateCreationDateTimePrecision' ~ satisfy enum value set: [MILLISECOND, MICROSECOND]",
    ),
    (
        "events",
        "CreateApiDestination",
        "",
        r#"{"Name":"n","ConnectionArn":"invalid-connection-arn","InvocationEndpoint":"https://a.b","HttpMethod":"INVALID_METHOD"}"#,
        "2 validation errors detected: Value 'invalid-connection-arn' at 'connectionArn' ~ satisfy regular expression pattern: ^arn:aws([a-z]|\\-)*:events:([a-z]|\\d|\\-)*:([0-9]{12})?:connection\\/[\\.\\-_A-Za-z0-9]+\\/[\\-A-Za-z0-9]+$; Value 'INVALID_METHOD' at 'httpMethod' ~ satisfy enum value set: [HEAD, POST, PATCH, DELETE, PUT, GET, OPTIONS]",
    ),
    (
        "iam",
        "UpdateServiceSpecificCredential",
        "",
        "Action=UpdateServiceSpecificCredential&ServiceSpecificCredentialId=ABCDEFGHIJKLMNOPQRST&Status=Invalid",
        "1 validation error detected: Value at 'status' ~ satisfy enum value set",
    ),
    (
        "iam",
        "CreateUser",
        "",
        "Action=CreateUser&UserName=a%20b&Path=x",
        "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
    ),
    (
        "iam",
        "CreateUser",
        "",
        "Action=CreateUser&UserName=%C3%A9",
        "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
    ),
    (
        "iam",
        "CreateUser",
        "",
        "Action=CreateUser&UserName=&Path=x",
        "1 validation error detected: Value at 'userName' ~ have length greater than or equal to 1",
    ),
    (
        "iam",
        "ListUsers",
        "",
        "Action=ListUsers&PathPrefix=x",
        "The specified value for pathPrefix is invalid. It must begin with the / character and contain only alphanumeric characters and/or / characters.",
    ),
    (
        "iam",
        "CreateAccountAlias",
        "",
        "Action=CreateAccountAlias&AccountAlias=a",
        "The specified value for accountAlias is invalid. It must be a minimum length of 3 characters and maximum length of 63 characters, contain only digits, lowercase letters, and hyphens (-), but cannot begin or end with a hyphen.",
    ),
    (
        "iam",
        "GetContextKeysForCustomPolicy",
        "",
        "Action=GetContextKeysForCustomPolicy&PolicyInputList.member.1=%E2%82%AC",
        "1 validation error detected: Value at 'policyInputList' ~ satisfy constraint: [Member must have length less than or equal to 131072, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+]",
    ),
    (
        "kms",
        "GenerateMac",
        "",
        r#"{"Message":"YQ==","KeyId":"k","MacAlgorithm":"INVALID"}"#,
        "1 validation error detected: Value 'INVALID' at 'macAlgorithm' ~ satisfy enum value set: [HMAC_SHA_384, HMAC_SHA_256, HMAC_SHA_224, HMAC_SHA_512]",
    ),
    (
        "logs",
        "DescribeMetricFilters",
        "",
        r#"{"limit":51}"#,
        "InvalidParameterException: 1 validation error detected: Value '51' at 'limit' ~ have value less than or equal to 50",
    ),
    (
        "logs",
        "PutDeliveryDestination",
        "",
        r#"{"name":"n","outputFormat":"foobar"}"#,
        "1 validation error detected: Value 'foobar' at 'outputFormat' ~ satisfy enum value set: [w3c, raw, json, plain, parquet]",
    ),
    (
        "lambda",
        "CreateFunctionUrlConfig",
        "/2021-10-31/functions/f/url",
        r#"{"AuthType":"NONE","InvokeMode":"UNKNOWN"}"#,
        "1 validation error detected: Value 'UNKNOWN' at 'invokeMode' ~ satisfy enum value set: [RESPONSE_STREAM, BUFFERED]",
    ),
    (
        "lambda",
        "PutFunctionRecursionConfig",
        "/2024-08-31/functions/f/recursion-config",
        r#"{"RecursiveLoop":"InvalidValue"}"#,
        "1 validation error detected: Value 'InvalidValue' at 'recursiveLoop' ~ satisfy enum value set: [Terminate, Allow]",
    ),
    (
        "stepfunctions",
        "ListExecutions",
        "",
        r#"{"stateMachineArn":"a","statusFilter":"succeeded"}"#,
        "1 validation error detected: Value 'succeeded' at 'statusFilter' ~ satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]",
    ),
    (
        "stepfunctions",
        "ListExecutions",
        "",
        r#"{"stateMachineArn":"a","maxResults":1001}"#,
        "1 validation error detected: Value '1001' at 'maxResults' ~ have value less than or equal to 1000",
    ),
    (
        "sts",
        "AssumeRole",
        "",
        "Action=AssumeRole&RoleArn=arn:aws:iam::000000000000:role/r&RoleSessionName=Session1:2",
        "1 validation error detected: Value 'Session1:2' at 'roleSessionName' ~ satisfy regular expression pattern: [\\w+=,.@-]*",
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
