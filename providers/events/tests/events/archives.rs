use aws_smithy_types::DateTime;
use fogbank_api_events::*;
use fogbank_testkit::START;

use crate::scene::{HERE, Refused, Scene, check_error, event, target};

fn bus(name: &str) -> String {
    format!("arn:aws:events:{HERE}:event-bus/{name}")
}

fn archive(name: &str, of: &str) -> CreateArchiveRequest {
    CreateArchiveRequest {
        archive_name: name.to_owned(),
        event_source_arn: bus(of),
        ..Default::default()
    }
}

async fn described(scene: &Scene, name: &str) -> DescribeArchiveResponse {
    let input = DescribeArchiveRequest { archive_name: name.to_owned() };
    scene.events.describe_archive(input).await.expect("an archive")
}

#[tokio::test]
async fn archives_keep_what_they_want_as_long_as_they_say() {
    let scene = Scene::new();
    let wanted = CreateArchiveRequest {
        event_pattern: Some(r#"{"source": ["x"]}"#.into()),
        retention_days: Some(2),
        ..archive("a", "default")
    };
    let output = scene.events.create_archive(wanted).await.expect("an archive");
    assert_eq!(output.archive_arn, Some(format!("arn:aws:events:{HERE}:archive/a")));
    scene.put(vec![event("default", "x", "{}"), event("default", "y", "{}")]).await;
    scene.wait(86_400).await;
    scene.put(vec![event("default", "x", "{}")]).await;
    let it = described(&scene, "a").await;
    assert_eq!((it.event_count, it.size_bytes), (Some(2), Some(2 * 27)));
    scene.wait(86_401).await;
    assert_eq!(described(&scene, "a").await.event_count, Some(1));
    let update = UpdateArchiveRequest {
        archive_name: "a".into(),
        event_pattern: Some(r#"{"source": ["y"]}"#.into()),
        description: Some("new".into()),
        ..Default::default()
    };
    scene.events.update_archive(update).await.expect("updated");
    scene.put(vec![event("default", "x", "{}"), event("default", "y", "{}")]).await;
    let it = described(&scene, "a").await;
    assert_eq!((it.event_count, it.description.as_deref()), (Some(2), Some("new")));
}

#[tokio::test]
async fn archives_that_are_none_are_refused() {
    let scene = Scene::new();
    let events = &scene.events;
    events.create_archive(archive("a", "default")).await.expect("an archive");
    check_error(
        events.create_archive(archive("a", "default")).await,
        "ResourceAlreadyExistsException",
        "Archive a already exists.",
    );
    check_error(
        events.create_archive(archive("b", "nowhere")).await,
        "ResourceNotFoundException",
        "Event bus nowhere does not exist.",
    );
    check_error(
        events
            .update_archive(UpdateArchiveRequest { archive_name: "b".into(), ..Default::default() })
            .await,
        "ValidationException",
        "At least one of EventPattern, RetentionDays or Description must be provided.",
    );
    check_error(
        events.delete_archive(DeleteArchiveRequest { archive_name: "b".into() }).await,
        "ResourceNotFoundException",
        "Archive b does not exist.",
    );
    let list = ListArchivesRequest { event_source_arn: Some(bus("default")), ..Default::default() };
    let archives = events.list_archives(list).await.expect("a list").archives;
    assert_eq!(archives.map(|archives| archives.len()), Some(1));
    events
        .delete_archive(DeleteArchiveRequest { archive_name: "a".into() })
        .await
        .expect("deleted");
}

fn replay(name: &str) -> StartReplayRequest {
    StartReplayRequest {
        replay_name: name.to_owned(),
        event_source_arn: format!("arn:aws:events:{HERE}:archive/a"),
        event_start_time: START.to_wire(),
        event_end_time: DateTime::from_secs(START.as_secs() + 60),
        destination: ReplayDestination { arn: bus("b"), filter_arns: None },
        ..Default::default()
    }
}

#[tokio::test]
async fn replays_bring_events_again() {
    let scene = Scene::new();
    scene.bus("b").await;
    let queue = scene.queue("q").await;
    let mut rules = Vec::new();
    for rule in ["r", "s"] {
        rules.push(scene.rule("b", rule, r#"{"source": ["x"]}"#).await);
        scene.targets("b", rule, vec![target("1", &queue)]).await.expect("put");
    }
    scene.events.create_archive(archive("a", "b")).await.expect("an archive");
    scene.put(vec![event("b", "x", r#"{"n": 1}"#), event("b", "x", r#"{"n": 2}"#)]).await;
    assert_eq!(scene.received("q").await.len(), 4);
    scene.wait(60).await;
    scene.put(vec![event("b", "x", r#"{"n": 3}"#)]).await;
    assert_eq!(scene.received("q").await.len(), 2);

    let mut input = replay("p");
    input.destination.filter_arns = Some(vec![rules[1].clone()]);
    let output = scene.events.start_replay(input).await.expect("started");
    assert_eq!(output.state.map(|state| state.to_string()).as_deref(), Some("STARTING"));
    scene.wait(1).await;
    let received = scene.received("q").await;
    let numbers: Vec<_> = received.iter().map(|event| event["detail"]["n"].clone()).collect();
    assert_eq!(numbers, [1, 2]);
    assert!(received.iter().all(|event| event["replay-name"] == "p"));
    let it = DescribeReplayRequest { replay_name: "p".into() };
    let it = scene.events.describe_replay(it).await.expect("a replay");
    assert_eq!(it.state.map(|state| state.to_string()).as_deref(), Some("COMPLETED"));
    assert!(it.replay_end_time.is_some() && it.event_last_replayed_time.is_some());
    assert_eq!(described(&scene, "a").await.event_count, Some(3), "replays are not archived");

    scene.events.start_replay(replay("q")).await.expect("started");
    let cancel = || scene.events.cancel_replay(CancelReplayRequest { replay_name: "q".into() });
    let output = cancel().await.expect("cancelled");
    assert_eq!(output.state.map(|state| state.to_string()).as_deref(), Some("CANCELLING"));
    scene.wait(1).await;
    let list = ListReplaysRequest { state: Some(ReplayState::Cancelled), ..Default::default() };
    let replays = scene.events.list_replays(list).await.expect("a list").replays;
    assert_eq!(replays.map(|replays| replays.len()), Some(1));
    assert_eq!(scene.bodies("q").await, [""; 0]);
    check_error(
        cancel().await,
        "IllegalStatusException",
        "Replay q is not in a valid state for this operation.",
    );
}

#[tokio::test]
async fn replays_that_are_none_are_refused() {
    let scene = Scene::new();
    scene.bus("b").await;
    scene.bus("c").await;
    scene.events.create_archive(archive("a", "b")).await.expect("an archive");
    let cases: [Refused<StartReplayRequest>; 4] = [
        (
            |it| it.destination.arn = bus("nowhere"),
            "ResourceNotFoundException",
            "Event bus nowhere does not exist.",
        ),
        (
            |it| it.event_end_time = it.event_start_time,
            "ValidationException",
            "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.",
        ),
        (
            |it| it.event_source_arn = it.event_source_arn.replace("archive/a", "archive/z"),
            "ValidationException",
            "Parameter EventSourceArn is not valid. Reason: Archive z does not exist.",
        ),
        (
            |it| it.destination.arn = bus("c"),
            "ValidationException",
            "Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.",
        ),
    ];
    for (set, code, message) in cases {
        let mut input = replay("p");
        set(&mut input);
        check_error(scene.events.start_replay(input).await, code, message);
    }
    for number in 0..10 {
        scene.events.start_replay(replay(&format!("p{number}"))).await.expect("started");
    }
    check_error(
        scene.events.start_replay(replay("p0")).await,
        "ResourceAlreadyExistsException",
        "Replay p0 already exists.",
    );
    check_error(
        scene.events.start_replay(replay("p")).await,
        "LimitExceededException",
        "The requested resource exceeds the maximum number allowed.",
    );
    let missing = DescribeReplayRequest { replay_name: "z".into() };
    check_error(
        scene.events.describe_replay(missing).await,
        "ResourceNotFoundException",
        "Replay z does not exist.",
    );
}
