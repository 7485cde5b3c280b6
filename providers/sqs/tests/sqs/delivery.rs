//! Standard queues: sending, receiving, visibility, delays, retention.

use fogbank_api_sqs::*;

use crate::scene::Step::*;
use crate::scene::{Scene, bodies, check, check_error, handle, message_of, system};

#[tokio::test]
async fn messages_come_in_order_and_hide() {
    let steps = [
        Send("a"),
        Send("b"),
        Send("c"),
        Receive(1, &["a"]),
        Counts(2, 0, 1),
        Receive(10, &["b", "c"]),
        Receive(10, &[]),
        Delete("b"),
        Delete("b"),
        Counts(0, 0, 2),
        Wait(29),
        Receive(10, &[]),
        Wait(1),
        Receive(10, &["a", "c"]),
    ];
    check(&[], &steps).await;
}

#[tokio::test]
async fn visibility_timeouts_are_changed() {
    let steps = [
        Send("a"),
        ReceiveFor(1, 0, &["a"]),
        Counts(1, 0, 0),
        ReceiveFor(1, 3, &["a"]),
        Wait(2),
        Hide("a", 3),
        Wait(2),
        Receive(1, &[]),
        Wait(1),
        Counts(1, 0, 0),
        // The timeout ended by itself: the message can be hidden again.
        Hide("a", 5),
        Receive(1, &[]),
        Wait(5),
        Receive(1, &["a"]),
        Hide("a", 0),
        Receive(1, &["a"]),
        Receive(1, &[]),
        Delete("a"),
        Counts(0, 0, 0),
    ];
    check(&[], &steps).await;
}

#[tokio::test]
async fn a_message_that_comes_back_keeps_its_place() {
    let steps = [Send("a"), Receive(1, &["a"]), Send("b"), Wait(30), Receive(10, &["a", "b"])];
    check(&[], &steps).await;
}

#[tokio::test]
async fn delays_end() {
    let steps = [
        Send("now"),
        SendDelayed("later", 900),
        SendDelayed("sooner", 2),
        Counts(1, 2, 0),
        Receive(10, &["now"]),
        Wait(2),
        Receive(10, &["sooner"]),
        Wait(897),
        Receive(1, &["now"]),
        Wait(1),
        Counts(2, 0, 1),
    ];
    check(&[], &steps).await;
    let steps = [Send("a"), SendDelayed("b", 0), Receive(10, &["b"]), Wait(5), Receive(10, &["a"])];
    check(&[("DelaySeconds", "5")], &steps).await;
}

#[tokio::test]
async fn old_messages_are_gone() {
    let steps = [
        Send("a"),
        Wait(30),
        Send("b"),
        ReceiveFor(1, 100, &["a"]),
        Wait(29),
        Counts(1, 0, 1),
        Wait(1),
        Counts(1, 0, 0),
        Delete("a"),
        Receive(10, &["b"]),
        Wait(30),
        Counts(0, 0, 0),
        Receive(10, &[]),
    ];
    check(&[("MessageRetentionPeriod", "60")], &steps).await;
}

#[tokio::test]
async fn purging_takes_everything() {
    let steps = [
        Send("a"),
        Send("b"),
        SendDelayed("c", 10),
        Receive(1, &["a"]),
        Purge,
        Counts(0, 0, 0),
        Wait(30),
        Receive(10, &[]),
        Send("d"),
        Receive(10, &["d"]),
    ];
    check(&[], &steps).await;
}

