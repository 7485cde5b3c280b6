use aws_smithy_types::DateTime;
use fogbank_api_events::*;
use serde_json::json;

use crate::scene::{HERE, Scene, check_error, event, target};

#[tokio::test]
async fn targets_get_the_event() {
    let scene = Scene::new();
    let queue = scene.queue("q").await;
    scene.rule("default", "r", r#"{"source": ["x"]}"#).await;
    scene.targets("default", "r", vec![target("1", &queue)]).await.expect("put");
    let entry = PutEventsRequestEntry {
        time: Some(DateTime::from_secs(1_700_000_000)),
        resources: Some(vec!["r".into()]),
        ..event("default", "x", r#" { "b" : 1.50, "a" : [ ] } "#)
    };
    let ids =
        scene.put(vec![entry, event("default", "y", "{}"), event("nowhere", "x", "{}")]).await;
    let expected = format!(
        r#"{{"version":"0","id":"{}","detail-type":"test","source":"x","account":"000000000000","time":"2023-11-14T22:13:20Z","region":"us-east-1","resources":["r"],"detail":{{"b":1.50,"a":[]}}}}"#,
        ids[0]
    );
    assert_eq!(scene.bodies("q").await, [expected]);
}

#[tokio::test]
async fn entries_that_are_none_are_refused_one_by_one() {
    let scene = Scene::new();
    let change = |set: fn(&mut PutEventsRequestEntry)| {
        let mut entry = event("default", "x", "{}");
        set(&mut entry);
        entry
    };
    let entries = vec![
        change(|it| it.source = None),
        change(|it| it.detail_type = Some(String::new())),
        change(|it| it.detail = None),
        change(|it| it.detail = Some("[]".into())),
        change(|it| it.detail = Some("{{}".into())),
        change(|it| it.source = Some("aws.s3".into())),
        change(|_| {}),
    ];
    let results = scene.put(entries).await;
    let expected = [
        "InvalidArgument: Parameter Source is not valid. Reason: Source is a required argument.",
        "InvalidArgument: Parameter DetailType is not valid. Reason: DetailType is a required argument.",
        "InvalidArgument: Parameter Detail is not valid. Reason: Detail is a required argument.",
        "MalformedDetail: Detail is malformed.",
        "MalformedDetail: Detail is malformed.",
        "NotAuthorizedForSourceException: Not authorized for the source.",
    ];
    assert_eq!(results[..6], expected);
    assert_eq!(results[6].len(), 36);
    let large = event("default", "x", &json!({"a": "x".repeat(1 << 20)}).to_string());
    let input = PutEventsRequest { entries: vec![large], endpoint_id: None };
    check_error(
        scene.events.put_events(input).await,
        "ValidationException",
        "Total size of the entries in the request is over the limit.",
    );
    let input = PutEventsRequest {
        entries: vec![event("default", "x", "{}")],
        endpoint_id: Some("abcde.veo".into()),
    };
    check_error(
        scene.events.put_events(input).await,
        "ResourceNotFoundException",
        "Endpoint abcde.veo does not exist.",
    );
}

#[tokio::test]
async fn services_put_the_events_of_aws() {
    let scene = Scene::new();
    let queue = scene.queue("q").await;
    scene.rule("default", "r", r#"{"source": ["aws.s3"]}"#).await;
    scene.targets("default", "r", vec![target("1", &queue)]).await.expect("put");
    let s3 = EventBridgeClient::new(scene.cloud.caller().as_service("s3.amazonaws.com"));
    let entries = vec![event("default", "aws.s3", "{}")];
    s3.put_events(PutEventsRequest { entries, endpoint_id: None }).await.expect("put");
    assert_eq!(scene.received("q").await[0]["source"], "aws.s3");
}

#[tokio::test]
async fn rules_that_are_disabled_or_want_something_else_do_nothing() {
    let scene = Scene::new();
    let queue = scene.queue("q").await;
    for (rule, pattern) in
        [("a", r#"{"source": ["x"]}"#), ("b", r#"{"detail": {"n": [{"numeric": [">", 1]}]}}"#)]
    {
        scene.rule("default", rule, pattern).await;
        scene.targets("default", rule, vec![target("1", &queue)]).await.expect("put");
    }
    let disable = DisableRuleRequest { name: "a".into(), event_bus_name: None };
    scene.events.disable_rule(disable).await.expect("disabled");
    let details = ["{\"n\": 1}", "{\"n\": 2}", "{}"];
    scene.put(details.map(|detail| event("default", "x", detail)).into()).await;
    let received = scene.received("q").await;
    assert_eq!(received.len(), 1);
    assert_eq!(received[0]["detail"], json!({"n": 2}));
    assert_eq!(received[0]["resources"], json!([]));
    assert_eq!(received[0]["time"], "2026-01-01T00:00:00Z");
    assert!(received[0]["id"].is_string(), "{HERE}");
}
