//! Backups, recovery to a point in time, and what is restored of a table.

use std::time::Duration;

use fogbank_api_dynamodb::*;
use fogbank_context::Timestamp;
use fogbank_testkit::START;

use crate::fixture::*;

fn from_backup(name: &str, arn: &str) -> RestoreTableFromBackupInput {
    RestoreTableFromBackupInput {
        target_table_name: name.to_owned(),
        backup_arn: arn.to_owned(),
        ..RestoreTableFromBackupInput::default()
    }
}

async fn backup(fixture: &Fixture, table: &str, name: &str) -> BackupDetails {
    let input = CreateBackupInput { table_name: table.to_owned(), backup_name: name.to_owned() };
    let output = fixture.db.create_backup(input).await.expect("a backup");
    output.backup_details.expect("details")
}

async fn recover(fixture: &Fixture, table: &str) {
    let input = UpdateContinuousBackupsInput {
        table_name: table.to_owned(),
        point_in_time_recovery_specification: PointInTimeRecoverySpecification {
            point_in_time_recovery_enabled: true,
            recovery_period_in_days: None,
        },
    };
    fixture.db.update_continuous_backups(input).await.expect("recovery");
}

#[tokio::test]
async fn a_backup_is_a_table_at_one_moment() {
    let fixture = Fixture::with([indexed("tab")]).await;
    let item = |extra: &str| [("pk", s("a")), ("sk", n(1)), ("g", s("x")), ("extra", s(extra))];
    fixture.put("tab", &item("before")).await;
    let made = backup(&fixture, "tab", "first").await;
    assert_eq!(made.backup_status, BackupStatus::Creating);
    assert!(made.backup_arn.contains(":table/tab/backup/01767225600000-"), "{}", made.backup_arn);
    fixture.put("tab", &item("after")).await;

    let described = fixture
        .db
        .describe_backup(DescribeBackupInput { backup_arn: made.backup_arn.clone() })
        .await
        .expect("the backup")
        .backup_description
        .expect("a description");
    assert_eq!(described.backup_details.map(|it| it.backup_status), Some(BackupStatus::Available));
    let features = described.source_table_feature_details.expect("features");
    assert_eq!(features.global_secondary_indexes.map(|list| list.len()), Some(2));

    let input = from_backup("copy", &made.backup_arn);
    let restored = fixture.db.restore_table_from_backup(input.clone()).await.expect("a table");
    let restored = restored.table_description.expect("a description");
    assert_eq!(restored.table_status, Some(TableStatus::Creating));
    assert!(restored.restore_summary.expect("a summary").restore_in_progress);
    let found = fixture.get("copy", &[("pk", s("a")), ("sk", n(1))]).await.expect("the item");
    assert_eq!(shown(&found["extra"]), shown(&s("before")));
    let (code, message) = failure(fixture.db.restore_table_from_backup(input).await);
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("TableAlreadyExistsException", "Table already exists: copy")
    );

    let gone = fixture
        .db
        .delete_backup(DeleteBackupInput { backup_arn: made.backup_arn.clone() })
        .await
        .expect("deleted");
    let status =
        gone.backup_description.and_then(|it| it.backup_details).map(|it| it.backup_status);
    assert_eq!(status, Some(BackupStatus::Deleted));
    let again = fixture.db.delete_backup(DeleteBackupInput { backup_arn: made.backup_arn.clone() });
    assert_eq!(
        failure(again.await),
        ("BackupNotFoundException".to_owned(), format!("Backup not found: {}", made.backup_arn))
    );
    let nothing = fixture.db.create_backup(CreateBackupInput {
        table_name: "none".to_owned(),
        backup_name: "b-1".to_owned(),
    });
    assert_eq!(
        failure(nothing.await),
        ("TableNotFoundException".to_owned(), "Table not found: none".to_owned())
    );
}

#[tokio::test]
async fn indexes_and_billing_of_a_restored_table_can_be_others() {
    let fixture = Fixture::with([indexed("tab")]).await;
    let made = backup(&fixture, "tab", "first").await;
    let input = RestoreTableFromBackupInput {
        billing_mode_override: Some(BillingMode::Provisioned),
        provisioned_throughput_override: Some(ProvisionedThroughput {
            read_capacity_units: 3,
            write_capacity_units: 4,
        }),
        global_secondary_index_override: Some(vec![]),
        local_secondary_index_override: Some(vec![]),
        ..from_backup("small", &made.backup_arn)
    };
    let table = fixture.db.restore_table_from_backup(input).await.expect("a table");
    let table = table.table_description.expect("a description");
    assert!(table.global_secondary_indexes.is_none() && table.local_secondary_indexes.is_none());
    assert_eq!(table.attribute_definitions.map(|list| list.len()), Some(2));
    assert_eq!(table.provisioned_throughput.and_then(|it| it.write_capacity_units), Some(4));
    let other = GlobalSecondaryIndex {
        index_name: "all".to_owned(),
        key_schema: key_schema("l", None),
        projection: projection("ALL", &[]),
        ..GlobalSecondaryIndex::default()
    };
    let input = RestoreTableFromBackupInput {
        global_secondary_index_override: Some(vec![other]),
        ..from_backup("other", &made.backup_arn)
    };
    let message = invalid(fixture.db.restore_table_from_backup(input).await);
    assert!(
        message.contains("does not match a secondary index that existed in the source table"),
        "{message}"
    );
}

