use std::sync::Arc;

use fogbank_api_dynamodb::*;
use fogbank_state::{OpenOptions, World};
use fogbank_testkit::Cloud;

use crate::fixture::*;

fn opened(folder: &std::path::Path) -> (Fixture, Arc<World>) {
    let (world, report) = World::open(OpenOptions::new(folder)).expect("a world");
    assert!(world.load_problems().is_empty(), "{report:?}");
    let cloud = Cloud::new()
        .with(service(Arc::new(fogbank_provider_dynamodb::DynamoDbProvider::new())))
        .in_world(Arc::clone(&world));
    (Fixture { db: DynamoDbClient::new(cloud.caller()), cloud }, world)
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_and_items_of_every_type_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let item = [
        ("pk", s("a")),
        ("sk", n("-12.5e-30")),
        ("g", s("x")),
        ("big", n("99999999999999999999999999999999999999e80")),
        ("b", AttributeValue::B(vec![0, 255].into())),
        ("ss", AttributeValue::Ss(vec!["a".into()])),
        ("ns", AttributeValue::Ns(vec!["1".into(), "0.5".into()])),
        ("bs", AttributeValue::Bs(vec![vec![1].into()])),
        ("m", AttributeValue::M(attributes(&[("l", AttributeValue::L(vec![n(0)]))]))),
        ("null", AttributeValue::Null(true)),
        ("bool", AttributeValue::Bool(true)),
    ];
    let key = [("pk", s("a")), ("sk", n("-12.5e-30"))];
    let before = {
        let (it, world) = opened(folder.path());
        it.db.create_table(indexed("table")).await.expect("a table");
        it.put("table", &item).await;
        it.put("table", &[("pk", s("gone")), ("sk", n(1))]).await;
        let delete = DeleteItemInput {
            table_name: "table".to_owned(),
            key: attributes(&[("pk", s("gone")), ("sk", n(1))]),
            ..DeleteItemInput::default()
        };
        it.db.delete_item(delete).await.expect("gone");
        let token = TransactWriteItemsInput {
            client_request_token: Some("token".to_owned()),
            transact_items: vec![TransactWriteItem {
                put: Some(Put {
                    table_name: "table".to_owned(),
                    item: attributes(&[("pk", s("t")), ("sk", n(1))]),
                    ..Put::default()
                }),
                ..TransactWriteItem::default()
            }],
            ..TransactWriteItemsInput::default()
        };
        it.db.transact_write_items(token).await.expect("done");
        let before = it.get("table", &key).await;
        world.close();
        before
    };
    let (it, world) = opened(folder.path());
    let after = it.get("table", &key).await;
    assert!(after.is_some());
    assert_eq!(shown(&after), shown(&before));
    let scan = |index: Option<&str>| ScanInput {
        table_name: "table".to_owned(),
        index_name: index.map(str::to_owned),
        ..ScanInput::default()
    };
    assert_eq!(it.db.scan(scan(None)).await.expect("a page").count, Some(2));
    assert_eq!(it.db.scan(scan(Some("all"))).await.expect("the index is rebuilt").count, Some(1));
    let input = DescribeTableInput { table_name: "table".to_owned() };
    let table = it.db.describe_table(input).await.expect("a table").table.expect("a description");
    assert_eq!(table.item_count, Some(2));
    assert_eq!(table.global_secondary_indexes.map(|indexes| indexes.len()), Some(2));
    world.close();
}
