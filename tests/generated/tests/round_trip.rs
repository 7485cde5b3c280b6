//! Values survive the way through a serializer and back.

use std::collections::BTreeMap;

use aws_smithy_json::codec::JsonCodec;
use aws_smithy_schema::codec::Codec;
use aws_smithy_schema::serde::{SerializableStruct, ShapeSerializer};
use fogbank_api_dynamodb::{AttributeValue, GetItemOutput, PutItemInput};
use fogbank_api_sqs::{MessageAttributeValue, SendMessageRequest};
use fogbank_service::generated::{InputShape, ReadValue, WriteValue};

fn codec() -> JsonCodec {
    JsonCodec::default()
}

fn json(value: &dyn SerializableStruct) -> String {
    let mut serializer = codec().create_serializer();
    serializer.write_struct(value.schema(), value).expect("it serialises");
    String::from_utf8(serializer.finish()).expect("JSON is UTF-8")
}

fn input<I: InputShape>(text: &str) -> I {
    let mut input = I::default();
    let codec = codec();
    let mut deserializer = codec.create_deserializer(text.as_bytes());
    input.read_members(&mut deserializer).expect("it parses");
    input
}

fn attribute_value() -> AttributeValue {
    AttributeValue::M(BTreeMap::from([
        ("bytes".to_owned(), AttributeValue::B("abc".into())),
        (
            "list".to_owned(),
            AttributeValue::L(vec![
                AttributeValue::Null(true),
                AttributeValue::Ns(vec!["1".to_owned(), "2.5".to_owned()]),
            ]),
        ),
        ("text".to_owned(), AttributeValue::S("é\"".to_owned())),
    ]))
}

#[test]
fn a_recursive_union_comes_back_as_it_went() {
    let output = GetItemOutput {
        item: Some(BTreeMap::from([("a".to_owned(), attribute_value())]).into()),
        ..Default::default()
    };
    let text = json(&output);
    assert_eq!(
        text,
        r#"{"Item":{"a":{"M":{"bytes":{"B":"YWJj"},"list":{"L":[{"NULL":true},{"NS":["1","2.5"]}]},"text":{"S":"é\""}}}}}"#
    );
    let text = text.replace("\"Item\"", "\"TableName\":\"t\",\"Unknown\":[{}],\"Item\"");
    let read: PutItemInput = input(&text);
    assert_eq!(read.table_name, "t");
    let again = GetItemOutput { item: Some(read.item.into()), ..Default::default() };
    assert_eq!(json(&again), json(&output));
}

#[test]
fn null_counts_as_absent() {
    let read: SendMessageRequest = input(
        r#"{"QueueUrl":null,"MessageBody":"b","DelaySeconds":null,"MessageAttributes":null}"#,
    );
    assert_eq!((read.queue_url.as_str(), read.message_body.as_str()), ("", "b"));
    assert!(read.delay_seconds.is_none() && read.message_attributes.is_none());
}

#[test]
fn a_union_has_exactly_one_member() {
    let read = |text: &str| {
        let schema = fogbank_api_dynamodb::SCHEMAS.shape(0);
        AttributeValue::read_value(schema, &mut codec().create_deserializer(text.as_bytes()))
    };
    assert!(matches!(read(r#"{"S":"x","N":null}"#), Ok(AttributeValue::S(text)) if text == "x"));
    assert!(matches!(read("{}"), Ok(AttributeValue::Unknown)));
    assert!(matches!(read(r#"{"New":1}"#), Ok(AttributeValue::Unknown)));
    assert!(read(r#"{"S":"x","N":"1"}"#).is_err());
}

#[test]
fn debug_shows_members_and_redacts_what_is_sensitive() {
    let credentials = fogbank_api_sts::Credentials {
        access_key_id: "AKIA".to_owned(),
        secret_access_key: "very secret".to_owned(),
        session_token: "token".to_owned(),
        ..Default::default()
    };
    let text = format!("{credentials:?}");
    assert!(
        text.starts_with("Credentials { AccessKeyId: \"AKIA\", SecretAccessKey: <redacted>"),
        "{text}"
    );
    assert!(!text.contains("very secret"));
    let value = MessageAttributeValue { binary_value: Some("xyz".into()), ..Default::default() };
    let _: &dyn WriteValue = &value;
    assert_eq!(
        format!("{value:?}"),
        r#"MessageAttributeValue { BinaryValue: <3 bytes>, DataType: "" }"#
    );
    assert_eq!(
        format!("{:?}", attribute_value()),
        r#"AttributeValue { M: {"bytes": AttributeValue { B: <3 bytes> }, "list": AttributeValue { L: [AttributeValue { NULL: true }, AttributeValue { NS: ["1", "2.5"] }] }, "text": AttributeValue { S: "é\"" }} }"#
    );
}
