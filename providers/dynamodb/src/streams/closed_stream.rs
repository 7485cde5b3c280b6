//! Streams that take no more records but can still be read for a day.

use std::sync::Arc;

use fogbank_context::Timestamp;
use fogbank_state::{Resource, Rows, rows};
use serde::{Deserialize, Serialize};

use super::record::{RETENTION, StreamRecord};
use crate::table::definition::TableDefinition;
use crate::table::state::TableState;

/// The stream of a table that was deleted, or that has another stream now.
#[derive(Clone, Serialize, Deserialize)]
pub struct ClosedStream {
    /// The ARN.
    pub arn: String,
    /// The label.
    pub label: String,
    /// When it was closed.
    pub closed: Timestamp,
    /// The table as it was.
    pub definition: Arc<TableDefinition>,
    /// The records.
    #[serde(skip)]
    pub records: Rows<u64, StreamRecord>,
}

impl Resource for ClosedStream {
    const VERSION: u32 = 1;
    rows!(records);
}

impl ClosedStream {
    /// Whether nobody can read the stream any more.
    pub fn is_forgotten(&self, now: Timestamp) -> bool {
        now.since(self.closed) > RETENTION
    }

    /// The stream that a table has, closed now.
    pub fn of(table: &TableState, now: Timestamp) -> Option<ClosedStream> {
        let stream = table.definition.stream.as_ref()?;
        Some(ClosedStream {
            arn: format!("{}/stream/{}", table.definition.arn, stream.label),
            label: stream.label.clone(),
            closed: now,
            definition: Arc::clone(&table.definition),
            records: table.records.iter().map(|(key, record)| (*key, record.clone())).collect(),
        })
    }
}
