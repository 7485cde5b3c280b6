//! Amazon DynamoDB.
//!
//! Emulated: tables with local and global indexes, items with the complete expression language and
//! the parameters from before it, queries, scans, batches, transactions, PartiQL, tags, time to live,
//! vector indexes, backups, recovery to a point in time, imports from and exports to S3, global tables of both
//! versions, resource policies; and DynamoDB Streams, whose provider lives here because the two
//! share their state.
//!
//! Knowingly different from AWS:
//!
//! - Tables, indexes, replicas, backups, imports and exports can be used as soon as they were asked
//!   for; only the answer that made them says `CREATING` or `IN_PROGRESS`. Global indexes that are
//!   added later take their time where `DYNAMODB_INDEX_DELAY` says how much.
//! - Throughput ends, and changes can be too many, only with `DYNAMODB_THROTTLING`; else requests are
//!   throttled as often as `DYNAMODB_ERROR_PROBABILITY` says. PartiQL and searches in vector
//!   indexes are never throttled. Auto scaling is kept and scales nothing.
//! - Reads are always consistent, whatever was asked for, and a global table's regions see a write
//!   before its answer leaves.
//! - Expired items are deleted 48 hours after their time, when the table is used next, or by
//!   `DELETE /_aws/dynamodb/expired`; with `DYNAMODB_REMOVE_EXPIRED_ITEMS`, at the next request.
//! - A stream has one open shard at a time: after four hours its child follows. Load splits nothing.
//! - A table can be restored up to now, not only up to five minutes ago.
//! - ION is refused in imports and exports, and so are filters of incremental exports.
//! - Kinesis destinations and contributor insights are kept and described: no record reaches Kinesis
//!   and nobody counts contributors.
//! - Resource policies decide where `IAM_ENFORCEMENT` asks for it.
//! - Vector indexes are searched exactly, not approximately; they can be searched at once.
//! - Global tables of version 2017.11.29 do not add the attributes `aws:rep:…` to items.

mod access;
pub mod backup;
pub mod conversion;
pub mod engine;
pub mod errors;
pub mod ops;
pub mod parameters;
pub mod provider;
pub mod routes;
pub mod settings;
pub mod store;
pub mod streams;
pub mod table;
pub mod transfer;

use std::sync::Arc;

pub use provider::DynamoDbProvider;
pub use streams::provider::DynamoDbStreamsProvider;

/// The provider, ready for the gateway.
pub fn provider(config: &fogbank_config::Config) -> fogbank_service::Provider {
    let provider = DynamoDbProvider::with_settings(config.into());
    let service = fogbank_api_dynamodb::service(Arc::new(provider));
    let provider = fogbank_service::Provider::from(service)
        .with_resource_policies(Arc::new(access::TablePolicies));
    routes::routes().into_iter().fold(provider, fogbank_service::Provider::with_route)
}

/// The provider of DynamoDB Streams, ready for the gateway.
pub fn provider_dynamodbstreams(_: &fogbank_config::Config) -> fogbank_service::Provider {
    fogbank_api_dynamodbstreams::service(Arc::new(DynamoDbStreamsProvider::new())).into()
}
