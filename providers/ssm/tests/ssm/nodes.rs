//! Inventory and compliance of nodes, and the filters of OpsItems.

use fogbank_api_ssm::*;

use crate::scene::{Scene, check_begins, check_error, strings};

const RACK: &str = "Custom:Rack";
const NODE: &str = "mi-00000000000000001";

fn item(kind: &str, version: &str) -> InventoryItem {
    InventoryItem {
        type_name: kind.into(),
        schema_version: version.into(),
        capture_time: "2026-01-01T00:00:00Z".into(),
        content: Some(vec![[("Name".to_owned(), "one".to_owned())].into()]),
        ..Default::default()
    }
}

fn put(item: InventoryItem) -> PutInventoryRequest {
    PutInventoryRequest { instance_id: NODE.into(), items: vec![item] }
}

#[tokio::test]
async fn a_disabled_schema_takes_only_newer_items() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    ssm.put_inventory(put(item(RACK, "1.9"))).await.unwrap();
    let delete = |option: InventorySchemaDeleteOption, dry: bool| DeleteInventoryRequest {
        type_name: RACK.into(),
        schema_delete_option: Some(option),
        dry_run: Some(dry),
        client_token: Some("00000000-0000-0000-0000-000000000001".into()),
    };
    let disable = InventorySchemaDeleteOption::DisableSchema;
    let entries = async || {
        let list = ListInventoryEntriesRequest {
            instance_id: NODE.into(),
            type_name: RACK.into(),
            ..Default::default()
        };
        ssm.list_inventory_entries(list).await.unwrap().entries.unwrap().len()
    };
    let dry = ssm.delete_inventory(delete(disable.clone(), true)).await.unwrap();
    assert_eq!((dry.deletion_id, entries().await), (None, 1));
    let deleted = ssm.delete_inventory(delete(disable.clone(), false)).await.unwrap();
    let again = ssm.delete_inventory(delete(disable, false)).await.unwrap();
    assert!(deleted.deletion_id.is_some());
    assert_eq!(deleted.deletion_id, again.deletion_id);
    assert_eq!(again.deletion_summary.unwrap().total_count, Some(1));
    let other = ssm.delete_inventory(delete("DeleteSchema".into(), false)).await;
    check_begins(other, "IdempotentParameterMismatch", "Error returned when");

    for (version, count) in [("1.9", 0), ("1.2", 0), ("1.10", 1)] {
        ssm.put_inventory(put(item(RACK, version))).await.unwrap();
        assert_eq!(entries().await, count, "{version}");
    }
    let forget = DeleteInventoryRequest {
        type_name: RACK.into(),
        schema_delete_option: Some("DeleteSchema".into()),
        ..Default::default()
    };
    ssm.delete_inventory(forget).await.unwrap();
    ssm.put_inventory(put(item(RACK, "1.0"))).await.unwrap();
    assert_eq!(entries().await, 1);
}

#[tokio::test]
async fn inventory_items_are_checked() {
    let scene = Scene::new();
    let large = "x".repeat(200 * 1024);
    for (item, code) in [
        (item("AWS:Application", "1.2"), "UnsupportedInventorySchemaVersionException"),
        (item("AWS:Application", "1.0"), ""),
        (
            InventoryItem { context: Some(Default::default()), ..item(RACK, "1.0") },
            "UnsupportedInventoryItemContextException",
        ),
        (
            InventoryItem {
                content: Some(vec![[("Name".to_owned(), large)].into()]),
                ..item(RACK, "1.0")
            },
            "ItemSizeLimitExceededException",
        ),
        (InventoryItem { content: None, ..item(RACK, "1.0") }, "InvalidItemContentException"),
    ] {
        let refused = scene.ssm.put_inventory(put(item)).await.err();
        assert_eq!(refused.map_or(String::new(), |error| error.code().to_owned()), code);
    }
}

