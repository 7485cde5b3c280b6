//! DynamoDB Streams: what changed in a table, in order.

pub mod closed_stream;
pub mod provider;
pub mod record;
mod shard;

mod iterator;
mod operations;
mod stream;