#[tokio::test]
async fn attributes_travel_with_the_message() {
    let scene = Scene::new();
    let queue = scene.create("q", &[("VisibilityTimeout", "0")]).await;
    let text = |value: &str| MessageAttributeValue {
        data_type: "String".to_owned(),
        string_value: Some(value.to_owned()),
        ..Default::default()
    };
    let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    let header = MessageSystemAttributeValue {
        data_type: "String".to_owned(),
        string_value: Some(trace.to_owned()),
        ..Default::default()
    };
    let attributes = [("Foo".to_owned(), text("Bar")), ("Other".to_owned(), text("x"))];
    let input = SendMessageRequest {
        message_attributes: Some(attributes.into()),
        message_system_attributes: Some([("AWSTraceHeader".into(), header)].into()),
        ..message_of(&queue, "msg")
    };
    let sent = scene.sqs.send_message(input).await.expect("sent");
    assert_eq!(sent.md5_of_message_body.as_deref(), Some("6e2baaf3b97dbeef01c0043275f9a0e7"));
    let digest = sent.md5_of_message_system_attributes.as_deref();
    assert_eq!(digest, Some("5ae4d5d7636402d80f4eb6d213245a88"));

    scene.wait(2).await;
    let first = scene.receive(&queue, 1).await;
    scene.wait(3).await;
    let second = scene.receive(&queue, 1).await;
    let message = &second[0];
    assert_eq!(message.message_id, sent.message_id);
    assert_eq!(message.md5_of_message_attributes, sent.md5_of_message_attributes);
    assert_eq!(message.message_attributes.as_ref().map(|map| map.len()), Some(2));
    assert_ne!(handle(&first[0]), handle(message));
    let start = fogbank_testkit::START.as_millis();
    for (name, value) in [
        ("SenderId", Some("000000000000".to_owned())),
        ("SentTimestamp", Some(start.to_string())),
        ("ApproximateFirstReceiveTimestamp", Some((start + 2_000).to_string())),
        ("ApproximateReceiveCount", Some("2".to_owned())),
        ("AWSTraceHeader", Some(trace.to_owned())),
        ("SequenceNumber", None),
        ("MessageGroupId", None),
    ] {
        assert_eq!(system(message, name), value.as_deref(), "{name}");
    }

    let filtered = scene.receive_with(&queue, |input| {
        input.message_attribute_names = Some(vec!["Foo".to_owned()]);
        input.message_system_attribute_names = Some(vec!["SenderId".into()]);
    });
    let filtered = &filtered.await[0];
    assert_eq!(
        filtered.md5_of_message_attributes.as_deref(),
        Some("ae7155c6026991b6d54b11589678bf9c")
    );
    assert_eq!(filtered.attributes.as_ref().map(|map| map.len()), Some(1));
    let bare = scene.receive_with(&queue, |input| {
        input.message_attribute_names = None;
        input.message_system_attribute_names = None;
    });
    let bare = &bare.await[0];
    assert!(bare.attributes.is_none() && bare.message_attributes.is_none());
    assert_eq!(bare.md5_of_message_attributes, None);
}

#[tokio::test]
async fn refused_messages() {
    let scene = Scene::new();
    let queue = scene.create("q", &[("MaximumMessageSize", "1024")]).await;
    let too_long = "a".repeat(129);
    let invalid = "InvalidParameterValue";
    let group = |id: &str| {
        format!(
            "Value {id} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only \
             include alphanumeric and punctuation characters. 1 to 128 in length."
        )
    };
    let base = || message_of(&queue, "m");
    let grouped = |id: &str| SendMessageRequest { message_group_id: Some(id.to_owned()), ..base() };
    for (input, code, message) in [
        (
            message_of(&queue, ""),
            "MissingParameter",
            "The request must contain the parameter MessageBody.".to_owned(),
        ),
        (
            message_of(&queue, "\u{1}"),
            "InvalidMessageContents",
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to \
             #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
                .to_owned(),
        ),
        (
            message_of(&queue, &"a".repeat(1025)),
            invalid,
            "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes."
                .to_owned(),
        ),
        (
            SendMessageRequest { delay_seconds: Some(901), ..base() },
            invalid,
            "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 \
             and <= 900."
                .to_owned(),
        ),
        (
            SendMessageRequest { message_deduplication_id: Some("d".to_owned()), ..base() },
            invalid,
            "Value d for parameter MessageDeduplicationId is invalid. Reason: The request include \
             parameter that is not valid for this queue type."
                .to_owned(),
        ),
        (grouped(""), invalid, group("")),
        (grouped("a b"), invalid, group("a b")),
        (grouped(&too_long), invalid, group(&too_long)),
    ] {
        check_error(scene.sqs.send_message(input).await, code, &message);
    }
    assert_eq!(scene.counts(&queue).await, (0, 0, 0));
    scene.send(&queue, &"a".repeat(1024)).await;
    scene.send(&queue, "tenant/fair").await;
    let received = scene.receive(&queue, 10).await;
    assert_eq!(system(&received[1], "MessageGroupId"), Some("tenant"));
}

