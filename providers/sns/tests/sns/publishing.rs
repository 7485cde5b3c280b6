use std::time::Duration;

use bytes::Bytes;
use fogbank_api_sns::*;
use fogbank_api_sqs::SetQueueAttributesRequest;
use serde_json::json;

use crate::scene::{Scene, attribute, check_error, check_invalid, queue_arn};

#[tokio::test]
async fn notifications_look_as_those_of_aws() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let subscription = scene.subscribe(&topic, "q", &[]).await;
    scene
        .publish_with(&topic, "öß \"x\"", |input| {
            input.subject = Some("s".into());
            input.message_attributes = Some(
                [
                    ("a".to_owned(), attribute("Number", "1")),
                    (
                        "b".to_owned(),
                        MessageAttributeValue {
                            data_type: "Binary".into(),
                            binary_value: Some(Bytes::from_static(&[2, 3, 4])),
                            string_value: None,
                        },
                    ),
                ]
                .into(),
            );
        })
        .await
        .expect("published");
    let body = scene.bodies("q").await.remove(0);
    let between = |name: &str| {
        let (_, rest) = body.split_once(&format!("\"{name}\" : \"")).expect(name);
        rest.split_once('"').expect("a text").0.to_owned()
    };
    let (id, signature) = (between("MessageId"), between("Signature"));
    assert_eq!(signature.len(), 344);
    assert_eq!(
        body,
        format!(
            "{{\n  \"Type\" : \"Notification\",\n  \"MessageId\" : \"{id}\",\n  \"TopicArn\" : \
             \"{topic}\",\n  \"Subject\" : \"s\",\n  \"Message\" : \"öß \\\"x\\\"\",\n  \
             \"Timestamp\" : \"2026-01-01T00:00:00.000Z\",\n  \"SignatureVersion\" : \"1\",\n  \
             \"Signature\" : \"{signature}\",\n  \"SigningCertURL\" : \
             \"http://localhost.localstack.cloud:4566/_aws/sns/SimpleNotificationService-d18067ea1c40443ee1d03d01ea2f49b3.pem\",\n  \
             \"UnsubscribeURL\" : \
             \"http://localhost.localstack.cloud:4566/?Action=Unsubscribe&SubscriptionArn={subscription}\",\n  \
             \"MessageAttributes\" : {{\n    \"a\" : {{\"Type\":\"Number\",\"Value\":\"1\"}},\n    \
             \"b\" : {{\"Type\":\"Binary\",\"Value\":\"AgME\"}}\n  }}\n}}"
        )
    );
}

#[tokio::test]
async fn raw_messages_bring_their_attributes() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    scene.subscribe(&topic, "q", &[("RawMessageDelivery", "true")]).await;
    scene
        .publish_with(&topic, "body", |input| {
            input.message_attributes =
                Some([("a".to_owned(), attribute("Number", "19.12"))].into());
            input.message_group_id = Some("g".into());
        })
        .await
        .expect("published");
    let message = scene.receive("q").await.remove(0);
    assert_eq!(message.body.as_deref(), Some("body"));
    let attributes = message.message_attributes.expect("attributes");
    assert_eq!(attributes["a"].string_value.as_deref(), Some("19.12"));
    let group = message.attributes.expect("attributes").remove(&"MessageGroupId".into());
    assert_eq!(group.as_deref(), Some("g"));
}

