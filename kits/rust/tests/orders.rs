//! An example to copy: each test has the prepared queue to itself, and time passes without waiting.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use aws_sdk_sqs::Client;

/// A world with the queue that all tests start from, and what addresses it.
async fn orders() -> (fogbank_test::World, Client, String) {
    fogbank_test::prepare(|config| async move {
        Client::new(&config).create_queue().queue_name("orders").send().await.unwrap();
    })
    .await;
    let world = fogbank_test::world().await;
    let sqs = Client::new(&world.sdk_config());
    let queue = sqs.get_queue_url().queue_name("orders").send().await.unwrap();
    (world, sqs, queue.queue_url.unwrap())
}

async fn received(sqs: &Client, queue: &str) -> Vec<String> {
    let received = sqs.receive_message().queue_url(queue).send().await.unwrap();
    received.messages().iter().map(|message| message.body().unwrap().to_owned()).collect()
}

async fn has_it_to_itself(body: &str) {
    let (_world, sqs, queue) = orders().await;
    assert!(received(&sqs, &queue).await.is_empty());
    sqs.send_message().queue_url(&queue).message_body(body).send().await.unwrap();
    assert_eq!(received(&sqs, &queue).await, [body]);
}

#[tokio::test]
async fn one_test_has_the_queue_to_itself() {
    has_it_to_itself("one").await;
}

#[tokio::test]
async fn and_so_has_the_other() {
    has_it_to_itself("other").await;
}

#[tokio::test]
async fn time_passes_without_waiting() {
    let (world, sqs, queue) = orders().await;
    world.clock().freeze();
    let late = sqs.send_message().queue_url(&queue).message_body("late").delay_seconds(900);
    late.send().await.unwrap();
    assert!(received(&sqs, &queue).await.is_empty());
    world.clock().advance(Duration::from_secs(900)).await;
    assert_eq!(received(&sqs, &queue).await, ["late"]);
}
