//! Global tables: replicas in other regions, of both versions, and their settings.

use fogbank_api_dynamodb::*;
use fogbank_context::Region;

use crate::fixture::*;

fn replicas(update: ReplicationGroupUpdate) -> UpdateTableInput {
    UpdateTableInput {
        table_name: "tab".to_owned(),
        replica_updates: Some(vec![update]),
        ..UpdateTableInput::default()
    }
}

fn create(region: &str) -> UpdateTableInput {
    replicas(ReplicationGroupUpdate {
        create: Some(CreateReplicationGroupMemberAction {
            region_name: region.to_owned(),
            kms_master_key_id: Some(format!("key-{region}")),
            ..Default::default()
        }),
        ..Default::default()
    })
}

fn delete(region: &str) -> UpdateTableInput {
    replicas(ReplicationGroupUpdate {
        delete: Some(DeleteReplicationGroupMemberAction { region_name: region.to_owned() }),
        ..Default::default()
    })
}

fn elsewhere(fixture: &Fixture, region: &str) -> Fixture {
    let caller = fixture.cloud.caller().in_region(Region::new(region));
    Fixture { cloud: fixture.cloud.clone(), db: DynamoDbClient::new(caller) }
}

async fn others(fixture: &Fixture) -> Vec<String> {
    let input = DescribeTableInput { table_name: "tab".to_owned() };
    let table = fixture.db.describe_table(input).await.expect("a table").table.expect("it");
    table.replicas.into_iter().flatten().filter_map(|replica| replica.region_name).collect()
}

#[tokio::test]
async fn every_region_sees_what_any_of_them_writes() {
    let here = Fixture::with([plain("tab")]).await;
    here.put("tab", &[("pk", s("before"))]).await;
    let answer = here.db.update_table(create("eu-west-1")).await.expect("a replica");
    let made = answer.table_description.and_then(|it| it.replicas).expect("replicas");
    assert_eq!(made[0].replica_status, Some(ReplicaStatus::Creating));
    assert_eq!(made[0].kms_master_key_id.as_deref(), Some("key-eu-west-1"));
    here.db.update_table(create("sa-east-1")).await.expect("another");
    let (eu, sa) = (elsewhere(&here, "eu-west-1"), elsewhere(&here, "sa-east-1"));
    assert_eq!(others(&here).await, ["eu-west-1", "sa-east-1"]);
    assert_eq!(others(&eu).await, ["sa-east-1", "us-east-1"]);
    assert_eq!(others(&sa).await, ["eu-west-1", "us-east-1"]);
    assert!(sa.get("tab", &[("pk", s("before"))]).await.is_some());

    eu.put("tab", &[("pk", s("from-eu"))]).await;
    let transaction = TransactWriteItemsInput {
        transact_items: vec![TransactWriteItem {
            put: Some(Put {
                table_name: "tab".to_owned(),
                item: attributes(&[("pk", s("from-sa"))]),
                ..Put::default()
            }),
            ..TransactWriteItem::default()
        }],
        ..TransactWriteItemsInput::default()
    };
    sa.db.transact_write_items(transaction).await.expect("done");
    for region in [&here, &eu, &sa] {
        for key in ["before", "from-eu", "from-sa"] {
            assert!(region.get("tab", &[("pk", s(key))]).await.is_some(), "{key}");
        }
    }
    here.db
        .delete_item(DeleteItemInput {
            table_name: "tab".to_owned(),
            key: attributes(&[("pk", s("before"))]),
            ..DeleteItemInput::default()
        })
        .await
        .expect("gone");
    assert!(eu.get("tab", &[("pk", s("before"))]).await.is_none());
}

#[tokio::test]
async fn settings_that_are_shared_reach_every_region() {
    let here = Fixture::with([plain("tab")]).await;
    here.db.update_table(create("eu-west-1")).await.expect("a replica");
    let eu = elsewhere(&here, "eu-west-1");
    let live = UpdateTimeToLiveInput {
        table_name: "tab".to_owned(),
        time_to_live_specification: TimeToLiveSpecification {
            enabled: true,
            attribute_name: "until".to_owned(),
        },
    };
    eu.db.update_time_to_live(live).await.expect("time to live");
    let input = DescribeTimeToLiveInput { table_name: "tab".to_owned() };
    let described = here.db.describe_time_to_live(input).await.expect("a description");
    let attribute = described.time_to_live_description.and_then(|it| it.attribute_name);
    assert_eq!(attribute.as_deref(), Some("until"));
}

