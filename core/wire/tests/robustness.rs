//! Whatever comes in, a reader answers: with an input or with an error of the caller, in bounded
//! time, never with a panic.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::OnceLock;

use bytes::Bytes;
use fogbank_schema::{Protocol, Schemas};
use fogbank_service::{ServiceError, WireInput};
use fogbank_wire::{RequestIds, ServiceWire, dynamic};
use http::request::Parts;
use proptest::prelude::*;

/// A service in a protocol, with one well-formed request to start from.
struct Subject {
    wire: ServiceWire,
    parts: Parts,
    body: Vec<u8>,
}

fn schemas(service: &str) -> &'static Schemas {
    let path = format!("{}/../../generated/index/models/{service}.bin", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(path).expect("`cargo xtask regen` writes the models");
    Box::leak(Box::new(Schemas::new(Vec::leak(bytes))))
}

fn subject(
    service: &str,
    protocol: Protocol,
    method: &str,
    uri: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Subject {
    let mut request = http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let wire = ServiceWire::for_service(schemas(service), protocol);
    Subject { wire, parts, body: body.to_vec() }
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// One request per reader.
fn subjects() -> &'static [Subject] {
    static SUBJECTS: OnceLock<Vec<Subject>> = OnceLock::new();
    SUBJECTS.get_or_init(|| {
        vec![
            subject(
                "dynamodb",
                Protocol::AwsJson1_0,
                "POST",
                "/",
                &[("x-amz-target", "DynamoDB_20120810.PutItem")],
                br#"{"TableName":"tab","Item":{"k":{"M":{"l":{"L":[{"N":"1"},{"B":"AAE="}]}}}}}"#,
            ),
            subject(
                "iam",
                Protocol::AwsQuery,
                "POST",
                "/",
                &[FORM],
                b"Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument=%7B%7D\
                  &Tags.member.1.Key=a&Tags.member.1.Value=b&MaxSessionDuration=3600",
            ),
            subject(
                "ec2",
                Protocol::Ec2Query,
                "POST",
                "/",
                &[FORM],
                b"Action=RunInstances&Version=2016-11-15&MinCount=1&MaxCount=2&ImageId=ami-1\
                  &TagSpecification.1.Tag.1.Key=a&BlockDeviceMapping.1.Ebs.VolumeSize=8",
            ),
            subject(
                "lambda",
                Protocol::RestJson1,
                "POST",
                "/2015-03-31/functions",
                &[("content-type", "application/json")],
                br#"{"FunctionName":"f","Role":"arn:aws:iam::000000000000:role/r","Code":
                    {"ZipFile":"AAE="},"Environment":{"Variables":{"AB":"b"}},"Timeout":3}"#,
            ),
            subject(
                "s3",
                Protocol::RestXml,
                "POST",
                "/b?delete",
                &[("content-type", "application/xml")],
                b"<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a&amp;b\
                  </Key></Object><Object><Key>c</Key></Object><Quiet>true</Quiet></Delete>",
            ),
            subject(
                "cloudwatch",
                Protocol::RpcV2Cbor,
                "POST",
                "/service/GraniteServiceVersion20100801/operation/SetAlarmState",
                &[("smithy-protocol", "rpc-v2-cbor"), ("content-type", "application/cbor")],
                b"\xbfiAlarmNameaajStateValuebOKkStateReasonar\xff",
            ),
        ]
    })
}

fn read(subject: &Subject, body: &[u8]) -> Result<(), ServiceError> {
    let wire = &subject.wire;
    let op = wire.operation_of(&subject.parts, body)?;
    let mut request = wire.request(op, &subject.parts, Bytes::copy_from_slice(body));
    request.read(&mut |from| dynamic::read_input(wire.schemas(), op, from).map(drop))
}

/// The error is the caller's, and its response has a body.
fn answers(subject: &Subject, body: &[u8]) {
    if let Err(error) = read(subject, body) {
        assert!((400..500).contains(&error.status()), "{error:?}");
        let response = subject.wire.error(None, &error, RequestIds::new("id"));
        assert_eq!(response.status().as_u16(), error.status());
        assert!(!response.body().as_bytes().unwrap().is_empty());
    }
}

