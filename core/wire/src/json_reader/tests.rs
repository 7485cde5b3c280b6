//! The reader beside the library's.

use fogbank_schema::{Protocol, Schemas};
use proptest::prelude::*;

use super::*;
use crate::ServiceWire;
use crate::dynamic::{self, Value};

fn wire() -> &'static ServiceWire {
    static WIRE: std::sync::OnceLock<ServiceWire> = std::sync::OnceLock::new();
    WIRE.get_or_init(|| {
        let models = concat!(env!("CARGO_MANIFEST_DIR"), "/../../generated/index/models");
        let bytes = std::fs::read(format!("{models}/dynamodb.bin")).unwrap();
        let schemas = Box::leak(Box::new(Schemas::new(Vec::leak(bytes))));
        ServiceWire::for_service(schemas, Protocol::AwsJson1_0)
    })
}

/// The input of `Query`, which has members of most kinds.
fn input(from: &mut dyn ShapeDeserializer) -> Result<Value, SerdeError> {
    let wire = wire();
    let operation = wire.model.operation_index("Query").unwrap();
    dynamic::read_input(wire.schemas, operation, from)
}

fn read(body: &[u8]) -> Result<Value, SerdeError> {
    let mut reader = wire().json(body)?;
    let value = input(&mut reader)?;
    reader.end().map(|()| value)
}

fn by_library(body: &[u8]) -> Result<Value, SerdeError> {
    let codec = crate::codec::json(Limits::default());
    input(&mut codec.create_deserializer(body))
}

/// Understands what the library understands. Only what is no JSON may be refused beyond that.
fn check(body: &str) {
    match (read(body.as_bytes()), by_library(body.as_bytes())) {
        (Ok(read), Ok(expected)) => assert_eq!(read, expected, "{body}"),
        (Err(_), Err(_)) => {}
        (Ok(read), Err(error)) => panic!("{body} was read as {read:?}; {error}"),
        (Err(error), Ok(_)) => {
            assert!(serde_json::from_str::<serde_json::Value>(body).is_err(), "{body}: {error}");
        }
    }
}

#[test]
fn documents_are_read_as_the_library_reads_them() {
    let cases = [
        "",
        " \n",
        "{}",
        " { } ",
        "{} x",
        "{}{}",
        "[]",
        "null",
        "{\"TableName\":\"t\"}",
        "{\"TableName\" : \"a\\n\\u00e9\\ud83d\\ude00\\\\\\\"\" , \"Limit\" : 7 }",
        "{\"TableName\":\"é∂𝒳\",\"Limit\":1.0,\"ConsistentRead\":true}",
        "{\"Limit\":1e3}",
        "{\"Limit\":1.5}",
        "{\"Limit\":-0}",
        "{\"Limit\":01}",
        "{\"Limit\":3000000000}",
        "{\"Limit\":99999999999999999999}",
        "{\"Limit\":\"1\"}",
        "{\"Limit\":1x}",
        "{\"Limit\":null,\"TableName\":null}",
        "{\"Limit\":nullx}",
        "{\"ConsistentRead\":falsey}",
        "{\"AttributesToGet\":[\"a\",\"b\"]}",
        "{\"AttributesToGet\":[\"a\",]}",
        "{\"AttributesToGet\":[,\"a\"]}",
        "{\"AttributesToGet\":[\"a\" \"b\"]}",
        "{\"AttributesToGet\":[\"a\"}",
        "{\"AttributesToGet\":[null]}",
        "{\"ExpressionAttributeNames\":{\"#a\":\"a\",\"#b\":\"b\"}}",
        "{\"ExclusiveStartKey\":{\"k\":{\"M\":{\"l\":{\"L\":[{\"N\":\"1\"},{\"B\":\"AAE=\"}]}}}}}",
        "{\"ExclusiveStartKey\":{\"k\":{\"B\":\"A\"}}}",
        "{\"ExclusiveStartKey\":{\"k\":{\"NULL\":true}}}",
        "{\"__type\":{\"a\":[1,2.5e-1,true,false,null,\"\\u12aB\"]},\"TableName\":\"t\"}",
        "{\"Other\":\"\\ud800\",\"TableName\":\"t\"}",
        "{\"Other\":\"\\x\"}",
        "{\"Other\":\"\\u12\"}",
        "{\"Other\":[1,{\"a\":-}]}",
        "{\"Other\":tru}",
        "{\"TableName\":\"\\ud800\"}",
        "{\"TableName\":\"t",
        "{\"TableName\":\"t\\",
        "{\"TableName\"",
        "{\"TableName\":",
        "{TableName:1}",
        "{,}",
        "{\"a\":1,}",
    ];
    for body in cases {
        check(body);
        // With an end that came too early.
        for end in (0..body.len()).filter(|end| body.is_char_boundary(*end)) {
            check(&body[..end]);
        }
    }
    let deep = |levels: usize| {
        let (open, close) = ("{\"M\":{\"a\":".repeat(levels), "}}".repeat(levels));
        format!("{{\"ExclusiveStartKey\":{{\"k\":{open}{{\"NULL\":true}}{close}}}}}")
    };
    (55..70).for_each(|levels| check(&deep(levels)));
    let unknown =
        |levels: usize| format!("{{\"Other\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    (120..135).for_each(|levels| check(&unknown(levels)));
    assert!(read(b"{\"TableName\":\"\xff\"}").is_err());
}

#[test]
fn numbers_follow_the_grammar() {
    let cases = [
        ("0", Some("0")),
        ("-0.5e+7,", Some("-0.5e+7")),
        ("12]", Some("12")),
        ("01", Some("0")),
        ("1E9x", Some("1E9")),
        ("1.", None),
        ("1e", None),
        ("-", None),
        ("+1", None),
        (".5", None),
        ("", None),
    ];
    for (text, expected) in cases {
        assert_eq!(number(text), expected, "{text}");
    }
}

/// Pieces of documents, most of which fit together.
fn pieces() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        "-?[0-9]{1,3}(\\.[0-9])?(e[0-9])?",
        "\"[a-z\\\\\"nué{}\\[\\]:, ]{0,6}\"",
        Just("{\"S\":\"x\"}".to_owned()),
        Just("[{\"N\":\"1\"},{\"BOOL\":true}]".to_owned()),
        Just("{\"k\":{\"L\":[{\"S\":\"x\"}]}}".to_owned()),
    ];
    let name = prop_oneof![
        Just("TableName"),
        Just("Limit"),
        Just("ConsistentRead"),
        Just("AttributesToGet"),
        Just("ExclusiveStartKey"),
        Just("ExpressionAttributeValues"),
        Just("__type"),
        Just("Other"),
    ];
    let entry = (name, " ?", value)
        .prop_map(|(name, space, value)| format!("\"{name}\"{space}:{space}{value}"));
    proptest::collection::vec(entry, 0..4).prop_map(|entries| format!("{{{}}}", entries.join(",")))
}

proptest! {
    #[test]
    fn reads_what_the_library_reads(body in pieces()) {
        check(&body);
    }

    #[test]
    fn damaged_documents_are_refused_alike(
        body in pieces(),
        at in 0_usize..60,
        damage in "[\\[\\]{}\",:\\\\ 0ae.-]{0,2}",
    ) {
        let mut at = at.min(body.len());
        while !body.is_char_boundary(at) {
            at -= 1;
        }
        check(&format!("{}{damage}{}", &body[..at], &body[at..]));
    }
}
