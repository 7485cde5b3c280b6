//! The virtual clock.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use fogbank_context::{Clock, ClockMode, Elapsed, IdSource, Stopwatch, Timestamp};
use parking_lot::Mutex;

const SECOND: Duration = Duration::from_secs(1);

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(secs)
}

#[tokio::test]
async fn advancing_runs_jobs_in_order_at_their_times() {
    let clock = Clock::frozen_at(at(100));
    let log = Arc::new(Mutex::new(Vec::new()));
    for (due, name) in [(130, "c"), (110, "a"), (120, "b"), (110, "a2"), (200, "late")] {
        let (clock_in_job, log) = (clock.clone(), Arc::clone(&log));
        clock.schedule(at(due), name, move |due| async move {
            tokio::task::yield_now().await;
            log.lock().push((name, due, clock_in_job.now()));
        });
    }
    let again = clock.clone();
    clock.schedule(at(115), "chain", move |due| async move {
        again.schedule(due + SECOND, "link", |_| async {});
    });
    let names: Vec<_> = clock.advance(SECOND * 50).await.into_iter().map(|ran| ran.name).collect();
    assert_eq!(names.join(" "), "a a2 chain link b c");
    assert_eq!(clock.now(), at(150));
    for (name, due, now) in &*log.lock() {
        assert_eq!(due, now, "{name} sees its due time");
    }
    assert_eq!(clock.scheduled().len(), 1);
}

#[tokio::test]
async fn sleeps_follow_a_frozen_clock() {
    let clock = Clock::frozen_at(at(0));
    let sleeping = clock.sleep(SECOND * 3600);
    let task = tokio::spawn(sleeping);
    tokio::task::yield_now().await;
    clock.advance(SECOND * 3599).await;
    tokio::task::yield_now().await;
    assert!(!task.is_finished());
    clock.advance(SECOND).await;
    task.await.unwrap();
    let never = std::future::pending::<()>();
    let timeout = tokio::spawn(clock.timeout_at(at(4000), never));
    clock.set(at(4000)).await;
    assert_eq!(timeout.await.unwrap(), Err(Elapsed));
}

#[tokio::test]
async fn scaled_time_passes_faster_and_runs_jobs() {
    let clock = Clock::default();
    assert_eq!(clock.mode(), ClockMode::Real);
    clock.scale(10_000.0);
    let watch = Stopwatch::start();
    let (done, finished) = tokio::sync::oneshot::channel();
    clock.schedule(clock.now() + SECOND * 600, "job", |_| async move {
        let _ = done.send(());
    });
    clock.sleep(SECOND * 600).await;
    finished.await.unwrap();
    assert!(watch.elapsed() < SECOND * 30);
    clock.freeze();
    let now = clock.now();
    assert_eq!(clock.mode(), ClockMode::Frozen);
    assert_eq!(clock.now(), now);
    clock.resume();
    assert_eq!(clock.mode(), ClockMode::Real);
}

#[tokio::test]
async fn changing_the_clock_retimes_sleepers() {
    let clock = Clock::default();
    let task = tokio::spawn(clock.sleep(SECOND * 3600));
    tokio::task::yield_now().await;
    clock.scale(1_000_000.0);
    task.await.unwrap();
}

#[tokio::test]
async fn jobs_can_be_cancelled_and_may_panic() {
    let clock = Clock::frozen_at(at(0));
    let job = clock.schedule(at(1), "cancelled", |_| async {});
    clock.schedule(at(2), "panics", |_| async { panic!("on purpose") });
    clock.schedule(at(3), "after", |_| async {});
    assert!(clock.cancel(job));
    assert!(!clock.cancel(job));
    let ran = clock.advance(SECOND * 5).await;
    let ran: Vec<_> = ran.iter().map(|ran| (&*ran.name, ran.panicked)).collect();
    assert_eq!(ran, [("panics", true), ("after", false)]);
}

#[tokio::test]
async fn forks_run_on_their_own() {
    let clock = Clock::frozen_at(at(10));
    clock.schedule(at(11), "parent", |_| async {});
    let fork = clock.fork();
    assert!(fork.advance(SECOND * 60).await.is_empty());
    assert_eq!((clock.now(), fork.now()), (at(10), at(70)));
}

#[test]
fn seeded_ids_depend_on_seed_and_request_alone() {
    let ids = |seed, request| {
        let source = IdSource::seeded(seed).for_request(request);
        (source.uuid(), source.hex(7), source.base62(9), source.digits(4), source.u64())
    };
    assert_eq!(ids(1, 2), ids(1, 2));
    assert_ne!(ids(1, 2), ids(1, 3));
    assert_ne!(ids(1, 2), ids(2, 2));
    let source = IdSource::seeded(5);
    assert_ne!(source.fork().uuid(), source.fork().uuid());
    let (one, other) = (IdSource::random(), IdSource::random());
    assert_ne!(one.uuid(), other.uuid());
}

#[test]
fn ids_have_their_forms() {
    for ids in [IdSource::random(), IdSource::seeded(9)] {
        let uuid = ids.uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(&uuid[14..15], "4");
        assert!("89ab".contains(&uuid[19..20]));
        assert!(uuid.split('-').map(str::len).eq([8, 4, 4, 4, 12]));
        assert!(ids.hex(33).bytes().all(|b| b.is_ascii_hexdigit()) && ids.hex(33).len() == 33);
        assert!(ids.digits(12).bytes().all(|b| b.is_ascii_digit()));
        assert!(ids.upper_alphanumeric(17).bytes().all(|b| !b.is_ascii_lowercase()));
        assert!((0..100).all(|_| ids.below(3) < 3));
        assert_eq!((ids.below(0), ids.alphanumeric(3, b"")), (0, String::new()));
    }
}
