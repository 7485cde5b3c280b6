use std::collections::BTreeSet;

use fogbank_api_dynamodb::*;
use fogbank_service::Held;

use crate::fixture::*;

/// A table with six items in partition `a`, and one in `b`.
async fn library() -> Fixture {
    let it = Fixture::with([indexed("table")]).await;
    for number in [-2, 0, 1, 5, 10, 100] {
        let level = s(if number % 2 == 0 { "even" } else { "odd" });
        let item = [
            ("pk", s("a")),
            ("sk", n(number)),
            ("g", level),
            ("l", s(&format!("l{}", 200 - number))),
            ("extra", s("e")),
            ("more", n(number * 2)),
        ];
        it.put("table", &item).await;
    }
    it.put("table", &[("pk", s("b")), ("sk", n(7))]).await;
    it
}

fn query(condition: &str, values: &[(&str, AttributeValue)]) -> QueryInput {
    QueryInput {
        table_name: "table".to_owned(),
        key_condition_expression: Some(condition.to_owned()),
        expression_attribute_values: Some(attributes(values)),
        ..QueryInput::default()
    }
}

fn sort_keys(items: Option<Vec<Held<Attributes>>>) -> Vec<String> {
    let key = |item: &Held<Attributes>| match &item.to_value()["sk"] {
        AttributeValue::N(number) => number.clone(),
        other => panic!("{other:?}"),
    };
    items.unwrap_or_default().iter().map(key).collect()
}

