//! Kinesis destinations, resource policies and contributor insights; and what only settings switch
//! on: indexes that take their time, and limits.

use std::time::Duration;

use fogbank_api_dynamodb::*;
use fogbank_provider_dynamodb::settings::Settings;

use crate::fixture::*;

const STREAM: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/changes";
const TABLE: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/tab";

fn destination() -> KinesisStreamingDestinationInput {
    KinesisStreamingDestinationInput {
        table_name: "tab".to_owned(),
        stream_arn: STREAM.to_owned(),
        enable_kinesis_streaming_configuration: None,
    }
}

#[tokio::test]
async fn kinesis_destinations_are_kept() {
    let fixture = Fixture::with([plain("tab")]).await;
    let db = &fixture.db;
    let on = db.enable_kinesis_streaming_destination(destination()).await.expect("enabled");
    assert_eq!(on.destination_status, Some(DestinationStatus::Enabling));
    assert!(on.enable_kinesis_streaming_configuration.is_some());
    let twice = invalid(db.enable_kinesis_streaming_destination(destination()).await);
    assert!(twice.starts_with("Table is not in a valid state to enable"), "{twice}");
    let describe = async || {
        let input = DescribeKinesisStreamingDestinationInput { table_name: "tab".to_owned() };
        let output = db.describe_kinesis_streaming_destination(input).await.expect("destinations");
        output.kinesis_data_stream_destinations.expect("a list")[0].destination_status.clone()
    };
    assert_eq!(describe().await, Some(DestinationStatus::Active));
    let update = |precision: Option<&str>| UpdateKinesisStreamingDestinationInput {
        table_name: "tab".to_owned(),
        stream_arn: STREAM.to_owned(),
        update_kinesis_streaming_configuration: precision.map(|precision| {
            UpdateKinesisStreamingConfiguration {
                approximate_creation_date_time_precision: Some(precision.into()),
            }
        }),
    };
    let nothing = invalid(db.update_kinesis_streaming_destination(update(None)).await);
    assert!(nothing.ends_with("cannot be null or contain only null values"), "{nothing}");
    let micro = update(Some("MICROSECOND"));
    db.update_kinesis_streaming_destination(micro.clone()).await.expect("updated");
    let same = invalid(db.update_kinesis_streaming_destination(micro).await);
    assert!(same.starts_with("Invalid Request: Precision is already set"), "{same}");
    db.disable_kinesis_streaming_destination(destination()).await.expect("disabled");
    assert_eq!(describe().await, Some(DestinationStatus::Disabled));
    let twice = invalid(db.disable_kinesis_streaming_destination(destination()).await);
    assert!(twice.starts_with("Table is not in a valid state to enable"), "{twice}");
}

#[tokio::test]
async fn policies_have_revisions() {
    let fixture = Fixture::with([plain("tab")]).await;
    let db = &fixture.db;
    let get = async || {
        db.get_resource_policy(GetResourcePolicyInput { resource_arn: TABLE.to_owned() }).await
    };
    assert_eq!(failure(get().await).0, "PolicyNotFoundException");
    let policy = |sid: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"{sid}","Effect":"Allow","Principal":"*","Action":"dynamodb:*","Resource":"{TABLE}"}}]}}"#
        )
    };
    let put = async |policy: String, expected: Option<&str>| {
        let input = PutResourcePolicyInput {
            resource_arn: TABLE.to_owned(),
            policy,
            expected_revision_id: expected.map(str::to_owned),
            ..PutResourcePolicyInput::default()
        };
        db.put_resource_policy(input).await
    };
    let revision = put(policy("a"), Some("NO_POLICY")).await.expect("put").revision_id;
    assert_eq!(put(policy("a"), None).await.expect("put").revision_id, revision);
    assert_eq!(failure(put(policy("b"), Some("NO_POLICY")).await).0, "PolicyNotFoundException");
    let next = put(policy("b"), revision.as_deref()).await.expect("put").revision_id;
    assert_ne!(next, revision);
    assert_eq!(get().await.expect("it").policy, Some(policy("b")));
    assert!(invalid(put("{}".to_owned(), None).await).starts_with("Invalid policy document"));
    let delete = |expected: Option<&str>| DeleteResourcePolicyInput {
        resource_arn: TABLE.to_owned(),
        expected_revision_id: expected.map(str::to_owned),
    };
    assert_eq!(
        failure(db.delete_resource_policy(delete(Some("1"))).await).0,
        "PolicyNotFoundException"
    );
    assert_eq!(db.delete_resource_policy(delete(None)).await.expect("deleted").revision_id, next);
    assert_eq!(db.delete_resource_policy(delete(None)).await.expect("nothing").revision_id, None);
}

