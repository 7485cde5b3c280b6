//! DynamoDB through its typed client, in process, on a frozen clock.

#[path = "provider/backups.rs"]
mod backups;
#[path = "provider/batches.rs"]
mod batches;
#[path = "provider/features.rs"]
mod features;
#[path = "provider/fixture.rs"]
mod fixture;
#[path = "provider/global_tables.rs"]
mod global_tables;
#[path = "provider/items.rs"]
mod items;
#[path = "provider/measure.rs"]
mod measure;
#[path = "provider/persistence.rs"]
mod persistence;
#[path = "provider/queries.rs"]
mod queries;
#[path = "provider/refusals.rs"]
mod refusals;
#[path = "provider/statements.rs"]
mod statements;
#[path = "provider/streams.rs"]
mod streams;
#[path = "provider/tables.rs"]
mod tables;
#[path = "provider/transactions.rs"]
mod transactions;
#[path = "provider/vectors.rs"]
mod vectors;
