use fogbank_api_events::*;

use crate::scene::{HERE, Refused, Scene, check_error, target};

const PATTERN: &str = r#"{"source": ["x"]}"#;

#[tokio::test]
async fn rules_come_and_go() {
    let scene = Scene::new();
    let events = &scene.events;
    scene.bus("b").await;
    assert_eq!(scene.rule("b", "r", PATTERN).await, format!("arn:aws:events:{HERE}:rule/b/r"));
    let arn = format!("arn:aws:events:{HERE}:rule/r");
    assert_eq!(scene.rule("default", "r", PATTERN).await, arn);
    let describe = |bus: &str, rule: &str| {
        events.describe_rule(DescribeRuleRequest {
            name: rule.to_owned(),
            event_bus_name: Some(bus.to_owned()),
        })
    };
    let rule = describe("default", "r").await.expect("a rule");
    assert_eq!(rule.arn.as_deref(), Some(arn.as_str()));
    assert_eq!(rule.event_pattern.as_deref(), Some(PATTERN));
    assert_eq!(rule.created_by.as_deref(), Some("000000000000"));
    assert_eq!(rule.state.map(|state| state.to_string()).as_deref(), Some("ENABLED"));
    check_error(
        describe("default", "q").await,
        "ResourceNotFoundException",
        "Rule q does not exist on EventBus default.",
    );
    check_error(
        describe("nowhere", "q").await,
        "ResourceNotFoundException",
        "Event bus nowhere does not exist.",
    );
    let disable = |rule: &str| {
        events.disable_rule(DisableRuleRequest { name: rule.to_owned(), event_bus_name: None })
    };
    disable("r").await.expect("disabled");
    let state = describe("default", "r").await.expect("a rule").state;
    assert_eq!(state.map(|state| state.to_string()).as_deref(), Some("DISABLED"));
    check_error(
        disable("q").await,
        "ResourceNotFoundException",
        "Rule q does not exist on EventBus default.",
    );
    scene
        .targets("default", "r", vec![target("1", "arn:aws:sqs:us-east-1:0:q")])
        .await
        .expect("put");
    let delete =
        || events.delete_rule(DeleteRuleRequest { name: "r".into(), ..Default::default() });
    check_error(
        delete().await,
        "ValidationException",
        "Rule can't be deleted since it has targets.",
    );
    let remove = RemoveTargetsRequest {
        rule: "r".into(),
        ids: vec!["1".into(), "2".into()],
        ..Default::default()
    };
    events.remove_targets(remove).await.expect("removed");
    delete().await.expect("deleted");
    delete().await.expect("deleted already");
}

#[tokio::test]
async fn a_rule_that_is_put_again_keeps_targets_and_tags() {
    let scene = Scene::new();
    let events = &scene.events;
    let put = |description: Option<&str>, tag: &str| {
        events.put_rule(PutRuleRequest {
            name: "r".into(),
            event_pattern: Some(PATTERN.into()),
            description: description.map(str::to_owned),
            tags: Some(vec![Tag { key: tag.into(), value: "v".into() }]),
            ..Default::default()
        })
    };
    put(Some("old"), "a").await.expect("a rule");
    scene
        .targets("default", "r", vec![target("1", "arn:aws:sqs:us-east-1:0:q")])
        .await
        .expect("put");
    let arn = put(None, "b").await.expect("a rule").rule_arn.expect("an ARN");
    let describe = DescribeRuleRequest { name: "r".into(), ..Default::default() };
    assert_eq!(events.describe_rule(describe).await.expect("a rule").description, None);
    let list = ListTargetsByRuleRequest { rule: "r".into(), ..Default::default() };
    let targets = events.list_targets_by_rule(list).await.expect("a list").targets;
    assert_eq!(targets.map(|targets| targets.len()), Some(1));
    let tags = events.list_tags_for_resource(ListTagsForResourceRequest { resource_arn: arn });
    let tags = tags.await.expect("tags").tags.expect("always there");
    assert_eq!(tags.iter().map(|tag| tag.key.as_str()).collect::<Vec<_>>(), ["a"]);
}

