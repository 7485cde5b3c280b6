use std::sync::Arc;

use fogbank_api_events::*;
use serde_json::json;

use crate::scene::{HERE, Scene, target};

async fn scheduled(scene: &Scene, name: &str, expression: &str) -> String {
    let input = PutRuleRequest {
        name: name.to_owned(),
        schedule_expression: Some(expression.to_owned()),
        ..Default::default()
    };
    let arn = scene.events.put_rule(input).await.expect("a rule").rule_arn.expect("an ARN");
    let queue = scene.queue("q").await;
    scene.targets("default", name, vec![target("1", &queue)]).await.expect("put");
    arn
}

#[tokio::test]
async fn rates_start_rules_again_and_again() {
    let scene = Scene::new();
    let arn = scheduled(&scene, "r", "rate(5 minutes)").await;
    scene.wait(299).await;
    assert_eq!(scene.bodies("q").await, [""; 0]);
    scene.wait(1).await;
    let event = scene.received("q").await.remove(0);
    assert_eq!(event["detail-type"], "Scheduled Event");
    assert_eq!(event["source"], "aws.events");
    assert_eq!(event["time"], "2026-01-01T00:05:00Z");
    assert_eq!(event["resources"], json!([arn]));
    assert_eq!(event["detail"], json!({}));
    scene.wait(900).await;
    assert_eq!(scene.received("q").await.len(), 3);

    let disable = DisableRuleRequest { name: "r".into(), event_bus_name: None };
    scene.events.disable_rule(disable).await.expect("disabled");
    scene.wait(900).await;
    assert_eq!(scene.bodies("q").await, [""; 0]);
    let enable = EnableRuleRequest { name: "r".into(), event_bus_name: None };
    scene.events.enable_rule(enable).await.expect("enabled");
    scene.wait(300).await;
    assert_eq!(scene.received("q").await.len(), 1);
    assert_eq!(arn, format!("arn:aws:events:{HERE}:rule/r"));
}

#[tokio::test]
async fn cron_starts_rules_when_it_says() {
    let scene = Scene::new();
    scheduled(&scene, "r", "cron(30 1 ? * FRI *)").await;
    // It is Thursday.
    scene.wait(2 * 86_400).await;
    let times: Vec<_> =
        scene.received("q").await.into_iter().map(|event| event["time"].clone()).collect();
    assert_eq!(times, ["2026-01-02T01:30:00Z"]);
}

#[tokio::test]
async fn schedules_that_change_start_anew_and_run_in_forks() {
    let scene = Scene::new();
    scheduled(&scene, "r", "rate(5 minutes)").await;
    scheduled(&scene, "r", "rate(1 hour)").await;
    scene.wait(3_599).await;
    assert_eq!(scene.bodies("q").await, [""; 0]);
    let fork = scene.cloud.world().fork();
    let cloud = scene.cloud.clone().in_world(Arc::clone(&fork));
    let caller = cloud.caller();
    let fork = Scene::of(cloud, caller);
    fork.wait(1).await;
    assert_eq!(fork.bodies("q").await.len(), 1);
    assert_eq!(scene.bodies("q").await, [""; 0]);
}
