//! What a typed crate promises to a provider and to the wire.

use std::sync::Arc;

use async_trait::async_trait;
use fogbank_api_sqs::{QueueDoesNotExist, SendMessageRequest, SendMessageResult, Sqs, SqsClient};
use fogbank_schema::Schemas;
use fogbank_service::{ErrorShape, RequestContext, ServiceError};

struct OneOperation;

#[async_trait]
impl Sqs for OneOperation {
    async fn send_message(
        &self,
        _: &RequestContext,
        input: SendMessageRequest,
    ) -> Result<SendMessageResult, ServiceError> {
        if input.queue_url.is_empty() {
            return Err(QueueDoesNotExist::new("The specified queue does not exist.").into());
        }
        Ok(SendMessageResult { message_id: Some(input.message_body), ..Default::default() })
    }
}

#[test]
fn a_provider_writes_async_fns_and_becomes_a_service() {
    let service = fogbank_api_sqs::service(Arc::new(OneOperation));
    assert_eq!(service.schemas().model().metadata.name, "sqs");
    let _client: fn(fogbank_service::Caller) -> SqsClient = SqsClient::new;
}

#[test]
fn modelled_errors_carry_code_status_and_message() {
    let error = ServiceError::from(QueueDoesNotExist::new("gone"));
    assert_eq!(error.code(), "AWS.SimpleQueueService.NonExistentQueue");
    assert_eq!(error.name(), QueueDoesNotExist::NAME);
    assert_eq!((error.status(), error.message()), (400, Some("gone")));
    let error =
        ServiceError::from(fogbank_api_s3::NoSuchKey::new("The specified key does not exist."));
    assert_eq!((error.code(), error.status()), ("NoSuchKey", 404));
    assert_eq!(error.message(), Some("The specified key does not exist."));
}

#[test]
fn every_schema_of_every_typed_service_can_be_built() {
    let services: [&Schemas; 4] = [
        &fogbank_api_dynamodb::SCHEMAS,
        &fogbank_api_s3::SCHEMAS,
        &fogbank_api_sqs::SCHEMAS,
        &fogbank_api_sts::SCHEMAS,
    ];
    for schemas in services {
        let model = schemas.model();
        for (index, shape) in model.shapes.iter().enumerate() {
            let schema = schemas.shape(index as u32);
            assert_eq!(schema.shape_id().shape_name(), shape.name);
        }
        for (index, operation) in model.operations.iter().enumerate() {
            assert_eq!(model.operation_index(operation.name), Some(index));
            let http = schemas.input(index).http().expect("inputs carry the HTTP trait");
            assert_eq!(http.uri(), operation.uri);
        }
    }
}

#[test]
fn sqs_calls_its_lists_and_maps_by_other_names_in_the_query_protocol() {
    let schemas = &fogbank_api_sqs::SCHEMAS;
    let model = schemas.model();
    let shape = |name: &str| {
        let position = model.shapes.iter().position(|shape| shape.name == name);
        schemas.shape(position.expect("the shape is there") as u32)
    };
    for (structure, member, xml_name) in [
        ("SendMessageRequest", "MessageAttributes", "MessageAttribute"),
        ("ReceiveMessageRequest", "AttributeNames", "AttributeName"),
        ("ReceiveMessageRequest", "MessageSystemAttributeNames", "MessageSystemAttributeName"),
        ("SendMessageBatchRequest", "Entries", "SendMessageBatchRequestEntry"),
        ("SendMessageBatchResult", "Failed", "BatchResultErrorEntry"),
        ("ListQueuesResult", "QueueUrls", "QueueUrl"),
        ("CreateQueueRequest", "tags", "Tag"),
        ("MessageAttributeValue", "StringListValues", "StringListValue"),
    ] {
        let schema = shape(structure).member_schema(member).expect("the member is there");
        assert_eq!(schema.xml_name().map(|name| name.value()), Some(xml_name), "{member}");
        assert!(schema.json_name().is_none() && schema.xml_flattened(), "{member}");
    }
    let attributes = shape("SendMessageRequest").member_schema("MessageAttributes");
    let key = attributes.and_then(|schema| schema.key()).and_then(|key| key.xml_name());
    assert_eq!(key.map(|name| name.value()), Some("Name"));
}