#[tokio::test]
async fn queries_find_ranges_in_order() {
    let it = library().await;
    let a = (":a", s("a"));
    let cases: [(QueryInput, &[&str]); 6] = [
        (query("pk = :a", std::slice::from_ref(&a)), &["-2", "0", "1", "5", "10", "100"]),
        (
            QueryInput {
                scan_index_forward: Some(false),
                limit: Some(2),
                ..query("pk = :a", std::slice::from_ref(&a))
            },
            &["100", "10"],
        ),
        (
            query("pk = :a AND sk BETWEEN :x AND :y", &[a.clone(), (":x", n(0)), (":y", n(9))]),
            &["0", "1", "5"],
        ),
        (query("pk = :a AND sk > :x", &[a.clone(), (":x", n(5))]), &["10", "100"]),
        (
            QueryInput {
                index_name: Some("local".to_owned()),
                ..query("pk = :a AND begins_with(l, :l)", &[a.clone(), (":l", s("l19"))])
            },
            &["10", "5", "1"],
        ),
        (
            QueryInput {
                index_name: Some("all".to_owned()),
                ..query("g = :g AND sk < :x", &[(":g", s("even")), (":x", n(50))])
            },
            &["-2", "0", "10"],
        ),
    ];
    for (input, expected) in cases {
        let shown = shown(&input.key_condition_expression);
        let answer = it.db.query(input).await.expect(&shown);
        assert_eq!(sort_keys(answer.items), expected, "{shown}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_both_ways_and_through_indexes() {
    let it = library().await;
    for (index, condition, value) in
        [(None, "pk = :v", "a"), (Some("local"), "pk = :v", "a"), (Some("all"), "g = :v", "even")]
    {
        for forward in [true, false] {
            let page = |limit, start| QueryInput {
                index_name: index.map(str::to_owned),
                limit,
                exclusive_start_key: start,
                scan_index_forward: Some(forward),
                ..query(condition, &[(":v", s(value))])
            };
            let whole = it.db.query(page(None, None)).await.expect("all");
            assert!(whole.last_evaluated_key.is_none());
            let mut collected = Vec::new();
            let mut start = None;
            loop {
                let answer = it.db.query(page(Some(1), start)).await.expect("a page");
                collected.extend(sort_keys(answer.items));
                start = answer.last_evaluated_key.map(|key| key.to_value());
                if start.is_none() {
                    break;
                }
            }
            assert_eq!(collected, sort_keys(whole.items), "{index:?} forward: {forward}");
        }
    }
}

#[tokio::test]
async fn filters_count_what_was_read_and_what_was_taken() {
    let it = library().await;
    let input = QueryInput {
        filter_expression: Some("more > :m".to_owned()),
        select: Some(Select::Count),
        ..query("pk = :a", &[(":a", s("a")), (":m", n(3))])
    };
    let answer = it.db.query(input).await.expect("a count");
    assert_eq!((answer.count, answer.scanned_count), (Some(3), Some(6)));
    assert!(answer.items.is_none());
    let legacy = QueryInput {
        table_name: "table".to_owned(),
        key_conditions: Some(
            [(
                "pk".to_owned(),
                Condition {
                    attribute_value_list: Some(vec![s("a")]),
                    comparison_operator: ComparisonOperator::Eq,
                },
            )]
            .into(),
        ),
        query_filter: Some(
            [(
                "more".to_owned(),
                Condition {
                    attribute_value_list: Some(vec![n(3)]),
                    comparison_operator: ComparisonOperator::Gt,
                },
            )]
            .into(),
        ),
        attributes_to_get: Some(vec!["sk".to_owned()]),
        ..QueryInput::default()
    };
    let answer = it.db.query(legacy).await.expect("items");
    assert_eq!(sort_keys(answer.items), ["5", "10", "100"]);
}

#[tokio::test]
async fn indexes_show_what_they_hold() {
    let it = library().await;
    let through = |index: &str, condition: &str, value: &str| QueryInput {
        index_name: Some(index.to_owned()),
        limit: Some(1),
        ..query(condition, &[(":v", s(value))])
    };
    let attribute_names = |answer: QueryOutput| -> Vec<String> {
        answer.items.unwrap_or_default().remove(0).to_value().into_keys().collect()
    };
    let answer = it.db.query(through("some", "g = :v", "even")).await.expect("an item");
    assert_eq!(attribute_names(answer), ["extra", "g", "pk", "sk"]);
    let answer = it.db.query(through("local", "pk = :v", "a")).await.expect("an item");
    assert_eq!(attribute_names(answer), ["l", "pk", "sk"]);
    let whole =
        QueryInput { select: Some(Select::AllAttributes), ..through("local", "pk = :v", "a") };
    let answer = it.db.query(whole).await.expect("an item");
    assert_eq!(attribute_names(answer).len(), 6, "a local index reaches the whole item");
    let beyond = QueryInput {
        projection_expression: Some("more".to_owned()),
        ..through("local", "pk = :v", "a")
    };
    assert_eq!(attribute_names(it.db.query(beyond).await.expect("an item")), ["more"]);
}

#[tokio::test]
async fn faulty_queries_are_refused_in_awss_words() {
    let it = library().await;
    let a = [(":a", s("a"))];
    let cases = [
        (
            QueryInput { table_name: "table".to_owned(), ..QueryInput::default() },
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
        ),
        (query("sk = :a", &a), "Query condition missed key schema element: pk"),
        (
            QueryInput { index_name: Some("absent".to_owned()), ..query("pk = :a", &a) },
            "The table does not have the specified index: absent",
        ),
        (
            QueryInput {
                index_name: Some("all".to_owned()),
                consistent_read: Some(true),
                ..query("g = :a", &a)
            },
            "Consistent reads are not supported on global secondary indexes",
        ),
        (
            QueryInput { filter_expression: Some("sk <> :a".to_owned()), ..query("pk = :a", &a) },
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
        ),
        (
            QueryInput {
                index_name: Some("some".to_owned()),
                select: Some(Select::AllAttributes),
                ..query("g = :a", &a)
            },
            "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index some because its projection type is not ALL",
        ),
        (
            QueryInput {
                index_name: Some("some".to_owned()),
                projection_expression: Some("more".to_owned()),
                ..query("g = :a", &a)
            },
            "One or more parameter values were invalid: Global secondary index some does not project [more]",
        ),
        (
            QueryInput { select: Some(Select::AllProjectedAttributes), ..query("pk = :a", &a) },
            "One or more parameter values were invalid: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
        ),
        (
            QueryInput {
                exclusive_start_key: Some(attributes(&[("pk", s("a"))])),
                ..query("pk = :a", &a)
            },
            "The provided starting key is invalid",
        ),
        (
            QueryInput {
                exclusive_start_key: Some(attributes(&[("pk", s("b")), ("sk", n(7))])),
                ..query("pk = :a", &a)
            },
            "The provided starting key is outside query boundaries based on provided conditions",
        ),
        (
            QueryInput {
                key_condition_expression: None,
                expression_attribute_values: Some(attributes(&a)),
                ..query("", &[])
            },
            "ExpressionAttributeValues can only be specified when using expressions: FilterExpression and KeyConditionExpression are null",
        ),
    ];
    for (input, message) in cases {
        assert_eq!(invalid(it.db.query(input).await), message);
    }
}

#[tokio::test]
async fn segments_of_a_scan_hold_every_item_once() {
    let it = Fixture::with([plain("table")]).await;
    for number in 0..60 {
        it.put("table", &[("pk", s(&format!("item-{number}")))]).await;
    }
    let mut seen = BTreeSet::new();
    for segment in 0..7 {
        let mut start = None;
        loop {
            let input = ScanInput {
                table_name: "table".to_owned(),
                segment: Some(segment),
                total_segments: Some(7),
                limit: Some(3),
                exclusive_start_key: start,
                ..ScanInput::default()
            };
            let answer = it.db.scan(input).await.expect("a page");
            for item in answer.items.unwrap_or_default() {
                assert!(seen.insert(shown(&item.to_value()["pk"])), "no item twice");
            }
            start = answer.last_evaluated_key.map(|key| key.to_value());
            if start.is_none() {
                break;
            }
        }
    }
    assert_eq!(seen.len(), 60);
    let segment = |segment, total_segments| ScanInput {
        table_name: "table".to_owned(),
        segment,
        total_segments,
        ..ScanInput::default()
    };
    assert_eq!(
        invalid(it.db.scan(segment(Some(3), Some(3))).await),
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 3 is not less than TotalSegments: 3"
    );
    assert_eq!(
        invalid(it.db.scan(segment(Some(3), None)).await),
        "The TotalSegments parameter is required but was not present in the request when Segment parameter is present"
    );
}

#[tokio::test]
async fn a_page_ends_at_one_megabyte() {
    let it = Fixture::with([indexed("table")]).await;
    for number in 0..12 {
        let item = [("pk", s("a")), ("sk", n(number)), ("x", s(&"x".repeat(100 * 1024)))];
        it.put("table", &item).await;
    }
    let first = it.db.query(query("pk = :a", &[(":a", s("a"))])).await.expect("a page");
    assert_eq!(first.count, Some(11));
    let input = QueryInput {
        exclusive_start_key: first.last_evaluated_key.map(|key| key.to_value()),
        ..query("pk = :a", &[(":a", s("a"))])
    };
    let second = it.db.query(input).await.expect("a page");
    assert_eq!((second.count, second.last_evaluated_key.is_none()), (Some(1), true));
}

#[tokio::test]
async fn indexes_follow_the_items() {
    let it = library().await;
    let count = |level: &str| QueryInput {
        index_name: Some("all".to_owned()),
        ..query("g = :g", &[(":g", s(level))])
    };
    it.put("table", &[("pk", s("a")), ("sk", n(100)), ("g", s("odd"))]).await;
    assert_eq!(it.db.query(count("odd")).await.expect("a page").count, Some(3));
    assert_eq!(it.db.query(count("even")).await.expect("a page").count, Some(3));
    let delete = DeleteItemInput {
        table_name: "table".to_owned(),
        key: attributes(&[("pk", s("a")), ("sk", n(0))]),
        ..DeleteItemInput::default()
    };
    it.db.delete_item(delete).await.expect("gone");
    let update = UpdateItemInput {
        table_name: "table".to_owned(),
        key: attributes(&[("pk", s("a")), ("sk", n(10))]),
        update_expression: Some("REMOVE g".to_owned()),
        ..UpdateItemInput::default()
    };
    it.db.update_item(update).await.expect("without g");
    assert_eq!(it.db.query(count("even")).await.expect("a page").count, Some(1));
}
