//! Requests and responses of real services, through their generated types.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use aws_smithy_schema::serde::SerdeError;
use bytes::Bytes;
use fogbank_api_sqs as sqs;
use fogbank_schema::{Protocol, Schemas};
use fogbank_service::shape::InputShape;
use fogbank_service::{Reply, ServiceError, WireInput};
use fogbank_wire::{Body, RequestIds, ServiceWire};
use http::request::Parts;

const ID: RequestIds<'static> = RequestIds::new("b3c0ffee-0000-4000-8000-000000000001");

fn parts(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn read<I: InputShape>(
    wire: &ServiceWire,
    operation: &str,
    parts: &Parts,
    body: &[u8],
) -> Result<I, ServiceError> {
    let op = wire.operation_of(parts, body)?;
    assert_eq!(wire.model().operations[op].name, operation);
    let mut input = I::default();
    let mut request = wire.request(op, parts, Bytes::copy_from_slice(body));
    request.read(&mut |from| -> Result<(), SerdeError> { input.read_members(from) })?;
    Ok(input)
}

fn wire(schemas: &'static Schemas, protocol: Protocol) -> ServiceWire {
    ServiceWire::for_service(schemas, protocol)
}

fn text(response: &http::Response<Body>) -> String {
    String::from_utf8(response.body().as_bytes().unwrap().to_vec()).unwrap()
}

#[test]
fn sqs_reads_the_same_from_json_and_from_a_form() {
    let json = wire(&sqs::SCHEMAS, Protocol::AwsJson1_0);
    let query = wire(&sqs::SCHEMAS, Protocol::AwsQuery);
    let target = parts("POST", "/", &[("x-amz-target", "AmazonSQS.SendMessage")]);
    let body = br#"{"QueueUrl":"http://q","MessageBody":"a & b","Unknown":{"x":[1]},
        "MessageAttributes":{"n":{"DataType":"Binary","BinaryValue":"AAE="}}}"#;
    let from_json: sqs::SendMessageRequest = read(&json, "SendMessage", &target, body).unwrap();
    let form = parts("POST", "/", &[("content-type", "application/x-www-form-urlencoded")]);
    let body = b"Action=SendMessage&Version=2012-11-05&QueueUrl=http%3A%2F%2Fq&MessageBody=a+%26+b\
        &MessageAttribute.1.Name=n&MessageAttribute.1.Value.DataType=Binary\
        &MessageAttribute.1.Value.BinaryValue=AAE%3D";
    let from_form: sqs::SendMessageRequest = read(&query, "SendMessage", &form, body).unwrap();
    assert_eq!(format!("{from_json:?}"), format!("{from_form:?}"));
    assert_eq!(from_json.message_body, "a & b");
    let attributes = from_json.message_attributes.unwrap();
    assert_eq!(attributes["n"].binary_value.as_deref(), Some(&[0, 1][..]));
}

#[test]
fn sqs_answers_in_json_and_in_xml() {
    let reply = || {
        let messages = vec![sqs::Message {
            body: Some("<a>".to_owned()),
            attributes: Some([("SentTimestamp".into(), "1".to_owned())].into()),
            ..Default::default()
        }];
        Reply::for_wire(sqs::ReceiveMessageResult { messages: Some(messages) })
    };
    let json = wire(&sqs::SCHEMAS, Protocol::AwsJson1_0);
    let op = json.model().operation_index("ReceiveMessage").unwrap();
    let response = json.response(op, reply(), ID);
    assert_eq!(response.headers()["content-type"], "application/x-amz-json-1.0");
    assert_eq!(response.headers()["x-amzn-requestid"], ID.request_id);
    assert_eq!(
        text(&response),
        r#"{"Messages":[{"Body":"<a>","Attributes":{"SentTimestamp":"1"}}]}"#
    );
    let query = wire(&sqs::SCHEMAS, Protocol::AwsQuery);
    let response = query.response(op, reply(), ID);
    assert_eq!(response.headers()["content-type"], "text/xml");
    assert_eq!(
        text(&response),
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <ReceiveMessageResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">\
             <ReceiveMessageResult><Message><Body>&lt;a&gt;</Body>\
             <Attribute><Name>SentTimestamp</Name><Value>1</Value></Attribute></Message>\
             </ReceiveMessageResult><ResponseMetadata><RequestId>{}</RequestId>\
             </ResponseMetadata></ReceiveMessageResponse>",
            ID.request_id
        )
    );
}

#[test]
fn sqs_errors_carry_their_query_code() {
    let error = ServiceError::from(sqs::QueueDoesNotExist::new("gone"));
    let json = wire(&sqs::SCHEMAS, Protocol::AwsJson1_0);
    let response = json.error(None, &error, ID);
    assert_eq!(response.status(), 400);
    assert_eq!(
        response.headers()["x-amzn-query-error"],
        "AWS.SimpleQueueService.NonExistentQueue;Sender"
    );
    assert_eq!(
        text(&response),
        r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"gone"}"#
    );
    let query = wire(&sqs::SCHEMAS, Protocol::AwsQuery);
    assert!(text(&query.error(None, &error, ID)).contains(
        "<Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>\
         <Message>gone</Message></Error>"
    ));
}