#[tokio::test]
async fn compliance_with_the_same_hash_is_the_same() {
    let scene = Scene::new();
    let put = |kind: &str, hash: &str, title: &str| PutComplianceItemsRequest {
        resource_id: NODE.into(),
        resource_type: "ManagedInstance".into(),
        compliance_type: kind.into(),
        execution_summary: ComplianceExecutionSummary {
            execution_time: fogbank_testkit::START.to_wire(),
            ..Default::default()
        },
        items: vec![ComplianceItemEntry {
            title: Some(title.into()),
            severity: ComplianceSeverity::High,
            status: ComplianceStatus::NonCompliant,
            ..Default::default()
        }],
        item_content_hash: Some(hash.into()),
        ..Default::default()
    };
    let titles = async || {
        let listed = scene.ssm.list_compliance_items(Default::default()).await.unwrap();
        let items = listed.compliance_items.unwrap();
        items.into_iter().filter_map(|item| item.title).collect::<Vec<_>>()
    };
    for (hash, title, expected) in [("a", "one", "one"), ("a", "two", "one"), ("b", "two", "two")] {
        scene.ssm.put_compliance_items(put("Custom:c0", hash, title)).await.unwrap();
        assert_eq!(titles().await, [expected]);
    }
    for number in 1..10 {
        let kind = format!("Custom:c{number}");
        scene.ssm.put_compliance_items(put(&kind, "", "one")).await.unwrap();
    }
    check_begins(
        scene.ssm.put_compliance_items(put("Custom:c10", "", "one")).await,
        "ComplianceTypeCountLimitExceededException",
        "You specified too many",
    );
}

#[tokio::test]
async fn ops_items_are_found_by_what_is_known_of_them() {
    let scene = Scene::new();
    let ssm = &scene.ssm;
    let data = OpsItemDataValue { value: Some("sda1".into()), r#type: None };
    let create = CreateOpsItemRequest {
        title: "disk full".into(),
        source: "monitor".into(),
        description: "d".into(),
        operational_data: Some([("disk".to_owned(), data)].into()),
        ..Default::default()
    };
    let elsewhere =
        CreateOpsItemRequest { account_id: Some("111111111111".into()), ..create.clone() };
    check_begins(
        ssm.create_ops_item(elsewhere).await,
        "OpsItemAccessDeniedException",
        "You don't have permission",
    );
    let id = ssm.create_ops_item(create).await.unwrap().ops_item_id.unwrap();
    for (key, operator, value, found) in [
        ("OperationalData", "Equal", r#"{ "value": "sda1", "key": "disk" }"#, true),
        ("OperationalData", "Equal", r#"{"key":"disk","value":"sdb1"}"#, false),
        ("OperationalDataKey", "Equal", "disk", true),
        ("OperationalDataValue", "Contains", "sda", true),
        ("Title", "Contains", "full", true),
        ("Source", "Equal", "moni", false),
        ("AccountId", "Equal", "000000000000", true),
        ("CreatedTime", "LessThan", "2026-01-02T00:00:00Z", true),
        ("CreatedTime", "GreaterThan", "2026-01-02T00:00:00Z", false),
    ] {
        let filter =
            OpsItemFilter { key: key.into(), values: strings(&[value]), operator: operator.into() };
        let input =
            DescribeOpsItemsRequest { ops_item_filters: Some(vec![filter]), ..Default::default() };
        let items = ssm.describe_ops_items(input).await.unwrap().ops_item_summaries.unwrap();
        assert_eq!(!items.is_empty(), found, "{key} {operator} {value}");
    }
    let filter = OpsItemFilter {
        key: "Status".into(),
        values: strings(&["Open"]),
        operator: "Contains".into(),
    };
    let input =
        DescribeOpsItemsRequest { ops_item_filters: Some(vec![filter]), ..Default::default() };
    check_begins(
        ssm.describe_ops_items(input).await,
        "ValidationException",
        "Invalid filter operator Contains",
    );
    let relate = |kind: &str| AssociateOpsItemRelatedItemRequest {
        ops_item_id: id.clone(),
        association_type: "RelatesTo".into(),
        resource_type: kind.into(),
        resource_uri: "arn:aws:ssm:us-east-1:000000000000:document/d".into(),
    };
    check_error(
        ssm.associate_ops_item_related_item(relate("AWS::S3::Bucket")).await,
        "OpsItemInvalidParameterException",
        "The ResourceType AWS::S3::Bucket is not supported.",
    );
    ssm.associate_ops_item_related_item(relate("AWS::SSM::Document")).await.unwrap();
}
