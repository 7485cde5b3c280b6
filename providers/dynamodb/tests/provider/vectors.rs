use fogbank_api_dynamodb::*;

use crate::fixture::*;

fn element(name: &str, kind: SearchSchemaElementType) -> SearchSchemaElement {
    SearchSchemaElement { attribute_name: name.to_owned(), search_schema_element_type: kind }
}

/// An index on vectors of two numbers in `v`, partitioned by `g`, filtered by `color`.
fn index(name: &str, distance: VectorDistanceFunction) -> VectorIndex {
    VectorIndex {
        index_name: name.to_owned(),
        vector_attribute: VectorAttributeDefinition { attribute_name: "v".to_owned() },
        search_schema: Some(vec![
            element("g", SearchSchemaElementType::Hash),
            element("color", SearchSchemaElementType::InlineFilter),
        ]),
        projection: projection("INCLUDE", &["title"]),
        dimensions: 2,
        distance_function: distance,
    }
}

fn table() -> CreateTableInput {
    CreateTableInput {
        attribute_definitions: Some(vec![
            definition("pk", "S"),
            definition("g", "S"),
            definition("color", "S"),
        ]),
        vector_indexes: Some(vec![
            index("cosine", VectorDistanceFunction::Cosine),
            index("product", VectorDistanceFunction::DotProduct),
            VectorIndex {
                search_schema: None,
                projection: projection("ALL", &[]),
                ..index("euclid", VectorDistanceFunction::Euclidean)
            },
        ]),
        ..plain("table")
    }
}

fn vector(numbers: &[f32]) -> AttributeValue {
    AttributeValue::L(numbers.iter().map(n).collect())
}

fn search(name: &str, wanted: &[f32]) -> SearchVectorsInput {
    let partitioned = name != "euclid";
    SearchVectorsInput {
        table_name: "table".to_owned(),
        index_name: name.to_owned(),
        search_vector: wanted.iter().map(n).collect(),
        top_k: 10,
        search_condition_expression: partitioned.then(|| "g = :g".to_owned()),
        expression_attribute_values: partitioned.then(|| attributes(&[(":g", s("x"))])),
        ..SearchVectorsInput::default()
    }
}

async fn filled() -> Fixture {
    let it = Fixture::with([table()]).await;
    let items: [(&str, &str, &str, &[f32]); 5] = [
        ("east", "x", "red", &[1.0, 0.0]),
        ("far-east", "x", "blue", &[10.0, 0.0]),
        ("north", "x", "red", &[0.0, 1.0]),
        ("west", "x", "red", &[-1.0, 0.0]),
        ("elsewhere", "y", "red", &[1.0, 0.0]),
    ];
    for (key, group, color, numbers) in items {
        let item = [
            ("pk", s(key)),
            ("g", s(group)),
            ("color", s(color)),
            ("v", vector(numbers)),
            ("title", s(key)),
            ("more", s("more")),
        ];
        it.put("table", &item).await;
    }
    it.put("table", &[("pk", s("no group")), ("v", vector(&[1.0, 0.0]))]).await;
    it.put("table", &[("pk", s("no vector")), ("g", s("x"))]).await;
    it
}

fn ranked(answer: SearchVectorsOutput) -> Vec<(String, f64)> {
    let key = |item: &Attributes| match &item["pk"] {
        AttributeValue::S(key) => key.clone(),
        other => panic!("{other:?}"),
    };
    let results = answer.search_results.unwrap_or_default();
    results
        .iter()
        .map(|it| (key(&it.item.as_ref().expect("an item").to_value()), it.score.expect("a score")))
        .collect()
}

#[tokio::test]
async fn the_nearest_come_first() {
    let it = filled().await;
    let cases: [(&str, &[(&str, f64)]); 3] = [
        ("cosine", &[("east", 0.0), ("far-east", 0.0), ("north", 1.0), ("west", 2.0)]),
        ("product", &[("far-east", 10.0), ("east", 1.0), ("north", 0.0), ("west", -1.0)]),
        ("euclid", &[("east", 0.0), ("elsewhere", 0.0), ("no group", 0.0)]),
    ];
    for (name, expected) in cases {
        let mut found = ranked(it.db.search_vectors(search(name, &[1.0, 0.0])).await.expect(name));
        found.truncate(expected.len());
        found.sort_by(|a, b| a.0.cmp(&b.0));
        let mut expected: Vec<_> =
            expected.iter().map(|(key, score)| ((*key).to_owned(), *score)).collect();
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(found, expected, "{name}");
    }
    let input = SearchVectorsInput { top_k: 1, ..search("product", &[0.0, 1.0]) };
    assert_eq!(ranked(it.db.search_vectors(input).await.expect("one")), [("north".into(), 1.0)]);
}

