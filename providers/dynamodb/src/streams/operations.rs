//! The four operations of DynamoDB Streams.

use fogbank_api_dynamodbstreams as api;
use fogbank_service::{RequestContext, ServiceError};

use super::iterator::ShardIterator;
use super::record::StreamRecord;
use super::stream::{Stream, sequence_in, sequence_out};
use crate::conversion::stream_attributes_out;
use crate::engine::schema::KeySchema;

/// How many streams one answer lists unless asked for fewer.
const STREAMS: usize = 100;
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
) -> api::ListStreamsOutput {
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(STREAMS);
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
    api::ListStreamsOutput {
        last_evaluated_stream_arn: found
            .last()
            .filter(|_| more)
            .and_then(|stream| stream.stream_arn.clone()),
        streams: Some(found),
    }
}

/// Shows a stream and its shard.
pub(super) fn describe_stream(
    cx: &RequestContext,
    input: &api::DescribeStreamInput,
) -> Result<api::DescribeStreamOutput, ServiceError> {
    let stream = Stream::find(cx, &input.stream_arn)?;
    let shard_id = stream.shard_id();
    let first = stream.records().first().map_or(stream.end(), |(first, _)| *first);
    let end = (!stream.is_open()).then(|| sequence_out(stream.end()));
    let shard = api::Shard {
        shard_id: Some(shard_id.clone()),
        sequence_number_range: Some(api::SequenceNumberRange {
            starting_sequence_number: Some(sequence_out(first)),
            ending_sequence_number: end,
        }),
        parent_shard_id: None,
    };
    // The shard stands behind every other id, and has no children.
    let behind = input.exclusive_start_shard_id.as_ref().is_none_or(|start| *start < shard_id);
    let children_only = input.shard_filter.is_some();
    let shards = if behind && !children_only { vec![shard] } else { Vec::new() };
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
            last_evaluated_shard_id: None,
        }),
    })
}

/// Makes an iterator for a place in a shard.
pub(super) fn get_shard_iterator(
    cx: &RequestContext,
    input: api::GetShardIteratorInput,
) -> Result<api::GetShardIteratorOutput, ServiceError> {
    let stream = Stream::find(cx, &input.stream_arn)?;
    if input.shard_id != stream.shard_id() {
        let message =
            format!("Requested resource not found: Shard does not exist: {}", input.shard_id);
        return Err(api::ResourceNotFoundException::new(message).into());
    }
    let given = || {
        let number = input.sequence_number.as_deref().and_then(sequence_in);
        number.ok_or_else(|| invalid("Invalid SequenceNumber"))
    };
    let first = stream.records().first().map_or(stream.end(), |(first, _)| *first);
    let position = match input.shard_iterator_type {
        api::ShardIteratorType::TrimHorizon => first,
        api::ShardIteratorType::Latest => stream.end(),
        api::ShardIteratorType::AtSequenceNumber => given()?,
        api::ShardIteratorType::AfterSequenceNumber => given()?.saturating_add(1),
        _ => return Err(invalid("Invalid ShardIteratorType")),
    };
    if position < first {
        return Err(api::TrimmedDataAccessException::new(
            "The operation attempted to read past the oldest stream record in a shard",
        )
        .into());
    }
    let iterator = ShardIterator { arn: input.stream_arn, position, made: cx.now() };
    Ok(api::GetShardIteratorOutput { shard_iterator: Some(iterator.encode()) })
}

/// Reads records from the place of an iterator on.
pub(super) fn get_records(
    cx: &RequestContext,
    input: &api::GetRecordsInput,
) -> Result<api::GetRecordsOutput, ServiceError> {
    let iterator = ShardIterator::decode(&input.shard_iterator, cx.now())?;
    let stream = Stream::find(cx, &iterator.arn)?;
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(RECORDS);
    let mut records = Vec::new();
    let mut bytes = 0;
    let mut position = iterator.position;
    for (number, record) in stream.records().range::<_, u64>(position..) {
        if records.len() >= limit.min(RECORDS) || bytes >= ANSWER_BYTES {
            break;
        }
        bytes += record.size();
        position = number + 1;
        records.push(shown(&stream, *number, record));
    }
    let done = !stream.is_open() && position >= stream.end();
    let next = ShardIterator { arn: iterator.arn, position, made: cx.now() };
    Ok(api::GetRecordsOutput {
        records: Some(records),
        next_shard_iterator: (!done).then(|| next.encode()),
    })
}

fn shown(stream: &Stream, number: u64, record: &StreamRecord) -> api::Record {
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
            keys: Some(stream_attributes_out(&record.keys)),
            new_image: record.new.as_deref().map(stream_attributes_out),
            old_image: record.old.as_deref().map(stream_attributes_out),
            sequence_number: Some(sequence_out(number)),
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
