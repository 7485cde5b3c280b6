//! What a request may have at most, and the answer of each protocol to more.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use bytes::Bytes;
use fogbank_schema::{Protocol, Schemas};
use fogbank_service::{ServiceError, WireInput};
use fogbank_wire::{Limits, RequestIds, ServiceWire, dynamic};

fn schemas(service: &str) -> &'static Schemas {
    let path = format!("{}/../../generated/index/models/{service}.bin", env!("CARGO_MANIFEST_DIR"));
    Box::leak(Box::new(Schemas::new(Vec::leak(std::fs::read(path).unwrap()))))
}

/// A request whose document has so many levels, and what is answered where fewer are allowed.
struct Case {
    service: &'static str,
    protocol: Protocol,
    operation: &'static str,
    uri: &'static str,
    body: &'static [u8],
    levels: usize,
    refusal: &'static str,
}

const CASES: &[Case] = &[
    Case {
        service: "dynamodb",
        protocol: Protocol::AwsJson1_0,
        operation: "PutItem",
        uri: "/",
        body: br#"{"TableName":"t-1","Item":{"k":{"L":[{"S":"x"}]}}}"#,
        levels: 5,
        refusal: "SerializationException",
    },
    Case {
        service: "lambda",
        protocol: Protocol::RestJson1,
        operation: "UpdateFunctionConfiguration",
        uri: "/2015-03-31/functions/f/configuration",
        body: br#"{"Environment":{"Variables":{"AB":"b"}}}"#,
        levels: 3,
        refusal: "SerializationException",
    },
    Case {
        service: "s3",
        protocol: Protocol::RestXml,
        operation: "PutBucketLifecycleConfiguration",
        uri: "/b?lifecycle",
        body:
            b"<LifecycleConfiguration><Rule><Status>Enabled</Status><Filter><And><Tag><Key>k</Key>\
            <Value>v</Value></Tag></And></Filter></Rule></LifecycleConfiguration>",
        levels: 7,
        refusal: "MalformedXML",
    },
    Case {
        service: "cloudwatch",
        protocol: Protocol::AwsQuery,
        operation: "PutMetricData",
        uri: "/",
        body: b"Action=PutMetricData&Namespace=n&MetricData.member.1.MetricName=m\
            &MetricData.member.1.Dimensions.member.1.Name=a\
            &MetricData.member.1.Dimensions.member.1.Value=b",
        levels: 5,
        refusal: "MalformedInput",
    },
    Case {
        service: "ec2",
        protocol: Protocol::Ec2Query,
        operation: "RunInstances",
        uri: "/",
        body: b"Action=RunInstances&MinCount=1&MaxCount=1&TagSpecification.1.Tag.1.Key=a",
        levels: 5,
        refusal: "InvalidParameterValue",
    },
    Case {
        service: "cloudwatch",
        protocol: Protocol::RpcV2Cbor,
        operation: "PutMetricData",
        uri: "/",
        // {Namespace: "n", MetricData: [{MetricName: "m", Dimensions: [{Name: "a", Value: "b"}]}]}
        body: b"\xa2iNamespaceanjMetricData\x81\xa2jMetricNameamjDimensions\x81\xa2dNameaaeValueab",
        levels: 5,
        refusal: "SerializationException",
    },
];

fn read(case: &Case, limits: Limits) -> Result<(), (ServiceError, ServiceWire)> {
    let schemas = schemas(case.service);
    let wire = ServiceWire::with_limits(schemas, case.protocol, limits);
    let op = wire.model().operation_index(case.operation).unwrap();
    let head = http::Request::put(case.uri).body(()).unwrap().into_parts().0;
    let mut request = wire.request(op, &head, Bytes::from_static(case.body));
    let read = request.read(&mut |from| dynamic::read_input(schemas, op, from).map(drop));
    read.map_err(|error| (error, wire))
}

#[test]
fn documents_may_nest_as_deeply_as_the_limit_says() {
    for case in CASES {
        let named = format!("{}.{} {:?}", case.service, case.operation, case.protocol);
        let allowed = Limits { nesting_depth: case.levels, ..Limits::default() };
        if let Err((error, _)) = read(case, allowed) {
            panic!("{named}: {error:?}");
        }
        let fewer = Limits { nesting_depth: case.levels - 1, ..Limits::default() };
        let (error, wire) = read(case, fewer).expect_err(&named);
        assert_eq!((error.status(), error.code()), (400, case.refusal), "{named}: {error:?}");
        let answer = wire.error(None, &error, RequestIds::new("id"));
        assert_eq!(answer.status(), 400, "{named}");
        assert!(answer.body().as_bytes().unwrap().len() > 10, "{named}");
    }
}

#[test]
fn forms_may_have_as_many_fields_as_the_limit_says() {
    for case in CASES {
        if !matches!(case.protocol, Protocol::AwsQuery | Protocol::Ec2Query) {
            continue;
        }
        let fields = case.body.iter().filter(|byte| **byte == b'&').count() + 1;
        let limits = |form_fields| Limits { form_fields, ..Limits::default() };
        assert!(read(case, limits(fields)).is_ok());
        let (error, _) = read(case, limits(fields - 1)).unwrap_err();
        assert_eq!((error.status(), error.code()), (400, "MalformedQueryString"));
        let words = format!("The request has more than {} parameters.", fields - 1);
        assert_eq!(error.message(), Some(words.as_str()));
    }
}

#[test]
fn whole_numbers_in_cbor_are_read_as_fractions() {
    // {Namespace: "n", MetricData: [{MetricName: "m", Value: 5}]}, as JavaScript writes 5.0.
    let body = b"\xa2iNamespaceanjMetricData\x81\xa2jMetricNameameValue\x05";
    let schemas = schemas("cloudwatch");
    let wire = ServiceWire::for_service(schemas, Protocol::RpcV2Cbor);
    let op = wire.model().operation_index("PutMetricData").unwrap();
    let head = http::Request::post("/").body(()).unwrap().into_parts().0;
    let mut request = wire.request(op, &head, Bytes::from_static(body));
    let mut read = None;
    request
        .read(&mut |from| {
            read = Some(dynamic::read_input(schemas, op, from)?);
            Ok(())
        })
        .unwrap();
    let shape = wire.model().operations[op].input.unwrap();
    let json = dynamic::to_json(schemas, shape, &read.unwrap());
    assert_eq!(json["MetricData"][0]["Value"], 5.0);
}
