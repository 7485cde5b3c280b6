use std::time::Duration;

use fogbank_api_sns::*;

use crate::scene::{FIFO, Scene, check_error, check_invalid};

async fn send(
    scene: &Scene,
    topic: &str,
    group: &str,
    id: Option<&str>,
    message: &str,
) -> PublishResponse {
    let sent = scene.publish_with(topic, message, |input| {
        input.message_group_id = Some(group.to_owned());
        input.message_deduplication_id = id.map(str::to_owned);
    });
    sent.await.expect("published")
}

#[tokio::test]
async fn messages_need_a_group_and_a_deduplication_id() {
    let scene = Scene::new();
    let topic = scene.topic("t.fifo", FIFO).await;
    let result = scene.publish_with(&topic, "x", |_| ()).await;
    check_invalid(result, "The MessageGroupId parameter is required for FIFO topics");
    let result = scene.publish_with(&topic, "x", |input| input.message_group_id = Some("g".into()));
    check_invalid(
        result.await,
        "The topic should either have ContentBasedDeduplication enabled or \
         MessageDeduplicationId provided explicitly",
    );
}

#[tokio::test]
async fn messages_are_sequenced_and_deduplicated() {
    let scene = Scene::new();
    let topic = scene.topic("t.fifo", FIFO).await;
    scene.subscribe(&topic, "q.fifo", &[]).await;
    let first = send(&scene, &topic, "g", Some("d"), "one").await;
    let again = send(&scene, &topic, "g", Some("d"), "two").await;
    assert_eq!(
        (&again.message_id, &again.sequence_number),
        (&first.message_id, &first.sequence_number)
    );
    let message = scene.receive("q.fifo").await.remove(0);
    let envelope: serde_json::Value =
        serde_json::from_str(message.body.as_deref().unwrap_or_default()).expect("JSON");
    assert_eq!(envelope["SequenceNumber"].as_str(), first.sequence_number.as_deref());
    assert_eq!(envelope.get("Signature"), None);
    let system = message.attributes.expect("attributes");
    assert_eq!(system[&"MessageGroupId".into()], "g");
    assert_eq!(system[&"MessageDeduplicationId".into()], "d");

    scene.cloud.advance(Duration::from_secs(301)).await;
    let later = send(&scene, &topic, "g", Some("d"), "three").await;
    assert!(later.sequence_number > first.sequence_number);
}

#[tokio::test]
async fn contents_or_groups_decide_when_asked() {
    let scene = Scene::new();
    let topic = scene.topic("t.fifo", FIFO).await;
    scene.set_topic(&topic, "ContentBasedDeduplication", "true").await.expect("set");
    scene.subscribe(&topic, "q.fifo", &[("RawMessageDelivery", "true")]).await;
    send(&scene, &topic, "g", None, "Test").await;
    send(&scene, &topic, "h", None, "Test").await;
    let messages = scene.receive("q.fifo").await;
    assert_eq!(messages.len(), 1);
    let system = messages[0].attributes.as_ref().expect("attributes");
    let digest = "532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25";
    assert_eq!(system[&"MessageDeduplicationId".into()], digest);

    scene.set_topic(&topic, "FifoThroughputScope", "MessageGroup").await.expect("set");
    let one = send(&scene, &topic, "g", Some("d"), "x").await;
    let two = send(&scene, &topic, "h", Some("d"), "x").await;
    assert_ne!(one.message_id, two.message_id);
}

#[tokio::test]
async fn archived_messages_are_replayed() {
    let scene = Scene::new();
    let archive = [("FifoTopic", "true"), ("ArchivePolicy", r#"{"MessageRetentionPeriod":"2"}"#)];
    let topic = scene.topic("t.fifo", &archive).await;
    let attributes = scene.topic_attributes(&topic).await;
    assert_eq!(attributes["BeginningArchiveTime"], "2026-01-01T00:00:00.000Z");
    for message in ["one", "two", "three"] {
        send(&scene, &topic, "g", Some(message), message).await;
        scene.cloud.advance(Duration::from_secs(60)).await;
    }
    let replay = r#"{"PointType":"Timestamp","StartingPoint":"2026-01-01T00:00:30.000Z"}"#;
    scene
        .subscribe(&topic, "q.fifo", &[("RawMessageDelivery", "true"), ("ReplayPolicy", replay)])
        .await;
    assert_eq!(scene.bodies("q.fifo").await, ["two", "three"]);

    let delete = || scene.sns.delete_topic(DeleteTopicInput { topic_arn: topic.clone() });
    let archived = "Invalid state: Cannot delete a topic with an ArchivePolicy";
    check_error(delete().await, "InvalidState", archived);
    scene.set_topic(&topic, "ArchivePolicy", "{}").await.expect("ended");
    delete().await.expect("deleted");
}

#[tokio::test]
async fn every_queue_gets_all_messages_in_the_order_of_their_numbers() {
    const PUBLISHERS: usize = 6;
    const EACH: usize = 8;
    let scene = Scene::new();
    let topic = scene.topic("t.fifo", FIFO).await;
    let queues = ["one.fifo", "two.fifo", "raw.fifo", "standard"];
    for queue in queues {
        let raw = if queue.starts_with("raw") { "true" } else { "false" };
        scene.subscribe(&topic, queue, &[("RawMessageDelivery", raw)]).await;
    }
    let mut publishers = tokio::task::JoinSet::new();
    for publisher in 0..PUBLISHERS {
        let sns = SnsClient::new(scene.cloud.caller());
        let topic = topic.clone();
        publishers.spawn(async move {
            let mut numbers = Vec::new();
            for message in 0..EACH {
                let input = PublishInput {
                    topic_arn: Some(topic.clone()),
                    message: format!("{publisher} {message}"),
                    message_group_id: Some((publisher % 2).to_string()),
                    message_deduplication_id: Some(format!("{publisher}-{message}")),
                    ..Default::default()
                };
                let sent = sns.publish(input).await.expect("published");
                numbers.push((sent.sequence_number.expect("a number"), message, publisher));
                tokio::task::yield_now().await;
            }
            numbers
        });
    }
    let mut sent: Vec<_> = publishers.join_all().await.into_iter().flatten().collect();
    sent.sort();
    let texts = sent.iter().map(|(_, message, publisher)| format!("{publisher} {message}"));
    let expect: Vec<_> = texts.collect();
    for queue in queues {
        let mut received = Vec::new();
        loop {
            let messages = scene.receive(queue).await;
            if messages.is_empty() {
                break;
            }
            for message in messages {
                let body = message.body.expect("a body");
                let text = match serde_json::from_str::<serde_json::Value>(&body) {
                    Ok(envelope) if envelope.is_object() => {
                        envelope["Message"].as_str().expect("a text").to_owned()
                    }
                    _ => body,
                };
                received.push(text);
                let input = fogbank_api_sqs::DeleteMessageRequest {
                    queue_url: queue.to_owned(),
                    receipt_handle: message.receipt_handle.expect("a handle"),
                };
                scene.sqs.delete_message(input).await.expect("deleted");
            }
        }
        // Queues serve group by group, in each of which the order is that of the numbers.
        let of_group = |texts: &[String], group: usize| -> Vec<String> {
            let publisher = |text: &str| text[..1].parse::<usize>().expect("a digit");
            texts.iter().filter(|text| publisher(text) % 2 == group).cloned().collect()
        };
        assert_eq!(received.len(), PUBLISHERS * EACH, "{queue}");
        for group in [0, 1] {
            assert_eq!(of_group(&received, group), of_group(&expect, group), "{queue}");
        }
    }
}
