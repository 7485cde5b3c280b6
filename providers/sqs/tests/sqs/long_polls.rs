//! Receivers that wait.

use std::time::Duration;

use fogbank_api_sqs::*;
use fogbank_service::HttpRequest;

use crate::scene::{FIFO, Scene, bodies, handle};

/// Starts a receiver that waits so many seconds.
fn waiting(
    scene: &Scene,
    queue: &str,
    seconds: Option<i32>,
) -> tokio::task::JoinHandle<Vec<Message>> {
    let (scene, queue) = (scene.clone(), queue.to_owned());
    tokio::spawn(async move {
        scene
            .receive_with(&queue, |input| {
                input.max_number_of_messages = Some(10);
                input.wait_time_seconds = seconds;
            })
            .await
    })
}

/// Lets the tasks that can go on do so.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_message_ends_the_wait() {
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    let receiver = waiting(&scene, &queue, Some(20));
    settle().await;
    scene.wait(19).await;
    settle().await;
    assert!(!receiver.is_finished());
    scene.send(&queue, "m").await;
    assert_eq!(bodies(&receiver.await.expect("no panic")), ["m"]);
}

#[tokio::test]
async fn the_wait_ends_by_itself() {
    let scene = Scene::new();
    let queue = scene.create("q", &[("ReceiveMessageWaitTimeSeconds", "5")]).await;
    for (asked, seconds) in [(None, 5), (Some(7), 7)] {
        let receiver = waiting(&scene, &queue, asked);
        settle().await;
        scene.wait(seconds - 1).await;
        settle().await;
        assert!(!receiver.is_finished(), "{asked:?}");
        scene.wait(1).await;
        assert!(receiver.await.expect("no panic").is_empty());
    }
    assert!(waiting(&scene, &queue, Some(0)).await.expect("no panic").is_empty());
}

#[tokio::test]
async fn messages_that_come_back_end_the_wait() {
    let scene = Scene::new();
    let queue = scene.create("q", &[("VisibilityTimeout", "3"), ("DelaySeconds", "2")]).await;
    scene.send(&queue, "m").await;
    for seconds in [2, 3] {
        let receiver = waiting(&scene, &queue, Some(20));
        settle().await;
        scene.wait(seconds - 1).await;
        settle().await;
        assert!(!receiver.is_finished());
        scene.wait(1).await;
        assert_eq!(bodies(&receiver.await.expect("no panic")), ["m"]);
    }
    let given_back = scene.receive(&queue, 1).await;
    assert!(given_back.is_empty());
    scene.wait(3).await;
    let received = scene.receive(&queue, 1).await;
    let receiver = waiting(&scene, &queue, Some(20));
    settle().await;
    scene.hide(&queue, handle(&received[0]), 0).await.expect("given back");
    assert_eq!(bodies(&receiver.await.expect("no panic")), ["m"]);
}

#[tokio::test]
async fn one_message_is_for_one_receiver() {
    let scene = Scene::new();
    let queue = scene.create("q.fifo", FIFO).await;
    let receivers: Vec<_> = (0..3).map(|_| waiting(&scene, &queue, Some(10))).collect();
    settle().await;
    scene.send(&queue, "g/1").await;
    scene.send(&queue, "g/2").await;
    settle().await;
    let done: Vec<_> = receivers.iter().map(|receiver| receiver.is_finished()).collect();
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
    scene.wait(10).await;
    let mut got = Vec::new();
    for receiver in receivers {
        got.extend(receiver.await.expect("no panic"));
    }
    assert_eq!(bodies(&got)[0], "1");
}

#[tokio::test]
async fn a_deleted_queue_ends_the_wait() {
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    let waiting = {
        let input = ReceiveMessageRequest {
            queue_url: queue.clone(),
            wait_time_seconds: Some(20),
            ..Default::default()
        };
        let sqs = scene.sqs.clone();
        tokio::spawn(async move { sqs.receive_message(input).await })
    };
    settle().await;
    scene.sqs.delete_queue(DeleteQueueRequest { queue_url: queue }).await.expect("deleted");
    let error = waiting.await.expect("no panic").expect_err("no queue");
    assert_eq!(error.code(), "AWS.SimpleQueueService.NonExistentQueue");
}

#[tokio::test]
async fn headers_lift_the_limits() {
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    for n in 0..15 {
        scene.send(&queue, &n.to_string()).await;
    }
    let mut http = HttpRequest::default();
    let name = "x-localstack-sqs-override-message-count";
    http.headers.insert(name, "16".parse().expect("a header"));
    let lifted = Scene::of(scene.cloud.clone().with_http(http.clone()));
    assert_eq!(lifted.receive(&queue, 1).await.len(), 15);

    let name = "x-localstack-sqs-override-wait-time-seconds";
    http.headers.insert(name, "60".parse().expect("a header"));
    let lifted = Scene::of(scene.cloud.clone().with_http(http));
    scene.send(&queue, "first").await;
    let receiver = waiting(&lifted, &queue, Some(1));
    settle().await;
    scene.cloud.advance(Duration::from_secs(25)).await;
    assert!(!receiver.is_finished(), "it waits for sixteen");
    scene.cloud.advance(Duration::from_secs(35)).await;
    assert_eq!(receiver.await.expect("no panic").len(), 16);
}
