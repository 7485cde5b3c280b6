use std::time::Duration;

use fogbank_api_dynamodb::*;
use fogbank_provider_dynamodb::settings::Settings;

use crate::fixture::*;

#[tokio::test]
async fn tables_are_created_described_listed_and_deleted() {
    let it = Fixture::with([indexed("music"), plain("books"), plain("films")]).await;
    let input = DescribeTableInput { table_name: "music".to_owned() };
    let table = it.db.describe_table(input).await.expect("a table").table.expect("a description");
    assert_eq!(table.table_status, Some(TableStatus::Active));
    assert_eq!(
        table.table_arn.as_deref(),
        Some("arn:aws:dynamodb:us-east-1:000000000000:table/music")
    );
    assert_eq!(table.item_count, Some(0));
    let summary = table.billing_mode_summary.expect("a billing mode");
    assert_eq!(summary.billing_mode, Some(BillingMode::PayPerRequest));
    let global = table.global_secondary_indexes.expect("global indexes");
    let index_names: Vec<_> =
        global.iter().filter_map(|index| index.index_name.as_deref()).collect();
    assert_eq!(index_names, ["all", "some"]);
    assert_eq!(table.local_secondary_indexes.expect("local indexes").len(), 1);

    let page = |limit, start: Option<&str>| ListTablesInput {
        limit,
        exclusive_start_table_name: start.map(str::to_owned),
    };
    let first = it.db.list_tables(page(Some(2), None)).await.expect("names");
    assert_eq!(first.table_names.as_deref(), Some(&["books".to_owned(), "films".to_owned()][..]));
    assert_eq!(first.last_evaluated_table_name.as_deref(), Some("films"));
    let second = it.db.list_tables(page(None, Some("films"))).await.expect("names");
    assert_eq!(second.table_names.as_deref(), Some(&["music".to_owned()][..]));
    assert_eq!(second.last_evaluated_table_name, None);

    let delete = || DeleteTableInput { table_name: "books".to_owned() };
    let deleted = it.db.delete_table(delete()).await.expect("a description");
    let status = deleted.table_description.and_then(|table| table.table_status);
    assert_eq!(status, Some(TableStatus::Deleting));
    let (code, message) = failure(it.db.delete_table(delete()).await);
    assert_eq!(code, "ResourceNotFoundException");
    assert_eq!(message, "Requested resource not found: Table: books not found");
    let (code, message) = failure(it.db.create_table(plain("music")).await);
    assert_eq!(code, "ResourceInUseException");
    assert_eq!(message, "Table already exists: music");
}

#[tokio::test]
async fn faulty_tables_are_refused_in_awss_words() {
    let provisioned = CreateTableInput {
        billing_mode: None,
        provisioned_throughput: Some(ProvisionedThroughput {
            read_capacity_units: 5,
            write_capacity_units: 5,
        }),
        ..plain("table")
    };
    let with = |change: &dyn Fn(&mut CreateTableInput)| {
        let mut input = indexed("table");
        change(&mut input);
        input
    };
    let schema = |elements: &[(&str, KeyType)]| {
        let element = |(name, key_type): &(&str, KeyType)| KeySchemaElement {
            attribute_name: (*name).to_owned(),
            key_type: key_type.clone(),
        };
        Some(elements.iter().map(element).collect::<Vec<_>>())
    };
    let cases = [
        (
            CreateTableInput { billing_mode: None, ..plain("table") },
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
        ),
        (
            CreateTableInput { billing_mode: Some(BillingMode::PayPerRequest), ..provisioned },
            "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
        ),
        (
            CreateTableInput { key_schema: schema(&[("pk", KeyType::Range)]), ..plain("table") },
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        ),
        (
            CreateTableInput {
                key_schema: schema(&[("pk", KeyType::Hash), ("pk", KeyType::Range)]),
                ..plain("table")
            },
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ),
        (
            CreateTableInput {
                key_schema: schema(&[("pk", KeyType::Hash), ("sk", KeyType::Range)]),
                ..plain("table")
            },
            "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [pk, sk], AttributeDefinitions: [pk]",
        ),
        (
            CreateTableInput {
                key_schema: schema(&[
                    ("pk", KeyType::Hash),
                    ("sk", KeyType::Range),
                    ("extra", KeyType::Range),
                ]),
                ..plain("table")
            },
            "1 validation error detected: Value '[KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=sk, keyType=RANGE), KeySchemaElement(attributeName=extra, keyType=RANGE)]' at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2",
        ),
        (
            CreateTableInput {
                attribute_definitions: Some(vec![definition("pk", "S"), definition("x", "S")]),
                ..plain("table")
            },
            "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
        ),
        (
            with(&|input| {
                input.attribute_definitions.get_or_insert_default().push(definition("x", "S"))
            }),
            "One or more parameter values were invalid: Some AttributeDefinitions are not used. AttributeDefinitions: [pk, sk, l, g, x], keys used: [pk, sk, l, g]",
        ),
        (
            with(&|input| {
                input.global_secondary_indexes.get_or_insert_default()[0].index_name =
                    "some".to_owned()
            }),
            "One or more parameter values were invalid: Duplicate index name: some",
        ),
        (
            with(&|input| {
                input.global_secondary_indexes.get_or_insert_default()[0].projection =
                    projection("INCLUDE", &[])
            }),
            "One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
        ),
        (
            with(&|input| input.global_secondary_indexes = Some(vec![])),
            "One or more parameter values were invalid: List of GlobalSecondaryIndexes is empty",
        ),
        (
            with(&|input| {
                input.local_secondary_indexes.get_or_insert_default()[0].key_schema =
                    key_schema("g", Some("l"))
            }),
            "One or more parameter values were invalid: Index KeySchema does not have the same leading hash key as table KeySchema for index: local. index hash key: g, table hash key: pk",
        ),
        (
            with(&|input| {
                input.local_secondary_indexes.get_or_insert_default()[0].key_schema =
                    key_schema("pk", None)
            }),
            "One or more parameter values were invalid: Index KeySchema does not have a range key for index: local",
        ),
    ];
    let it = Fixture::empty();
    for (input, message) in cases {
        assert_eq!(invalid(it.db.create_table(input).await), message);
    }
}

