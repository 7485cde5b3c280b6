use fogbank_api_dynamodb::*;

use crate::fixture::*;

fn put(item: &[(&str, AttributeValue)]) -> WriteRequest {
    WriteRequest { put_request: Some(PutRequest { item: attributes(item) }), delete_request: None }
}

fn delete(key: &[(&str, AttributeValue)]) -> WriteRequest {
    WriteRequest { put_request: None, delete_request: Some(DeleteRequest { key: attributes(key) }) }
}

fn write(requests: Vec<WriteRequest>) -> BatchWriteItemInput {
    BatchWriteItemInput {
        request_items: [("table".to_owned(), requests)].into(),
        ..BatchWriteItemInput::default()
    }
}

fn get(keys: Vec<Attributes>) -> BatchGetItemInput {
    BatchGetItemInput {
        request_items: [(
            "table".to_owned(),
            KeysAndAttributes { keys, ..KeysAndAttributes::default() },
        )]
        .into(),
        ..BatchGetItemInput::default()
    }
}

#[tokio::test]
async fn batches_write_and_read() {
    let it = Fixture::with([plain("table")]).await;
    it.put("table", &[("pk", s("old"))]).await;
    let requests =
        vec![put(&[("pk", s("a"))]), put(&[("pk", s("b"))]), delete(&[("pk", s("old"))])];
    let answer = it.db.batch_write_item(write(requests)).await.expect("all written");
    assert_eq!(answer.unprocessed_items.map(|items| items.len()), Some(0));
    let keys = ["a", "b", "old"].map(|key| attributes(&[("pk", s(key))])).to_vec();
    let input = BatchGetItemInput {
        return_consumed_capacity: Some(ReturnConsumedCapacity::Total),
        ..get(keys)
    };
    let answer = it.db.batch_get_item(input).await.expect("items");
    assert_eq!(answer.responses.expect("responses")["table"].len(), 2);
    assert_eq!(answer.unprocessed_keys.map(|keys| keys.len()), Some(0));
    let capacity = answer.consumed_capacity.expect("capacity");
    assert_eq!(capacity[0].capacity_units, Some(1.5));
}

#[tokio::test]
async fn faulty_batches_change_nothing() {
    let it = Fixture::with([plain("table")]).await;
    let many =
        |count: usize| (0..count).map(|number| put(&[("pk", s(&number.to_string()))])).collect();
    let cases = [
        (many(26), "Too many items requested for the BatchWriteItem call"),
        (
            vec![put(&[("pk", s("a"))]), delete(&[("pk", s("a"))])],
            "Provided list of item keys contains duplicates",
        ),
        (
            vec![put(&[("pk", s("a"))]), put(&[("x", s("a"))])],
            "The provided key element does not match the schema",
        ),
        (
            vec![put(&[("pk", s("a"))]), delete(&[("pk", n(1))])],
            "The provided key element does not match the schema",
        ),
    ];
    for (requests, message) in cases {
        assert_eq!(invalid(it.db.batch_write_item(write(requests)).await), message);
    }
    let scan = ScanInput { table_name: "table".to_owned(), ..ScanInput::default() };
    assert_eq!(it.db.scan(scan).await.expect("a page").count, Some(0));

    let keys =
        |count: usize| (0..count).map(|n| attributes(&[("pk", s(&n.to_string()))])).collect();
    assert_eq!(
        invalid(it.db.batch_get_item(get(keys(101))).await),
        "Too many items requested for the BatchGetItem call"
    );
    let twice = vec![attributes(&[("pk", s("a"))]); 2];
    assert_eq!(
        invalid(it.db.batch_get_item(get(twice)).await),
        "Provided list of item keys contains duplicates"
    );
    let absent = BatchWriteItemInput {
        request_items: [("absent".to_owned(), vec![put(&[("pk", s("a"))])])].into(),
        ..BatchWriteItemInput::default()
    };
    assert_eq!(
        failure(it.db.batch_write_item(absent).await),
        ("ResourceNotFoundException".to_owned(), "Requested resource not found".to_owned())
    );
}

#[tokio::test]
async fn a_batch_leaves_keys_unprocessed_behind_sixteen_megabytes() {
    let it = Fixture::with([plain("table")]).await;
    for number in 0..60 {
        it.put("table", &[("pk", s(&number.to_string())), ("x", s(&"x".repeat(300 * 1024)))]).await;
    }
    let keys: Vec<_> =
        (0..60).map(|number| attributes(&[("pk", s(&number.to_string()))])).collect();
    let answer = it.db.batch_get_item(get(keys)).await.expect("items");
    let found = answer.responses.expect("responses")["table"].len();
    let left = answer.unprocessed_keys.expect("keys")["table"].keys.len();
    assert_eq!(found + left, 60);
    assert_eq!(found, 55);
}
