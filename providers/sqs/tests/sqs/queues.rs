//! Queues: creating, finding, listing, deleting, attributes, tags, permissions, purging.

use fogbank_api_sqs::*;
use fogbank_config::SqsEndpointStrategy;
use fogbank_context::Region;
use fogbank_provider_sqs::Settings;
use fogbank_service::HttpRequest;

use crate::scene::{FIFO, Scene, check_error, message_of, pairs};

const NO_QUEUE: &str = "AWS.SimpleQueueService.NonExistentQueue";

#[tokio::test]
async fn queues_are_created_once() {
    let scene = Scene::new();
    let url = scene.create("q", &[("DelaySeconds", "1")]).await;
    assert_eq!(url, "http://sqs.us-east-1.localhost.localstack.cloud:4566/000000000000/q");
    scene.send(&url, "m").await;
    for same in [&[][..], &[("DelaySeconds", "1")], &[("VisibilityTimeout", "30")]] {
        assert_eq!(scene.try_create("q", same).await.expect("the same"), url);
    }
    assert_eq!(scene.counts(&url).await, (0, 1, 0));
    check_error(
        scene.try_create("q", &[("DelaySeconds", "2")]).await,
        "QueueAlreadyExists",
        "A queue already exists with the same name and a different value for attribute DelaySeconds",
    );
    scene.set(&url, &[("DelaySeconds", "2")]).await.expect("set");
    scene.try_create("q", &[("DelaySeconds", "2")]).await.expect("the same now");
}

#[tokio::test]
async fn names_go_with_types() {
    let scene = Scene::new();
    for (name, attributes) in [("q.fifo", &[][..]), ("q", FIFO), ("a b", &[])] {
        let error = scene.try_create(name, attributes).await.expect_err(name);
        assert_eq!(error.code(), "InvalidParameterValue");
    }
    check_error(
        scene.try_create("q", &[("FifoQueue", "false")]).await,
        "InvalidAttributeName",
        "Unknown Attribute FifoQueue.",
    );
}

#[tokio::test]
async fn attributes_are_reported() {
    let scene = Scene::new();
    let queue = scene.create("q.fifo", FIFO).await;
    scene.wait(5).await;
    scene.set(&queue, &[("VisibilityTimeout", "69")]).await.expect("set");
    let input = GetQueueAttributesRequest {
        queue_url: queue.clone(),
        attribute_names: Some(vec![QueueAttributeName::All]),
    };
    let all = scene.sqs.get_queue_attributes(input).await.expect("attributes");
    let start = fogbank_testkit::START.as_secs();
    let (created, modified) = (start.to_string(), (start + 5).to_string());
    let expect = [
        ("ApproximateNumberOfMessages", "0"),
        ("ApproximateNumberOfMessagesDelayed", "0"),
        ("ApproximateNumberOfMessagesNotVisible", "0"),
        ("ContentBasedDeduplication", "true"),
        ("CreatedTimestamp", &created),
        ("DeduplicationScope", "queue"),
        ("DelaySeconds", "0"),
        ("FifoQueue", "true"),
        ("FifoThroughputLimit", "perQueue"),
        ("LastModifiedTimestamp", &modified),
        ("MaximumMessageSize", "1048576"),
        ("MessageRetentionPeriod", "345600"),
        ("QueueArn", "arn:aws:sqs:us-east-1:000000000000:q.fifo"),
        ("ReceiveMessageWaitTimeSeconds", "0"),
        ("SqsManagedSseEnabled", "true"),
        ("VisibilityTimeout", "69"),
    ];
    assert_eq!(all.attributes, Some(pairs(&expect)));

    let none = GetQueueAttributesRequest { queue_url: queue.clone(), attribute_names: None };
    let none = scene.sqs.get_queue_attributes(none).await.expect("nothing");
    assert_eq!(none.attributes, None);
    let unknown = GetQueueAttributesRequest {
        queue_url: queue.clone(),
        attribute_names: Some(vec!["Foobar".into()]),
    };
    check_error(
        scene.sqs.get_queue_attributes(unknown).await,
        "InvalidAttributeName",
        "Unknown Attribute Foobar.",
    );
}