#[tokio::test]
async fn indexes_come_and_go() {
    let it = Fixture::with([plain("table")]).await;
    it.put("table", &[("pk", s("a")), ("color", s("red"))]).await;
    it.put("table", &[("pk", s("b"))]).await;
    let update = |update: GlobalSecondaryIndexUpdate| UpdateTableInput {
        table_name: "table".to_owned(),
        attribute_definitions: Some(vec![definition("color", "S")]),
        global_secondary_index_updates: Some(vec![update]),
        ..UpdateTableInput::default()
    };
    let create = GlobalSecondaryIndexUpdate {
        create: Some(CreateGlobalSecondaryIndexAction {
            index_name: "by-color".to_owned(),
            key_schema: key_schema("color", None),
            projection: projection("ALL", &[]),
            ..CreateGlobalSecondaryIndexAction::default()
        }),
        ..GlobalSecondaryIndexUpdate::default()
    };
    let status = |answer: UpdateTableOutput| {
        let table = answer.table_description.expect("a description");
        let index = table.global_secondary_indexes.unwrap_or_default().remove(0);
        (table.table_status, index.index_status, index.backfilling)
    };
    let answer = it.db.update_table(update(create.clone())).await.expect("a description");
    let creating = (Some(TableStatus::Updating), Some(IndexStatus::Creating), Some(false));
    assert_eq!(status(answer), creating);
    let scan = || ScanInput {
        table_name: "table".to_owned(),
        index_name: Some("by-color".to_owned()),
        ..ScanInput::default()
    };
    let found = it.db.scan(scan()).await.expect("the index is filled");
    assert_eq!(found.count, Some(1), "items without the key attribute are not in the index");
    let message = invalid(it.db.update_table(update(create)).await);
    assert_eq!(message, "Attempting to create an index which already exists");

    let delete = GlobalSecondaryIndexUpdate {
        delete: Some(DeleteGlobalSecondaryIndexAction { index_name: "by-color".to_owned() }),
        ..GlobalSecondaryIndexUpdate::default()
    };
    let answer = it.db.update_table(update(delete)).await.expect("a description");
    let deleting = (Some(TableStatus::Updating), Some(IndexStatus::Deleting), None);
    assert_eq!(status(answer), deleting);
    let message = invalid(it.db.scan(scan()).await);
    assert_eq!(message, "The table does not have the specified index: by-color");
}

