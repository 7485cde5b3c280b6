//! Forks of a world with queues in it.

use std::time::Duration;

use fogbank_context::{Stopwatch, Timestamp};

use crate::scene::{FIFO, Scene, bodies, handle};

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
