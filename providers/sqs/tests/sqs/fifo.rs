//! FIFO queues: order in groups, deduplication, receipts, receive request attempts.

use fogbank_api_sqs::*;

use crate::scene::Step::*;
use crate::scene::{FIFO, Scene, bodies, check, check_error, handle, message_of, system};

#[tokio::test]
async fn a_group_is_served_in_order_before_the_next() {
    let steps = [
        Send("1/a1"),
        Send("2/b1"),
        Send("1/a2"),
        Send("1/a3"),
        Counts(4, 0, 0),
        Receive(10, &["a1", "a2", "a3", "b1"]),
        Counts(0, 0, 4),
    ];
    check(FIFO, &steps).await;
}

#[tokio::test]
async fn a_group_waits_for_its_messages_in_flight() {
    let steps = [
        Send("1/a1"),
        Send("2/b1"),
        Send("1/a2"),
        Send("2/b2"),
        Send("1/a3"),
        Send("3/c1"),
        Receive(2, &["a1", "a2"]),
        Delete("a1"),
        Receive(10, &["b1", "b2", "c1"]),
        Receive(10, &[]),
        Counts(1, 0, 4),
        Delete("a2"),
        Receive(10, &["a3"]),
    ];
    check(FIFO, &steps).await;
}

#[tokio::test]
async fn groups_that_come_back_queue_up_again() {
    let steps = [
        Send("1/a1"),
        Send("1/a2"),
        Send("1/a3"),
        Send("2/b1"),
        Send("3/c1"),
        ReceiveFor(2, 1, &["a1", "a2"]),
        ReceiveFor(1, 1, &["b1"]),
        Wait(1),
        ReceiveFor(10, 0, &["c1", "a1", "a2", "a3", "b1"]),
    ];
    check(FIFO, &steps).await;
    let steps = [
        Send("1/a1"),
        Send("2/b1"),
        Send("2/b2"),
        Send("3/c1"),
        Send("1/a2"),
        ReceiveFor(3, 0, &["a1", "a2", "b1"]),
        ReceiveFor(10, 0, &["c1", "a1", "a2", "b1", "b2"]),
    ];
    check(FIFO, &steps).await;
}

#[tokio::test]
async fn visible_messages_before_hidden_ones_are_served() {
    let steps = [
        Send("1/a1"),
        Send("1/a2"),
        Send("2/b1"),
        Receive(2, &["a1", "a2"]),
        Hide("a1", 0),
        Receive(3, &["b1", "a1"]),
    ];
    check(FIFO, &steps).await;
    for (hidden, expect) in [("a1", &[][..]), ("a2", &["a1"][..]), ("a3", &["a1", "a2"][..])] {
        let steps = [
            Send("1/a1"),
            Send("1/a2"),
            Send("1/a3"),
            ReceiveFor(5, 1, &["a1", "a2", "a3"]),
            Hide(hidden, 4),
            Wait(2),
            Receive(5, expect),
        ];
        check(FIFO, &steps).await;
    }
}

#[tokio::test]
async fn the_queue_delays_and_the_message_cannot() {
    let attributes = [FIFO, &[("DelaySeconds", "2")]].concat();
    let steps = [
        Send("1/a1"),
        SendDelayed("1/a2", 0),
        Counts(0, 2, 0),
        Receive(5, &[]),
        Wait(2),
        Receive(5, &["a1", "a2"]),
    ];
    check(&attributes, &steps).await;
}

#[tokio::test]
async fn an_emptied_group_works_again() {
    let steps = [
        Send("1/a"),
        Receive(1, &["a"]),
        Delete("a"),
        Receive(1, &[]),
        Send("1/b"),
        Receive(1, &["b"]),
    ];
    check(FIFO, &steps).await;
}

#[tokio::test]
async fn duplicates_are_dropped_for_five_minutes() {
    let steps = [
        Send("1/a"),
        Send("1/a"),
        Send("2/a"),
        Receive(5, &["a"]),
        Delete("a"),
        Send("1/a"),
        Receive(5, &[]),
        Wait(299),
        Send("1/a"),
        Receive(5, &[]),
        Wait(1),
        Send("1/a"),
        Receive(5, &["a"]),
    ];
    check(FIFO, &steps).await;
    let steps = [Send("1/a"), Purge, Send("1/a"), Counts(1, 0, 0)];
    check(FIFO, &steps).await;
    let per_group = [FIFO, &[("DeduplicationScope", "messageGroup")]].concat();
    let steps = [Send("1/a"), Send("1/a"), Send("2/a"), Receive(5, &["a", "a"])];
    check(&per_group, &steps).await;
}

#[tokio::test]
async fn a_duplicate_gets_the_answer_of_the_first() {
    let scene = Scene::new();
    let queue = scene.create("q.fifo", &[("FifoQueue", "true")]).await;
    let send = |body: &str, id: &str| SendMessageRequest {
        message_deduplication_id: Some(id.to_owned()),
        ..message_of(&queue, body)
    };
    let first = scene.sqs.send_message(send("1/a", "x")).await.expect("sent");
    let again = scene.sqs.send_message(send("1/b", "x")).await.expect("a duplicate");
    let other = scene.sqs.send_message(send("1/a", "y")).await.expect("sent");
    assert_eq!(first.message_id, again.message_id);
    assert_eq!(first.sequence_number, again.sequence_number);
    assert!(first.sequence_number < other.sequence_number);
    let received = scene.receive(&queue, 5).await;
    assert_eq!(bodies(&received), ["a", "a"]);
    assert_eq!(system(&received[0], "MessageDeduplicationId"), Some("x"));
    assert_eq!(system(&received[0], "MessageGroupId"), Some("1"));
    assert_eq!(system(&received[0], "SequenceNumber"), first.sequence_number.as_deref());
}

