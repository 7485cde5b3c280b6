//! The AWS SDK for Rust, over a socket, against a server in this process.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
    ScalarAttributeType,
};
use aws_sdk_s3::config::{
    BehaviorVersion, Credentials, Region, RequestChecksumCalculation, SharedHttpClient,
};
use aws_sdk_s3::primitives::ByteStream;
use fogbank_gateway::Gateway;

const REGION: &str = "us-east-1";

async fn start() -> Gateway {
    Gateway::builder().start().await.expect("a free port is there")
}

fn credentials() -> Credentials {
    Credentials::new("000000000000", "test", None, None, "tests")
}

fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().build_http()
}

macro_rules! client {
    ($sdk:ident, $server:expr) => {
        $sdk::Client::from_conf(
            $sdk::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new(REGION))
                .credentials_provider(credentials())
                .http_client(http_client())
                .endpoint_url($server.url())
                .build(),
        )
    };
}

#[path = "sdk/documents.rs"]
mod documents;

#[tokio::test]
async fn sts_knows_the_caller() {
    let server = start().await;
    let identity = client!(aws_sdk_sts, server).get_caller_identity().send().await.unwrap();
    assert_eq!(identity.arn(), Some("arn:aws:iam::000000000000:root"));
}

#[tokio::test]
async fn sqs_carries_a_message_and_types_its_errors() {
    let server = start().await;
    let sqs = client!(aws_sdk_sqs, server);
    let queue = sqs.create_queue().queue_name("rust").send().await.unwrap();
    let url = queue.queue_url().unwrap();
    sqs.send_message().queue_url(url).message_body("hello").send().await.unwrap();
    let received = sqs.receive_message().queue_url(url).send().await.unwrap();
    assert_eq!(received.messages()[0].body(), Some("hello"));
    let error = sqs.get_queue_url().queue_name("nowhere").send().await.unwrap_err();
    assert!(error.into_service_error().is_queue_does_not_exist());
}

#[tokio::test]
async fn s3_takes_and_gives_streams() {
    let server = start().await;
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(credentials())
        .http_client(http_client())
        .endpoint_url(server.url())
        .force_path_style(true)
        .request_checksum_calculation(RequestChecksumCalculation::WhenSupported)
        .build();
    let s3 = aws_sdk_s3::Client::from_conf(config);
    s3.create_bucket().bucket("rust").send().await.unwrap();
    let content = vec![7u8; 3 << 20];
    let body = ByteStream::from(content.clone());
    s3.put_object().bucket("rust").key("a/ü +").body(body).send().await.unwrap();
    let got = s3.get_object().bucket("rust").key("a/ü +").send().await.unwrap();
    assert_eq!(got.body.collect().await.unwrap().to_vec(), content);
    let error = s3.get_object().bucket("rust").key("missing").send().await.unwrap_err();
    assert!(error.into_service_error().is_no_such_key());
}

/// Makes a table whose key is the string `id`.
async fn create_table(dynamodb: &aws_sdk_dynamodb::Client, name: &str) {
    let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash);
    let attribute =
        AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S);
    dynamodb
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(key.build().expect("it has a name and a type"))
        .attribute_definitions(attribute.build().expect("it has a name and a type"))
        .send()
        .await
        .expect("a table can be made");
}

#[tokio::test]
async fn dynamodb_keeps_an_item() {
    let server = start().await;
    let dynamodb = client!(aws_sdk_dynamodb, server);
    create_table(&dynamodb, "rust").await;
    let id = AttributeValue::S("1".to_owned());
    dynamodb.put_item().table_name("rust").item("id", id.clone()).send().await.unwrap();
    let got = dynamodb.get_item().table_name("rust").key("id", id.clone()).send().await.unwrap();
    assert_eq!(got.item().and_then(|item| item.get("id")), Some(&id));
}