#[tokio::test]
async fn throughput_and_protection_can_be_changed() {
    let it = Fixture::with([plain("table")]).await;
    let update = |change: &dyn Fn(&mut UpdateTableInput)| {
        let mut input =
            UpdateTableInput { table_name: "table".to_owned(), ..UpdateTableInput::default() };
        change(&mut input);
        it.db.update_table(input)
    };
    let units = |read, write| {
        Some(ProvisionedThroughput { read_capacity_units: read, write_capacity_units: write })
    };
    assert!(invalid(update(&|_| {}).await).starts_with("At least one of ProvisionedThroughput,"));
    update(&|input| {
        input.billing_mode = Some(BillingMode::Provisioned);
        input.provisioned_throughput = units(3, 4);
    })
    .await
    .expect("a description");
    let message = invalid(update(&|input| input.provisioned_throughput = units(3, 4)).await);
    assert!(message.starts_with("The provisioned throughput for the table will not change."));
    update(&|input| input.deletion_protection_enabled = Some(true)).await.expect("a description");
    let delete = DeleteTableInput { table_name: "table".to_owned() };
    assert_eq!(
        invalid(it.db.delete_table(delete).await),
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
    );
    let input = DescribeTableInput { table_name: "table".to_owned() };
    let table = it.db.describe_table(input).await.expect("a table").table.expect("a description");
    let throughput = table.provisioned_throughput.expect("throughput");
    assert_eq!(
        (throughput.read_capacity_units, throughput.write_capacity_units),
        (Some(3), Some(4))
    );
}

#[tokio::test]
async fn parameters_without_effect_are_refused() {
    let it = Fixture::empty();
    let mode = Some(GlobalTableSettingsReplicationMode::Enabled);
    let input = CreateTableInput { global_table_settings_replication_mode: mode, ..plain("table") };
    let (code, message) = failure(it.db.create_table(input).await);
    assert_eq!(code, "NotImplemented");
    let start = "dynamodb.CreateTable with GlobalTableSettingsReplicationMode is not emulated";
    assert!(message.starts_with(start), "{message}");
}

#[tokio::test]
async fn tags_are_kept() {
    let it = Fixture::with([plain("table")]).await;
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/table";
    let tag = |key: String, value: &str| Tag { key, value: value.to_owned() };
    let tags = (0..12).map(|number| tag(format!("k{number:02}"), "v")).collect();
    let input = TagResourceInput { resource_arn: arn.to_owned(), tags };
    it.db.tag_resource(input).await.expect("tags");
    let input =
        UntagResourceInput { resource_arn: arn.to_owned(), tag_keys: vec!["k00".to_owned()] };
    it.db.untag_resource(input).await.expect("fewer tags");
    let list = |next_token| ListTagsOfResourceInput { resource_arn: arn.to_owned(), next_token };
    let first = it.db.list_tags_of_resource(list(None)).await.expect("tags");
    assert_eq!(first.tags.map(|tags| tags.len()), Some(10));
    let second = it.db.list_tags_of_resource(list(first.next_token)).await.expect("tags");
    let rest: Vec<_> = second.tags.unwrap_or_default().into_iter().map(|tag| tag.key).collect();
    assert_eq!(rest, ["k11"]);
    assert_eq!(second.next_token, None);
}

#[tokio::test]
async fn expired_items_are_deleted_some_time_later() {
    let it = Fixture::with([plain("table")]).await;
    let specify = |enabled| UpdateTimeToLiveInput {
        table_name: "table".to_owned(),
        time_to_live_specification: TimeToLiveSpecification {
            enabled,
            attribute_name: "until".to_owned(),
        },
    };
    let now = fogbank_testkit::START.as_secs();
    it.put("table", &[("pk", s("short")), ("until", n(now + 60))]).await;
    it.db.update_time_to_live(specify(true)).await.expect("switched on");
    assert_eq!(
        invalid(it.db.update_time_to_live(specify(true)).await),
        "TimeToLive is already enabled"
    );
    it.put("table", &[("pk", s("long")), ("until", n(now + 864_000))]).await;
    it.put("table", &[("pk", s("text")), ("until", s("never"))]).await;
    it.cloud.advance(Duration::from_secs(120)).await;
    assert!(it.get("table", &[("pk", s("short"))]).await.is_some(), "AWS takes its time");
    it.cloud.advance(Duration::from_secs(3 * 86_400)).await;
    assert!(it.get("table", &[("pk", s("short"))]).await.is_none());
    assert!(it.get("table", &[("pk", s("long"))]).await.is_some());
    assert!(it.get("table", &[("pk", s("text"))]).await.is_some());
}

