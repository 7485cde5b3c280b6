//! A stream, wherever its records are.

use std::sync::Arc;

use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Rows;

use super::closed_stream::ClosedStream;
use super::record::StreamRecord;
use crate::store::{self, DynamoDbStore};
use crate::table::definition::{StreamDefinition, TableDefinition};
use crate::table::state::TableState;

/// A stream that is read.
pub(super) enum Stream {
    /// The stream that a table has, in use or switched off.
    Of(Arc<TableState>),
    /// A stream that is left over.
    Closed(Arc<ClosedStream>),
}

/// The error of a stream that does not exist.
pub(super) fn no_such_stream(arn: &str) -> ServiceError {
    let message = format!("Requested resource not found: Stream: {arn} not found");
    fogbank_api_dynamodbstreams::ResourceNotFoundException::new(message).into()
}

impl Stream {
    /// The stream with this ARN.
    pub(super) fn find(cx: &RequestContext, arn: &str) -> Result<Stream, ServiceError> {
        let table = store::table(cx, arn).map_err(|_| no_such_stream(arn))?;
        let found = table.store().tables.get(&table.name).map(Stream::Of);
        if let Some(stream) = found.filter(|stream| stream.arn().as_deref() == Some(arn)) {
            return Ok(stream);
        }
        let closed = table.store().closed_streams.get(arn).map(Stream::Closed);
        closed.filter(|stream| !stream.is_forgotten(cx.now())).ok_or_else(|| no_such_stream(arn))
    }

    /// All streams of the request's account and region, in the order of their ARNs.
    pub(super) fn all(cx: &RequestContext) -> Vec<Stream> {
        let store: Arc<DynamoDbStore> = store::tables(cx);
        let open = store.tables.iter().map(|(_, table)| Stream::Of(table));
        let closed = store.closed_streams.iter().map(|(_, closed)| Stream::Closed(closed));
        let mut all: Vec<Stream> = open
            .chain(closed)
            .filter(|stream| stream.arn().is_some() && !stream.is_forgotten(cx.now()))
            .collect();
        all.sort_by_key(Stream::arn);
        all
    }

    /// Whether nobody can read the stream any more.
    fn is_forgotten(&self, now: Timestamp) -> bool {
        matches!(self, Stream::Closed(closed) if closed.is_forgotten(now))
    }

    /// The table.
    pub(super) fn table(&self) -> &TableDefinition {
        match self {
            Stream::Of(table) => &table.definition,
            Stream::Closed(closed) => &closed.definition,
        }
    }

    /// What the stream is; a table may have none.
    pub(super) fn definition(&self) -> Option<&StreamDefinition> {
        self.table().stream.as_ref()
    }

    /// The ARN.
    pub(super) fn arn(&self) -> Option<String> {
        Some(format!("{}/stream/{}", self.table().arn, self.definition()?.label))
    }

    /// Whether records may still come.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Stream::Of(_)) && self.definition().is_some_and(|stream| stream.enabled)
    }

    /// The records by sequence number.
    pub(super) fn records(&self) -> &Rows<u64, StreamRecord> {
        match self {
            Stream::Of(table) => &table.records,
            Stream::Closed(closed) => &closed.records,
        }
    }

    /// The number behind the last record.
    pub(super) fn end(&self) -> u64 {
        self.records().last().map_or(0, |(last, _)| last + 1)
    }

    /// When the stream began.
    pub(super) fn began(&self) -> Timestamp {
        self.definition().map_or(Timestamp::EPOCH, |stream| stream.created)
    }

    /// When it stopped taking records, if it did.
    pub(super) fn ended(&self) -> Option<Timestamp> {
        let disabled = || self.definition().and_then(|stream| stream.disabled);
        match self {
            Stream::Of(_) if self.is_open() => None,
            Stream::Of(_) => {
                let last = || self.records().last().map_or(self.began(), |(_, record)| record.at);
                Some(disabled().unwrap_or_else(last))
            }
            Stream::Closed(closed) => Some(disabled().unwrap_or(closed.closed)),
        }
    }
}
