use std::sync::Arc;

use fogbank_api_events::*;
use fogbank_api_sns as sns;
use fogbank_context::{AccountId, Partition, Region};
use fogbank_service::Principal;
use serde_json::{Value, json};

use crate::scene::{HERE, Scene, event, target};

const PATTERN: &str = r#"{"source": ["x"]}"#;

/// What a target with this input gets of an event.
async fn input_of(set: impl FnOnce(&mut Target)) -> Vec<String> {
    let scene = Scene::new();
    let queue = scene.queue("q").await;
    scene.rule("default", "r", PATTERN).await;
    let mut target = target("1", &queue);
    set(&mut target);
    scene.targets("default", "r", vec![target]).await.expect("put");
    scene.put(vec![event("default", "x", r#"{"a": {"b": "c"}, "d": [1]}"#)]).await;
    scene.bodies("q").await
}

#[tokio::test]
async fn inputs_are_what_targets_ask_for() {
    let constant = input_of(|target| target.input = Some("{\"k\": 1}".into())).await;
    assert_eq!(constant, ["{\"k\": 1}"]);
    let path = input_of(|target| target.input_path = Some("$.detail.a".into())).await;
    assert_eq!(path, ["{\"b\":\"c\"}"]);
    let text = input_of(|target| target.input_path = Some("$.detail.a.b".into())).await;
    assert_eq!(text, ["\"c\""]);
    let nothing = input_of(|target| target.input_path = Some("$.detail.z".into())).await;
    assert_eq!(nothing, [""; 0]);
    let transformed = input_of(|target| {
        target.input_transformer = Some(InputTransformer {
            input_paths_map: Some([("b".into(), "$.detail.a.b".into())].into()),
            input_template: r#"{"got": <b>, "by": "<aws.events.rule-name>"}"#.into(),
        });
    });
    assert_eq!(transformed.await, [r#"{"got": "c", "by": "r"}"#]);
    let broken = input_of(|target| {
        target.input_transformer = Some(InputTransformer {
            input_paths_map: Some([("d".into(), "$.detail.d".into())].into()),
            input_template: r#"{"got": "<d>", "it": <x}"#.into(),
        });
    });
    assert_eq!(broken.await, [""; 0]);
}

#[tokio::test]
async fn fifo_queues_get_a_message_group() {
    let scene = Scene::new();
    let queue = scene.queue("q.fifo").await;
    scene.rule("default", "r", PATTERN).await;
    let fifo = Target {
        sqs_parameters: Some(SqsParameters { message_group_id: Some("g".into()) }),
        ..target("1", &queue)
    };
    scene.targets("default", "r", vec![fifo]).await.expect("put");
    let entry = PutEventsRequestEntry {
        trace_header: Some("Root=1-5759e988-bd862e3fe1be46a994272793".into()),
        ..event("default", "x", "{}")
    };
    scene.put(vec![entry]).await;
    let message = scene.messages("q.fifo").await.remove(0);
    let attributes = message.attributes.expect("attributes");
    assert_eq!(attributes[&"MessageGroupId".into()], "g");
    assert!(attributes[&"AWSTraceHeader".into()].starts_with("Root="));
}

#[tokio::test]
async fn topics_publish_the_event() {
    let scene = Scene::new();
    let queue = scene.queue("q").await;
    let topics = sns::SnsClient::new(scene.cloud.caller());
    let topic =
        topics.create_topic(sns::CreateTopicInput { name: "t".into(), ..Default::default() });
    let topic = topic.await.expect("a topic").topic_arn.expect("an ARN");
    let subscribe = sns::SubscribeInput {
        topic_arn: topic.clone(),
        protocol: "sqs".into(),
        endpoint: Some(queue),
        ..Default::default()
    };
    topics.subscribe(subscribe).await.expect("subscribed");
    scene.rule("default", "r", PATTERN).await;
    scene.targets("default", "r", vec![target("1", &topic)]).await.expect("put");
    scene.put(vec![event("default", "x", r#"{"a": 1}"#)]).await;
    let notification = scene.received("q").await.remove(0);
    let message: Value =
        serde_json::from_str(notification["Message"].as_str().expect("a text")).expect("JSON");
    assert_eq!(message["detail"], json!({"a": 1}));
}

#[tokio::test]
async fn buses_pass_events_on() {
    let scene = Scene::new();
    let queue = scene.queue("q").await;
    let (one, two) = (scene.bus("one").await, scene.bus("two").await);
    scene.rule("one", "r", PATTERN).await;
    scene.targets("one", "r", vec![target("1", &two)]).await.expect("put");
    scene.rule("two", "r", PATTERN).await;
    // One of the targets leads back.
    let targets = vec![target("1", &queue), target("2", &one)];
    scene.targets("two", "r", targets).await.expect("put");
    let ids = scene.put(vec![event("one", "x", "{}")]).await;
    let received = scene.received("q").await;
    assert!(received.iter().all(|event| event["id"] == *ids[0]));
    assert_eq!(received.len(), 10, "an event passes twenty buses");
}

/// The same cloud, asked by another account in another region.
fn elsewhere(scene: &Scene, account: &str, region: &str) -> Scene {
    let account: AccountId = account.parse().expect("an account");
    let mut caller = scene.cloud.caller().in_account(account).in_region(Region::new(region));
    caller.principal = Arc::new(Principal::root(account, Partition::Aws));
    Scene::of(scene.cloud.clone(), caller)
}

#[tokio::test]
async fn events_go_to_other_accounts_and_regions_once() {
    let scene = Scene::new();
    let there = elsewhere(&scene, "111111111111", "eu-west-1");
    let third = elsewhere(&scene, "222222222222", "eu-west-1");
    let theirs = there.bus("b").await;
    let thirds = third.bus("b").await;
    let queue = there.queue("q").await.replace(HERE, "eu-west-1:111111111111");
    let dead = there.queue("dead").await.replace(HERE, "eu-west-1:111111111111");
    scene.rule("default", "r", PATTERN).await;
    scene.targets("default", "r", vec![target("1", &theirs)]).await.expect("put");
    there.rule("b", "r", PATTERN).await;
    let further = Target {
        dead_letter_config: Some(DeadLetterConfig { arn: Some(dead) }),
        ..target("2", &thirds)
    };
    there.targets("b", "r", vec![target("1", &queue), further]).await.expect("put");
    let ids = scene.put(vec![event("default", "x", "{}")]).await;
    let received = there.received("q").await.remove(0);
    assert_eq!(received["account"], "000000000000");
    assert_eq!(received["region"], "us-east-1");
    assert_ne!(received["id"], *ids[0], "another region has another id");
    let dead = there.messages("dead").await.remove(0);
    let attributes = dead.message_attributes.expect("attributes");
    assert_eq!(
        attributes["ERROR_CODE"].string_value.as_deref(),
        Some("THIRD_ACCOUNT_HOP_DETECTED")
    );
    // To the bus of another account by its ARN.
    scene.put(vec![event(&theirs, "x", r#"{"direct": true}"#)]).await;
    assert_eq!(there.received("q").await[0]["detail"], json!({"direct": true}));
}

#[tokio::test]
async fn what_cannot_be_delivered_goes_to_the_dead_letter_queue() {
    let scene = Scene::new();
    let dead = scene.queue("dead").await;
    let rule = scene.rule("default", "r", PATTERN).await;
    let config = || Some(DeadLetterConfig { arn: Some(dead.clone()) });
    let gone = format!("arn:aws:sqs:{HERE}:gone");
    let lambda = format!("arn:aws:lambda:{HERE}:function:f");
    let targets = vec![
        Target { dead_letter_config: config(), ..target("1", &gone) },
        Target { dead_letter_config: config(), input: Some("1".into()), ..target("2", &lambda) },
    ];
    scene.targets("default", "r", targets).await.expect("put");
    scene.put(vec![event("default", "x", r#"{"a": 1}"#)]).await;
    let messages = scene.messages("dead").await;
    let codes: Vec<_> = messages
        .iter()
        .map(|message| {
            let attributes = message.message_attributes.as_ref().expect("attributes");
            let text = |name: &str| attributes[name].string_value.clone().expect("a text");
            let body: Value =
                serde_json::from_str(message.body.as_deref().expect("a body")).expect("JSON");
            assert_eq!(body["detail"], json!({"a": 1}), "the event, not the input");
            assert_eq!(text("RULE_ARN"), rule);
            (text("TARGET_ARN"), text("ERROR_CODE"))
        })
        .collect();
    let expected = [(gone, "NO_RESOURCE".to_owned()), (lambda, "ERROR_FROM_TARGET".to_owned())];
    assert_eq!(codes, expected);
    let queue = format!("arn:aws:sqs:{HERE}:dead.fifo");
    let fifo = Target {
        dead_letter_config: Some(DeadLetterConfig { arn: Some(queue.clone()) }),
        ..target("3", &queue.replace(".fifo", ""))
    };
    let error = scene.targets("default", "r", vec![fifo]).await.expect_err("a FIFO queue");
    assert_eq!(error.code(), "ValidationException");
}