#[tokio::test]
async fn replicas_come_once_and_go_once() {
    let here = Fixture::with([plain("tab")]).await;
    here.db.update_table(create("eu-west-1")).await.expect("a replica");
    let message = invalid(here.db.update_table(create("eu-west-1")).await);
    assert_eq!(
        message,
        "Failed to create a the new replica of table with name: 'tab' because one or more \
         replicas already existed as tables."
    );
    let message = invalid(here.db.update_table(create("us-east-1")).await);
    assert!(message.starts_with("Cannot add, delete, or update the local region"), "{message}");
    here.db.update_table(delete("eu-west-1")).await.expect("gone");
    let eu = elsewhere(&here, "eu-west-1");
    let input = DescribeTableInput { table_name: "tab".to_owned() };
    assert_eq!(failure(eu.db.describe_table(input).await).0, "ResourceNotFoundException");
    assert!(others(&here).await.is_empty());
    let message = invalid(here.db.update_table(delete("eu-west-1")).await);
    assert!(message.starts_with("Replica specified in the Replica Update or Replica Delete"));
}

#[tokio::test]
async fn the_older_version_joins_tables_that_are_there() {
    let here = Fixture::empty();
    let eu = elsewhere(&here, "eu-west-1");
    let group = |regions: &[&str]| CreateGlobalTableInput {
        global_table_name: "tab".to_owned(),
        replication_group: regions
            .iter()
            .map(|region| Replica { region_name: Some((*region).to_owned()) })
            .collect(),
    };
    let both = group(&["us-east-1", "eu-west-1"]);
    let missing = failure(here.db.create_global_table(both.clone()).await);
    assert_eq!(missing.0, "TableNotFoundException");
    let table = || CreateTableInput {
        stream_specification: Some(StreamSpecification {
            stream_enabled: true,
            stream_view_type: Some(StreamViewType::NewAndOldImages),
        }),
        ..plain("tab")
    };
    for region in [&here, &eu] {
        region.db.create_table(table()).await.expect("a table");
    }
    here.db.create_global_table(both.clone()).await.expect("a global table");
    let again = failure(here.db.create_global_table(both).await);
    assert_eq!(again.0, "GlobalTableAlreadyExistsException");
    here.put("tab", &[("pk", s("a"))]).await;
    assert!(eu.get("tab", &[("pk", s("a"))]).await.is_some());
    eu.put("tab", &[("pk", s("b"))]).await;
    assert!(here.get("tab", &[("pk", s("b"))]).await.is_some());
    let settings = DescribeGlobalTableSettingsInput { global_table_name: "tab".to_owned() };
    let settings = here.db.describe_global_table_settings(settings).await.expect("settings");
    assert_eq!(settings.replica_settings.map(|list| list.len()), Some(2));
    let update = UpdateGlobalTableInput {
        global_table_name: "tab".to_owned(),
        replica_updates: vec![ReplicaUpdate {
            delete: Some(DeleteReplicaAction { region_name: "eu-west-1".to_owned() }),
            ..ReplicaUpdate::default()
        }],
    };
    here.db.update_global_table(update.clone()).await.expect("updated");
    let again = failure(here.db.update_global_table(update).await);
    assert_eq!(again.0, "ReplicaNotFoundException");
    here.put("tab", &[("pk", s("c"))]).await;
    assert!(eu.get("tab", &[("pk", s("c"))]).await.is_none());
    let listed =
        here.db.list_global_tables(ListGlobalTablesInput::default()).await.expect("a list");
    assert_eq!(listed.global_tables.map(|list| list.len()), Some(1));
}

#[tokio::test]
async fn auto_scaling_is_kept() {
    let here = Fixture::with([plain("tab")]).await;
    here.db.update_table(create("eu-west-1")).await.expect("a replica");
    let scaling = |most| AutoScalingSettingsUpdate {
        minimum_units: Some(1),
        maximum_units: Some(most),
        ..AutoScalingSettingsUpdate::default()
    };
    let input = UpdateTableReplicaAutoScalingInput {
        table_name: "tab".to_owned(),
        provisioned_write_capacity_auto_scaling_update: Some(scaling(10)),
        replica_updates: Some(vec![ReplicaAutoScalingUpdate {
            region_name: "eu-west-1".to_owned(),
            replica_provisioned_read_capacity_auto_scaling_update: Some(scaling(20)),
            ..ReplicaAutoScalingUpdate::default()
        }]),
        ..UpdateTableReplicaAutoScalingInput::default()
    };
    here.db.update_table_replica_auto_scaling(input).await.expect("updated");
    let input = DescribeTableReplicaAutoScalingInput { table_name: "tab".to_owned() };
    let described = here.db.describe_table_replica_auto_scaling(input).await.expect("it");
    let replicas = described.table_auto_scaling_description.and_then(|it| it.replicas);
    let most: Vec<_> = replicas
        .into_iter()
        .flatten()
        .map(|replica| {
            let units =
                |it: Option<AutoScalingSettingsDescription>| it.and_then(|it| it.maximum_units);
            (
                units(replica.replica_provisioned_read_capacity_auto_scaling_settings),
                units(replica.replica_provisioned_write_capacity_auto_scaling_settings),
            )
        })
        .collect();
    assert_eq!(most, [(None, Some(10)), (Some(20), Some(10))]);
}
