use std::time::Duration;

use fogbank_api_dynamodb::*;

use crate::fixture::*;

fn put(key: &str, condition: Option<&str>) -> TransactWriteItem {
    TransactWriteItem {
        put: Some(Put {
            table_name: "table".to_owned(),
            item: attributes(&[("pk", s(key))]),
            condition_expression: condition.map(str::to_owned),
            ..Put::default()
        }),
        ..TransactWriteItem::default()
    }
}

fn add(key: &str, by: i64) -> TransactWriteItem {
    TransactWriteItem {
        update: Some(Update {
            table_name: "table".to_owned(),
            key: attributes(&[("pk", s(key))]),
            update_expression: "ADD v :v".to_owned(),
            expression_attribute_values: Some(attributes(&[(":v", n(by))])),
            ..Update::default()
        }),
        ..TransactWriteItem::default()
    }
}

fn check(key: &str, condition: &str) -> TransactWriteItem {
    TransactWriteItem {
        condition_check: Some(ConditionCheck {
            table_name: "table".to_owned(),
            key: attributes(&[("pk", s(key))]),
            condition_expression: condition.to_owned(),
            ..ConditionCheck::default()
        }),
        ..TransactWriteItem::default()
    }
}

fn transaction(items: Vec<TransactWriteItem>) -> TransactWriteItemsInput {
    TransactWriteItemsInput { transact_items: items, ..TransactWriteItemsInput::default() }
}

#[tokio::test]
async fn transactions_are_done_whole_or_not_at_all() {
    let it = Fixture::with([plain("table"), plain("second")]).await;
    it.put("table", &[("pk", s("a")), ("v", n(1))]).await;
    let elsewhere = TransactWriteItem {
        put: Some(Put {
            table_name: "second".to_owned(),
            item: attributes(&[("pk", s("x"))]),
            ..Put::default()
        }),
        ..TransactWriteItem::default()
    };
    let items = |condition| vec![add("a", 5), put("b", Some(condition)), elsewhere.clone()];
    let error = it
        .db
        .transact_write_items(transaction(items("attribute_exists(pk)")))
        .await
        .expect_err("b does not exist");
    assert_eq!(error.name(), "TransactionCanceledException");
    assert_eq!(
        error.message(),
        Some(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]"
        )
    );
    let a = it.get("table", &[("pk", s("a"))]).await.expect("a");
    assert_eq!(shown(&a["v"]), shown(&n(1)));
    assert!(it.get("second", &[("pk", s("x"))]).await.is_none());

    let input = transaction(items("attribute_not_exists(pk)"));
    it.db.transact_write_items(input).await.expect("all done");
    let a = it.get("table", &[("pk", s("a"))]).await.expect("a");
    assert_eq!(shown(&a["v"]), shown(&n(6)));
    assert!(it.get("table", &[("pk", s("b"))]).await.is_some());
    assert!(it.get("second", &[("pk", s("x"))]).await.is_some());
}

#[tokio::test]
async fn faulty_transactions_are_refused_in_awss_words() {
    let it = Fixture::with([plain("table")]).await;
    it.put("table", &[("pk", s("a")), ("v", s("text"))]).await;
    let cases = [
        (
            vec![put("a", None), check("a", "attribute_exists(pk)")],
            "Transaction request cannot include multiple operations on one item",
        ),
        (
            vec![TransactWriteItem { put: put("a", None).put, ..add("a", 1) }],
            "TransactItems can only contain one of Check, Put, Update or Delete",
        ),
        (
            vec![check("a", "pk = ")],
            "Invalid ConditionExpression: Syntax error; token: \"<EOF>\", near: \"=\"",
        ),
    ];
    for (items, message) in cases {
        assert_eq!(invalid(it.db.transact_write_items(transaction(items)).await), message);
    }
    let (code, message) =
        failure(it.db.transact_write_items(transaction(vec![put("z", None), add("a", 1)])).await);
    assert_eq!(code, "TransactionCanceledException");
    assert!(message.ends_with("[None, ValidationError]"), "{message}");
    assert!(it.get("table", &[("pk", s("z"))]).await.is_none());
}

#[tokio::test]
async fn a_token_makes_a_transaction_happen_once() {
    let it = Fixture::with([plain("table")]).await;
    let with_token = |by| TransactWriteItemsInput {
        client_request_token: Some("token".to_owned()),
        ..transaction(vec![add("a", by)])
    };
    it.db.transact_write_items(with_token(1)).await.expect("the first time");
    it.db.transact_write_items(with_token(1)).await.expect("a repetition");
    let (code, _) = failure(it.db.transact_write_items(with_token(2)).await);
    assert_eq!(code, "IdempotentParameterMismatchException");
    let value = |item: Option<Attributes>| shown(&item.expect("a")["v"]);
    assert_eq!(value(it.get("table", &[("pk", s("a"))]).await), shown(&n(1)));
    it.cloud.advance(Duration::from_secs(601)).await;
    it.db.transact_write_items(with_token(1)).await.expect("the token is forgotten");
    assert_eq!(value(it.get("table", &[("pk", s("a"))]).await), shown(&n(2)));
}