#[tokio::test]
async fn queues_are_found_by_url_and_name() {
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    for url in [
        queue.as_str(),
        "q",
        "http://127.0.0.1/000000000000/q",
        "http://other:1/queue/us-east-1/000000000000/q",
    ] {
        scene.send(url, "m").await;
    }
    assert_eq!(scene.counts(&queue).await, (4, 0, 0));
    for (url, code, message) in [
        ("other", NO_QUEUE, "The specified queue does not exist."),
        ("http://x/111111111111/q", NO_QUEUE, "The specified queue does not exist."),
        (
            "http://x/queue/eu-west-1/000000000000/q",
            NO_QUEUE,
            "The specified queue does not exist.",
        ),
        (
            "http://x/nonsense",
            "InvalidAddress",
            "The address http://x/nonsense is not valid for this endpoint.",
        ),
        ("", "MissingParameter", "The request must contain the parameter QueueUrl."),
    ] {
        check_error(scene.sqs.send_message(message_of(url, "m")).await, code, message);
    }

    let get = |name: &str, owner: Option<&str>| {
        scene.sqs.get_queue_url(GetQueueUrlRequest {
            queue_name: name.to_owned(),
            queue_owner_aws_account_id: owner.map(str::to_owned),
        })
    };
    let url = get("q", Some("000000000000")).await.expect("there").queue_url;
    assert_eq!(url.as_deref(), Some(&*queue));
    for (name, owner) in [("other", None), ("q", Some("111111111111")), ("q", Some("me"))] {
        check_error(get(name, owner).await, NO_QUEUE, "The specified queue does not exist.");
    }
}

#[tokio::test]
async fn accounts_and_regions_keep_their_queues_apart() {
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    scene.send(&queue, "m").await;
    let elsewhere = SqsClient::new(scene.cloud.caller().in_region(Region::new("eu-west-1")));
    let create = CreateQueueRequest { queue_name: "q".to_owned(), ..Default::default() };
    let other = elsewhere.create_queue(create.clone()).await.expect("created").queue_url;
    let other = other.expect("a URL");
    assert_ne!(other, queue);
    assert_eq!(scene.counts(&other).await, (0, 0, 0));

    let account = "111111111111".parse().expect("an account");
    let foreign = SqsClient::new(scene.cloud.caller().in_account(account));
    let list = foreign.list_queues(ListQueuesRequest::default()).await.expect("a list");
    assert_eq!(list.queue_urls, None);
    // A queue URL reaches over accounts.
    foreign.send_message(message_of(&queue, "m")).await.expect("sent");
    assert_eq!(scene.counts(&queue).await, (2, 0, 0));
}

#[tokio::test]
async fn urls_have_the_shape_that_is_set() {
    let settings = Settings {
        endpoint_strategy: SqsEndpointStrategy::Dynamic,
        port: 0,
        ..Settings::default()
    };
    let scene = Scene::with_settings(settings);
    let http = |host: &str| HttpRequest { host: host.to_owned(), ..HttpRequest::default() };
    for (host, expect) in [
        ("localhost:4567", "http://localhost:4567/queue/us-east-1/000000000000/q"),
        ("sqs.us-east-1.my.host:1", "http://sqs.us-east-1.my.host:1/000000000000/q"),
        ("", "http://sqs.us-east-1.localhost.localstack.cloud:4566/000000000000/q"),
    ] {
        let scene = Scene::of(scene.cloud.clone().with_http(http(host)));
        assert_eq!(scene.create("q", &[]).await, expect);
    }
}

#[tokio::test]
async fn queues_are_listed_in_pages() {
    let scene = Scene::new();
    let mut urls = Vec::new();
    for name in ["a-1", "a-2", "a-3", "b-1"] {
        urls.push(scene.create(name, &[]).await);
    }
    let list = |prefix: &str, max_results: Option<i32>, next_token: Option<String>| {
        scene.sqs.list_queues(ListQueuesRequest {
            queue_name_prefix: Some(prefix.to_owned()),
            next_token,
            max_results,
        })
    };
    let all = list("", None, None).await.expect("a list");
    assert_eq!((all.queue_urls.as_ref(), all.next_token), (Some(&urls), None));
    let none = list("c", None, None).await.expect("a list");
    assert_eq!((none.queue_urls, none.next_token), (None, None));
    let first = list("a-", Some(2), None).await.expect("a page");
    assert_eq!(first.queue_urls.as_deref(), Some(&urls[..2]));
    let token = first.next_token.clone();
    let rest = list("a-", Some(2), token.clone()).await.expect("a page");
    assert_eq!((rest.queue_urls.as_deref(), rest.next_token), (Some(&urls[2..3]), None));
    let exact = list("a-", Some(3), None).await.expect("a page");
    assert_eq!((exact.queue_urls.map(|list| list.len()), exact.next_token), (Some(3), None));
    let garbage = Some("x".to_owned());
    for (size, token) in [(Some(0), None), (Some(1001), None), (None, token), (Some(1), garbage)] {
        let error = list("", size, token).await.expect_err("refused");
        assert_eq!(error.code(), "InvalidParameterValue");
    }
}

