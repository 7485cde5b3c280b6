//! What operations cost in process, without wire and gateway:
//! `cargo test --release -p fogbank-provider-dynamodb --test provider measure -- --ignored --nocapture`.

use fogbank_api_dynamodb::*;
use fogbank_context::Stopwatch;

use crate::fixture::*;

const ROUNDS: u32 = 20_000;

#[tokio::test]
#[ignore = "a measurement"]
async fn put_get_and_query() {
    let it = Fixture::with([indexed("indexed"), plain("table")]).await;
    let item = |key: u32| {
        attributes(&[
            ("pk", s(&format!("key-{key}"))),
            ("n", n(key)),
            ("text", s("some text")),
            ("g", s("x")),
        ])
    };
    let watch = Stopwatch::start();
    for key in 0..ROUNDS {
        let input =
            PutItemInput { table_name: "table".into(), item: item(key), ..Default::default() };
        it.db.put_item(input).await.expect("an item");
    }
    println!("put {:?}", watch.elapsed() / ROUNDS);
    let watch = Stopwatch::start();
    for key in 0..ROUNDS {
        let key = attributes(&[("pk", s(&format!("key-{key}")))]);
        let input = GetItemInput { table_name: "table".into(), key, ..Default::default() };
        it.db.get_item(input).await.expect("an item");
    }
    println!("get {:?}", watch.elapsed() / ROUNDS);
    for sk in 0..100 {
        let mut item = item(1);
        item.insert("sk".into(), n(sk));
        let input = PutItemInput { table_name: "indexed".into(), item, ..Default::default() };
        it.db.put_item(input).await.expect("an item");
    }
    let rounds = ROUNDS / 20;
    let watch = Stopwatch::start();
    for _ in 0..rounds {
        let input = QueryInput {
            table_name: "indexed".into(),
            key_condition_expression: Some("pk = :p AND sk >= :s".into()),
            expression_attribute_values: Some(attributes(&[(":p", s("key-1")), (":s", n(0))])),
            ..Default::default()
        };
        assert_eq!(it.db.query(input).await.expect("a page").count, Some(100));
    }
    println!("query of 100 {:?}", watch.elapsed() / rounds);
}
