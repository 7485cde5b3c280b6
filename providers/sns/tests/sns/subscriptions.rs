use fogbank_api_sns::*;
use fogbank_testkit::START;

use crate::scene::{FIFO, Scene, check_error, check_invalid, queue_arn};

#[tokio::test]
async fn endpoints_are_checked() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let fifo = scene.topic("t.fifo", FIFO).await;
    let fifo_queue = queue_arn("q.fifo");
    for (topic, protocol, endpoint, wrong) in [
        (&topic, "pigeon", "x", "Amazon SNS does not support this protocol string: pigeon"),
        (&topic, "sqs", "http://localhost/q", "SQS endpoint ARN"),
        (
            &topic,
            "sqs",
            &fifo_queue,
            "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
        ),
        (&topic, "http", "https://localhost/", "Endpoint must match the specified protocol"),
        (&topic, "https", "localhost", "Endpoint must match the specified protocol"),
        (&topic, "email", "this is not an email", "Email address"),
        (&topic, "lambda", "f", "Lambda endpoint ARN"),
        (&topic, "sqs", "", "Endpoint"),
        (
            &fifo,
            "lambda",
            "arn:aws:lambda:us-east-1:000000000000:function:f",
            "Invalid protocol type: lambda",
        ),
        (
            &topic,
            "firehose",
            "arn:aws:firehose:us-east-1:000000000000:deliverystream/s",
            "Attributes Reason: SubscriptionRoleArn: Required for protocol firehose",
        ),
    ] {
        check_invalid(scene.try_subscribe(topic, protocol, endpoint, &[]).await, wrong);
    }
    let sms = scene.try_subscribe(&topic, "sms", "+15--551234567", &[]).await;
    check_error(sms, "InvalidParameter", "Invalid SMS endpoint: +15--551234567");
    let missing = scene.try_subscribe(&format!("{topic}x"), "sms", "+1555", &[]).await;
    check_error(missing, "NotFound", "Topic does not exist");
}

#[tokio::test]
async fn subscribing_again_is_the_same() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let raw = [("RawMessageDelivery", "True")];
    let arn = scene.subscribe(&topic, "q", &raw).await;
    let queue = queue_arn("q");
    for same in
        [&[][..], &[("RawMessageDelivery", "true"), ("FilterPolicyScope", "MessageAttributes")]]
    {
        let again = scene.try_subscribe(&topic, "sqs", &queue, same).await.expect("the same");
        assert_eq!(again, arn);
    }
    let other = [("RawMessageDelivery", "false")];
    let other = scene.try_subscribe(&topic, "sqs", &queue, &other).await;
    let wrong = "Attributes Reason: Subscription already exists with different attributes";
    check_invalid(other, wrong);
}

