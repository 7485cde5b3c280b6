//! The status of deliveries, as `/_aws/sns/delivery-status` shows it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use fogbank_api_sns::*;
use fogbank_config::Config;
use fogbank_service::{HttpRequest, RouteAnswer, RouteRequest};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::http::confirmed;
use crate::scene::{Scene, map};

const ROLE: &str = "arn:aws:iam::000000000000:role/feedback";
const GROUP: &str = "sns/us-east-1/000000000000";

/// The entries of a log group below that of the account and region.
async fn entries(scene: &Scene, group: &str) -> Vec<Value> {
    let provider = fogbank_provider_sns::provider(&Config::default());
    let mut routes = provider.routes.iter();
    let route = routes.find(|route| route.path == "sns/delivery-status").expect("a route");
    let uri = format!("/_aws/sns/delivery-status?logGroup={GROUP}/{group}");
    let request = RouteRequest {
        http: HttpRequest { uri: uri.parse().expect("a URI"), ..HttpRequest::default() },
        rest: String::new(),
        body: Bytes::new(),
        world: scene.cloud.world().clone(),
        invoker: Arc::new(scene.cloud.clone()),
    };
    let RouteAnswer::Http(response) = route.handler.handle(request).await else {
        panic!("another answer")
    };
    let body = response.into_body().collect(1 << 20).await.expect("a body");
    let mut json: Value = serde_json::from_slice(&body).expect("JSON");
    let entries = json["log_groups"][format!("{GROUP}/{group}")].take();
    let entries = entries.as_array().cloned().unwrap_or_default();
    entries.into_iter().map(|mut entry| entry["message"].take()).collect()
}

#[tokio::test]
async fn deliveries_to_queues_are_logged_where_roles_are_set() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    scene.subscribe(&topic, "q", &[]).await;
    let gone = "arn:aws:sqs:us-east-1:000000000000:gone";
    scene.try_subscribe(&topic, "sqs", gone, &[]).await.expect("subscribed");
    scene.publish(&topic, "not logged").await;
    assert!(entries(&scene, "t").await.is_empty());

    scene.set_topic(&topic, "SQSFailureFeedbackRoleArn", ROLE).await.expect("set");
    scene.publish(&topic, "failures only").await;
    assert!(entries(&scene, "t").await.is_empty());
    let failures = entries(&scene, "t/Failure").await;
    assert_eq!(failures.len(), 1);
    let (delivery, status) = (&failures[0]["delivery"], &failures[0]["status"]);
    assert_eq!((status, &delivery["statusCode"]), (&json!("FAILURE"), &json!(400)));
    assert_eq!(delivery["destination"], gone);
    let said: Value = serde_json::from_str(delivery["providerResponse"].as_str().expect("text"))
        .expect("what SQS said");
    assert_eq!(said["ErrorCode"], "AWS.SimpleQueueService.NonExistentQueue");

    scene.set_topic(&topic, "SQSSuccessFeedbackRoleArn", ROLE).await.expect("set");
    scene.set_topic(&topic, "SQSSuccessFeedbackSampleRate", "0").await.expect("set");
    scene.publish(&topic, "not in the sample").await;
    assert!(entries(&scene, "t").await.is_empty());
    scene.set_topic(&topic, "SQSSuccessFeedbackSampleRate", "100").await.expect("set");
    let id = scene.publish(&topic, "hello").await.message_id;
    let successes = entries(&scene, "t").await;
    assert_eq!(successes.len(), 1);
    let expect = json!({
        "messageMD5Sum": "5d41402abc4b2a76b9719d911017c592",
        "messageId": id,
        "topicArn": topic,
        "timestamp": "2026-01-01 00:00:00.0",
    });
    assert_eq!(successes[0]["notification"], expect);
    let delivery = &successes[0]["delivery"];
    assert_eq!((&delivery["attempts"], &delivery["dwellTimeMs"]), (&json!(1), &json!(0)));
    assert!(delivery["providerResponse"].as_str().expect("a text").contains("sqsMessageId"));
}

#[tokio::test]
async fn the_last_attempt_at_a_subscriber_is_logged() {
    let scene = Scene::new();
    let roles = [("HTTPFailureFeedbackRoleArn", ROLE), ("HTTPSuccessFeedbackRoleArn", ROLE)];
    let topic = scene.topic("t", &roles).await;
    let retry = r#"{"healthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":5,"numRetries":1}}"#;
    let (subscriber, _) = confirmed(&scene, &topic, &[("DeliveryPolicy", retry)]).await;
    scene.publish(&topic, "one").await;
    subscriber.take(500).await;
    assert!(timeout(Duration::from_millis(100), subscriber.0.accept()).await.is_err());
    scene.cloud.advance(Duration::from_secs(5)).await;
    subscriber.take(200).await;
    let entry = wait_for_entry(&scene, "t").await;
    let delivery = &entry["delivery"];
    assert_eq!((&delivery["attempts"], &delivery["statusCode"]), (&json!(2), &json!(200)));
    scene.publish(&topic, "two").await;
    subscriber.take(404).await;
    let entry = wait_for_entry(&scene, "t/Failure").await;
    let delivery = &entry["delivery"];
    assert_eq!((&delivery["attempts"], &delivery["statusCode"]), (&json!(1), &json!(404)));
}

/// The first entry of a group, which comes once the answer was read.
async fn wait_for_entry(scene: &Scene, group: &str) -> Value {
    for _ in 0..200 {
        if let Some(entry) = entries(scene, group).await.pop() {
            return entry;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nothing was logged in {group}")
}

#[tokio::test]
async fn phones_and_apps_have_logs_of_their_own() {
    let scene = Scene::new();
    let attributes = map(&[("DeliveryStatusIAMRole", ROLE)]);
    let input = SetSMSAttributesInput { attributes };
    scene.sns.set_sms_attributes(input).await.expect("set");
    let input = PublishInput {
        phone_number: Some("+15551234567".to_owned()),
        message: "x".repeat(161),
        ..Default::default()
    };
    scene.sns.publish(input).await.expect("sent");
    let entry = &entries(&scene, "DirectPublishToPhoneNumber").await[0];
    let delivery = &entry["delivery"];
    assert_eq!(
        (&entry["status"], &delivery["numberOfMessageParts"]),
        (&json!("SUCCESS"), &json!(2))
    );
    assert_eq!(delivery["smsType"], "Promotional");

    let attributes = map(&[("PlatformCredential", "key"), ("SuccessFeedbackRoleArn", ROLE)]);
    let input = CreatePlatformApplicationInput {
        name: "app".to_owned(),
        platform: "GCM".to_owned(),
        attributes,
    };
    let app = scene.sns.create_platform_application(input).await.expect("created");
    let input = CreatePlatformEndpointInput {
        platform_application_arn: app.platform_application_arn.expect("an ARN"),
        token: "token".to_owned(),
        ..Default::default()
    };
    let endpoint = scene.sns.create_platform_endpoint(input).await.expect("created");
    let input = PublishInput {
        target_arn: endpoint.endpoint_arn.clone(),
        message: "hello".to_owned(),
        ..Default::default()
    };
    scene.sns.publish(input).await.expect("sent");
    let delivery = &entries(&scene, "app/GCM/app").await[0]["delivery"];
    assert_eq!((&delivery["token"], &delivery["statusCode"]), (&json!("token"), &json!(200)));
    assert_eq!(delivery["destination"].as_str(), endpoint.endpoint_arn.as_deref());
}