#[tokio::test]
async fn contributor_insights_are_kept() {
    let fixture = Fixture::with([indexed("tab")]).await;
    let db = &fixture.db;
    let update = |index: Option<&str>, action| UpdateContributorInsightsInput {
        table_name: "tab".to_owned(),
        index_name: index.map(str::to_owned),
        contributor_insights_action: action,
        contributor_insights_mode: None,
    };
    let on = update(None, ContributorInsightsAction::Enable);
    let on = db.update_contributor_insights(on).await.expect("enabled");
    assert_eq!(on.contributor_insights_status, Some(ContributorInsightsStatus::Enabling));
    db.update_contributor_insights(update(Some("all"), ContributorInsightsAction::Enable))
        .await
        .expect("enabled");
    let none =
        db.update_contributor_insights(update(Some("none"), ContributorInsightsAction::Enable));
    assert_eq!(failure(none.await).0, "ResourceNotFoundException");
    let describe = async || {
        let input =
            DescribeContributorInsightsInput { table_name: "tab".to_owned(), index_name: None };
        db.describe_contributor_insights(input).await.expect("insights")
    };
    let described = describe().await;
    assert_eq!(described.contributor_insights_status, Some(ContributorInsightsStatus::Enabled));
    assert_eq!(described.contributor_insights_rule_list.map(|rules| rules.len()), Some(4));
    let list = ListContributorInsightsInput { max_results: Some(1), ..Default::default() };
    let page = db.list_contributor_insights(list.clone()).await.expect("a page");
    let next = ListContributorInsightsInput { next_token: page.next_token, ..list };
    let rest = db.list_contributor_insights(next).await.expect("a page");
    let rest = rest.contributor_insights_summaries.expect("summaries");
    assert_eq!(rest[0].index_name.as_deref(), Some("all"));
    db.update_contributor_insights(update(None, ContributorInsightsAction::Disable))
        .await
        .expect("disabled");
    let described = describe().await;
    assert_eq!(described.contributor_insights_status, Some(ContributorInsightsStatus::Disabled));
    assert!(described.contributor_insights_rule_list.is_none());
}

fn create_index(name: &str) -> UpdateTableInput {
    let create = CreateGlobalSecondaryIndexAction {
        index_name: name.to_owned(),
        key_schema: key_schema("g", None),
        projection: projection("ALL", &[]),
        ..CreateGlobalSecondaryIndexAction::default()
    };
    UpdateTableInput {
        table_name: "table".to_owned(),
        attribute_definitions: Some(vec![definition("g", "S")]),
        global_secondary_index_updates: Some(vec![GlobalSecondaryIndexUpdate {
            create: Some(create),
            ..GlobalSecondaryIndexUpdate::default()
        }]),
        ..UpdateTableInput::default()
    }
}

fn delete_index(name: &str) -> UpdateTableInput {
    let delete = DeleteGlobalSecondaryIndexAction { index_name: name.to_owned() };
    UpdateTableInput {
        table_name: "table".to_owned(),
        global_secondary_index_updates: Some(vec![GlobalSecondaryIndexUpdate {
            delete: Some(delete),
            ..GlobalSecondaryIndexUpdate::default()
        }]),
        ..UpdateTableInput::default()
    }
}

fn on_index(name: &str) -> QueryInput {
    QueryInput {
        table_name: "table".to_owned(),
        index_name: Some(name.to_owned()),
        key_condition_expression: Some("g = :g".to_owned()),
        expression_attribute_values: Some(attributes(&[(":g", s("x"))])),
        ..QueryInput::default()
    }
}

/// The status of the table, and of its indexes with what they say of back-filling.
async fn statuses(it: &Fixture) -> String {
    let input = DescribeTableInput { table_name: "table".to_owned() };
    let table = it.db.describe_table(input).await.expect("a table").table.expect("a table");
    let indexes = table.global_secondary_indexes.unwrap_or_default();
    let all = indexes.iter().map(|index| {
        let status = index.index_status.as_ref().map_or("", |status| status.as_str());
        format!(" {}:{status}:{:?}", index.index_name.as_deref().unwrap_or(""), index.backfilling)
    });
    let status = table.table_status.expect("a status");
    std::iter::once(status.as_str().to_owned()).chain(all).collect()
}

