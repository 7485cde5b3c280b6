//! Subscribers on real sockets.

use std::time::Duration;

use fogbank_api_sns::*;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::scene::{Scene, check_invalid};

/// A subscriber that answers one request after the other.
pub(crate) struct Subscriber(pub(crate) TcpListener);

/// A request that a subscriber got.
pub(crate) struct Got {
    head: String,
    body: String,
}

impl Got {
    fn header(&self, name: &str) -> Option<&str> {
        let line = self
            .head
            .lines()
            .find(|line| line.split_once(':').is_some_and(|(it, _)| it.eq_ignore_ascii_case(name)));
        line?.split_once(':').map(|(_, value)| value.trim())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }
}

impl Subscriber {
    async fn new() -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        (Self(listener), url)
    }

    /// Takes one request and answers it with a status.
    pub(crate) async fn take(&self, status: u16) -> Got {
        let taken = async {
            let (mut stream, _) = self.0.accept().await.expect("a connection");
            let mut bytes = Vec::new();
            loop {
                let mut chunk = [0; 4_096];
                let count = stream.read(&mut chunk).await.expect("a request");
                bytes.extend_from_slice(&chunk[..count]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let got = Got { head: head.to_owned(), body: body.to_owned() };
                let length = got.header("content-length").and_then(|it| it.parse().ok());
                if body.len() >= length.unwrap_or(0) {
                    let answer = format!(
                        "HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                    );
                    stream.write_all(answer.as_bytes()).await.expect("answered");
                    return got;
                }
            }
        };
        timeout(Duration::from_secs(10), taken).await.expect("a request in time")
    }
}

/// A subscriber that confirmed.
pub(crate) async fn confirmed(
    scene: &Scene,
    topic: &str,
    attributes: &[(&str, &str)],
) -> (Subscriber, String) {
    let (subscriber, url) = Subscriber::new().await;
    let arn = scene.try_subscribe(topic, "http", &url, attributes).await.expect("subscribed");
    let question = subscriber.take(200).await.json();
    let input = ConfirmSubscriptionInput {
        topic_arn: topic.to_owned(),
        token: question["Token"].as_str().expect("a token").to_owned(),
        authenticate_on_unsubscribe: None,
    };
    let answer = scene.sns.confirm_subscription(input).await.expect("confirmed");
    assert_eq!(answer.subscription_arn.as_deref(), Some(&*arn));
    (subscriber, arn)
}

#[tokio::test]
async fn subscribers_confirm_get_messages_and_are_asked_when_they_leave() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let (subscriber, url) = Subscriber::new().await;
    let arn = scene.try_subscribe(&topic, "http", &url, &[]).await.expect("subscribed");
    let question = subscriber.take(200).await;
    assert_eq!(question.header("x-amz-sns-message-type"), Some("SubscriptionConfirmation"));
    assert_eq!(question.header("content-type"), Some("text/plain; charset=UTF-8"));
    assert_eq!(question.header("user-agent"), Some("Amazon Simple Notification Service Agent"));
    let json = question.json();
    let token = json["Token"].as_str().expect("a token").to_owned();
    let url = json["SubscribeURL"].as_str().expect("a URL");
    assert!(url.ends_with(&format!("/?Action=ConfirmSubscription&TopicArn={topic}&Token={token}")));
    scene.publish(&topic, "too early").await;

    let confirm = |topic: &str| ConfirmSubscriptionInput {
        topic_arn: topic.to_owned(),
        token: token.clone(),
        authenticate_on_unsubscribe: None,
    };
    check_invalid(scene.sns.confirm_subscription(confirm("not-an-arn")).await, "Topic");
    let elsewhere = topic.replace("us-east-1", "eu-west-1");
    check_invalid(scene.sns.confirm_subscription(confirm(&elsewhere)).await, "Topic");
    for topic in [format!("{topic}x"), topic.clone()] {
        let answer = scene.sns.confirm_subscription(confirm(&topic)).await.expect("confirmed");
        assert_eq!(answer.subscription_arn.as_deref(), Some(&*arn));
    }

    scene.publish(&topic, "hello").await;
    let message = subscriber.take(200).await;
    assert_eq!(message.header("x-amz-sns-message-type"), Some("Notification"));
    assert_eq!(message.header("x-amz-sns-subscription-arn"), Some(&*arn));
    assert_eq!(message.header("x-amz-sns-topic-arn"), Some(&*topic));
    assert_eq!(message.json()["Message"], "hello");

    let input = UnsubscribeInput { subscription_arn: arn.clone() };
    scene.sns.unsubscribe(input).await.expect("unsubscribed");
    let question = subscriber.take(200).await;
    assert_eq!(question.header("x-amz-sns-message-type"), Some("UnsubscribeConfirmation"));
    let text = question.json()["Message"].as_str().expect("a text").to_owned();
    assert!(text.starts_with(&format!("You have chosen to deactivate subscription {arn}.")));
    let restored = scene.sns.confirm_subscription(confirm(&topic)).await.expect("restored");
    assert_eq!(restored.subscription_arn.as_deref(), Some(&*arn));
    scene.publish(&topic, "again").await;
    assert_eq!(subscriber.take(200).await.json()["Message"], "again");
}

