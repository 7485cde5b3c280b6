use fogbank_api_dynamodb::*;

use crate::fixture::*;

fn put(item: &[(&str, AttributeValue)]) -> PutItemInput {
    PutItemInput {
        table_name: "table".to_owned(),
        item: attributes(item),
        ..PutItemInput::default()
    }
}

fn update(key: &str, expression: &str, values: &[(&str, AttributeValue)]) -> UpdateItemInput {
    UpdateItemInput {
        table_name: "table".to_owned(),
        key: attributes(&[("pk", s(key))]),
        update_expression: Some(expression.to_owned()),
        expression_attribute_values: (!values.is_empty()).then(|| attributes(values)),
        ..UpdateItemInput::default()
    }
}

/// Shows a structure by its schema.
struct Shape<'a>(&'a dyn fogbank_service::generated::SerializableStruct);

impl std::fmt::Debug for Shape<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        fogbank_service::generated::debug_shape(self.0, f)
    }
}

#[tokio::test]
async fn items_of_every_type_come_back_as_they_were() {
    let it = Fixture::with([plain("table")]).await;
    let item = [
        ("pk", s("a")),
        ("s", s("")),
        ("n", n("1.50")),
        ("b", AttributeValue::B(vec![0, 159, 255].into())),
        ("ss", AttributeValue::Ss(vec!["b".into(), "a".into()])),
        ("ns", AttributeValue::Ns(vec!["1".into(), "2E1".into()])),
        ("bs", AttributeValue::Bs(vec![vec![1].into(), vec![2].into()])),
        ("m", AttributeValue::M(attributes(&[("x", n(1))]))),
        ("l", AttributeValue::L(vec![s("x"), AttributeValue::Null(true)])),
        ("null", AttributeValue::Null(true)),
        ("bool", AttributeValue::Bool(false)),
    ];
    it.put("table", &item).await;
    let mut expected = attributes(&item);
    expected.insert("n".to_owned(), n("1.5"));
    expected.insert("ns".to_owned(), AttributeValue::Ns(vec!["1".into(), "20".into()]));
    let found = it.get("table", &[("pk", s("a"))]).await.expect("an item");
    assert_eq!(shown(&found), shown(&expected));
    assert!(it.get("table", &[("pk", s("b"))]).await.is_none());
}

#[tokio::test]
async fn faulty_puts_are_refused_in_awss_words() {
    let it = Fixture::with([plain("table"), indexed("indexed")]).await;
    let in_table = |item: &[(&str, AttributeValue)]| put(item);
    let indexed = |item: &[(&str, AttributeValue)]| PutItemInput {
        table_name: "indexed".to_owned(),
        ..put(item)
    };
    let cases = [
        (
            in_table(&[("x", s("a"))]),
            "One or more parameter values were invalid: Missing the key pk in the item",
        ),
        (
            in_table(&[("pk", n(1))]),
            "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N",
        ),
        (
            in_table(&[("pk", s(""))]),
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk",
        ),
        (
            in_table(&[("pk", s("a")), ("n", n("x"))]),
            "The parameter cannot be converted to a numeric value: x",
        ),
        (
            in_table(&[("pk", s("a")), ("none", AttributeValue::Null(false))]),
            "One or more parameter values were invalid: Null attribute value types must have the value of true",
        ),
        (
            in_table(&[("pk", s("a")), ("e", AttributeValue::Unknown)]),
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
        ),
        (
            in_table(&[("pk", s("a")), ("big", s(&"x".repeat(409_600)))]),
            "Item size has exceeded the maximum allowed size",
        ),
        (
            indexed(&[("pk", s("a")), ("sk", n(1)), ("g", n(1))]),
            "One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: all",
        ),
        (
            PutItemInput { return_values: Some(ReturnValue::AllNew), ..put(&[("pk", s("a"))]) },
            "ReturnValues can only be ALL_OLD or NONE",
        ),
        (
            PutItemInput {
                expression_attribute_values: Some(attributes(&[(":a", n(1))])),
                ..put(&[("pk", s("a"))])
            },
            "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null",
        ),
        (
            PutItemInput {
                expression_attribute_names: names(&[("#a", "a")]),
                ..put(&[("pk", s("a"))])
            },
            "ExpressionAttributeNames can only be specified when using expressions",
        ),
        (
            PutItemInput {
                condition_expression: Some("attribute_exists(pk)".into()),
                expression_attribute_values: Some(attributes(&[(":a", n(1))])),
                ..put(&[("pk", s("a"))])
            },
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}",
        ),
        (
            PutItemInput {
                condition_expression: Some("a = :a".into()),
                expression_attribute_values: Some(attributes(&[(
                    ":a",
                    AttributeValue::Ss(vec![]),
                )])),
                ..put(&[("pk", s("a"))])
            },
            "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: An string set  may not be empty for key :a",
        ),
        (
            PutItemInput {
                condition_expression: Some("attribute_exists(pk)".into()),
                expected: Some(Default::default()),
                ..put(&[("pk", s("a"))])
            },
            "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}",
        ),
    ];
    for (input, message) in cases {
        assert_eq!(invalid(it.db.put_item(input).await), message);
    }
    let absent = PutItemInput { table_name: "absent".to_owned(), ..put(&[("pk", s("a"))]) };
    assert_eq!(
        failure(it.db.put_item(absent).await),
        ("ResourceNotFoundException".to_owned(), "Requested resource not found".to_owned())
    );
}

