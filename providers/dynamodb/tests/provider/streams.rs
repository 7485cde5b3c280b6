use std::time::Duration;

use fogbank_api_dynamodb::*;
use fogbank_api_dynamodbstreams as streams;
use fogbank_api_dynamodbstreams::DynamoDbStreamsClient;

use crate::fixture::*;

fn streamed(view: &str) -> CreateTableInput {
    CreateTableInput {
        stream_specification: Some(StreamSpecification {
            stream_enabled: true,
            stream_view_type: Some(view.into()),
        }),
        ..plain("table")
    }
}

/// A table with a stream, a client for it, and the stream's ARN.
async fn with_stream(view: &str) -> (Fixture, DynamoDbStreamsClient, String) {
    let it = Fixture::with([streamed(view)]).await;
    let client = DynamoDbStreamsClient::new(it.cloud.caller());
    let list = streams::ListStreamsInput {
        table_name: Some("table".to_owned()),
        ..streams::ListStreamsInput::default()
    };
    let found = client.list_streams(list).await.expect("streams").streams.expect("a list");
    let arn = found[0].stream_arn.clone().expect("an ARN");
    (it, client, arn)
}

async fn iterator(
    client: &DynamoDbStreamsClient,
    arn: &str,
    kind: streams::ShardIteratorType,
) -> String {
    let describe = streams::DescribeStreamInput {
        stream_arn: arn.to_owned(),
        ..streams::DescribeStreamInput::default()
    };
    let stream = client.describe_stream(describe).await.expect("a stream").stream_description;
    let shard = stream.expect("a description").shards.expect("shards").remove(0);
    let input = streams::GetShardIteratorInput {
        stream_arn: arn.to_owned(),
        shard_id: shard.shard_id.expect("an id"),
        shard_iterator_type: kind,
        ..streams::GetShardIteratorInput::default()
    };
    let answer = client.get_shard_iterator(input).await.expect("an iterator");
    answer.shard_iterator.expect("an iterator")
}

async fn records(
    client: &DynamoDbStreamsClient,
    iterator: &str,
) -> (Vec<streams::Record>, Option<String>) {
    let input = streams::GetRecordsInput {
        shard_iterator: iterator.to_owned(),
        ..streams::GetRecordsInput::default()
    };
    let answer = client.get_records(input).await.expect("records");
    (answer.records.unwrap_or_default(), answer.next_shard_iterator)
}

fn delete(key: &str) -> DeleteItemInput {
    DeleteItemInput {
        table_name: "table".to_owned(),
        key: attributes(&[("pk", s(key))]),
        ..DeleteItemInput::default()
    }
}

#[tokio::test]
async fn streams_hold_what_changed_in_order() {
    let (it, client, arn) = with_stream("NEW_AND_OLD_IMAGES").await;
    let start = iterator(&client, &arn, streams::ShardIteratorType::TrimHorizon).await;
    it.put("table", &[("pk", s("Fred"))]).await;
    it.put("table", &[("pk", s("Fred"))]).await;
    it.put("table", &[("pk", s("Fred")), ("name", s("Fred"))]).await;
    it.db.delete_item(delete("Fred")).await.expect("gone");
    it.db.delete_item(delete("nobody")).await.expect("nothing happens");
    let (found, next) = records(&client, &start).await;
    let shown: Vec<_> = found
        .iter()
        .map(|record| {
            let change = record.dynamodb.as_ref().expect("a change");
            (
                record.event_name.as_ref().map(ToString::to_string).unwrap_or_default(),
                change.old_image.is_some(),
                change.new_image.is_some(),
                change.size_bytes,
            )
        })
        .collect();
    let expected = [
        ("INSERT".to_owned(), false, true, Some(12)),
        ("MODIFY".to_owned(), true, true, Some(26)),
        ("REMOVE".to_owned(), true, false, Some(20)),
    ];
    assert_eq!(shown, expected, "what changes nothing is not recorded");
    let next = next.expect("the stream goes on");
    assert!(records(&client, &next).await.0.is_empty());
    it.put("table", &[("pk", s("Ann"))]).await;
    assert_eq!(records(&client, &next).await.0.len(), 1);
    let latest = iterator(&client, &arn, streams::ShardIteratorType::Latest).await;
    assert!(records(&client, &latest).await.0.is_empty());
}