#[tokio::test]
async fn indexes_take_their_time_where_the_settings_say_so() {
    let settings = Settings { index_delay: Duration::from_secs(10), ..Settings::default() };
    let it = Fixture::with_settings(settings);
    it.db.create_table(plain("table")).await.expect("a table");
    it.put("table", &[("pk", s("a")), ("g", s("x"))]).await;
    it.db.update_table(create_index("one")).await.expect("an update");
    assert_eq!(statuses(&it).await, "UPDATING one:CREATING:Some(false)");
    let (code, message) = failure(it.db.update_table(create_index("two")).await);
    assert_eq!(code, "ResourceInUseException");
    assert_eq!(
        message,
        "Attempt to change a resource which is still in use: Table is being updated: table"
    );
    let delete = DeleteTableInput { table_name: "table".to_owned() };
    assert_eq!(failure(it.db.delete_table(delete).await).0, "ResourceInUseException");

    it.cloud.advance(Duration::from_secs(1)).await;
    assert_eq!(statuses(&it).await, "ACTIVE one:CREATING:Some(true)");
    assert_eq!(
        invalid(it.db.query(on_index("one")).await),
        "Cannot read from backfilling global secondary index: one"
    );
    let (code, message) = failure(it.db.update_table(create_index("two")).await);
    assert_eq!(code, "LimitExceededException");
    assert_eq!(
        message,
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously \
         per table"
    );

    it.cloud.advance(Duration::from_secs(9)).await;
    assert_eq!(it.db.query(on_index("one")).await.expect("items").count, Some(1));
    assert_eq!(statuses(&it).await, "ACTIVE one:ACTIVE:None");

    it.db.update_table(delete_index("one")).await.expect("an update");
    assert_eq!(statuses(&it).await, "ACTIVE one:DELETING:None");
    assert_eq!(
        invalid(it.db.query(on_index("one")).await),
        "The table does not have the specified index: one"
    );
    assert_eq!(failure(it.db.update_table(create_index("two")).await).0, "LimitExceededException");
    it.cloud.advance(Duration::from_secs(10)).await;
    assert_eq!(statuses(&it).await, "ACTIVE");

    // An index that is still filled can be given up.
    it.db.update_table(create_index("three")).await.expect("an update");
    it.cloud.advance(Duration::from_secs(2)).await;
    it.db.update_table(delete_index("three")).await.expect("an update");
    it.cloud.advance(Duration::from_secs(20)).await;
    assert_eq!(statuses(&it).await, "ACTIVE");
}

fn units(read: i64, write: i64) -> Option<ProvisionedThroughput> {
    Some(ProvisionedThroughput { read_capacity_units: read, write_capacity_units: write })
}

fn provisioned(read: i64, write: i64) -> CreateTableInput {
    let throughput = units(read, write);
    CreateTableInput { billing_mode: None, provisioned_throughput: throughput, ..plain("table") }
}

fn throttled() -> Fixture {
    Fixture::with_settings(Settings { throttles: true, ..Settings::default() })
}

fn get() -> GetItemInput {
    GetItemInput {
        table_name: "table".to_owned(),
        key: attributes(&[("pk", s("a"))]),
        consistent_read: Some(true),
        ..GetItemInput::default()
    }
}

fn put() -> PutItemInput {
    PutItemInput {
        table_name: "table".to_owned(),
        item: attributes(&[("pk", s("a"))]),
        ..PutItemInput::default()
    }
}

#[tokio::test]
async fn provisioned_throughput_ends_behind_a_burst() {
    let it = throttled();
    it.db.create_table(provisioned(1, 1)).await.expect("a table");
    for _ in 0..300 {
        let answer = it.db.put_item(put()).await.expect("one of a burst");
        assert!(answer.consumed_capacity.is_none(), "nobody asked for it");
    }
    let (code, message) = failure(it.db.put_item(put()).await);
    assert_eq!(code, "ProvisionedThroughputExceededException");
    assert_eq!(
        message,
        "The level of configured provisioned throughput for the table was exceeded. Consider \
         increasing your provisioning level with the UpdateTable API."
    );
    it.db.get_item(get()).await.expect("reads have their own units");
    let batch = BatchWriteItemInput {
        request_items: [(
            "table".to_owned(),
            vec![WriteRequest {
                put_request: Some(PutRequest { item: put().item }),
                delete_request: None,
            }],
        )]
        .into(),
        ..BatchWriteItemInput::default()
    };
    let (code, _) = failure(it.db.batch_write_item(batch.clone()).await);
    assert_eq!(code, "ProvisionedThroughputExceededException");
    it.db.create_table(plain("other")).await.expect("a table");
    let mut two = batch;
    let other = two.request_items["table"].clone();
    two.request_items.insert("other".to_owned(), other);
    let answer = it.db.batch_write_item(two).await.expect("one of two tables");
    let rest: Vec<String> = answer.unprocessed_items.unwrap_or_default().into_keys().collect();
    assert_eq!(rest, ["table"]);
    let transaction = TransactWriteItemsInput {
        transact_items: vec![TransactWriteItem {
            put: Some(Put { table_name: "table".to_owned(), item: put().item, ..Put::default() }),
            ..TransactWriteItem::default()
        }],
        ..TransactWriteItemsInput::default()
    };
    assert_eq!(
        failure(it.db.transact_write_items(transaction).await),
        (
            "TransactionCanceledException".to_owned(),
            "Transaction cancelled, please refer cancellation reasons for specific reasons \
             [ProvisionedThroughputExceeded]"
                .to_owned()
        )
    );
    it.cloud.advance(Duration::from_secs(2)).await;
    for fits in [true, true, false] {
        assert_eq!(it.db.put_item(put()).await.is_ok(), fits);
    }
}