#[test]
fn the_requests_themselves_are_read() {
    for subject in subjects() {
        read(subject, &subject.body)
            .unwrap_or_else(|error| panic!("{:?}: {error:?}", subject.wire));
    }
}

#[test]
fn a_body_cut_short_anywhere_is_answered() {
    for subject in subjects() {
        for length in 0..subject.body.len() {
            answers(subject, &subject.body[..length]);
        }
    }
}

#[test]
fn deep_nesting_is_answered() {
    let depth = 100_000;
    let nested = |open: &[u8], around: &[u8]| [around, &open.repeat(depth)].concat();
    for body in [
        nested(b"[", b"{\"x\":"),
        nested(b"{\"a\":", b""),
        nested(b"{\"M\":{\"a\":", b"{\"TableName\":\"t\",\"Item\":{\"k\":"),
        nested(b"{\"L\":[", b"{\"TableName\":\"t\",\"Item\":{\"k\":"),
        nested(b"<Object>", b"<Delete>"),
        nested(b"<x>", b"<Delete>"),
        nested(b"\x81", b"\xbfax"),
        nested(b"\xa1aa", b""),
        nested(b"\xd9\xd9\xf7", b"\xbfax"),
        nested(b"a.", b"Action=CreateRole&"),
        nested(b"Tags.member.", b"Action=CreateRole&"),
    ] {
        for subject in subjects() {
            answers(subject, &body);
        }
    }
}

#[test]
fn huge_numbers_and_foreign_text_are_answered() {
    let digits = "9".repeat(100_000);
    for body in [
        format!("{{\"TableName\":\"tab\",\"Item\":{{}},\"Timeout\":{digits}}}"),
        format!("{{\"Timeout\":1e{digits}}}"),
        format!("{{\"Timeout\":-0.{digits}}}"),
        format!("Action=CreateRole&MaxSessionDuration={digits}"),
        format!("Action=RunInstances&MinCount={digits}&TagSpecification.{digits}.Tag.1.Key=a"),
        "Action=CreateRole&Tags.member.1.Key=%FF%FE".to_owned(),
        "\u{0}\u{feff}{}".to_owned(),
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"bb\">]><Delete>&b;</Delete>".to_owned(),
    ] {
        for subject in subjects() {
            answers(subject, body.as_bytes());
        }
    }
    for body in [&b"{\"TableName\":\"\xff\"}"[..], b"\xff\xfe", b"<Delete>\xff</Delete>"] {
        for subject in subjects() {
            answers(subject, body);
        }
    }
}

#[test]
fn many_fields_are_answered_in_time() {
    use std::fmt::Write as _;
    let mut body = "Action=RunInstances".to_owned();
    for index in 0..50_000 {
        write!(body, "&SecurityGroupId.{index}=sg-{index}").unwrap();
    }
    for subject in subjects() {
        answers(subject, body.as_bytes());
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        for subject in subjects() {
            answers(subject, &body);
        }
    }

    #[test]
    fn changed_bytes_are_answered(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)
    ) {
        for subject in subjects() {
            let mut body = subject.body.clone();
            for (index, byte) in &changes {
                let index = index.index(body.len());
                body[index] = *byte;
            }
            answers(subject, &body);
        }
    }

    #[test]
    fn any_path_is_answered(path in "/[a-z%+./?&=0-9]{0,40}", method in "(GET|PUT|POST|HEAD|DELETE)") {
        for subject in subjects() {
            let Ok(uri) = path.parse::<http::Uri>() else { continue };
            let mut parts = subject.parts.clone();
            parts.uri = uri;
            parts.method = method.parse().unwrap();
            let other = Subject { wire: subject.wire.clone(), parts, body: Vec::new() };
            answers(&other, &subject.body);
        }
    }

    #[test]
    fn any_form_is_answered(form in "[A-Z][a-z]{0,4}(\\.(member|[0-9]{1,4}|Key)){0,5}=[ -~]{0,8}(&[ -~]{0,12}){0,6}") {
        for subject in subjects() {
            answers(subject, format!("Action=CreateRole&RoleName=r&{form}").as_bytes());
        }
    }
}
