//! The provider of DynamoDB Streams: one line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_dynamodbstreams::*;
use fogbank_service::{RequestContext, ServiceError};

use super::operations;

/// DynamoDB Streams. The records are in the tables of DynamoDB.
#[derive(Clone, Copy, Debug, Default)]
pub struct DynamoDbStreamsProvider;

impl DynamoDbStreamsProvider {
    /// The provider.
    pub const fn new() -> Self {
        Self
    }
}

type Answer<T> = Result<T, ServiceError>;

#[async_trait]
#[rustfmt::skip]
impl DynamoDbStreams for DynamoDbStreamsProvider {
    async fn list_streams(&self, cx: &RequestContext, input: ListStreamsInput) -> Answer<ListStreamsOutput> {
        operations::list_streams(cx, &input)
    }
    async fn describe_stream(&self, cx: &RequestContext, input: DescribeStreamInput) -> Answer<DescribeStreamOutput> {
        operations::describe_stream(cx, &input)
    }
    async fn get_shard_iterator(&self, cx: &RequestContext, input: GetShardIteratorInput) -> Answer<GetShardIteratorOutput> {
        operations::get_shard_iterator(cx, input)
    }
    async fn get_records(&self, cx: &RequestContext, input: GetRecordsInput) -> Answer<GetRecordsOutput> {
        operations::get_records(cx, &input)
    }
}
