//! The four operations of DynamoDB Streams.

use std::sync::Arc;

use fogbank_api_dynamodbstreams as api;
use fogbank_service::{Held, RequestContext, ServiceError};

use super::iterator::ShardIterator;
use super::record::StreamRecord;
use super::shard::{Shard, sequence_in, sequence_out};
use super::stream::Stream;
use crate::engine::schema::KeySchema;

/// How many streams one answer lists unless asked for fewer.
const STREAMS: usize = 100;
/// How many shards one answer describes at most.
const SHARDS: usize = 100;
/// How many records and bytes one answer holds at most.
const RECORDS: usize = 1000;
const ANSWER_BYTES: usize = 1024 * 1024;

fn invalid(message: &'static str) -> ServiceError {
    ServiceError::new("ValidationException", 400, message)
}

fn key_schema(keys: &KeySchema) -> Vec<api::KeySchemaElement> {
    let hash = keys.hash.iter().map(|key| (key, api::KeyType::Hash));
    let all = hash.chain(keys.range.iter().map(|key| (key, api::KeyType::Range)));
    all.map(|(key, key_type)| api::KeySchemaElement {
        attribute_name: key.name.to_string(),
        key_type,
    })
    .collect()
}

/// Lists the streams of all tables or of one.
pub(super) fn list_streams(
    cx: &RequestContext,
    input: &api::ListStreamsInput,
) -> Result<api::ListStreamsOutput, ServiceError> {
    let limit = limited("limit", input.limit, STREAMS)?;
    let mut found: Vec<api::Stream> = Stream::all(cx)
        .iter()
        .filter(|stream| input.table_name.as_ref().is_none_or(|name| stream.table().name == *name))
        .map(|stream| api::Stream {
            stream_arn: stream.arn(),
            table_name: Some(stream.table().name.clone()),
            stream_label: stream.definition().map(|it| it.label.clone()),
        })
        .filter(|stream| stream.stream_arn > input.exclusive_start_stream_arn)
        .collect();
    let more = found.len() > limit;
    found.truncate(limit);
    Ok(api::ListStreamsOutput {
        last_evaluated_stream_arn: found
            .last()
            .filter(|_| more)
            .and_then(|stream| stream.stream_arn.clone()),
        streams: Some(found),
    })
}

/// Shows a stream and its shard.
pub(super) fn describe_stream(
    cx: &RequestContext,
    input: &api::DescribeStreamInput,
) -> Result<api::DescribeStreamOutput, ServiceError> {
    let stream = Stream::find(cx, &input.stream_arn)?;
    let now = cx.now();
    let limit = limited("limit", input.limit, SHARDS)?;
    let parent =
        match &input.shard_filter {
            None => None,
            Some(filter) => Some(filter.shard_id.clone().ok_or_else(|| {
                invalid("ShardId is required when ShardFilter type is CHILD_SHARDS")
            })?),
        };
    let mut shards: Vec<api::Shard> = stream
        .shards(now)
        .map(|shard| described(&stream, shard, now))
        .filter(|shard| parent.is_none() || shard.parent_shard_id == parent)
        .filter(|shard| shard.shard_id > input.exclusive_start_shard_id)
        .collect();
    let more = shards.len() > limit;
    shards.truncate(limit);
    let last = shards.last().filter(|_| more).and_then(|shard| shard.shard_id.clone());
    let definition = stream.definition();
    Ok(api::DescribeStreamOutput {
        stream_description: Some(api::StreamDescription {
            stream_arn: stream.arn(),
            stream_label: definition.map(|it| it.label.clone()),
            stream_status: Some(match stream.is_open() {
                true => api::StreamStatus::Enabled,
                false => api::StreamStatus::Disabled,
            }),
            stream_view_type: definition.map(|it| api::StreamViewType::from(it.view.as_str())),
            creation_request_date_time: definition.map(|it| it.created.to_wire()),
            table_name: Some(stream.table().name.clone()),
            key_schema: Some(key_schema(&stream.table().keys)),
            shards: Some(shards),
            last_evaluated_shard_id: last,
        }),
    })
}

/// Makes an iterator for a place in a shard.
pub(super) fn get_shard_iterator(
    cx: &RequestContext,
    input: api::GetShardIteratorInput,
) -> Result<api::GetShardIteratorOutput, ServiceError> {
    let stream = Stream::find(cx, &input.stream_arn)?;
    let now = cx.now();
    let shard = stream.shard_of_id(&input.shard_id, now).ok_or_else(|| {
        let message =
            format!("Requested resource not found: Shard does not exist: {}", input.shard_id);
        api::ResourceNotFoundException::new(message)
    })?;
    let (first, end) = stream.numbers(shard, now);
    let given = || {
        let number = input.sequence_number.as_deref().and_then(sequence_in);
        let own = number.filter(|(of, _)| *of == shard).map(|(_, number)| number);
        own.ok_or_else(|| invalid("Invalid SequenceNumber"))
    };
    // The number that a shard is described to start with is older than its first record.
    let position = match input.shard_iterator_type {
        api::ShardIteratorType::TrimHorizon => first,
        api::ShardIteratorType::Latest => end,
        api::ShardIteratorType::AtSequenceNumber => match given()? {
            0 => first,
            number => number,
        },
        api::ShardIteratorType::AfterSequenceNumber => match given()? {
            0 if first > 0 => first,
            number => number.saturating_add(1),
        },
        _ => match &input.timestamp {
            Some(time) => {
                stream.number_at(fogbank_context::Timestamp::from_wire(time)).clamp(first, end)
            }
            None => return Err(invalid("Invalid ShardIteratorType")),
        },
    };
    if position < first {
        return Err(trimmed());
    }
    let iterator = ShardIterator { arn: input.stream_arn, shard: shard.0, position, made: now };
    Ok(api::GetShardIteratorOutput { shard_iterator: Some(iterator.encode()) })
}