#[tokio::test]
async fn raw_messages_say_so() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let policy = r#"{"requestPolicy":{"headerContentType":"text/csv"}}"#;
    let attributes = [("RawMessageDelivery", "true"), ("DeliveryPolicy", policy)];
    let (subscriber, _) = confirmed(&scene, &topic, &attributes).await;
    scene.publish(&topic, "a;b").await;
    let message = subscriber.take(200).await;
    assert_eq!(
        (message.body.as_str(), message.header("x-amz-sns-rawdelivery")),
        ("a;b", Some("true"))
    );
    assert_eq!(message.header("content-type"), Some("text/csv"));
}

#[tokio::test]
async fn failures_are_tried_again_on_the_clock_and_refusals_are_not() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let redrive = format!(r#"{{"deadLetterTargetArn":"{}"}}"#, scene.queue("dead").await);
    let retry =
        r#"{"healthyRetryPolicy":{"minDelayTarget":60,"maxDelayTarget":60,"numRetries":1}}"#;
    let attributes = [("RedrivePolicy", redrive.as_str()), ("DeliveryPolicy", retry)];
    let (subscriber, _) = confirmed(&scene, &topic, &attributes).await;

    scene.publish(&topic, "failing").await;
    subscriber.take(500).await;
    assert!(timeout(Duration::from_millis(100), subscriber.0.accept()).await.is_err());
    scene.cloud.advance(Duration::from_secs(60)).await;
    assert_eq!(subscriber.take(503).await.json()["Message"], "failing");
    assert_eq!(dead(&scene).await, "failing");

    scene.publish(&topic, "refused").await;
    subscriber.take(404).await;
    assert_eq!(dead(&scene).await, "refused");
}

#[tokio::test]
async fn subscribers_get_no_more_messages_a_second_than_they_take() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let policy = r#"{"throttlePolicy":{"maxReceivesPerSecond":2}}"#;
    let (subscriber, _) = confirmed(&scene, &topic, &[("DeliveryPolicy", policy)]).await;
    for message in ["one", "two"] {
        scene.publish(&topic, message).await;
    }
    assert_eq!(subscriber.take(200).await.json()["Message"], "one");
    assert!(timeout(Duration::from_millis(100), subscriber.0.accept()).await.is_err());
    scene.cloud.advance(Duration::from_millis(500)).await;
    assert_eq!(subscriber.take(200).await.json()["Message"], "two");
}

/// The message that comes to the dead-letter queue.
async fn dead(scene: &Scene) -> String {
    for _ in 0..100 {
        if let Some(body) = scene.bodies("dead").await.pop() {
            let json: Value = serde_json::from_str(&body).expect("JSON");
            return json["Message"].as_str().unwrap_or_default().to_owned();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nothing came")
}