#[tokio::test]
async fn results_hold_what_the_index_holds() {
    let it = filled().await;
    let names = |answer: SearchVectorsOutput| -> Vec<String> {
        let first = answer.search_results.unwrap_or_default().remove(0);
        first.item.unwrap_or_default().to_value().into_keys().collect()
    };
    let cases: [(&str, Option<&str>, &[&str]); 4] = [
        ("cosine", None, &["color", "g", "pk", "title"]),
        ("cosine", Some("title, v, more"), &["title", "v"]),
        ("euclid", None, &["color", "g", "more", "pk", "title"]),
        ("euclid", Some("v[0], more"), &["more", "v"]),
    ];
    for (name, expression, expected) in cases {
        let projection_expression = expression.map(str::to_owned);
        let mut input = SearchVectorsInput { projection_expression, ..search(name, &[10.0, 0.0]) };
        input.return_consumed_capacity = Some(ReturnConsumedCapacity::Total);
        let answer = it.db.search_vectors(input).await.expect(name);
        let charged = answer.consumed_capacity.as_ref().expect("capacity");
        assert_eq!(charged.vector_search_request_bytes, Some(1024.0));
        assert_eq!(names(answer), expected, "{name} {expression:?}");
    }
}

#[tokio::test]
async fn conditions_narrow_a_search() {
    let it = filled().await;
    let with = |condition: &str| SearchVectorsInput {
        search_condition_expression: Some(condition.to_owned()),
        expression_attribute_values: Some(attributes(&[(":g", s("x")), (":c", s("red"))])),
        ..search("cosine", &[1.0, 0.0])
    };
    for condition in ["g = :g AND color = :c", ":c = color AND (g = :g)"] {
        let found = ranked(it.db.search_vectors(with(condition)).await.expect(condition));
        let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["east", "north", "west"], "{condition}");
    }
}

#[tokio::test]
async fn faulty_searches_are_refused_in_awss_words() {
    let it = filled().await;
    let cases = [
        (
            SearchVectorsInput {
                search_condition_expression: None,
                expression_attribute_values: None,
                ..search("cosine", &[1.0, 0.0])
            },
            "SearchConditionExpression must be provided when SearchSchema has a HASH key",
        ),
        (
            SearchVectorsInput {
                search_condition_expression: Some("g < :g".into()),
                ..search("cosine", &[1.0, 0.0])
            },
            "Invalid SearchConditionExpression: Invalid comparator used in SearchConditionExpression",
        ),
        (
            search("cosine", &[1.0, 0.0, 0.0]),
            "Input search vector dimension 3 does not match vector index dimension 2",
        ),
        (
            SearchVectorsInput { top_k: 101, ..search("cosine", &[1.0, 0.0]) },
            "Provided TopK value '101' is out of valid range. The value must be between 1 and 100 inclusive",
        ),
        (search("absent", &[1.0, 0.0]), "The table does not have the specified index: absent"),
    ];
    for (input, message) in cases {
        assert_eq!(invalid(it.db.search_vectors(input).await), message);
    }
    let query = QueryInput {
        table_name: "table".to_owned(),
        index_name: Some("cosine".to_owned()),
        key_condition_expression: Some("g = :g".to_owned()),
        expression_attribute_values: Some(attributes(&[(":g", s("x"))])),
        ..QueryInput::default()
    };
    assert_eq!(
        invalid(it.db.query(query).await),
        "Query operation not supported on this index type."
    );
}