/// Reads records from the place of an iterator on.
pub(super) fn get_records(
    cx: &RequestContext,
    input: &api::GetRecordsInput,
) -> Result<api::GetRecordsOutput, ServiceError> {
    let iterator = ShardIterator::decode(&input.shard_iterator, cx.now())?;
    let stream = Stream::find(cx, &iterator.arn)?;
    let now = cx.now();
    let limit = limited("limit", input.limit, RECORDS)?;
    let shard = Shard(iterator.shard);
    let (first, end) = stream.numbers(shard, now);
    if iterator.position < first {
        return Err(trimmed());
    }
    let mut records = Vec::new();
    let mut bytes = 0;
    let mut position = iterator.position;
    for (number, record) in stream.records().range::<_, u64>(position..end.max(position)) {
        if records.len() >= limit || bytes >= ANSWER_BYTES {
            break;
        }
        bytes += record.size();
        position = number + 1;
        records.push(shown(&stream, shard, *number, record));
    }
    let done = stream.is_closed(shard, now) && position >= end;
    let next = ShardIterator { arn: iterator.arn, shard: shard.0, position, made: now };
    Ok(api::GetRecordsOutput {
        records: Some(records),
        next_shard_iterator: (!done).then(|| next.encode()),
    })
}

/// The error of a place whose records are gone.
fn trimmed() -> ServiceError {
    api::TrimmedDataAccessException::new(
        "The operation attempted to read past the oldest stream record in a shard",
    )
    .into()
}

/// A limit that may not exceed `most`.
fn limited(member: &str, given: Option<i32>, most: usize) -> Result<usize, ServiceError> {
    let Some(given) = given.and_then(|given| usize::try_from(given).ok()) else { return Ok(most) };
    if given <= most {
        return Ok(given);
    }
    Err(ServiceError::new(
        "ValidationException",
        400,
        format!(
            "1 validation error detected: Value '{given}' at '{member}' failed to satisfy \
             constraint: Member must have value less than or equal to {most}"
        ),
    ))
}

fn described(stream: &Stream, shard: Shard, now: fogbank_context::Timestamp) -> api::Shard {
    let closed = stream.is_closed(shard, now);
    let (_, end) = stream.numbers(shard, now);
    let parent = shard.0.checked_sub(1).map(Shard);
    api::Shard {
        shard_id: Some(stream.shard_id(shard)),
        sequence_number_range: Some(api::SequenceNumberRange {
            starting_sequence_number: Some(sequence_out(shard, 0)),
            ending_sequence_number: closed.then(|| sequence_out(shard, end.saturating_sub(1))),
        }),
        parent_shard_id: parent.map(|parent| stream.shard_id(parent)),
    }
}

fn shown(stream: &Stream, shard: Shard, number: u64, record: &StreamRecord) -> api::Record {
    let table = stream.table();
    let region = table.arn.split(':').nth(3).map(str::to_owned);
    let id: String = table.id.chars().filter(char::is_ascii_hexdigit).take(16).collect();
    api::Record {
        event_id: Some(format!("{id}{number:016x}")),
        event_name: Some(match record.existed {
            (false, _) => api::OperationType::Insert,
            (true, true) => api::OperationType::Modify,
            (true, false) => api::OperationType::Remove,
        }),
        event_version: Some("1.1".to_owned()),
        event_source: Some("aws:dynamodb".to_owned()),
        aws_region: region,
        dynamodb: Some(api::StreamRecord {
            approximate_creation_date_time: Some(record.at.to_wire_secs()),
            keys: Some(Held::new(Arc::new(record.keys.clone()))),
            new_image: record.new.clone().map(Held::new),
            old_image: record.old.clone().map(Held::new),
            sequence_number: Some(sequence_out(shard, number)),
            size_bytes: i64::try_from(record.size()).ok(),
            stream_view_type: stream
                .definition()
                .map(|it| api::StreamViewType::from(it.view.as_str())),
        }),
        user_identity: record.expired.then(|| api::Identity {
            principal_id: Some("dynamodb.amazonaws.com".to_owned()),
            r#type: Some("Service".to_owned()),
        }),
    }
}
