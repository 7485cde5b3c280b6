use fogbank_api_sns::*;
use serde_json::{Value, json};

use crate::scene::{FIFO, Scene, check_error, check_invalid, map};

#[tokio::test]
async fn topics_are_created_once() {
    let scene = Scene::new();
    let arn = scene.topic("t", &[("DisplayName", "one")]).await;
    assert_eq!(arn, "arn:aws:sns:us-east-1:000000000000:t");
    for same in [&[][..], &[("DisplayName", "one")], &[("FifoTopic", "false")]] {
        assert_eq!(scene.topic("t", same).await, arn);
    }
    for other in [&[("DisplayName", "two")][..], &[("SignatureVersion", "2")]] {
        let again = scene.try_topic("t", other).await;
        check_invalid(again, "Attributes Reason: Topic already exists with different attributes");
    }
    let fifo = scene.try_topic("t", FIFO).await;
    check_invalid(fifo, "Topic Name");

    for _ in 0..2 {
        scene.sns.delete_topic(DeleteTopicInput { topic_arn: arn.clone() }).await.expect("deleted");
    }
    let gone = scene.sns.get_topic_attributes(GetTopicAttributesInput { topic_arn: arn }).await;
    check_error(gone, "NotFound", "Topic does not exist");
}

#[tokio::test]
async fn attributes_are_checked() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let fifo = scene.topic("t.fifo", FIFO).await;
    let long = "x".repeat(101);
    let retries = r#"{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":1,"numRetries":300}}}"#;
    for (name, value, wrong) in [
        ("Unknown", "x", "AttributeName"),
        ("FifoTopic", "false", "AttributeName"),
        ("TopicArn", "x", "AttributeName"),
        ("DisplayName", long.as_str(), "DisplayName"),
        ("Policy", "{", "Policy Error: null"),
        (
            "SQSSuccessFeedbackSampleRate",
            "500",
            "SQSSuccessFeedbackSampleRate: 500 value provided is not an integer between 0-100",
        ),
        (
            "DeliveryPolicy",
            retries,
            "DeliveryPolicy: http.defaultHealthyRetryPolicy.numRetries must be less than or equal to 100",
        ),
        (
            "DeliveryPolicy",
            r#"{"throttlePolicy":{}}"#,
            "DeliveryPolicy: Unexpected JSON member: throttlePolicy",
        ),
    ] {
        check_invalid(scene.set_topic(&topic, name, value).await, wrong);
    }
    let unknown = scene.try_topic("u", &[("Unknown", "x")]).await;
    check_invalid(unknown, "Attributes Reason: Unknown attribute Unknown");
    let dedup = scene.try_topic("u", &[("ContentBasedDeduplication", "true")]).await;
    check_invalid(
        dedup,
        "Attributes Reason: Content-based deduplication can only be set for FIFO topics",
    );

    let kept = [
        ("DisplayName", "name"),
        ("KmsMasterKeyId", "alias/aws/sns"),
        ("SignatureVersion", "2"),
        ("TracingConfig", "Active"),
        ("SQSSuccessFeedbackSampleRate", "5"),
        ("HTTPFailureFeedbackRoleArn", "arn:aws:iam::000000000000:role/r"),
        ("ContentBasedDeduplication", "true"),
        ("FifoThroughputScope", "MessageGroup"),
    ];
    for (name, value) in kept {
        scene.set_topic(&fifo, name, value).await.expect(name);
    }
    let attributes = scene.topic_attributes(&fifo).await;
    for (name, value) in kept {
        assert_eq!(attributes.get(name).map(String::as_str), Some(value), "{name}");
    }
    let standard = scene.topic_attributes(&topic).await;
    let names: Vec<_> = standard.keys().map(String::as_str).collect();
    let expect = [
        "DisplayName",
        "EffectiveDeliveryPolicy",
        "Owner",
        "Policy",
        "SubscriptionsConfirmed",
        "SubscriptionsDeleted",
        "SubscriptionsPending",
        "TopicArn",
    ];
    assert_eq!(names, expect);
}

#[tokio::test]
async fn topics_are_listed_page_by_page() {
    let scene = Scene::new();
    for number in 0..120 {
        scene.topic(&format!("t{number:03}"), &[]).await;
    }
    let first = scene.sns.list_topics(Default::default()).await.expect("a page");
    assert_eq!(first.topics.as_ref().map(Vec::len), Some(100));
    let input = ListTopicsInput { next_token: first.next_token };
    let second = scene.sns.list_topics(input).await.expect("a page");
    let topics = second.topics.unwrap_or_default();
    assert_eq!((topics.len(), second.next_token), (20, None));
    let arn = topics[0].topic_arn.clone().unwrap_or_default();
    assert!(arn.ends_with(":t100"), "{arn}");
    let wrong = ListTopicsInput { next_token: Some("?".into()) };
    check_invalid(scene.sns.list_topics(wrong).await, "NextToken");
}