#[tokio::test]
async fn vectors_that_do_not_fit_are_refused_in_awss_words() {
    let it = filled().await;
    let one_or_more = "One or more parameter values were invalid: ";
    let cases = [
        (vector(&[1.0]), "Invalid size for parameter v, Expected: 2, Actual: 1. IndexName: cosine"),
        (s("x"), "Invalid type for parameter v, Expected: L, Actual: S. IndexName: cosine"),
        (
            AttributeValue::L(vec![n(1), s("x")]),
            "Invalid type for parameter v[1], Expected: N, Actual: S. IndexName: cosine",
        ),
    ];
    for (value, message) in cases {
        let put = PutItemInput {
            table_name: "table".to_owned(),
            item: attributes(&[("pk", s("new")), ("v", value.clone())]),
            ..PutItemInput::default()
        };
        assert_eq!(invalid(it.db.put_item(put).await), format!("{one_or_more}{message}"));
        let update = UpdateItemInput {
            table_name: "table".to_owned(),
            key: attributes(&[("pk", s("east"))]),
            update_expression: Some("SET v = :v".to_owned()),
            expression_attribute_values: Some(attributes(&[(":v", value)])),
            ..UpdateItemInput::default()
        };
        assert_eq!(invalid(it.db.update_item(update).await), format!("{one_or_more}{message}"));
    }
    let without_group = UpdateItemInput {
        table_name: "table".to_owned(),
        key: attributes(&[("pk", s("east"))]),
        update_expression: Some("REMOVE g".to_owned()),
        return_consumed_capacity: Some(ReturnConsumedCapacity::Indexes),
        ..UpdateItemInput::default()
    };
    let answer = it.db.update_item(without_group).await.expect("an item that leaves the index");
    let charged = answer.consumed_capacity.and_then(|it| it.vector_indexes).expect("capacity");
    assert_eq!(charged["cosine"].vector_write_request_bytes, Some(1024.0));
    let found = ranked(it.db.search_vectors(search("cosine", &[1.0, 0.0])).await.expect("items"));
    assert!(found.iter().all(|(key, _)| key != "east"));
}

#[tokio::test]
async fn vector_indexes_come_and_go() {
    let it = Fixture::with([plain("table")]).await;
    it.put("table", &[("pk", s("a")), ("v", vector(&[1.0, 0.0]))]).await;
    let update = |update| UpdateTableInput {
        table_name: "table".to_owned(),
        vector_index_updates: Some(vec![update]),
        ..UpdateTableInput::default()
    };
    let create = |schema| VectorIndexUpdate {
        create: Some(CreateVectorIndexAction {
            index_name: "euclid".to_owned(),
            vector_attribute: VectorAttributeDefinition { attribute_name: "v".to_owned() },
            search_schema: schema,
            projection: projection("KEYS_ONLY", &[]),
            dimensions: 2,
            distance_function: VectorDistanceFunction::Euclidean,
        }),
        delete: None,
    };
    let undefined = Some(vec![element("g", SearchSchemaElementType::Hash)]);
    assert_eq!(
        invalid(it.db.update_table(update(create(undefined))).await),
        "One or more parameter values were invalid: One element in SearchSchema is not defined in attribute definitions"
    );
    it.db.update_table(update(create(None))).await.expect("a new index");
    let found = it.db.search_vectors(search("euclid", &[1.0, 1.0])).await.expect("it is filled");
    assert_eq!(ranked(found), [("a".to_owned(), 1.0)]);
    let described = it
        .db
        .describe_table(DescribeTableInput { table_name: "table".to_owned() })
        .await
        .expect("a table")
        .table
        .and_then(|table| table.vector_indexes)
        .expect("vector indexes");
    assert_eq!(described[0].item_count, Some(1));
    assert_eq!(described[0].index_status, Some(IndexStatus::Active));
    assert_eq!(
        described[0].index_arn.as_deref(),
        Some("arn:aws:dynamodb:us-east-1:000000000000:table/table/index/euclid")
    );
    let delete = DeleteVectorIndexAction { index_name: "euclid".to_owned() };
    let delete = VectorIndexUpdate { create: None, delete: Some(delete) };
    it.db.update_table(update(delete.clone())).await.expect("gone");
    let (code, _) = failure(it.db.update_table(update(delete)).await);
    assert_eq!(code, "ResourceNotFoundException");
    let two = CreateTableInput {
        billing_mode: None,
        provisioned_throughput: Some(ProvisionedThroughput {
            read_capacity_units: 1,
            write_capacity_units: 1,
        }),
        table_name: "other".to_owned(),
        ..table()
    };
    assert!(invalid(it.db.create_table(two).await).contains("PAY_PER_REQUEST"));
}
