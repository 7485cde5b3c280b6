//! Forks of a world with queues in it.

use std::time::Duration;

use fogbank_context::{Clock, IdSource, Stopwatch, Timestamp};
use fogbank_state::{OpenOptions, World};

use crate::scene::{FIFO, Scene, bodies, handle, message_of};

fn fork(scene: &Scene) -> Scene {
    Scene::of(scene.cloud.clone().in_world(scene.cloud.world().fork()))
}

#[tokio::test]
async fn forks_go_their_own_ways() {
    for (name, attributes, messages) in
        [("q", &[][..], ["a", "b", "c"]), ("q.fifo", FIFO, ["1/a", "1/b", "2/c"])]
    {
        let scene = Scene::new();
        let queue = scene.create(name, attributes).await;
        for message in messages {
            scene.send(&queue, message).await;
        }
        let first = scene.receive(&queue, 1).await;
        let fork = fork(&scene);
        // A receipt handle from before the fork works in both.
        fork.delete(&queue, handle(&first[0])).await.expect("deleted");
        assert_eq!(fork.counts(&queue).await, (2, 0, 0));
        assert_eq!(scene.counts(&queue).await, (2, 0, 1));
        assert_eq!(bodies(&fork.receive(&queue, 10).await).len(), 2);
        fork.wait(30).await;
        assert_eq!(fork.counts(&queue).await, (2, 0, 0));
        assert_eq!(scene.counts(&queue).await, (2, 0, 1));
        scene.wait(30).await;
        let all = scene.receive(&queue, 10).await;
        assert_eq!(all.len(), 3, "{name}");
    }
}

#[tokio::test]
async fn a_clock_set_back_loses_nothing() {
    let scene = Scene::new();
    let queue = scene.create("q", &[("MessageRetentionPeriod", "60")]).await;
    scene.send(&queue, "late").await;
    let earlier = Timestamp::from_secs(fogbank_testkit::START.as_secs() - 50);
    scene.cloud.world().clock().set(earlier).await;
    scene.send(&queue, "early").await;
    assert_eq!(scene.counts(&queue).await, (2, 0, 0));
    scene.wait(60).await;
    assert_eq!(bodies(&scene.receive(&queue, 10).await), ["late"]);
    scene.wait(50).await;
    assert_eq!(scene.counts(&queue).await, (0, 0, 0));
}

/// Messages that are ready, delayed, in flight, given back and gone come back from the journal as
/// they were.
#[tokio::test]
async fn a_restart_changes_nothing() {
    for fifo in [false, true] {
        let directory = tempfile::tempdir().expect("a directory");
        let clock = Clock::frozen_at(fogbank_testkit::START);
        let open = || {
            let options = OpenOptions {
                clock: clock.clone(),
                ids: IdSource::seeded(1),
                ..OpenOptions::new(directory.path())
            };
            World::open(options).expect("a journal").0
        };
        let name = if fifo { "q.fifo" } else { "q" };
        let message = |group: &str, body: &str| match fifo {
            true => format!("{group}/{body}"),
            false => body.to_owned(),
        };

        let world = open();
        let scene = Scene::of(Scene::new().cloud.in_world(world.clone()));
        let queue = scene.create(name, if fifo { FIFO } else { &[] }).await;
        for (group, body) in [("1", "deleted"), ("2", "hidden"), ("3", "back"), ("4", "ready")] {
            scene.send(&queue, &message(group, body)).await;
        }
        let received = scene.receive(&queue, 3).await;
        assert_eq!(bodies(&received), ["deleted", "hidden", "back"]);
        scene.delete(&queue, handle(&received[0])).await.expect("deleted");
        scene.hide(&queue, handle(&received[2]), 0).await.expect("given back");
        if !fifo {
            let mut delayed = message_of(&queue, "delayed");
            delayed.delay_seconds = Some(10);
            scene.sqs.send_message(delayed).await.expect("sent");
        }
        let before = scene.counts(&queue).await;
        assert_eq!(before, if fifo { (2, 0, 1) } else { (2, 1, 1) });
        world.close();
        drop((scene, world));

        let world = open();
        let scene = Scene::of(Scene::new().cloud.in_world(world));
        assert_eq!(scene.counts(&queue).await, before);
        scene.delete(&queue, handle(&received[1])).await.expect("the handle still works");
        let mut rest = scene.receive(&queue, 10).await;
        rest.sort_by(|a, b| a.body.cmp(&b.body));
        assert_eq!(bodies(&rest), ["back", "ready"]);
        scene.wait(10).await;
        assert_eq!(scene.counts(&queue).await, if fifo { (0, 0, 2) } else { (1, 0, 2) });
        // A duplicate of before the restart is still one.
        let again = scene.send(&queue, &message("1", "deleted")).await;
        let count = scene.counts(&queue).await.0;
        assert_eq!(count, if fifo { 0 } else { 2 }, "{again:?}");
        scene.wait(30).await;
        assert_eq!(scene.counts(&queue).await.0, if fifo { 2 } else { 4 });
    }
}

/// A queue's length must not show in the time of an operation. The bounds are wide, so that they
/// hold on a busy machine without optimisation; a scan of the queue would break them.
#[tokio::test]
async fn a_long_queue_is_as_fast_as_a_short_one() {
    const MANY: usize = 20_000;
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    let time = Stopwatch::start();
    for n in 0..MANY {
        scene.send(&queue, &n.to_string()).await;
    }
    let filled = time.elapsed();
    let time = Stopwatch::start();
    let fork = fork(&scene);
    let forked = time.elapsed();
    assert!(forked < Duration::from_millis(10), "forking took {forked:?}");
    let time = Stopwatch::start();
    for _ in 0..1_000 {
        let received = fork.receive(&queue, 1).await;
        fork.delete(&queue, handle(&received[0])).await.expect("deleted");
    }
    let drained = time.elapsed();
    // A thousand receives and deletes cost about as much as two thousand sends.
    assert!(drained < filled, "{MANY} sends: {filled:?}; 1000 receives and deletes: {drained:?}");
    assert_eq!(scene.counts(&queue).await, (MANY as u32, 0, 0));
}