#[tokio::test]
async fn backups_are_listed_page_by_page() {
    let fixture = Fixture::with([plain("one"), plain("two")]).await;
    for (table, name) in [("one", "b-1"), ("two", "b-2"), ("one", "b-3")] {
        backup(&fixture, table, name).await;
        fixture.cloud.advance(Duration::from_secs(10)).await;
    }
    let list = async |input: ListBackupsInput| {
        let output = fixture.db.list_backups(input).await.expect("a list");
        let names: Vec<_> =
            output.backup_summaries.into_iter().flatten().filter_map(|it| it.backup_name).collect();
        (names, output.last_evaluated_backup_arn)
    };
    let (all, last) = list(ListBackupsInput::default()).await;
    assert_eq!((all.join(" ").as_str(), last), ("b-1 b-2 b-3", None));
    let (page, last) = list(ListBackupsInput { limit: Some(2), ..Default::default() }).await;
    assert_eq!(page, ["b-1", "b-2"]);
    let (rest, _) =
        list(ListBackupsInput { exclusive_start_backup_arn: last, ..Default::default() }).await;
    assert_eq!(rest, ["b-3"]);
    let one = ListBackupsInput { table_name: Some("one".to_owned()), ..Default::default() };
    assert_eq!(list(one).await.0, ["b-1", "b-3"]);
    let between = ListBackupsInput {
        time_range_lower_bound: Some((START + Duration::from_secs(10)).to_wire()),
        time_range_upper_bound: Some((START + Duration::from_secs(20)).to_wire()),
        ..Default::default()
    };
    assert_eq!(list(between).await.0, ["b-2"]);
}

#[tokio::test]
async fn tables_are_restored_to_any_second_since_recovery_was_switched_on() {
    let fixture = Fixture::with([plain("tab")]).await;
    let to = |name: &str, at: Option<Timestamp>| RestoreTableToPointInTimeInput {
        source_table_name: Some("tab".to_owned()),
        target_table_name: name.to_owned(),
        use_latest_restorable_time: at.is_none().then_some(true),
        restore_date_time: at.map(Timestamp::to_wire),
        ..RestoreTableToPointInTimeInput::default()
    };
    let off = fixture.db.restore_table_to_point_in_time(to("rec", None)).await;
    assert_eq!(
        failure(off),
        (
            "PointInTimeRecoveryUnavailableException".to_owned(),
            "Point in time recovery is not enabled for table 'tab'".to_owned()
        )
    );
    recover(&fixture, "tab").await;
    let minute = |n: u64| START + Duration::from_secs(60 * n);
    for step in 1..=3 {
        fixture.cloud.advance(Duration::from_secs(60)).await;
        fixture.put("tab", &[("pk", s("a")), ("step", n(step))]).await;
        fixture.put("tab", &[("pk", s(&format!("only-{step}")))]).await;
    }
    fixture
        .db
        .delete_item(DeleteItemInput {
            table_name: "tab".to_owned(),
            key: attributes(&[("pk", s("only-1"))]),
            ..DeleteItemInput::default()
        })
        .await
        .expect("gone");
    for (name, at, items, step) in [
        ("rec-0", 0, 0, None),
        ("rec-1", 1, 2, Some(1)),
        ("rec-2", 2, 3, Some(2)),
        ("rec-3", 3, 3, Some(3)),
    ] {
        let input = to(name, Some(minute(at)));
        fixture.db.restore_table_to_point_in_time(input).await.expect("a table");
        let described = fixture
            .db
            .describe_table(DescribeTableInput { table_name: name.to_owned() })
            .await
            .expect("a table");
        assert_eq!(described.table.and_then(|it| it.item_count), Some(items), "{name}");
        let found = fixture.get(name, &[("pk", s("a"))]).await;
        assert_eq!(
            found.map(|item| shown(&item["step"])),
            step.map(|step: i32| shown(&n(step))),
            "{name}"
        );
    }
    fixture.db.restore_table_to_point_in_time(to("latest", None)).await.expect("a table");
    for (name, at) in [("early", START - Duration::from_secs(1)), ("late", minute(9))] {
        let refused = fixture.db.restore_table_to_point_in_time(to(name, Some(at))).await;
        assert_eq!(failure(refused).0, "InvalidRestoreTimeException");
    }
}

#[tokio::test]
async fn a_deleted_table_that_could_be_recovered_leaves_a_backup() {
    let fixture = Fixture::with([plain("tab")]).await;
    recover(&fixture, "tab").await;
    fixture.put("tab", &[("pk", s("a"))]).await;
    let delete = DeleteTableInput { table_name: "tab".to_owned() };
    fixture.db.delete_table(delete).await.expect("deleted");
    let input = || ListBackupsInput {
        backup_type: Some(BackupTypeFilter::System),
        ..ListBackupsInput::default()
    };
    let listed = fixture.db.list_backups(input()).await.expect("a list").backup_summaries;
    let listed = listed.expect("summaries");
    assert_eq!(listed[0].backup_name.as_deref(), Some("tab$DeletedTableBackup"));
    let arn = listed[0].backup_arn.clone().expect("an ARN");
    fixture.db.restore_table_from_backup(from_backup("tab", &arn)).await.expect("a table");
    assert!(fixture.get("tab", &[("pk", s("a"))]).await.is_some());
    fixture.cloud.advance(Duration::from_secs(35 * 86_400)).await;
    let listed = fixture.db.list_backups(input()).await.expect("a list").backup_summaries;
    assert_eq!(listed.map(|list| list.len()), Some(0));
}