#[tokio::test]
async fn structures_have_a_text_for_each_protocol() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    scene.subscribe(&topic, "q", &[]).await;
    for (message, wrong) in [
        (r#"{"sqs":"x"}"#, "No default entry in JSON message body"),
        (r#"{"default":{"a":1}}"#, "No default entry in JSON message body"),
        (r#"{"default":"x"} }"#, "JSON message body failed to parse"),
    ] {
        let result = scene
            .publish_with(&topic, message, |input| input.message_structure = Some("json".into()))
            .await;
        check_invalid(result, &format!("Message Structure - {wrong}"));
    }
    for (message, expect) in [
        (json!({"default": "d", "sqs": "{\"x\": 1}"}), "{\"x\": 1}"),
        (json!({"default": "d", "http": "h"}), "d"),
    ] {
        scene
            .publish_with(&topic, &message.to_string(), |input| {
                input.message_structure = Some("json".into());
            })
            .await
            .expect("published");
        assert_eq!(scene.envelope("q").await["Message"], expect);
    }
}

#[tokio::test]
async fn messages_are_checked() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let long = "x".repeat(262_145);
    check_invalid(scene.publish_with(&topic, "", |_| ()).await, "Empty message");
    check_invalid(scene.publish_with(&topic, &long, |_| ()).await, "Message too long");
    scene.publish(&topic, &long[1..]).await;
    for subject in ["", " x", "a\nb", "ä", &"x".repeat(101)] {
        let result =
            scene.publish_with(&topic, "x", |input| input.subject = Some(subject.to_owned())).await;
        check_invalid(result, "Subject");
    }
    for (name, data_type, value, wrong) in [
        (
            "a",
            "String",
            "",
            "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.",
        ),
        (
            "a",
            "Binary",
            "x",
            "The message attribute 'a' with type 'Binary' must use field 'Binary'.",
        ),
        (
            "a",
            "String.",
            "x",
            "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
        ),
        ("a", "Number", "x", "Could not cast message attribute 'a' value to number."),
        (
            "a^",
            "String",
            "x",
            "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
        ),
        (
            ".a",
            "String",
            "x",
            "Invalid message attribute name starting with character '.' was found.",
        ),
        (
            "a.",
            "String",
            "x",
            "Invalid message attribute name ending with character '.' was found.",
        ),
        ("a..b", "String", "x", "Message attribute name can not have successive '.' character."),
    ] {
        let result = scene
            .publish_with(&topic, "x", |input| {
                input.message_attributes =
                    Some([(name.to_owned(), attribute(data_type, value))].into());
            })
            .await;
        check_error(result, "ParameterValueInvalid", wrong);
    }
    for (target, wrong) in [
        ("randomstring", "TopicArn Reason: An ARN must have at least 6 elements, not 1"),
        ("", "TopicArn Reason: An ARN must have at least 6 elements, not 1"),
    ] {
        check_invalid(scene.publish_with(target, "x", |_| ()).await, wrong);
    }
    let nobody = scene.publish_with(&topic, "x", |input| input.topic_arn = None).await;
    check_invalid(nobody, "TopicArn or TargetArn Reason: no value for required parameter");
    let missing = scene.publish_with(&format!("{topic}x"), "x", |_| ()).await;
    check_error(missing, "NotFound", "Topic does not exist");
    let dedup = scene
        .publish_with(&topic, "x", |input| input.message_deduplication_id = Some("d".into()))
        .await;
    check_invalid(
        dedup,
        "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that \
         is not valid for this topic type",
    );
}

#[tokio::test]
async fn batches_are_checked_as_a_whole() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    scene.subscribe(&topic, "q", &[("RawMessageDelivery", "true")]).await;
    let batch = |entries: &[(&str, &str)]| PublishBatchInput {
        topic_arn: topic.clone(),
        publish_batch_request_entries: entries
            .iter()
            .map(|(id, message)| PublishBatchRequestEntry {
                id: (*id).to_owned(),
                message: (*message).to_owned(),
                ..Default::default()
            })
            .collect(),
    };
    let eleven: Vec<_> =
        "abcdefghijk".split("").filter(|it| !it.is_empty()).map(|id| (id, "x")).collect();
    let (half, more) = ("a".repeat(131_072), "b".repeat(131_073));
    let too_long = "a".repeat(81);
    for (entries, code, message) in [
        (&[][..], "EmptyBatchRequest", "The batch request doesn't contain any entries.".to_owned()),
        (
            &eleven,
            "TooManyEntriesInBatchRequest",
            "The batch request contains more entries than permissible.".to_owned(),
        ),
        (
            &[("a", "x"), ("a", "y")],
            "BatchEntryIdsNotDistinct",
            "Two or more batch entries in the request have the same Id.".to_owned(),
        ),
        (
            &[("a.b", "x")],
            "InvalidBatchEntryId",
            "The Id of a batch entry in the batch request contains an impermissible character: a.b"
                .to_owned(),
        ),
        (
            &[(too_long.as_str(), "x")],
            "InvalidBatchEntryId",
            format!("The Id of a batch entry in the batch request is too long: {too_long}"),
        ),
        (
            &[("a", half.as_str()), ("b", more.as_str())],
            "BatchRequestTooLong",
            "The length of all the messages put together is more than the limit.".to_owned(),
        ),
    ] {
        check_error(scene.sns.publish_batch(batch(entries)).await, code, &message);
    }
    assert!(scene.bodies("q").await.is_empty());
    let sent = scene.sns.publish_batch(batch(&[("1", "one"), ("2", "two")])).await.expect("sent");
    let ids: Vec<_> =
        sent.successful.unwrap_or_default().into_iter().filter_map(|it| it.id).collect();
    assert_eq!(ids, ["1", "2"]);
    assert_eq!(scene.bodies("q").await, ["one", "two"]);
}