#[test]
fn dynamodb_demands_what_its_model_demands() {
    use fogbank_api_dynamodb::{GetItemInput, SCHEMAS};
    let json = wire(&SCHEMAS, Protocol::AwsJson1_0);
    let target = parts("POST", "/", &[("x-amz-target", "DynamoDB_20120810.GetItem")]);
    let read = |body: &str| {
        let read: Result<GetItemInput, _> = read(&json, "GetItem", &target, body.as_bytes());
        read.map_err(|error| format!("{}: {}", error.code(), error.message().unwrap_or_default()))
    };
    let input = read(r#"{"TableName":"t12","Key":{"id":{"S":"x"}}}"#).unwrap();
    assert_eq!(input.table_name, "t12");
    for (body, answer) in [
        (
            r#"{"Key":{}}"#,
            "ValidationException: 1 validation error detected: Value null at 'tableName' failed \
             to satisfy constraint: Member must not be null",
        ),
        (
            r#"{"ReturnConsumedCapacity":"SOME"}"#,
            "ValidationException: 3 validation errors detected: Value null at 'tableName' failed \
             to satisfy constraint: Member must not be null; Value null at 'key' failed to \
             satisfy constraint: Member must not be null; Value 'SOME' at \
             'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum \
             value set: [INDEXES, TOTAL, NONE]",
        ),
    ] {
        assert_eq!(read(body).err().as_deref(), Some(answer), "{body}");
    }
    for body in ["{", "[]", "nonsense", r#"{"TableName":1,"Key":{}}"#, "{}x"] {
        let error = read(body).err().unwrap();
        assert!(error.starts_with("SerializationException"), "{body}: {error}");
    }
}

#[test]
fn values_of_the_wrong_type_are_named_as_aws_names_them() {
    use fogbank_api_dynamodb::{PutItemInput, SCHEMAS};
    let json = wire(&SCHEMAS, Protocol::AwsJson1_0);
    let target = parts("POST", "/", &[("x-amz-target", "DynamoDB_20120810.PutItem")]);
    for (body, code, message) in [
        (
            r#"{"TableName":7}"#,
            "SerializationException",
            "NUMBER_VALUE cannot be converted to String",
        ),
        (
            r#"{"TableName":"t","Item":{"a":{"BOOL":"x"}}}"#,
            "SerializationException",
            "STRING_VALUE cannot be converted to Boolean",
        ),
        (
            r#"{"TableName":"t","Item":{"a":{"B":"fakebase64!"}}}"#,
            "SerializationException",
            "Base64 encoded length is expected a multiple of 4 bytes but found: 11",
        ),
        (
            r#"{"TableName":{}}"#,
            "SerializationException",
            "Start of structure or map found where not expected.",
        ),
        (
            r#"{"TableName":"t12","Item":{"a":{"S":"x","N":"1"}}}"#,
            "ValidationException",
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one \
             of the supported datatypes",
        ),
    ] {
        let error = read::<PutItemInput>(&json, "PutItem", &target, body.as_bytes()).err().unwrap();
        assert_eq!((error.code(), error.message()), (code, Some(message)), "{body}");
    }
}

#[test]
fn sqs_names_the_parameter_that_is_missing() {
    let json = wire(&sqs::SCHEMAS, Protocol::AwsJson1_0);
    let target = parts("POST", "/", &[("x-amz-target", "AmazonSQS.SendMessage")]);
    let error =
        read::<sqs::SendMessageRequest>(&json, "SendMessage", &target, br#"{"QueueUrl":"q"}"#)
            .err()
            .unwrap();
    assert_eq!(error.message(), Some("The request must contain the parameter MessageBody."));
    let response = json.error(None, &error, ID);
    assert_eq!(response.headers()["x-amzn-query-error"], "MissingParameter;Sender");
    assert!(text(&response).contains("MissingRequiredParameterException"));
}

#[test]
fn sqs_answers_the_query_protocol_in_json_when_nothing_else_is_accepted() {
    let query = wire(&sqs::SCHEMAS, Protocol::AwsQuery);
    let head = parts("GET", "/?Action=ListQueues", &[("accept", "application/json")]);
    let op = query.operation_of(&head, b"").unwrap();
    let urls = vec!["http://q/1".to_owned(), "http://q/2".to_owned()];
    let output = sqs::ListQueuesResult { queue_urls: Some(urls), ..Default::default() };
    let ids = RequestIds::of("id-1", (&head).into());
    let response = query.response(op, Reply::for_wire(output), ids);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(
        text(&response),
        r#"{"ListQueuesResponse":{"ListQueuesResult":{"QueueUrl":["http://q/1","http://q/2"]},"ResponseMetadata":{"RequestId":"id-1"}}}"#
    );
}

#[test]
fn s3_tells_its_operations_apart() {
    use fogbank_api_s3::SCHEMAS;
    let rest = wire(&SCHEMAS, Protocol::RestXml);
    for (method, uri, headers, operation) in [
        ("GET", "/", &[][..], "ListBuckets"),
        ("GET", "/b", &[], "ListObjects"),
        ("GET", "/b/", &[], "ListObjects"),
        ("GET", "/b?list-type=2&prefix=x", &[], "ListObjectsV2"),
        ("GET", "/b?location", &[], "GetBucketLocation"),
        ("GET", "/b?location=", &[], "GetBucketLocation"),
        ("GET", "/b?lifecycle", &[], "GetBucketLifecycleConfiguration"),
        ("GET", "/b?analytics", &[], "ListBucketAnalyticsConfigurations"),
        ("GET", "/b?analytics&id=x", &[], "GetBucketAnalyticsConfiguration"),
        ("DELETE", "/b?analytics", &[], "DeleteBucketAnalyticsConfiguration"),
        ("GET", "/b/k", &[], "GetObject"),
        ("GET", "/b/k/", &[], "GetObject"),
        ("GET", "/b//k", &[], "GetObject"),
        ("GET", "/b/k?x-id=GetObject", &[], "GetObject"),
        ("GET", "/b/k?uploadId=1", &[], "ListParts"),
        ("HEAD", "/b/k", &[], "HeadObject"),
        ("PUT", "/b/k", &[], "PutObject"),
        ("PUT", "/b/k", &[("x-amz-copy-source", "a/b")], "CopyObject"),
        ("PUT", "/b/k?partNumber=1&uploadId=2", &[], "UploadPart"),
        ("PUT", "/b/k?partNumber=1&uploadId=2", &[("x-amz-copy-source", "a/b")], "UploadPartCopy"),
        ("PUT", "/b/k?tagging", &[], "PutObjectTagging"),
        ("POST", "/b/k?uploads", &[], "CreateMultipartUpload"),
        ("POST", "/b/k?uploadId=1", &[], "CompleteMultipartUpload"),
        ("POST", "/b?delete", &[], "DeleteObjects"),
        ("POST", "/b/k?select&select-type=2", &[], "SelectObjectContent"),
        ("DELETE", "/b/k", &[], "DeleteObject"),
        ("DELETE", "/b/k?uploadId=1", &[], "AbortMultipartUpload"),
    ] {
        let op = rest.operation_of(&parts(method, uri, headers), b"").unwrap();
        assert_eq!(rest.model().operations[op].name, operation, "{method} {uri}");
    }
}

#[test]
fn s3_keys_keep_every_character() {
    use fogbank_api_s3::{GetObjectRequest, SCHEMAS};
    let rest = wire(&SCHEMAS, Protocol::RestXml);
    for (path, key) in [
        ("/b/a/b", "a/b"),
        ("/b/a/", "a/"),
        ("/b//a//b//", "/a//b//"),
        ("/b/a+b%2Fc%20d", "a+b/c d"),
        ("/b/%E2%82%AC/../x", "€/../x"),
    ] {
        let input: GetObjectRequest =
            read(&rest, "GetObject", &parts("GET", path, &[("range", "bytes=0-1")]), b"").unwrap();
        assert_eq!((input.bucket.as_str(), input.key.as_str()), ("b", key), "{path}");
        assert_eq!(input.range.as_deref(), Some("bytes=0-1"));
    }
}

#[test]
fn a_label_and_a_key_of_the_body_may_have_one_name() {
    use fogbank_wire::dynamic;
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/../../generated/index/models/apigateway.bin");
    let bytes: &'static [u8] = Vec::leak(std::fs::read(model).unwrap());
    let schemas: &'static Schemas = Box::leak(Box::new(Schemas::new(bytes)));
    let rest = wire(schemas, Protocol::RestJson1);
    let uri = "/restapis/a/resources/b/methods/GET/integration";
    let head = parts("PUT", uri, &[("content-type", "application/json")]);
    let op = rest.operation_of(&head, b"").unwrap();
    let mut request = rest.request(op, &head, Bytes::from_static(br#"{"httpMethod":"POST"}"#));
    let mut input = dynamic::Value::Null;
    request
        .read_unchecked(&mut |from| {
            input = dynamic::read_input(schemas, op, from)?;
            Ok(())
        })
        .unwrap();
    let shape = rest.model().operations[op].input.unwrap();
    let json = dynamic::to_json(schemas, shape, &input);
    assert_eq!(
        (&json["httpMethod"], &json["integrationHttpMethod"]),
        (&"GET".into(), &"POST".into())
    );
}