#[tokio::test]
async fn a_changed_scope_takes_a_minute() {
    let scene = Scene::new();
    let queue = scene.create("q.fifo", FIFO).await;
    scene.send(&queue, "1/a").await;
    scene.set(&queue, &[("DeduplicationScope", "messageGroup")]).await.expect("set");
    scene.send(&queue, "2/a").await;
    assert_eq!(scene.counts(&queue).await, (1, 0, 0));
    scene.wait(60).await;
    scene.send(&queue, "2/a").await;
    assert_eq!(scene.counts(&queue).await, (2, 0, 0));
}

#[tokio::test]
async fn parameters_are_needed() {
    let scene = Scene::new();
    let queue = scene.create("q.fifo", &[("FifoQueue", "true")]).await;
    let with_id =
        |input| SendMessageRequest { message_deduplication_id: Some("d".to_owned()), ..input };
    check_error(
        scene.sqs.send_message(with_id(message_of(&queue, "m"))).await,
        "MissingParameter",
        "The request must contain the parameter MessageGroupId.",
    );
    check_error(
        scene.sqs.send_message(message_of(&queue, "g/m")).await,
        "InvalidParameterValue",
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId \
         provided explicitly",
    );
    let delayed = SendMessageRequest { delay_seconds: Some(2), ..message_of(&queue, "g/m") };
    check_error(
        scene.sqs.send_message(with_id(delayed)).await,
        "InvalidParameterValue",
        "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter \
         that is not valid for this queue type.",
    );
    let empty = SendMessageRequest {
        message_deduplication_id: Some(String::new()),
        ..message_of(&queue, "g/m")
    };
    check_error(
        scene.sqs.send_message(empty).await,
        "InvalidParameterValue",
        "Value  for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId \
         can only include alphanumeric and punctuation characters. 1 to 128 in length.",
    );
}

#[tokio::test]
async fn receipt_handles_expire() {
    let scene = Scene::new();
    let queue = scene.create("q.fifo", FIFO).await;
    scene.send(&queue, "g/m").await;
    let received = scene.receive_with(&queue, |input| input.visibility_timeout = Some(1)).await;
    let old = handle(&received[0]);
    scene.hide(&queue, old, 5).await.expect("extended");
    scene.wait(5).await;
    let expired = format!(
        "Value {old} for parameter ReceiptHandle is invalid. Reason: The receipt handle has \
         expired."
    );
    check_error(scene.delete(&queue, old).await, "InvalidParameterValue", &expired);
    let again = scene.receive(&queue, 1).await;
    check_error(scene.delete(&queue, old).await, "InvalidParameterValue", &expired);
    let unavailable = format!(
        "Value {old} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is \
         not available for visibility timeout change."
    );
    check_error(scene.hide(&queue, old, 5).await, "InvalidParameterValue", &unavailable);
    scene.delete(&queue, handle(&again[0])).await.expect("deleted");
    scene.delete(&queue, old).await.expect("gone already");
}

#[tokio::test]
async fn a_receive_attempt_is_repeated() {
    let scene = Scene::new();
    let queue = scene.create("q.fifo", FIFO).await;
    for message in ["1/a", "1/b", "2/c"] {
        scene.send(&queue, message).await;
    }
    let attempt = |id: &'static str| {
        scene.receive_with(&queue, move |input| {
            input.max_number_of_messages = Some(2);
            input.receive_request_attempt_id = Some(id.to_owned());
        })
    };
    let first = attempt("x").await;
    assert_eq!(bodies(&first), ["a", "b"]);
    scene.wait(20).await;
    let again = attempt("x").await;
    assert_eq!(bodies(&again), ["a", "b"]);
    assert_eq!(handle(&again[0]), handle(&first[0]));
    assert_eq!(system(&again[0], "ApproximateReceiveCount"), Some("1"));
    // The visibility timeout started anew.
    scene.wait(20).await;
    assert_eq!(bodies(&attempt("y").await), ["c"]);
    // What was changed is not repeated.
    scene.hide(&queue, handle(&first[0]), 100).await.expect("in flight");
    let again = ReceiveMessageRequest {
        queue_url: queue.clone(),
        receive_request_attempt_id: Some("x".to_owned()),
        ..Default::default()
    };
    check_error(
        scene.sqs.receive_message(again).await,
        "InvalidParameterValue",
        "Value x for parameter ReceiveRequestAttemptId is invalid. Reason: The \
         receiveRequestAttemptId is not valid anymore since the receive call is not retryable.",
    );
    scene.wait(10).await;
    assert!(attempt("y").await.len() == 1, "group 2 is in flight under attempt y");
}