#[tokio::test]
async fn what_is_not_delivered_goes_to_the_dead_letter_queue() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let missing = queue_arn("missing");
    let redrive = format!(r#"{{"deadLetterTargetArn":"{}"}}"#, scene.queue("dead").await);
    for (protocol, endpoint) in
        [("sqs", missing.as_str()), ("lambda", "arn:aws:lambda:us-east-1:000000000000:function:f")]
    {
        let attributes = [("RedrivePolicy", redrive.as_str())];
        let arn =
            scene.try_subscribe(&topic, protocol, endpoint, &attributes).await.expect("subscribed");
        scene.publish(&topic, protocol).await;
        assert_eq!(scene.envelope("dead").await["Message"], protocol);
        let input = UnsubscribeInput { subscription_arn: arn };
        scene.sns.unsubscribe(input).await.expect("unsubscribed");
    }
}

#[tokio::test]
async fn queues_are_reached_in_any_account_and_region() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let far = scene
        .cloud
        .caller()
        .in_account("111111111111".parse().expect("an account"))
        .in_region(fogbank_context::Region::new("eu-west-1"));
    let far = fogbank_api_sqs::SqsClient::new(far);
    let input =
        fogbank_api_sqs::CreateQueueRequest { queue_name: "q".into(), ..Default::default() };
    far.create_queue(input).await.expect("created");
    let arn = "arn:aws:sqs:eu-west-1:111111111111:q";
    scene
        .try_subscribe(&topic, "sqs", arn, &[("RawMessageDelivery", "true")])
        .await
        .expect("subscribed");
    scene.publish(&topic, "far").await;
    let input =
        fogbank_api_sqs::ReceiveMessageRequest { queue_url: "q".into(), ..Default::default() };
    let received = far.receive_message(input).await.expect("received").messages.unwrap_or_default();
    assert_eq!(received[0].body.as_deref(), Some("far"));
}

#[tokio::test]
async fn forks_have_their_own_topics() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    scene.subscribe(&topic, "q", &[("RawMessageDelivery", "true")]).await;
    let fork = scene.cloud.clone().in_world(scene.cloud.world().fork());
    let input = DeleteTopicInput { topic_arn: topic.clone() };
    SnsClient::new(fork.caller()).delete_topic(input).await.expect("deleted");
    scene.cloud.advance(Duration::from_secs(1)).await;
    scene.publish(&topic, "still here").await;
    assert_eq!(scene.bodies("q").await, ["still here"]);
}

#[tokio::test]
async fn a_service_that_takes_no_late_texts_gets_them_written() {
    let scene = Scene::without_late_texts();
    let topic = scene.topic("t", &[]).await;
    scene.subscribe(&topic, "q", &[]).await;
    scene.publish(&topic, "plain").await;
    let bodies = scene.bodies("q").await;
    let envelope: serde_json::Value = serde_json::from_str(&bodies[0]).expect("JSON");
    assert_eq!(envelope["Message"], "plain");
}

#[tokio::test]
async fn a_notification_is_the_same_for_all_queues_and_in_forks() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    for queue in ["one", "two"] {
        scene.subscribe(&topic, queue, &[]).await;
    }
    for text in ["plain", "Grüße \u{ffff}"] {
        scene.publish(&topic, text).await;
    }
    let fork = Scene::of(scene.cloud.clone().in_world(scene.cloud.world().fork()));
    let mut seen = Vec::new();
    for (scene, queue) in [(&scene, "one"), (&scene, "two"), (&fork, "one")] {
        let received = scene.receive(queue).await;
        // A queue refuses U+FFFF, in a notification as anywhere.
        assert_eq!(received.len(), 1, "{queue}");
        let body = received[0].body.as_deref().expect("a body");
        let digest = hex::encode(<md5::Md5 as md5::Digest>::digest(body));
        assert_eq!(received[0].md5_of_body.as_deref(), Some(&*digest));
        let envelope: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(envelope["Message"], "plain");
        seen.push((envelope["MessageId"].clone(), envelope["Signature"].clone()));
    }
    assert!(seen.iter().all(|it| *it == seen[0]), "{seen:?}");
}

#[tokio::test]
async fn the_limit_of_a_queue_holds_for_notifications() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    scene.subscribe(&topic, "q", &[]).await;
    let limit = |bytes: &str| SetQueueAttributesRequest {
        queue_url: "q".to_owned(),
        attributes: [("MaximumMessageSize".into(), bytes.to_owned())].into(),
    };
    scene.publish(&topic, &"x".repeat(1_000)).await;
    let length = scene.bodies("q").await[0].len();
    for (bytes, arrives) in [(length, 1), (length - 1, 0)] {
        scene.sqs.set_queue_attributes(limit(&bytes.to_string())).await.expect("set");
        scene.publish(&topic, &"x".repeat(1_000)).await;
        assert_eq!(scene.bodies("q").await.len(), arrives, "{bytes}");
    }
}