#[tokio::test]
async fn deleted_queues_are_gone() {
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    scene.send(&queue, "m").await;
    let delete = || DeleteQueueRequest { queue_url: queue.clone() };
    scene.sqs.delete_queue(delete()).await.expect("deleted");
    let again = scene.sqs.delete_queue(delete()).await;
    check_error(again, NO_QUEUE, "The specified queue does not exist.");
    scene.create("q", &[]).await;
    assert_eq!(scene.counts(&queue).await, (0, 0, 0));
}

#[tokio::test]
async fn aws_makes_one_wait_a_minute() {
    let settings =
        Settings { delay_purge_retry: true, delay_recently_deleted: true, ..Settings::default() };
    let scene = Scene::with_settings(settings);
    let queue = scene.create("q", &[]).await;
    let purge = || scene.sqs.purge_queue(PurgeQueueRequest { queue_url: queue.clone() });
    purge().await.expect("purged");
    scene.wait(59).await;
    check_error(
        purge().await,
        "AWS.SimpleQueueService.PurgeQueueInProgress",
        "Only one PurgeQueue operation on q is allowed every 60 seconds.",
    );
    scene.wait(1).await;
    purge().await.expect("purged");

    let delete = DeleteQueueRequest { queue_url: queue.clone() };
    scene.sqs.delete_queue(delete).await.expect("deleted");
    scene.wait(59).await;
    check_error(
        scene.try_create("q", &[]).await,
        "AWS.SimpleQueueService.QueueDeletedRecently",
        "You must wait 60 seconds after deleting a queue before you can create another with the \
         same name.",
    );
    scene.wait(1).await;
    scene.create("q", &[]).await;
}

#[tokio::test]
async fn tags_are_kept() {
    let scene = Scene::new();
    let input = CreateQueueRequest {
        queue_name: "q".to_owned(),
        tags: Some(pairs(&[("one", "1")])),
        ..Default::default()
    };
    let queue = scene.sqs.create_queue(input).await.expect("created").queue_url.expect("a URL");
    let tag = |tags: &[(&str, &str)]| {
        let input = TagQueueRequest { queue_url: queue.clone(), tags: pairs(tags) };
        scene.sqs.tag_queue(input)
    };
    let list = || scene.sqs.list_queue_tags(ListQueueTagsRequest { queue_url: queue.clone() });
    tag(&[("one", "uno"), ("One", ""), ("two", "2")]).await.expect("tagged");
    let expect = pairs(&[("one", "uno"), ("One", ""), ("two", "2")]);
    assert_eq!(list().await.expect("tags").tags, Some(expect));
    let tag_keys = ["one", "One", "two", "three"].map(str::to_owned).into();
    let input = UntagQueueRequest { queue_url: queue.clone(), tag_keys };
    scene.sqs.untag_queue(input).await.expect("untagged");
    assert_eq!(list().await.expect("tags").tags, None);

    let long = "x".repeat(129);
    let many: Vec<_> = (0..51).map(|n| n.to_string()).collect();
    let many: Vec<_> = many.iter().map(|n| (n.as_str(), "")).collect();
    for (tags, message) in [
        (&many[..], "Too many tags added for queue q."),
        (&[("", "x")], "Tag keys must be between 1 and 128 characters in length."),
        (&[(&*long, "x")], "Tag keys must be between 1 and 128 characters in length."),
        (&[("AWS:x", "x")], "Tag keys can't start with the reserved prefix aws:."),
    ] {
        check_error(tag(tags).await, "InvalidParameterValue", message);
    }
}

#[tokio::test]
async fn permissions_make_the_policy() {
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    let add = |label: &str| AddPermissionRequest {
        queue_url: queue.clone(),
        label: label.to_owned(),
        aws_account_ids: vec!["668614515564".to_owned()],
        actions: vec!["ReceiveMessage".to_owned()],
    };
    let remove =
        |label: &str| RemovePermissionRequest { queue_url: queue.clone(), label: label.to_owned() };
    scene.sqs.add_permission(add("one")).await.expect("added");
    let policy = scene.attribute(&queue, "Policy").await.expect("a policy");
    assert!(policy.contains(r#""Sid":"one""#), "{policy}");
    check_error(
        scene.sqs.add_permission(add("one")).await,
        "InvalidParameterValue",
        "Value one for parameter Label is invalid. Reason: Already exists.",
    );
    scene.sqs.remove_permission(remove("one")).await.expect("removed");
    assert_eq!(scene.attribute(&queue, "Policy").await, None);
    check_error(
        scene.sqs.remove_permission(remove("one")).await,
        "InvalidParameterValue",
        "Value one for parameter Label is invalid. Reason: can't find label.",
    );
}
