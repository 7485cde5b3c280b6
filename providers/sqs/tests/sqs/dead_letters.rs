//! Dead-letter queues.

use fogbank_api_sqs::*;

use crate::scene::{FIFO, Scene, bodies, check_error, message_of, system};

fn policy(arn: &str, count: u32) -> String {
    format!(r#"{{"deadLetterTargetArn":"{arn}","maxReceiveCount":{count}}}"#)
}

/// A queue whose messages go to a dead-letter queue after so many receives.
async fn pipe(scene: &Scene, fifo: bool, count: u32) -> (String, String) {
    let (suffix, attributes) = if fifo { (".fifo", FIFO) } else { ("", &[][..]) };
    let dead = scene.create(&format!("dead{suffix}"), attributes).await;
    let policy = policy(&scene.arn(&dead).await, count);
    let attributes = [attributes, &[("RedrivePolicy", policy.as_str())]].concat();
    (scene.create(&format!("live{suffix}"), &attributes).await, dead)
}

#[tokio::test]
async fn messages_received_too_often_move() {
    for fifo in [false, true] {
        let scene = Scene::new();
        let (live, dead) = pipe(&scene, fifo, 2).await;
        let sent = scene.send(&live, if fifo { "g/m" } else { "m" }).await;
        scene.wait(5).await;
        for _ in 0..2 {
            let got = scene.receive_with(&live, |input| input.visibility_timeout = Some(0)).await;
            assert_eq!(bodies(&got), ["m"]);
        }
        assert_eq!(scene.counts(&dead).await, (0, 0, 0));
        assert!(scene.receive(&live, 10).await.is_empty());
        assert_eq!(scene.counts(&live).await, (0, 0, 0));
        let letters = scene.receive(&dead, 10).await;
        assert_eq!(letters[0].message_id, sent.message_id);
        assert_eq!(system(&letters[0], "ApproximateReceiveCount"), Some("3"));
        let source = scene.arn(&live).await;
        assert_eq!(system(&letters[0], "DeadLetterQueueSourceArn"), Some(&*source));
        // The group goes on.
        scene.send(&live, if fifo { "g/next" } else { "next" }).await;
        assert_eq!(bodies(&scene.receive(&live, 10).await), ["next"]);
    }
}

#[tokio::test]
async fn the_rest_is_received_at_once() {
    let scene = Scene::new();
    let (live, dead) = pipe(&scene, false, 1).await;
    for body in ["a", "b", "c"] {
        scene.send(&live, body).await;
    }
    scene
        .receive_with(&live, |input| {
            input.max_number_of_messages = Some(2);
            input.visibility_timeout = Some(0);
        })
        .await;
    assert_eq!(bodies(&scene.receive(&live, 2).await), ["c"]);
    assert_eq!(bodies(&scene.receive(&dead, 10).await), ["a", "b"]);
}

#[tokio::test]
async fn retention_counts_from_when_the_message_was_sent_first() {
    let scene = Scene::new();
    let (live, dead) = pipe(&scene, false, 1).await;
    scene.set(&dead, &[("MessageRetentionPeriod", "60")]).await.expect("set");
    scene.send(&live, "old").await;
    scene.wait(40).await;
    scene.send(&dead, "new").await;
    scene.receive_with(&live, |input| input.visibility_timeout = Some(0)).await;
    scene.receive(&live, 1).await;
    assert_eq!(scene.counts(&dead).await, (2, 0, 0));
    scene.wait(20).await;
    assert_eq!(bodies(&scene.receive(&dead, 10).await), ["new"]);
}

#[tokio::test]
async fn messages_stay_when_the_dead_letter_queue_is_gone() {
    let scene = Scene::new();
    let (live, dead) = pipe(&scene, false, 1).await;
    scene.send(&live, "m").await;
    scene.sqs.delete_queue(DeleteQueueRequest { queue_url: dead }).await.expect("deleted");
    for _ in 0..3 {
        let got = scene.receive_with(&live, |input| input.visibility_timeout = Some(0)).await;
        assert_eq!(bodies(&got), ["m"]);
    }
}

#[tokio::test]
async fn a_queue_can_be_its_own_dead_letter_queue() {
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    let policy = policy(&scene.arn(&queue).await, 1);
    scene.set(&queue, &[("RedrivePolicy", &policy)]).await.expect("allowed on AWS");
    scene.send(&queue, "m").await;
    for _ in 0..3 {
        let got = scene.receive_with(&queue, |input| input.visibility_timeout = Some(0)).await;
        assert_eq!(bodies(&got), ["m"]);
    }
}

#[tokio::test]
async fn targets_are_checked() {
    let scene = Scene::new();
    let dead = scene.create("dead", &[]).await;
    let fifo = scene.create("dead.fifo", FIFO).await;
    let queue = scene.create("q", &[]).await;
    let (dead_arn, fifo_arn) = (scene.arn(&dead).await, scene.arn(&fifo).await);
    let missing = dead_arn.replace(":dead", ":missing");
    let foreign = dead_arn.replace("000000000000", "111111111111");
    let elsewhere = dead_arn.replace("us-east-1", "eu-west-1");
    for (arn, reason) in [
        (&missing, "Dead letter target does not exist."),
        (&elsewhere, "Dead letter target does not exist."),
        (&foreign, "Dead-letter target owner should be same as the source."),
        (&fifo_arn, "Dead-letter queue must be same type of queue as the source."),
    ] {
        let policy = policy(arn, 3);
        let message =
            format!("Value {policy} for parameter RedrivePolicy is invalid. Reason: {reason}");
        let attributes = [("RedrivePolicy", policy.as_str())];
        check_error(scene.set(&queue, &attributes).await, "InvalidParameterValue", &message);
        let created = scene.try_create("other", &attributes).await;
        check_error(created, "InvalidParameterValue", &message);
    }
    let deny = [("RedriveAllowPolicy", r#"{"redrivePermission":"denyAll"}"#)];
    scene.set(&dead, &deny).await.expect("set");
    let policy = policy(&dead_arn, 3);
    assert!(scene.set(&queue, &[("RedrivePolicy", &policy)]).await.is_err());
    scene.set(&dead, &[("RedriveAllowPolicy", "")]).await.expect("set");
    scene.set(&queue, &[("RedrivePolicy", &policy)]).await.expect("allowed");
}

#[tokio::test]
async fn sources_are_listed() {
    let scene = Scene::new();
    let dead = scene.create("dead", &[]).await;
    let policy = policy(&scene.arn(&dead).await, 3);
    let mut sources = Vec::new();
    for name in ["a", "b", "c"] {
        sources.push(scene.create(name, &[("RedrivePolicy", &policy)]).await);
    }
    scene.create("unrelated", &[]).await;
    let list = |max_results: Option<i32>, next_token: Option<String>| {
        scene.sqs.list_dead_letter_source_queues(ListDeadLetterSourceQueuesRequest {
            queue_url: dead.clone(),
            max_results,
            next_token,
        })
    };
    let all = list(None, None).await.expect("a list");
    assert_eq!((&all.queue_urls, &all.next_token), (&sources, &None));
    let first = list(Some(2), None).await.expect("a page");
    assert_eq!(first.queue_urls, sources[..2]);
    let rest = list(Some(2), first.next_token).await.expect("a page");
    assert_eq!((&rest.queue_urls[..], rest.next_token), (&sources[2..], None));
}

#[tokio::test]
async fn attributes_travel_to_the_dead_letter_queue() {
    let scene = Scene::new();
    let (live, dead) = pipe(&scene, false, 1).await;
    let value = MessageAttributeValue {
        data_type: "String".to_owned(),
        string_value: Some("foobar".to_owned()),
        ..Default::default()
    };
    let input = SendMessageRequest {
        message_attributes: Some([("MyAttribute".to_owned(), value)].into()),
        ..message_of(&live, "m")
    };
    scene.sqs.send_message(input).await.expect("sent");
    scene.receive_with(&live, |input| input.visibility_timeout = Some(0)).await;
    scene.receive(&live, 1).await;
    let letter = scene.receive(&dead, 1).await.remove(0);
    let digest = letter.md5_of_message_attributes.as_deref();
    assert_eq!(digest, Some("adb59cd4678ea5a855436b949cd07ab6"));
}