#[tokio::test]
async fn topics_are_of_a_region() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let elsewhere = fogbank_context::Region::new("eu-west-1");
    let sns = SnsClient::new(scene.cloud.caller().in_region(elsewhere));
    let input = GetTopicAttributesInput { topic_arn: topic.clone() };
    check_invalid(sns.get_topic_attributes(input).await, "TopicArn");
    let other = scene.cloud.caller().in_account("111111111111".parse().expect("an account"));
    let input = GetTopicAttributesInput { topic_arn: topic };
    let found = SnsClient::new(other).get_topic_attributes(input).await.expect("found");
    assert_eq!(found.attributes.expect("attributes")["Owner"], "000000000000");
}

#[tokio::test]
async fn tags_come_and_go() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let tags = |pairs: &[(&str, &str)]| {
        map(pairs).into_iter().map(|(key, value)| Tag { key, value }).collect::<Vec<_>>()
    };
    let tag = |tags| TagResourceRequest { resource_arn: topic.clone(), tags };
    scene.sns.tag_resource(tag(tags(&[("a", "1"), ("b", "2")]))).await.expect("tagged");
    let mut twice = tags(&[("a", "1")]);
    twice.extend(tags(&[("a", "2")]));
    let twice = scene.sns.tag_resource(tag(twice)).await;
    check_invalid(twice, "Duplicated keys are not allowed.");
    let many: Vec<_> =
        (0..50).map(|n| Tag { key: format!("k{n}"), value: String::new() }).collect();
    let many = scene.sns.tag_resource(tag(many)).await;
    let quota = "Could not complete request: tag quota of per resource exceeded";
    check_error(many, "TagLimitExceeded", quota);
    let input = UntagResourceRequest { resource_arn: topic.clone(), tag_keys: vec!["a".into()] };
    scene.sns.untag_resource(input).await.expect("untagged");
    let input = ListTagsForResourceRequest { resource_arn: topic.clone() };
    let left = scene.sns.list_tags_for_resource(input).await.expect("tags").tags;
    let left = left.unwrap_or_default();
    assert_eq!((left.len(), left[0].key.as_str(), left[0].value.as_str()), (1, "b", "2"));
    let input = ListTagsForResourceRequest { resource_arn: format!("{topic}x") };
    let missing = scene.sns.list_tags_for_resource(input).await;
    check_error(missing, "ResourceNotFound", "Resource does not exist");

    let again = CreateTopicInput {
        name: "t".into(),
        tags: Some(tags(&[("c", "3")])),
        ..Default::default()
    };
    let again = scene.sns.create_topic(again).await;
    check_invalid(again, "Tags Reason: Topic already exists with different tags");
}

#[tokio::test]
async fn data_protection_policies_are_kept() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let policy = |direction: &str| {
        json!({
            "Name": "n", "Version": "2021-06-01",
            "Statement": [{
                "DataDirection": direction, "Principal": ["*"],
                "DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/Name"],
                "Operation": {"Deny": {}},
            }],
        })
    };
    let put = |policy: Value| PutDataProtectionPolicyInput {
        resource_arn: topic.clone(),
        data_protection_policy: policy.to_string(),
    };
    let wrong = scene.sns.put_data_protection_policy(put(policy("Inbxound"))).await;
    check_invalid(
        wrong,
        "DataProtectionPolicy Reason: Statement DataDirection must be either Inbound or Outbound",
    );
    scene.sns.put_data_protection_policy(put(policy("Inbound"))).await.expect("kept");
    let input = GetDataProtectionPolicyInput { resource_arn: topic };
    let kept = scene.sns.get_data_protection_policy(input).await.expect("a policy");
    assert_eq!(kept.data_protection_policy, Some(policy("Inbound").to_string()));
}

#[tokio::test]
async fn permissions_are_checked() {
    let scene = Scene::new();
    let topic = scene.topic("t", &[]).await;
    let permission = |label: &str, action: &str| AddPermissionInput {
        topic_arn: topic.clone(),
        label: label.to_owned(),
        aws_account_id: vec!["111111111111".to_owned()],
        action_name: vec![action.to_owned()],
    };
    scene.sns.add_permission(permission("l", "Publish")).await.expect("added");
    let again = scene.sns.add_permission(permission("l", "Publish")).await;
    check_invalid(again, "Statement already exists");
    let action = scene.sns.add_permission(permission("m", "InvalidAction")).await;
    check_invalid(action, "Policy statement action out of service scope!");
    let statements = |policy: &str| {
        let policy: Value = serde_json::from_str(policy).expect("a policy");
        policy["Statement"].as_array().map(Vec::len)
    };
    assert_eq!(statements(&scene.topic_attributes(&topic).await["Policy"]), Some(2));
    let input = RemovePermissionInput { topic_arn: topic.clone(), label: "l".into() };
    scene.sns.remove_permission(input).await.expect("removed");
    assert_eq!(statements(&scene.topic_attributes(&topic).await["Policy"]), Some(1));
}