#[tokio::test]
async fn views_say_which_images_are_kept() {
    for (view, old, new) in [
        ("KEYS_ONLY", false, false),
        ("NEW_IMAGE", false, true),
        ("OLD_IMAGE", true, false),
        ("NEW_AND_OLD_IMAGES", true, true),
    ] {
        let (it, client, arn) = with_stream(view).await;
        it.put("table", &[("pk", s("a")), ("v", n(1))]).await;
        it.put("table", &[("pk", s("a")), ("v", n(2))]).await;
        let start = iterator(&client, &arn, streams::ShardIteratorType::TrimHorizon).await;
        let (mut found, _) = records(&client, &start).await;
        let change = found.remove(1).dynamodb.expect("a change");
        assert_eq!((change.old_image.is_some(), change.new_image.is_some()), (old, new), "{view}");
        assert!(change.keys.is_some());
    }
}

#[tokio::test]
async fn transactions_and_expiry_are_recorded() {
    let (it, client, arn) = with_stream("NEW_IMAGE").await;
    let specification = TimeToLiveSpecification { enabled: true, attribute_name: "ttl".to_owned() };
    let input = UpdateTimeToLiveInput {
        table_name: "table".to_owned(),
        time_to_live_specification: specification,
    };
    it.db.update_time_to_live(input).await.expect("switched on");
    let put = Put {
        table_name: "table".to_owned(),
        item: attributes(&[("pk", s("a")), ("ttl", n(1))]),
        ..Put::default()
    };
    let input = TransactWriteItemsInput {
        transact_items: vec![TransactWriteItem { put: Some(put), ..TransactWriteItem::default() }],
        ..TransactWriteItemsInput::default()
    };
    it.db.transact_write_items(input).await.expect("done");
    fogbank_provider_dynamodb::routes::remove_expired(it.cloud.world());
    let start = iterator(&client, &arn, streams::ShardIteratorType::TrimHorizon).await;
    let (found, _) = records(&client, &start).await;
    let by: Vec<_> = found
        .into_iter()
        .map(|record| record.user_identity.and_then(|identity| identity.principal_id))
        .collect();
    assert_eq!(by, [None, Some("dynamodb.amazonaws.com".to_owned())]);
}

#[tokio::test]
async fn a_stream_outlives_its_table_for_a_day() {
    let (it, client, arn) = with_stream("KEYS_ONLY").await;
    it.put("table", &[("pk", s("a"))]).await;
    let input = DeleteTableInput { table_name: "table".to_owned() };
    it.db.delete_table(input).await.expect("gone");
    let start = iterator(&client, &arn, streams::ShardIteratorType::TrimHorizon).await;
    let (found, next) = records(&client, &start).await;
    assert_eq!((found.len(), next), (1, None), "a closed shard ends");
    it.cloud.advance(Duration::from_secs(25 * 3600)).await;
    let describe = streams::DescribeStreamInput {
        stream_arn: arn.clone(),
        ..streams::DescribeStreamInput::default()
    };
    assert_eq!(
        failure(client.describe_stream(describe).await),
        (
            "ResourceNotFoundException".to_owned(),
            format!("Requested resource not found: Stream: {arn} not found")
        )
    );
}

#[tokio::test]
async fn another_stream_starts_empty() {
    let (it, client, arn) = with_stream("KEYS_ONLY").await;
    it.put("table", &[("pk", s("a"))]).await;
    let switch = |enabled: bool| UpdateTableInput {
        table_name: "table".to_owned(),
        stream_specification: Some(StreamSpecification {
            stream_enabled: enabled,
            stream_view_type: enabled.then(|| "NEW_IMAGE".into()),
        }),
        ..UpdateTableInput::default()
    };
    it.db.update_table(switch(false)).await.expect("switched off");
    it.put("table", &[("pk", s("unseen"))]).await;
    it.cloud.advance(Duration::from_secs(1)).await;
    let answer = it.db.update_table(switch(true)).await.expect("switched on");
    let second =
        answer.table_description.and_then(|table| table.latest_stream_arn).expect("an ARN");
    assert_ne!(second, arn);
    it.put("table", &[("pk", s("seen"))]).await;
    for stream in [&arn, &second] {
        let start = iterator(&client, stream, streams::ShardIteratorType::TrimHorizon).await;
        assert_eq!(records(&client, &start).await.0.len(), 1, "{stream}");
    }
}

