//! AWS Secrets Manager in process, through the typed client, on a frozen clock.

mod deletion;
mod lists;
mod replication;
mod scene;
mod values;