#[tokio::test]
async fn a_fork_keeps_its_own_items() {
    let it = Fixture::with([indexed("table")]).await;
    it.put("table", &[("pk", s("a")), ("sk", n(1)), ("g", s("x"))]).await;
    let fork = it.cloud.clone().in_world(it.cloud.world().fork());
    let in_fork = Fixture { db: DynamoDbClient::new(fork.caller()), cloud: fork };
    in_fork.put("table", &[("pk", s("b")), ("sk", n(1)), ("g", s("x"))]).await;
    let count = |index: &str| ScanInput {
        table_name: "table".to_owned(),
        index_name: Some(index.to_owned()),
        ..ScanInput::default()
    };
    assert_eq!(it.db.scan(count("all")).await.expect("a page").count, Some(1));
    assert_eq!(in_fork.db.scan(count("all")).await.expect("a page").count, Some(2));
}

#[tokio::test]
async fn point_in_time_recovery_is_a_setting() {
    let it = Fixture::with([plain("table")]).await;
    let describe = |name: &str| DescribeContinuousBackupsInput { table_name: name.to_owned() };
    let status = |description: Option<ContinuousBackupsDescription>| {
        let recovery = description.and_then(|it| it.point_in_time_recovery_description);
        recovery.map(|it| (it.point_in_time_recovery_status, it.recovery_period_in_days))
    };
    let before = it.db.describe_continuous_backups(describe("table")).await.expect("a description");
    assert_eq!(
        status(before.continuous_backups_description),
        Some((Some(PointInTimeRecoveryStatus::Disabled), None))
    );
    let input = UpdateContinuousBackupsInput {
        table_name: "table".to_owned(),
        point_in_time_recovery_specification: PointInTimeRecoverySpecification {
            point_in_time_recovery_enabled: true,
            recovery_period_in_days: None,
        },
    };
    it.db.update_continuous_backups(input).await.expect("a description");
    let after = it.db.describe_continuous_backups(describe("table")).await.expect("a description");
    assert_eq!(
        status(after.continuous_backups_description),
        Some((Some(PointInTimeRecoveryStatus::Enabled), Some(35)))
    );
    assert_eq!(
        failure(it.db.describe_continuous_backups(describe("absent")).await),
        ("TableNotFoundException".to_owned(), "Table not found: absent".to_owned())
    );
}

#[tokio::test]
async fn the_internal_route_deletes_expired_items_at_once() {
    let it = Fixture::with([plain("table")]).await;
    let input = UpdateTimeToLiveInput {
        table_name: "table".to_owned(),
        time_to_live_specification: TimeToLiveSpecification {
            enabled: true,
            attribute_name: "ttl".to_owned(),
        },
    };
    it.db.update_time_to_live(input).await.expect("switched on");
    let now = fogbank_testkit::START.as_secs();
    it.put("table", &[("pk", s("expired")), ("ttl", n(now - 10))]).await;
    it.put("table", &[("pk", s("fresh")), ("ttl", n(now + 10))]).await;
    assert_eq!(fogbank_provider_dynamodb::routes::remove_expired(it.cloud.world()), 1);
    assert!(it.get("table", &[("pk", s("expired"))]).await.is_none());
    assert!(it.get("table", &[("pk", s("fresh"))]).await.is_some());
}

#[tokio::test]
async fn settings_make_requests_fail_and_items_expire_at_once() {
    let settings =
        Settings { failing_writes: 500_000, remove_expired_items: true, ..Settings::default() };
    let it = Fixture::with_settings(settings);
    it.db.create_table(plain("table")).await.expect("requests about tables never fail");
    let input = UpdateTimeToLiveInput {
        table_name: "table".to_owned(),
        time_to_live_specification: TimeToLiveSpecification {
            enabled: true,
            attribute_name: "ttl".to_owned(),
        },
    };
    it.db.update_time_to_live(input).await.expect("switched on");
    let mut failures = 0;
    for _ in 0..200 {
        let input = PutItemInput {
            table_name: "table".to_owned(),
            item: attributes(&[("pk", s("a")), ("ttl", n(1))]),
            ..PutItemInput::default()
        };
        if let Err(error) = it.db.put_item(input).await {
            assert_eq!(error.name(), "ProvisionedThroughputExceededException");
            failures += 1;
        }
    }
    assert!((60..140).contains(&failures), "{failures} of 200");
    assert!(it.get("table", &[("pk", s("a"))]).await.is_none(), "its time is over");
}