async fn shards(
    client: &DynamoDbStreamsClient,
    input: streams::DescribeStreamInput,
) -> (Vec<streams::Shard>, Option<String>) {
    let stream = client.describe_stream(input).await.expect("a stream").stream_description;
    let stream = stream.expect("a description");
    (stream.shards.unwrap_or_default(), stream.last_evaluated_shard_id)
}

#[tokio::test]
async fn shards_have_children_and_go_after_a_day() {
    let (it, client, arn) = with_stream("KEYS_ONLY").await;
    let describe = || streams::DescribeStreamInput {
        stream_arn: arn.clone(),
        ..streams::DescribeStreamInput::default()
    };
    it.put("table", &[("pk", s("first"))]).await;
    let first = iterator(&client, &arn, streams::ShardIteratorType::TrimHorizon).await;
    it.cloud.advance(Duration::from_secs(5 * 3600)).await;
    it.put("table", &[("pk", s("second"))]).await;
    let (found, last) = shards(&client, describe()).await;
    assert_eq!((found.len(), last), (2, None));
    assert_eq!(found[0].parent_shard_id, None);
    assert_eq!(found[1].parent_shard_id, found[0].shard_id);
    let ends = |shard: &streams::Shard| {
        let range = shard.sequence_number_range.clone().expect("a range");
        range.ending_sequence_number.is_some()
    };
    assert!(ends(&found[0]) && !ends(&found[1]));
    // The iterator is too old by now; another one reads what the first shard holds and ends.
    let input = streams::GetRecordsInput { shard_iterator: first, ..Default::default() };
    assert_eq!(failure(client.get_records(input).await).0, "ExpiredIteratorException");
    for (shard, key, more) in [(&found[0], "first", false), (&found[1], "second", true)] {
        let input = streams::GetShardIteratorInput {
            stream_arn: arn.clone(),
            shard_id: shard.shard_id.clone().expect("an id"),
            shard_iterator_type: streams::ShardIteratorType::AtSequenceNumber,
            sequence_number: shard
                .sequence_number_range
                .clone()
                .and_then(|range| range.starting_sequence_number),
            ..Default::default()
        };
        let answer = client.get_shard_iterator(input).await.expect("an iterator");
        let (read, next) = records(&client, &answer.shard_iterator.expect("one")).await;
        let keys = read[0].dynamodb.clone().and_then(|change| change.keys).expect("keys");
        assert!(format!("{keys:?}").contains(key));
        assert_eq!((read.len(), next.is_some()), (1, more));
    }
    let (page, last) =
        shards(&client, streams::DescribeStreamInput { limit: Some(1), ..describe() }).await;
    assert_eq!((page.len(), last.clone()), (1, found[0].shard_id.clone()));
    let rest = streams::DescribeStreamInput { exclusive_start_shard_id: last, ..describe() };
    assert_eq!(shards(&client, rest).await.0[0].shard_id, found[1].shard_id);
    let children = streams::ShardFilter {
        r#type: Some(streams::ShardFilterType::ChildShards),
        shard_id: found[0].shard_id.clone(),
    };
    let filtered = streams::DescribeStreamInput { shard_filter: Some(children), ..describe() };
    assert_eq!(shards(&client, filtered).await.0[0].shard_id, found[1].shard_id);

    it.cloud.advance(Duration::from_secs(24 * 3600)).await;
    let (later, _) = shards(&client, describe()).await;
    assert!(later.iter().all(|shard| shard.shard_id != found[0].shard_id));
    let gone = streams::GetShardIteratorInput {
        stream_arn: arn.clone(),
        shard_id: found[0].shard_id.clone().expect("an id"),
        shard_iterator_type: streams::ShardIteratorType::TrimHorizon,
        ..Default::default()
    };
    assert_eq!(failure(client.get_shard_iterator(gone).await).0, "ResourceNotFoundException");
}