#[tokio::test]
async fn transactions_read_items_together() {
    let it = Fixture::with([plain("table")]).await;
    it.put("table", &[("pk", s("a")), ("v", n(1)), ("w", n(2))]).await;
    let get = |key: &str, projection: Option<&str>| TransactGetItem {
        get: Get {
            table_name: "table".to_owned(),
            key: attributes(&[("pk", s(key))]),
            projection_expression: projection.map(str::to_owned),
            ..Get::default()
        },
    };
    let input = TransactGetItemsInput {
        transact_items: vec![get("a", Some("v")), get("b", None)],
        return_consumed_capacity: Some(ReturnConsumedCapacity::Total),
    };
    let answer = it.db.transact_get_items(input).await.expect("items");
    let items: Vec<_> =
        answer.responses.expect("responses").into_iter().map(|it| it.item).collect();
    assert_eq!(shown(&items), shown(&vec![Some(attributes(&[("v", n(1))])), None]));
    let capacity = answer.consumed_capacity.expect("capacity");
    assert_eq!(
        (capacity[0].capacity_units, capacity[0].read_capacity_units),
        (Some(4.0), Some(4.0))
    );
}

#[tokio::test]
async fn keys_that_do_not_fit_cancel_and_keys_that_are_empty_are_refused() {
    let it = Fixture::with([plain("table"), indexed("indexed")]).await;
    let put = |table: &str, item: &[(&str, AttributeValue)]| TransactWriteItemsInput {
        transact_items: vec![TransactWriteItem {
            put: Some(Put {
                table_name: table.to_owned(),
                item: attributes(item),
                ..Put::default()
            }),
            ..TransactWriteItem::default()
        }],
        ..TransactWriteItemsInput::default()
    };
    let get = |key: &[(&str, AttributeValue)]| TransactGetItemsInput {
        transact_items: vec![TransactGetItem {
            get: Get { table_name: "table".to_owned(), key: attributes(key), ..Get::default() },
        }],
        ..TransactGetItemsInput::default()
    };
    let cancelled = "Transaction cancelled, please refer cancellation reasons for specific reasons \
                     [ValidationError]";
    for item in [put("table", &[("pk", n(1))]), put("table", &[("x", s("a"))])] {
        let (code, message) = failure(it.db.transact_write_items(item).await);
        assert_eq!((code.as_str(), message.as_str()), ("TransactionCanceledException", cancelled));
    }
    for key in [get(&[("pk", n(1))]), get(&[("x", s("a"))])] {
        let (code, message) = failure(it.db.transact_get_items(key).await);
        assert_eq!((code.as_str(), message.as_str()), ("TransactionCanceledException", cancelled));
    }
    let empty = invalid(it.db.transact_write_items(put("table", &[("pk", s(""))])).await);
    assert!(empty.ends_with("cannot contain an empty string value. Key: pk"), "{empty}");
    let index = put("indexed", &[("pk", s("a")), ("sk", n(1)), ("g", s(""))]);
    let empty = invalid(it.db.transact_write_items(index).await);
    assert!(empty.ends_with("IndexName: all, IndexKey: g"), "{empty}");
    let empty = invalid(it.db.transact_get_items(get(&[("pk", s(""))])).await);
    assert!(empty.ends_with("cannot contain an empty string value. Key: pk"), "{empty}");
    let large = put("table", &[("pk", s("a")), ("big", s(&"x".repeat(409_600)))]);
    let message = invalid(it.db.transact_write_items(large).await);
    assert_eq!(message, "Item size has exceeded the maximum allowed size");
}

#[tokio::test]
async fn transactions_hold_four_megabytes() {
    let it = Fixture::with([plain("table")]).await;
    let puts = |count: usize| {
        let large = |number: usize| TransactWriteItem {
            put: Some(Put {
                table_name: "table".to_owned(),
                item: attributes(&[
                    ("pk", s(&number.to_string())),
                    ("value", s(&"x".repeat(400_000))),
                ]),
                ..Put::default()
            }),
            ..TransactWriteItem::default()
        };
        transaction((0..count).map(large).collect())
    };
    it.db.transact_write_items(puts(10)).await.expect("just under the limit");
    let message = "The aggregate size of the items in the transaction cannot exceed 4 MB";
    assert_eq!(invalid(it.db.transact_write_items(puts(11)).await), message);
    it.put("table", &[("pk", s("10")), ("value", s(&"x".repeat(400_000)))]).await;
    let get = |number: usize| TransactGetItem {
        get: Get {
            table_name: "table".to_owned(),
            key: attributes(&[("pk", s(&number.to_string()))]),
            ..Get::default()
        },
    };
    let input = TransactGetItemsInput {
        transact_items: (0..11).map(get).collect(),
        ..TransactGetItemsInput::default()
    };
    assert_eq!(invalid(it.db.transact_get_items(input).await), message);
}
