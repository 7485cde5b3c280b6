use fogbank_api_sns::MessageAttributeValue;
use serde_json::{Value, json};

use crate::scene::{Scene, attribute, check_invalid};

/// Attributes of a message: name, data type, value.
type Attributes<'a> = &'a [(&'a str, &'a str, &'a str)];

/// Checks what a filter policy on attributes lets through.
async fn check_attributes(policy: Value, cases: &[(Attributes<'_>, bool)]) {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let text = policy.to_string();
    scene.subscribe(&topic, "q", &[("FilterPolicy", &text), ("RawMessageDelivery", "true")]).await;
    for (attributes, wanted) in cases {
        let attributes: std::collections::BTreeMap<String, MessageAttributeValue> = attributes
            .iter()
            .map(|(name, data_type, value)| ((*name).to_owned(), attribute(data_type, value)))
            .collect();
        let shown = attributes.keys().cloned().collect::<Vec<_>>();
        scene
            .publish_with(&topic, "x", |input| input.message_attributes = Some(attributes))
            .await
            .expect("published");
        let received = !scene.bodies("q").await.is_empty();
        assert_eq!(received, *wanted, "{policy}: {shown:?}");
    }
}

/// Checks what a filter policy on bodies lets through.
async fn check_bodies(policy: Value, cases: &[(Value, bool)]) {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let text = policy.to_string();
    let attributes = [
        ("FilterPolicy", text.as_str()),
        ("FilterPolicyScope", "MessageBody"),
        ("RawMessageDelivery", "true"),
    ];
    scene.subscribe(&topic, "q", &attributes).await;
    for (body, wanted) in cases {
        scene.publish(&topic, &body.to_string()).await;
        let received = !scene.bodies("q").await.is_empty();
        assert_eq!(received, *wanted, "{policy}: {body}");
    }
}

#[tokio::test]
async fn attributes_decide() {
    let on = |condition: Value| json!({ "a": [condition] });
    check_attributes(
        json!({"a": ["x", 1], "b": ["y"]}),
        &[
            (&[("a", "String", "x"), ("b", "String", "y")], true),
            (&[("a", "Number", "1.0"), ("b", "String", "y")], true),
            (&[("a", "String", "1"), ("b", "String", "y")], false),
            (&[("a", "String", "x")], false),
            (&[], false),
        ],
    )
    .await;
    check_attributes(
        on(json!({"prefix": "a"})),
        &[
            (&[("a", "String", "ab")], true),
            (&[("a", "String", "ba")], false),
            (&[("a", "String.Array", r#"["x","ab"]"#)], true),
        ],
    )
    .await;
    check_attributes(
        on(json!({"suffix": "b"})),
        &[(&[("a", "String", "ab")], true), (&[("a", "String", "ba")], false)],
    )
    .await;
    check_attributes(
        on(json!({"equals-ignore-case": "Ab"})),
        &[(&[("a", "String", "aB")], true), (&[("a", "String", "abc")], false)],
    )
    .await;
    check_attributes(
        on(json!({"anything-but": ["x", "y"]})),
        &[
            (&[("a", "String", "z")], true),
            (&[("a", "String", "x")], false),
            (&[("a", "String.Array", r#"["x","z"]"#)], true),
            (&[("a", "String.Array", r#"["x","y"]"#)], false),
            (&[("b", "String", "z")], false),
        ],
    )
    .await;
    check_attributes(
        on(json!({"anything-but": 5})),
        &[(&[("a", "Number", "6")], true), (&[("a", "Number", "5.00")], false)],
    )
    .await;
    check_attributes(
        on(json!({"anything-but": {"prefix": "x"}})),
        &[(&[("a", "String", "yx")], true), (&[("a", "String", "xy")], false)],
    )
    .await;
    check_attributes(
        on(json!({"numeric": [">", 0, "<=", 100]})),
        &[
            (&[("a", "Number", "0")], false),
            (&[("a", "Number", "1e2")], true),
            (&[("a", "Number", "100.1")], false),
            (&[("a", "String", "50")], false),
        ],
    )
    .await;
    check_attributes(
        on(json!({"cidr": "10.0.0.0/24"})),
        &[
            (&[("a", "String", "10.0.0.255")], true),
            (&[("a", "String", "10.0.1.0")], false),
            (&[("a", "String", "::1")], false),
            (&[("a", "String", "ten")], false),
        ],
    )
    .await;
    check_attributes(
        on(json!({"exists": false})),
        &[
            (&[], true),
            (&[("a", "String", "x")], false),
            (&[("a", "String.Array", r#"["x"]"#)], false),
        ],
    )
    .await;
    check_attributes(
        json!({"a": [null, true]}),
        &[
            (&[("a", "String.Array", "[true]")], true),
            (&[("a", "String.Array", "[null]")], true),
            (&[("a", "String", "true")], false),
        ],
    )
    .await;
}

#[tokio::test]
async fn bodies_decide() {
    check_bodies(
        json!({"object": {"key": [{"prefix": "auto-"}, "x"], "no": [{"exists": false}]}, "test": [{"exists": false}]}),
        &[
            (json!({"object": {"key": "auto-1"}}), true),
            (json!({"object": {"key": "x"}}), true),
            (json!({"object": {"key": "auto-1", "no": 1}}), false),
            (json!({"object": {"key": "auto-1"}, "test": 1}), false),
            (json!({"object": {"key": "y"}}), false),
            (json!("text"), false),
        ],
    )
    .await;
    let event = |key: &str, name: &str| json!({"s3": {"object": {"key": key}}, "eventName": name});
    check_bodies(
        json!({"Records": {"s3": {"object": {"key": [{"prefix": "auto-"}]}}, "eventName": [{"prefix": "Created"}]}}),
        &[
            (json!({"Records": [event("auto-1", "Created:Put")]}), true),
            (json!({"Records": [event("auto-1", "Removed"), event("home-1", "Created:Put")]}), false),
            (json!({"Records": [event("home-1", "Removed"), event("auto-1", "Created:Put")]}), true),
            (json!({"Records": []}), false),
        ],
    )
    .await;
    check_bodies(
        json!({"a.b.c": ["x"]}),
        &[
            (json!({"a": {"b": {"c": "x"}}}), true),
            (json!({"a.b.c": "x"}), true),
            (json!({"a.b": {"c": "x"}}), true),
            (json!({"a": {"b.c": "x"}}), true),
            (json!({"a": {"b": {"c": "y"}}}), false),
        ],
    )
    .await;
    check_bodies(
        json!({"$or": [{"m": ["x"]}, {"n": ["y"]}], "d": {"s": ["z"], "$or": [{"e": [1]}, {"f": [2]}]}}),
        &[
            (json!({"m": "x", "d": {"s": "z", "e": 1}}), true),
            (json!({"n": "y", "d": {"s": "z", "f": 2}}), true),
            (json!({"m": "x", "d": {"s": "z"}}), false),
            (json!({"d": {"s": "z", "e": 1}}), false),
        ],
    )
    .await;
}

#[tokio::test]
async fn policies_are_checked_where_they_are_wrong() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let at = |policy: &str, what: &str, column: usize| {
        (
            policy.to_owned(),
            format!("{what}\n at [Source: (String)\"{policy}\"; line: 1, column: {column}]"),
        )
    };
    let list = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>();
    let cases = [
        at(
            r#"{"key":[["value"]]}"#,
            "Match value must be String, number, true, false, or null",
            10,
        ),
        at(r#"{"key":[{"wrong-operator":true}]}"#, "Unrecognized match type wrong-operator", 31),
        at(
            r#"{"key":[{"suffix":"value","prefix":"value2"}]}"#,
            "Only one key allowed in match expression",
            37,
        ),
        at(r#"{"key":[]}"#, "Empty arrays are not allowed", 10),
        at(r#"{"key":[{"suffix":100}]}"#, "suffix match pattern must be a string", 22),
        at(r#"{"key":{"suffix":"value"}}"#, "\"suffix\" must be an object or an array", 19),
        at(r#"{"key":[{"numeric":[]}]}"#, "Invalid member in numeric match: ]", 22),
        at(
            r#"{"key":[{"numeric":["operator"]}]}"#,
            "Unrecognized numeric range operator: operator",
            32,
        ),
        at(r#"{"key":[{"numeric":["=","000"]}]}"#, "Value of equals must be numeric", 26),
        at(
            r#"{"key":[{"numeric":["<",100,">",10]}]}"#,
            "Too many elements in numeric expression",
            30,
        ),
        at(r#"{"key":[{"numeric":[">=",1,">",2]}]}"#, "Bad numeric range operator: >", 31),
        at(r#"{"key":[{"numeric":[">",3,"<",1]}]}"#, "Bottom must be less than top", 33),
        at(r#"{"key":[{"numeric":[">",20,30]}]}"#, "Bad value in numeric range: 30", 30),
        at(
            r#"{"key":[{"numeric":[">",20,"<",30,"<",50]}]}"#,
            "Too many terms in numeric range expression",
            36,
        ),
        at(
            r#"{"key":[{"exists":"no"}]}"#,
            "exists match pattern must be either true or false.",
            20,
        ),
        at(
            r#"{"key":[{"anything-but":{"suffix":"test"}}]}"#,
            "Unsupported anything-but pattern: suffix",
            36,
        ),
        (r#"{"key":[{"cidr":"bad-filter"}]}"#.into(), "Malformed CIDR, one '/' required".into()),
        (json!({"key": list(151)}).to_string(), "Filter policy is too complex".into()),
        (
            json!({"a": [1], "b": [1], "c": [1], "d": [1], "e": [1], "f": [1]}).to_string(),
            "Filter policy can not have more than 5 keys".into(),
        ),
    ];
    for (policy, wrong) in cases {
        let result =
            scene.try_subscribe(&topic, "sms", "+123123123", &[("FilterPolicy", &policy)]).await;
        check_invalid(result, &format!("Attributes Reason: FilterPolicy: {wrong}"));
    }
    let nested = json!({
        "a": {"b": {"c": list(4)}}, "d": {"e": list(3)}, "f": list(3),
    });
    let attributes = [("FilterPolicy", &*nested.to_string()), ("FilterPolicyScope", "MessageBody")];
    let result = scene.try_subscribe(&topic, "sms", "+123123123", &attributes).await;
    check_invalid(result, "Attributes Reason: FilterPolicy: Filter policy is too complex");
}