#[tokio::test]
async fn attributes_are_checked() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let fifo = scene.topic("t.fifo", FIFO).await;
    let standard = scene.subscribe(&topic, "q", &[]).await;
    let ordered = scene.subscribe(&fifo, "q.fifo", &[]).await;
    let mail = scene.try_subscribe(&topic, "email", "a@b.c", &[]).await.expect("subscribed");
    let to_standard = format!(r#"{{"deadLetterTargetArn":"{}"}}"#, queue_arn("d"));
    for (arn, name, value, wrong) in [
        (&standard, "FakeAttribute", "x", "AttributeName"),
        (
            &standard,
            "RawMessageDelivery",
            "x",
            "RawMessageDelivery: Invalid value [x]. Must be true or false.",
        ),
        (
            &mail,
            "RawMessageDelivery",
            "true",
            "Delivery protocol [email] does not support raw message delivery.",
        ),
        (
            &standard,
            "FilterPolicyScope",
            "x",
            "FilterPolicyScope: Invalid value [x]. Please use either MessageBody or MessageAttributes",
        ),
        (
            &standard,
            "RedrivePolicy",
            r#"{"deadLetterTargetArn":"x"}"#,
            "RedrivePolicy: deadLetterTargetArn is an invalid arn",
        ),
        (
            &standard,
            "RedrivePolicy",
            r#"{"maxReceiveCount":1}"#,
            "RedrivePolicy: invalid JSON. Attribute maxReceiveCount is unknown.",
        ),
        (
            &ordered,
            "RedrivePolicy",
            &to_standard,
            "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.",
        ),
        (
            &standard,
            "RedrivePolicy",
            "{invalidjson}",
            "RedrivePolicy: failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]",
        ),
        (
            &standard,
            "FilterPolicy",
            "invalid",
            "FilterPolicy: failed to parse JSON. Unrecognized token 'invalid': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 8]",
        ),
        (
            &standard,
            "FilterPolicy",
            r#"{"a":{"b":["c"]}}"#,
            "Filter policy scope MessageAttributes does not support nested filter policy",
        ),
    ] {
        check_invalid(scene.set(arn, name, value).await, wrong);
    }
    let missing = format!("{topic}:00000000-0000-0000-0000-000000000000");
    let missing = scene.set(&missing, "RawMessageDelivery", "true").await;
    check_error(missing, "NotFound", "Subscription does not exist");

    scene.set(&standard, "RedrivePolicy", &to_standard).await.expect("set");
    scene.set(&standard, "FilterPolicy", r#"{"a": ["b"]}"#).await.expect("set");
    let attributes = scene.subscription_attributes(&standard).await;
    for (name, value) in [
        ("ConfirmationWasAuthenticated", "true"),
        ("Endpoint", &queue_arn("q")),
        ("FilterPolicy", r#"{"a": ["b"]}"#),
        ("FilterPolicyScope", "MessageAttributes"),
        ("Owner", "000000000000"),
        ("PendingConfirmation", "false"),
        ("Protocol", "sqs"),
        ("RawMessageDelivery", "false"),
        ("RedrivePolicy", &to_standard),
        ("SubscriptionArn", &standard),
        ("TopicArn", &topic),
    ] {
        assert_eq!(attributes.get(name).map(String::as_str), Some(value), "{name}");
    }
    scene.set(&standard, "RedrivePolicy", "").await.expect("unset");
    scene.set(&standard, "FilterPolicy", "").await.expect("unset");
    let attributes = scene.subscription_attributes(&standard).await;
    assert!(
        !attributes.contains_key("RedrivePolicy") && !attributes.contains_key("FilterPolicyScope")
    );
}

#[tokio::test]
async fn mailboxes_confirm_with_a_token_in_time() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let arn = scene.try_subscribe(&topic, "email", "a@b.c", &[]).await.expect("subscribed");
    let input = ListSubscriptionsByTopicInput { topic_arn: topic.clone(), next_token: None };
    let listed = scene.sns.list_subscriptions_by_topic(input).await.expect("a list");
    let listed = listed.subscriptions.unwrap_or_default();
    assert_eq!(listed[0].subscription_arn.as_deref(), Some("PendingConfirmation"));
    assert_eq!(scene.topic_attributes(&topic).await["SubscriptionsPending"], "1");

    let confirm = |token: &str| ConfirmSubscriptionInput {
        topic_arn: topic.clone(),
        token: token.to_owned(),
        authenticate_on_unsubscribe: None,
    };
    let random = scene.sns.confirm_subscription(confirm("randomtoken")).await;
    check_invalid(random, "Invalid token");
    let unknown = scene.sns.confirm_subscription(confirm(&"ab".repeat(144))).await;
    check_invalid(unknown, "Token");

    scene.cloud.advance(std::time::Duration::from_secs(3 * 86_400)).await;
    assert!(scene.cloud.world().clock().now() > START);
    let input = GetSubscriptionAttributesInput { subscription_arn: arn };
    let late = scene.sns.get_subscription_attributes(input).await;
    check_error(late, "NotFound", "Subscription does not exist");
}

#[tokio::test]
async fn unsubscribing_checks_the_arn_and_nothing_else() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let arn = scene.subscribe(&topic, "q", &[]).await;
    let unsubscribe = |arn: &str| UnsubscribeInput { subscription_arn: arn.to_owned() };
    for (arn, wrong) in [
        ("randomstring", "SubscriptionArn Reason: An ARN must have at least 6 elements, not 1"),
        (
            "arn:aws:sns:us-east-1:random",
            "SubscriptionArn Reason: An ARN must have at least 6 elements, not 5",
        ),
        ("arn:aws:sns:us-east-1:111111111111:random", "SubscriptionId"),
    ] {
        check_invalid(scene.sns.unsubscribe(unsubscribe(arn)).await, wrong);
    }
    for _ in 0..2 {
        scene.sns.unsubscribe(unsubscribe(&arn)).await.expect("unsubscribed");
    }
    assert_eq!(scene.topic_attributes(&topic).await["SubscriptionsDeleted"], "1");
    scene.publish(&topic, "lost").await;
    assert!(scene.bodies("q").await.is_empty());
}

#[tokio::test]
async fn subscriptions_are_listed_to_their_owner() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    for number in 0..101 {
        let phone = format!("+1231231{number:03}");
        scene.try_subscribe(&topic, "sms", &phone, &[]).await.expect("subscribed");
    }
    let first = scene.sns.list_subscriptions(Default::default()).await.expect("a page");
    assert_eq!(first.subscriptions.map(|page| page.len()), Some(100));
    let input = ListSubscriptionsInput { next_token: first.next_token };
    let second = scene.sns.list_subscriptions(input).await.expect("a page");
    assert_eq!(second.subscriptions.map(|page| page.len()), Some(1));

    let other = scene.cloud.caller().in_account("111111111111".parse().expect("an account"));
    let other = SnsClient::new(other);
    assert_eq!(
        other
            .list_subscriptions(Default::default())
            .await
            .expect("a page")
            .subscriptions
            .map(|it| it.len()),
        Some(0)
    );
}