#[tokio::test]
async fn rules_that_are_none_are_refused() {
    let scene = Scene::new();
    scene.bus("b").await;
    let rule = |set: fn(&mut PutRuleRequest)| {
        let mut input = PutRuleRequest { name: "r".into(), ..Default::default() };
        set(&mut input);
        scene.events.put_rule(input)
    };
    let cases: [Refused<PutRuleRequest>; 6] = [
        (
            |_| {},
            "ValidationException",
            "Parameter(s) EventPattern or ScheduleExpression must be specified.",
        ),
        (
            |it| {
                it.schedule_expression = Some("rate(1 minute)".into());
                it.event_bus_name = Some("b".into());
            },
            "ValidationException",
            "ScheduleExpression is supported only on the default event bus.",
        ),
        (
            |it| it.schedule_expression = Some("rate(1 minutes)".into()),
            "ValidationException",
            "Parameter ScheduleExpression is not valid.",
        ),
        (
            |it| it.event_pattern = Some(r#"{"a": 1}"#.into()),
            "InvalidEventPatternException",
            "Event pattern is not valid. Reason: \"a\" must be an object or an array\n at [Source: (String)\"{\"a\": 1}\"; line: 1, column: 8]",
        ),
        (
            |it| {
                it.event_pattern = Some(PATTERN.into());
                it.event_bus_name = Some("nowhere".into());
            },
            "ResourceNotFoundException",
            "Event bus nowhere does not exist.",
        ),
        (
            |it| {
                it.event_pattern = Some(PATTERN.into());
                it.tags = Some(vec![Tag { key: "aws:x".into(), value: String::new() }]);
            },
            "ValidationException",
            "aws: prefixed tag key names are not allowed for external use.",
        ),
    ];
    for (set, code, message) in cases {
        check_error(rule(set).await, code, message);
    }
    for number in 0..300 {
        scene.rule("b", &format!("r{number}"), PATTERN).await;
    }
    let one_more = PutRuleRequest {
        name: "r".into(),
        event_bus_name: Some("b".into()),
        event_pattern: Some(PATTERN.into()),
        ..Default::default()
    };
    check_error(
        scene.events.put_rule(one_more).await,
        "LimitExceededException",
        "The requested resource exceeds the maximum number allowed.",
    );
    let list = ListRulesRequest {
        name_prefix: Some("r29".into()),
        event_bus_name: Some("b".into()),
        limit: Some(10),
        ..Default::default()
    };
    let page = scene.events.list_rules(list.clone()).await.expect("a page");
    assert_eq!(page.rules.map(|rules| rules.len()), Some(10));
    let next = ListRulesRequest { next_token: page.next_token, ..list };
    let page = scene.events.list_rules(next).await.expect("a page");
    let names: Vec<_> =
        page.rules.expect("always there").into_iter().filter_map(|rule| rule.name).collect();
    assert_eq!((names, page.next_token), (vec!["r299".to_owned()], None));
}

#[tokio::test]
async fn targets_are_checked_and_listed() {
    let scene = Scene::new();
    scene.rule("default", "r", PATTERN).await;
    scene.rule("default", "s", PATTERN).await;
    let queue = |number: usize| format!("arn:aws:sqs:{HERE}:q{number}");
    let many = (0..6).map(|number| target(&number.to_string(), &queue(number))).collect();
    check_error(
        scene.targets("default", "r", many).await,
        "LimitExceededException",
        "The requested resource exceeds the maximum number allowed.",
    );
    let cases = [
        (
            target("1", "q"),
            "Parameter q is not valid. Reason: Provided Arn is not in correct format.",
        ),
        (
            target("1", &format!("arn:aws:sqs:{HERE}:q.fifo")),
            "Parameter(s) SqsParameters must be specified for target: 1.",
        ),
        (
            target("1", &format!("arn:aws:kinesis:{HERE}:stream/s")),
            "RoleArn is required for target 1.",
        ),
        (
            Target {
                input_path: Some("$".into()),
                input: Some("1".into()),
                ..target("1", &queue(1))
            },
            "Only one of Input, InputPath, or InputTransformer must be provided for target 1.",
        ),
    ];
    for (target, message) in cases {
        check_error(
            scene.targets("default", "r", vec![target]).await,
            "ValidationException",
            message,
        );
    }
    check_error(
        scene.targets("default", "q", vec![target("1", &queue(1))]).await,
        "ResourceNotFoundException",
        "Rule q does not exist on EventBus default.",
    );
    for rule in ["r", "s"] {
        let two = vec![target("b", &queue(1)), target("a", &queue(2))];
        let output = scene.targets("default", rule, two).await.expect("put");
        assert_eq!(output.failed_entry_count, Some(0));
    }
    scene.targets("default", "s", vec![target("b", &queue(3))]).await.expect("put");
    let names = ListRuleNamesByTargetRequest { target_arn: queue(1), ..Default::default() };
    let names = scene.events.list_rule_names_by_target(names).await.expect("names");
    assert_eq!(names.rule_names, Some(vec!["r".to_owned()]));
    let list = ListTargetsByRuleRequest { rule: "s".into(), limit: Some(1), ..Default::default() };
    let page = scene.events.list_targets_by_rule(list).await.expect("a page");
    let targets = page.targets.expect("always there");
    assert_eq!((targets[0].id.as_str(), targets[0].arn.as_str()), ("b", queue(3).as_str()));
    assert!(page.next_token.is_some());
}

#[tokio::test]
async fn tags_are_of_buses_and_rules() {
    let scene = Scene::new();
    let bus = scene.bus("b").await;
    let rule = scene.rule("b", "r", PATTERN).await;
    for arn in [&bus, &rule, &format!("arn:aws:events:{HERE}:event-bus/default")] {
        let tag = |key: &str, value: &str| Tag { key: key.into(), value: value.into() };
        let input = TagResourceRequest {
            resource_arn: arn.clone(),
            tags: vec![tag("a", "1"), tag("b", "2")],
        };
        scene.events.tag_resource(input).await.expect("tagged");
        let input = UntagResourceRequest { resource_arn: arn.clone(), tag_keys: vec!["a".into()] };
        scene.events.untag_resource(input).await.expect("untagged");
        let input = ListTagsForResourceRequest { resource_arn: arn.clone() };
        let tags = scene.events.list_tags_for_resource(input).await.expect("tags").tags;
        let tags = tags.expect("always there");
        assert_eq!((tags.len(), tags[0].value.as_str()), (1, "2"));
    }
    let cases = [
        (format!("arn:aws:events:{HERE}:event-bus/x"), "Event bus x does not exist."),
        (format!("arn:aws:events:{HERE}:rule/x"), "Rule x does not exist on EventBus default."),
        (format!("arn:aws:events:{HERE}:rule/b/x"), "Rule x does not exist on EventBus b."),
    ];
    for (arn, message) in cases {
        let input = ListTagsForResourceRequest { resource_arn: arn };
        check_error(
            scene.events.list_tags_for_resource(input).await,
            "ResourceNotFoundException",
            message,
        );
    }
    let many = (0..50).map(|n| Tag { key: n.to_string(), value: String::new() }).collect();
    let input = TagResourceRequest { resource_arn: bus, tags: many };
    check_error(
        scene.events.tag_resource(input).await,
        "LimitExceededException",
        "The requested resource exceeds the maximum number allowed.",
    );
}

#[tokio::test]
async fn patterns_are_tested() {
    let scene = Scene::new();
    let test = |event: &str| {
        scene.events.test_event_pattern(TestEventPatternRequest {
            event_pattern: PATTERN.to_owned(),
            event: event.to_owned(),
        })
    };
    let event = |source: &str| {
        format!(
            r#"{{"id": "1", "account": "0", "source": "{source}", "time": "t", "region": "r", "detail-type": "d"}}"#
        )
    };
    assert_eq!(test(&event("x")).await.expect("tested").result, Some(true));
    assert_eq!(test(&event("y")).await.expect("tested").result, Some(false));
    for none in ["plain", "[]", "{}", r#"{"source": "x"}"#] {
        check_error(test(none).await, "ValidationException", "Parameter Event is not valid.");
    }
}