#[tokio::test]
async fn conditions_guard_writes() {
    let it = Fixture::with([plain("table")]).await;
    let guarded = || PutItemInput {
        condition_expression: Some("attribute_not_exists(pk)".to_owned()),
        return_values_on_condition_check_failure: Some(ReturnValuesOnConditionCheckFailure::AllOld),
        ..put(&[("pk", s("a")), ("v", n(2))])
    };
    it.db.put_item(guarded()).await.expect("the first time");
    let error = it.db.put_item(guarded()).await.expect_err("the second time");
    assert_eq!(error.name(), "ConditionalCheckFailedException");
    assert_eq!(error.message(), Some("The conditional request failed"));
    let shape = format!("{:?}", Shape(error.shape().expect("a modelled error")));
    assert!(shape.contains(r#""v": AttributeValue { N: "2" }"#), "{shape}");

    let legacy = PutItemInput {
        expected: Some(
            [(
                "v".to_owned(),
                ExpectedAttributeValue { value: Some(n(2)), ..ExpectedAttributeValue::default() },
            )]
            .into(),
        ),
        return_values: Some(ReturnValue::AllOld),
        ..put(&[("pk", s("a")), ("v", n(3))])
    };
    let old = it.db.put_item(legacy.clone()).await.expect("v is 2").attributes;
    assert_eq!(shown(&old), shown(&Some(attributes(&[("pk", s("a")), ("v", n(2))]))));
    assert_eq!(failure(it.db.put_item(legacy).await).0, "ConditionalCheckFailedException");

    let delete = |expression: &str| DeleteItemInput {
        table_name: "table".to_owned(),
        key: attributes(&[("pk", s("a"))]),
        condition_expression: Some(expression.to_owned()),
        expression_attribute_values: Some(attributes(&[(":v", n(3))])),
        return_values: Some(ReturnValue::AllOld),
        ..DeleteItemInput::default()
    };
    assert_eq!(
        failure(it.db.delete_item(delete("v < :v")).await).0,
        "ConditionalCheckFailedException"
    );
    let old = it.db.delete_item(delete("v >= :v")).await.expect("v is 3").attributes;
    assert_eq!(old.map(|item| item.to_value().len()), Some(2));
    assert!(it.get("table", &[("pk", s("a"))]).await.is_none());
}

#[tokio::test]
async fn updates_return_what_is_asked_for() {
    let it = Fixture::with([plain("table")]).await;
    it.put("table", &[("pk", s("a")), ("n", n(1)), ("l", AttributeValue::L(vec![n(0), n(1)]))])
        .await;
    type Expected<'a> = Option<&'a [(&'a str, AttributeValue)]>;
    let cases: [(ReturnValue, Expected<'_>); 5] = [
        (ReturnValue::None, None),
        (ReturnValue::UpdatedOld, Some(&[("n", n(2)), ("l", AttributeValue::L(vec![n(1)]))])),
        (ReturnValue::UpdatedNew, Some(&[("n", n(4)), ("l", AttributeValue::L(vec![n(1)]))])),
        (
            ReturnValue::AllOld,
            Some(&[("pk", s("a")), ("n", n(4)), ("l", AttributeValue::L(vec![n(0), n(1)]))]),
        ),
        (
            ReturnValue::AllNew,
            Some(&[("pk", s("a")), ("n", n(6)), ("l", AttributeValue::L(vec![n(0), n(1)]))]),
        ),
    ];
    for (asked, expected) in cases {
        let input = UpdateItemInput {
            return_values: Some(asked.clone()),
            ..update("a", "ADD n :one SET l[1] = :one", &[(":one", n(1))])
        };
        let answer = it.db.update_item(input).await.expect("an update").attributes;
        assert_eq!(shown(&answer), shown(&expected.map(attributes)), "{asked}");
    }
    let input = UpdateItemInput {
        return_values: Some(ReturnValue::UpdatedNew),
        ..update("a", "REMOVE n", &[])
    };
    assert!(it.db.update_item(input).await.expect("an update").attributes.is_none());
}

#[tokio::test]
async fn updates_make_items_and_never_change_keys() {
    let it = Fixture::with([plain("table")]).await;
    it.db.update_item(update("new", "SET v = :v", &[(":v", n(1))])).await.expect("a new item");
    let found = it.get("table", &[("pk", s("new"))]).await;
    assert_eq!(shown(&found), shown(&Some(attributes(&[("pk", s("new")), ("v", n(1))]))));
    let bare = UpdateItemInput { update_expression: None, ..update("bare", "", &[]) };
    it.db.update_item(bare).await.expect("an item of nothing but its key");
    assert!(it.get("table", &[("pk", s("bare"))]).await.is_some());
    assert_eq!(
        invalid(it.db.update_item(update("new", "SET pk = :v", &[(":v", s("x"))])).await),
        "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key"
    );
    assert_eq!(
        invalid(
            it.db
                .update_item(update("new", "SET w = :v", &[(":v", s(&"x".repeat(409_600)))]))
                .await
        ),
        "Item size to update has exceeded the maximum allowed size"
    );
    let nameless = UpdateItemInput {
        expression_attribute_names: names(&[("#n", "")]),
        ..update("new", "SET #n = :v", &[(":v", n(1))])
    };
    assert_eq!(
        invalid(it.db.update_item(nameless).await),
        "One or more parameter values were invalid: Attribute name must not be empty"
    );
    let legacy = UpdateItemInput {
        update_expression: None,
        attribute_updates: Some(
            [(
                "v".to_owned(),
                AttributeValueUpdate { value: Some(n(41)), action: Some(AttributeAction::Add) },
            )]
            .into(),
        ),
        return_values: Some(ReturnValue::UpdatedNew),
        ..update("new", "", &[])
    };
    let answer = it.db.update_item(legacy).await.expect("an update").attributes;
    assert_eq!(shown(&answer), shown(&Some(attributes(&[("v", n(42))]))));
}

#[tokio::test]
async fn updates_of_index_keys_are_refused_in_awss_words() {
    let it = Fixture::with([indexed("indexed")]).await;
    let set = |value: AttributeValue| UpdateItemInput {
        table_name: "indexed".to_owned(),
        key: attributes(&[("pk", s("a")), ("sk", n(1))]),
        update_expression: Some("SET g = :g".to_owned()),
        expression_attribute_values: Some(attributes(&[(":g", value)])),
        ..UpdateItemInput::default()
    };
    let start = "The update expression attempted to update the secondary index key ";
    let long = s(&"x".repeat(2049));
    for (value, rest) in [(n(1), "to unsupported type"), (long, "beyond allowed size limits")] {
        assert_eq!(invalid(it.db.update_item(set(value)).await), format!("{start}{rest}"));
    }
}

#[tokio::test]
async fn capacity_and_collections_are_reported() {
    let it = Fixture::with([indexed("table")]).await;
    let item = [("pk", s("a")), ("sk", n(1)), ("g", s("x")), ("extra", s(&"x".repeat(1500)))];
    let input = PutItemInput {
        return_consumed_capacity: Some(ReturnConsumedCapacity::Indexes),
        return_item_collection_metrics: Some(ReturnItemCollectionMetrics::Size),
        ..put(&item)
    };
    let answer = it.db.put_item(input).await.expect("an item");
    let capacity = answer.consumed_capacity.expect("capacity");
    assert_eq!(capacity.table.and_then(|table| table.capacity_units), Some(2.0));
    let global = capacity.global_secondary_indexes.expect("global indexes");
    assert_eq!(global["all"].capacity_units, Some(2.0));
    assert_eq!(global["some"].capacity_units, Some(2.0));
    assert!(capacity.local_secondary_indexes.is_none(), "the item is not in the local index");
    assert_eq!(capacity.capacity_units, Some(6.0));
    let metrics = answer.item_collection_metrics.expect("metrics");
    assert_eq!(shown(&metrics.item_collection_key), shown(&Some(attributes(&[("pk", s("a"))]))));

    let get = |consistent_read| GetItemInput {
        table_name: "table".to_owned(),
        key: attributes(&[("pk", s("a")), ("sk", n(1))]),
        consistent_read,
        return_consumed_capacity: Some(ReturnConsumedCapacity::Total),
        ..GetItemInput::default()
    };
    for (consistent, units) in [(None, 0.5), (Some(true), 1.0)] {
        let answer = it.db.get_item(get(consistent)).await.expect("an item");
        assert_eq!(answer.consumed_capacity.and_then(|it| it.capacity_units), Some(units));
    }
}

#[tokio::test]
async fn a_table_can_be_named_by_its_arn() {
    let it = Fixture::with([plain("table")]).await;
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/table";
    it.put(arn, &[("pk", s("a"))]).await;
    assert!(it.get("table", &[("pk", s("a"))]).await.is_some());
    let elsewhere = "arn:aws:dynamodb:eu-west-1:000000000000:table/table";
    let input = PutItemInput { table_name: elsewhere.to_owned(), ..put(&[("pk", s("a"))]) };
    let message = invalid(it.db.put_item(input).await);
    assert_eq!(
        message,
        format!("1 validation error detected: Invalid AWS region in '{elsewhere}'")
    );
}