#[tokio::test]
async fn refused_receives() {
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    let base = || ReceiveMessageRequest { queue_url: queue.clone(), ..Default::default() };
    let invalid = |value: i32, parameter: &str, reason: &str| {
        format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}")
    };
    for (input, message) in [
        (
            ReceiveMessageRequest { max_number_of_messages: Some(11), ..base() },
            invalid(11, "MaxNumberOfMessages", "Must be between 1 and 10, if provided."),
        ),
        (
            ReceiveMessageRequest { max_number_of_messages: Some(0), ..base() },
            invalid(0, "MaxNumberOfMessages", "Must be between 1 and 10, if provided."),
        ),
        (
            ReceiveMessageRequest { wait_time_seconds: Some(21), ..base() },
            invalid(21, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided."),
        ),
        (
            ReceiveMessageRequest { wait_time_seconds: Some(-1), ..base() },
            invalid(-1, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided."),
        ),
        (
            ReceiveMessageRequest { visibility_timeout: Some(43_201), ..base() },
            invalid(43_201, "VisibilityTimeout", "Must be >= 0 and <= 43200, if provided."),
        ),
    ] {
        check_error(scene.sqs.receive_message(input).await, "InvalidParameterValue", &message);
    }
    let unknown = ReceiveMessageRequest { attribute_names: Some(vec!["Foo".into()]), ..base() };
    let result = scene.sqs.receive_message(unknown).await;
    check_error(result, "InvalidAttributeName", "Unknown Attribute Foo.");
}

#[tokio::test]
async fn receipt_handles_are_checked() {
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    let other = scene.create("other", &[]).await;
    scene.send(&queue, "m").await;
    let received = scene.receive(&queue, 1).await;
    let handle = handle(&received[0]);

    let refusal =
        |text: &str| format!("The input receipt handle \"{text}\" is not a valid receipt handle.");
    for (queue, text) in [(&queue, "garbage"), (&other, handle)] {
        let (code, message) = ("ReceiptHandleIsInvalid", refusal(text));
        check_error(scene.delete(queue, text).await, code, &message);
        check_error(scene.hide(queue, text, 1).await, code, &message);
    }
    check_error(
        scene.hide(&queue, handle, 43_201).await,
        "InvalidParameterValue",
        "Value 43201 for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must \
         be an integer between 0 and 43200.",
    );
    scene.hide(&queue, handle, 43_200).await.expect("twelve hours");
    scene.wait(1).await;
    check_error(
        scene.hide(&queue, handle, 43_200).await,
        "InvalidParameterValue",
        "Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout \
         for the message is beyond the limit [43200 seconds]",
    );
    scene.hide(&queue, handle, 0).await.expect("given back");
    let not_in_flight = "AWS.SimpleQueueService.MessageNotInflight";
    check_error(
        scene.hide(&queue, handle, 1).await,
        not_in_flight,
        "The specified message isn't in flight.",
    );

    scene.delete(&queue, handle).await.expect("deleted");
    scene.delete(&queue, handle).await.expect("deleted already");
    let message = format!(
        "Value {handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or \
         is not available for visibility timeout change."
    );
    check_error(scene.hide(&queue, handle, 1).await, "InvalidParameterValue", &message);
}

#[tokio::test]
async fn an_earlier_receipt_handle_still_works() {
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    scene.send(&queue, "m").await;
    let first = scene.receive_with(&queue, |input| input.visibility_timeout = Some(0)).await;
    scene.receive(&queue, 1).await;
    scene.hide(&queue, handle(&first[0]), 0).await.expect("given back");
    assert_eq!(bodies(&scene.receive(&queue, 1).await), ["m"]);
    scene.delete(&queue, handle(&first[0])).await.expect("deleted");
    assert_eq!(scene.counts(&queue).await, (0, 0, 0));
}