#[tokio::test]
async fn an_index_without_throughput_stops_the_writes_of_its_table() {
    let it = throttled();
    let index = GlobalSecondaryIndex {
        index_name: "index".to_owned(),
        key_schema: key_schema("g", None),
        projection: projection("KEYS_ONLY", &[]),
        provisioned_throughput: units(1, 1),
        ..GlobalSecondaryIndex::default()
    };
    let table = CreateTableInput {
        attribute_definitions: Some(vec![definition("pk", "S"), definition("g", "S")]),
        global_secondary_indexes: Some(vec![index]),
        ..provisioned(9, 9)
    };
    it.db.create_table(table).await.expect("a table");
    for number in 0..300 {
        it.put("table", &[("pk", s(&number.to_string())), ("g", s("x"))]).await;
    }
    let (code, message) = failure(it.db.put_item(put()).await);
    assert_eq!(code, "ProvisionedThroughputExceededException");
    assert_eq!(
        message,
        "The level of configured provisioned throughput for one or more global secondary indexes \
         of the table was exceeded. Consider increasing your provisioning level for the \
         under-provisioned global secondary indexes with the UpdateTable API"
    );
    it.db.query(on_index("index")).await.expect("reads have their own units");
}

#[tokio::test]
async fn on_demand_throughput_has_the_end_that_it_is_given() {
    let it = throttled();
    let limits =
        OnDemandThroughput { max_read_request_units: Some(2), max_write_request_units: None };
    let table = CreateTableInput { on_demand_throughput: Some(limits), ..plain("table") };
    it.db.create_table(table).await.expect("a table");
    it.db.put_item(put()).await.expect("writes have no end");
    let asked =
        || GetItemInput { return_consumed_capacity: Some(ReturnConsumedCapacity::Total), ..get() };
    for _ in 0..2 {
        let used = it.db.get_item(asked()).await.expect("an item").consumed_capacity;
        let used = used.expect("what it cost");
        assert_eq!((used.capacity_units, used.table.is_none()), (Some(1.0), true));
    }
    let (code, message) = failure(it.db.get_item(get()).await);
    assert_eq!(code, "ThrottlingException");
    assert_eq!(
        message,
        "Throughput exceeds the maximum OnDemandThroughput configured on table or index"
    );
    it.cloud.advance(Duration::from_secs(1)).await;
    it.db.get_item(get()).await.expect("an item");
}

#[tokio::test]
async fn changes_can_be_too_many() {
    let it = throttled();
    it.db.create_table(provisioned(10, 10)).await.expect("a table");
    let lower = |read| UpdateTableInput {
        table_name: "table".to_owned(),
        provisioned_throughput: units(read, 10),
        ..UpdateTableInput::default()
    };
    for read in [9, 8, 7, 6] {
        it.db.update_table(lower(read)).await.expect("one of four");
    }
    let (code, message) = failure(it.db.update_table(lower(5)).await);
    assert_eq!(code, "LimitExceededException");
    assert!(
        message.starts_with(
            "Subscriber limit exceeded: Provisioned throughput decreases are limited within a \
             given UTC day. After the first 4 decreases, each subsequent decrease in the same UTC \
             day can be performed at most once every 3600 seconds. Number of decreases today: 4. \
             Last decrease at "
        ),
        "{message}"
    );
    let ttl = |enabled| UpdateTimeToLiveInput {
        table_name: "table".to_owned(),
        time_to_live_specification: TimeToLiveSpecification {
            enabled,
            attribute_name: "ttl".to_owned(),
        },
    };
    it.db.update_time_to_live(ttl(true)).await.expect("a change");
    assert_eq!(
        invalid(it.db.update_time_to_live(ttl(false)).await),
        "Time to live has been modified multiple times within a fixed interval"
    );
    it.cloud.advance(Duration::from_secs(3600)).await;
    it.db.update_time_to_live(ttl(false)).await.expect("another change");
    it.db.update_table(lower(5)).await.expect("an hour later");
}
