//! Batches: results by entry, errors of the whole request.

use fogbank_api_sqs::*;

use crate::scene::{FIFO, Scene, bodies, check_error, handle};

fn entry(id: &str, body: &str) -> SendMessageBatchRequestEntry {
    SendMessageBatchRequestEntry {
        id: id.to_owned(),
        message_body: body.to_owned(),
        ..Default::default()
    }
}

fn batch(queue: &str, entries: Vec<SendMessageBatchRequestEntry>) -> SendMessageBatchRequest {
    SendMessageBatchRequest { queue_url: queue.to_owned(), entries }
}

#[tokio::test]
async fn each_entry_has_its_result() {
    let scene = Scene::new();
    let queue = scene.create("q", &[("MaximumMessageSize", "1024")]).await;
    let delayed = SendMessageBatchRequestEntry { delay_seconds: Some(-1), ..entry("d", "x") };
    let long = "a".repeat(1025);
    let entries =
        vec![entry("a", "1"), entry("b", "\u{1}"), entry("c", &long), delayed, entry("e", "2")];
    let result = scene.sqs.send_message_batch(batch(&queue, entries)).await.expect("a result");
    let (successful, failures) = (result.successful.unwrap(), result.failed.unwrap());
    let ids: Vec<_> = successful.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["a", "e"]);
    let failed: Vec<_> = failures
        .iter()
        .map(|entry| (entry.id.as_str(), entry.code.as_str(), entry.sender_fault))
        .collect();
    let invalid = "InvalidParameterValue";
    assert_eq!(
        failed,
        [("b", "InvalidMessageContents", true), ("c", invalid, true), ("d", invalid, true)]
    );
    assert_eq!(
        failures[1].message.as_deref(),
        Some(
            "One or more parameters cannot be validated. Reason: Message must be shorter than \
             1024 bytes."
        )
    );
    assert_eq!(bodies(&scene.receive(&queue, 10).await), ["1", "2"]);
}

#[tokio::test]
async fn the_whole_batch_is_limited() {
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    let half = "a".repeat(524_288);
    let full = batch(&queue, vec![entry("a", &half), entry("b", &half)]);
    scene.sqs.send_message_batch(full).await.expect("1 MiB");
    let more = batch(&queue, vec![entry("a", &half), entry("b", &half), entry("c", "a")]);
    check_error(
        scene.sqs.send_message_batch(more).await,
        "AWS.SimpleQueueService.BatchRequestTooLong",
        "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
    );
    let eleven = (0..11).map(|n| entry(&n.to_string(), "x")).collect();
    check_error(
        scene.sqs.send_message_batch(batch(&queue, eleven)).await,
        "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
        "Maximum number of entries per request are 10. You have sent 11.",
    );
    check_error(
        scene.sqs.send_message_batch(batch(&queue, Vec::new())).await,
        "AWS.SimpleQueueService.EmptyBatchRequest",
        "There should be at least one SendMessageBatchRequestEntry in the request.",
    );
}

#[tokio::test]
async fn fifo_parameters_are_the_concern_of_the_whole_batch() {
    let scene = Scene::new();
    let queue = scene.create("q.fifo", FIFO).await;
    let grouped = |id: &str, body: &str| SendMessageBatchRequestEntry {
        message_group_id: Some("g".to_owned()),
        ..entry(id, body)
    };
    let entries = vec![grouped("a", "1"), entry("b", "2")];
    check_error(
        scene.sqs.send_message_batch(batch(&queue, entries)).await,
        "InvalidParameterValue",
        "The request must contain the parameter MessageGroupId.",
    );
    assert_eq!(scene.counts(&queue).await, (0, 0, 0));
    let entries = vec![grouped("a", "1"), grouped("b", "2"), grouped("c", "1")];
    let result = scene.sqs.send_message_batch(batch(&queue, entries)).await.expect("sent");
    assert!(result.failed.is_none());
    let successful = result.successful.unwrap();
    assert_eq!(successful.len(), 3);
    assert_eq!(successful[0].message_id, successful[2].message_id);
    assert_eq!(bodies(&scene.receive(&queue, 10).await), ["1", "2"]);
}

#[tokio::test]
async fn messages_are_deleted_and_hidden_in_batches() {
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    for body in ["a", "b", "c"] {
        scene.send(&queue, body).await;
    }
    let received = scene.receive(&queue, 10).await;
    let hide =
        |id: &str, handle: &str, seconds: Option<i32>| ChangeMessageVisibilityBatchRequestEntry {
            id: id.to_owned(),
            receipt_handle: handle.to_owned(),
            visibility_timeout: seconds,
        };
    let entries = vec![
        hide("a", handle(&received[0]), Some(0)),
        hide("b", handle(&received[1]), Some(43_201)),
        hide("c", handle(&received[2]), None),
        hide("d", "garbage", Some(1)),
    ];
    let input = ChangeMessageVisibilityBatchRequest { queue_url: queue.clone(), entries };
    let result = scene.sqs.change_message_visibility_batch(input).await.expect("a result");
    assert_eq!(result.successful.unwrap().len(), 1);
    let failures = result.failed.unwrap();
    let codes: Vec<_> = failures.iter().map(|entry| entry.code.as_str()).collect();
    assert_eq!(codes, ["InvalidParameterValue", "MissingParameter", "ReceiptHandleIsInvalid"]);
    assert_eq!(scene.counts(&queue).await, (1, 0, 2));

    let delete = |id: &str, handle: &str| DeleteMessageBatchRequestEntry {
        id: id.to_owned(),
        receipt_handle: handle.to_owned(),
    };
    let entries = vec![delete("a", handle(&received[1])), delete("b", "garbage")];
    let input = DeleteMessageBatchRequest { queue_url: queue.clone(), entries };
    let result = scene.sqs.delete_message_batch(input).await.expect("a result");
    assert_eq!((result.successful.unwrap().len(), result.failed.unwrap().len()), (1, 1));
    assert_eq!(scene.counts(&queue).await, (1, 0, 1));

    let twice = vec![delete("a", "x"), delete("a", "x")];
    let input = DeleteMessageBatchRequest { queue_url: queue.clone(), entries: twice };
    check_error(
        scene.sqs.delete_message_batch(input).await,
        "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
        "Id a repeated.",
    );
}
