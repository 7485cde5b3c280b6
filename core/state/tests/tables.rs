//! Tables, forks, transactions and watches, in memory.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use fogbank_context::{AccountId, Clock, IdSource, Ran, Region, Timestamp};
use fogbank_state::{Change, Exists, Resource, RowCounts, Rows, Table, World, rows, store};
use serde::{Deserialize, Serialize};

store! {
    /// Boxes per account and region.
    pub struct BoxStore: "boxes", Regional {
        /// By name.
        pub boxes: Table<String, Crate>,
        /// A second table.
        pub tallies: Table<u64, Tally>,
    }
}

store! {
    /// One for all.
    pub struct NameStore: "boxes", Global {
        /// Who owns a name.
        pub names: Table<String, Tally>,
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Crate {
    label: String,
    #[serde(skip)]
    things: Rows<u64, String>,
}

impl Resource for Crate {
    const VERSION: u32 = 1;
    rows!(things);
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Tally(u64);

impl Resource for Tally {
    const VERSION: u32 = 1;
}

fn boxes(world: &World) -> Arc<BoxStore> {
    world.regional(AccountId::DEFAULT, &Region::us_east_1())
}

fn things(world: &World, name: &str) -> Vec<(u64, String)> {
    let read = |found: &Crate| found.things.iter().map(|(k, v)| (*k, v.clone())).collect();
    boxes(world).boxes.read(name, read).unwrap_or_default()
}

#[test]
fn scopes_are_apart() {
    let world = World::new();
    let here = boxes(&world);
    let there = world.regional::<BoxStore>(AccountId::DEFAULT, &Region::new("eu-west-1"));
    let other = "111111111111".parse().unwrap();
    let theirs = world.regional::<BoxStore>(other, &Region::us_east_1());
    here.tallies.insert(1, Tally(1));
    assert_eq!((there.tallies.len(), theirs.tallies.len()), (0, 0));
    world.global::<NameStore>().names.insert("a".into(), Tally(2));
    assert_eq!(world.global::<NameStore>().names.get("a").as_deref(), Some(&Tally(2)));
    assert!(Arc::ptr_eq(&here, &boxes(&world)));
    assert_eq!(world.stores::<BoxStore>().len(), 3);
}

#[test]
fn insert_get_remove() {
    let world = World::new();
    let table = &boxes(&world).tallies;
    assert_eq!(table.insert_new(7, Tally(1)), Ok(()));
    assert_eq!(table.insert_new(7, Tally(2)), Err(Exists));
    assert_eq!(table.insert(7, Tally(3)).as_deref(), Some(&Tally(1)));
    assert_eq!(
        table.update(&7, |tally| {
            tally.0 += 1;
            tally.0
        }),
        Some(4)
    );
    assert_eq!(table.remove_if(&7, |tally| tally.0 == 0), None);
    assert_eq!(table.remove(&7).as_deref(), Some(&Tally(4)));
    assert_eq!(table.remove(&7), None);
    assert_eq!(table.update(&7, |_| ()), None);
    assert_eq!(table.insert_new(7, Tally(5)), Ok(()));
    assert_eq!(table.update_or_insert(7, || Tally(0), |tally| tally.0), 5);
    assert_eq!(
        table.update_or_insert(
            8,
            || Tally(9),
            |tally| {
                tally.0 += 1;
                tally.0
            }
        ),
        10
    );
    assert_eq!(table.len(), 2);
}

#[test]
fn ranges_and_prefixes() {
    let world = World::new();
    let table = &world.global::<NameStore>().names;
    for (number, name) in ["a", "b/1", "b/2", "b0", "c"].into_iter().enumerate() {
        table.insert(name.into(), Tally(number as u64));
    }
    let names = |found: &mut dyn Iterator<Item = (String, Arc<Tally>)>| {
        found.map(|(name, _)| name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(&mut table.iter()), "a b/1 b/2 b0 c");
    assert_eq!(names(&mut table.prefix("b/")), "b/1 b/2");
    assert_eq!(names(&mut table.after("b/2".into())), "b0 c");
    assert_eq!(names(&mut table.range("b".to_owned()..="b/2".to_owned())), "b/1 b/2");
    assert_eq!(names(&mut table.range("c".to_owned().."a".to_owned())), "");
}

#[test]
fn forks_are_isolated_both_ways() {
    let world = World::new();
    boxes(&world).boxes.insert("x".into(), Crate::default());
    boxes(&world).boxes.update("x", |found| found.things.insert(1, "one".into()));
    let fork = world.fork();
    boxes(&world).boxes.update("x", |found| found.things.insert(2, "world".into()));
    boxes(&fork).boxes.update("x", |found| found.things.insert(2, "fork".into()));
    boxes(&fork).boxes.insert("y".into(), Crate::default());
    assert_eq!(things(&world, "x"), [(1, "one".into()), (2, "world".into())]);
    assert_eq!(things(&fork, "x"), [(1, "one".into()), (2, "fork".into())]);
    assert!(!boxes(&world).boxes.contains("y"));
    boxes(&world).boxes.remove("x");
    assert!(boxes(&fork).boxes.contains("x"));
}

#[test]
fn snapshots_restore_and_reset() {
    let world = World::new();
    boxes(&world).tallies.insert(1, Tally(1));
    let snapshot = world.snapshot();
    boxes(&world).tallies.insert(2, Tally(2));
    world.global::<NameStore>().names.insert("later".into(), Tally(3));
    let store = boxes(&world);
    world.restore(&snapshot);
    assert_eq!(store.tallies.keys(), [1]);
    assert!(world.global::<NameStore>().names.is_empty());
    store.tallies.insert(1, Tally(100));
    assert_eq!(boxes(&snapshot.world()).tallies.get(&1).as_deref(), Some(&Tally(1)));
    world.reset();
    assert!(store.tallies.is_empty());
    world.restore(&snapshot);
    assert_eq!(store.tallies.get(&1).as_deref(), Some(&Tally(1)));
    let fresh = World::new();
    fresh.restore(&snapshot);
    assert_eq!(boxes(&fresh).tallies.keys(), [1]);
}

#[test]
fn concurrent_writers_lose_nothing_while_the_world_is_forked() {
    let world = World::new();
    boxes(&world).tallies.insert(0, Tally(0));
    boxes(&world).tallies.insert(1, Tally(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let store = boxes(&world);
                for _ in 0..2_000 {
                    let mut transaction = world.transaction();
                    let first = transaction.lock(&store.tallies, 0);
                    let second = transaction.lock(&store.tallies, 1);
                    let moved = transaction.run(|tx| {
                        tx.edit(first).unwrap().0 += 1;
                        tx.edit(second).unwrap().0 += 1;
                        Ok::<_, ()>(())
                    });
                    moved.unwrap();
                }
            });
        }
        for _ in 0..200 {
            let store = boxes(&world.fork());
            let pair = (store.tallies.get(&0), store.tallies.get(&1));
            assert_eq!(pair.0, pair.1, "a fork sees both halves of a transaction or none");
        }
    });
    assert_eq!(boxes(&world).tallies.get(&0).as_deref(), Some(&Tally(8_000)));
}

#[test]
fn errors_take_changes_back() {
    let world = World::new();
    let store = boxes(&world);
    store.tallies.insert(0, Tally(5));
    let failed = store.tallies.try_update(&0, |tally| {
        tally.0 = 99;
        Err::<(), _>("no")
    });
    assert_eq!(failed, Some(Err("no")));
    let mut transaction = world.transaction();
    let (tally, twin) = (transaction.lock(&store.tallies, 0), transaction.lock(&store.tallies, 0));
    let absent = transaction.lock(&store.tallies, 1);
    let failed = transaction.run(|tx| {
        tx.edit(tally).unwrap().0 += 1;
        assert_eq!(tx.edit(twin).unwrap().0, 6);
        assert!(tx.edit(absent).is_none());
        Err::<(), _>("no")
    });
    assert_eq!(failed, Err("no"));
    assert_eq!(store.tallies.get(&0).as_deref(), Some(&Tally(5)));
}

#[test]
fn planned_transactions_change_in_place_what_they_saw() {
    let world = World::new();
    let store = boxes(&world);
    store.tallies.insert(0, Tally(5));
    store.tallies.insert(1, Tally(7));
    let fork = world.fork();
    for (wanted, outcome) in [(7, Ok(12)), (8, Err("no"))] {
        let mut transaction = world.transaction();
        let first = transaction.lock(&store.tallies, 0);
        let second = transaction.lock(&store.tallies, 1);
        let done = transaction.run_planned(
            |tx| {
                tx.edit(first).unwrap().0 += 100;
                let found = tx.edit(second).unwrap().0;
                if found == wanted { Ok(found) } else { Err("no") }
            },
            |tx, found| {
                let mut tally = tx.edit(first).unwrap();
                tally.0 += found;
                tally.0
            },
        );
        assert_eq!(done, outcome);
        assert_eq!(store.tallies.get(&0).as_deref(), Some(&Tally(12)));
    }
    assert_eq!(boxes(&fork).tallies.get(&0).as_deref(), Some(&Tally(5)), "a fork keeps its own");
}

#[test]
#[should_panic(expected = "World::transaction")]
fn nested_access_panics() {
    let world = World::new();
    let store = boxes(&world);
    store.tallies.insert(0, Tally(5));
    store.tallies.update(&0, |_| store.tallies.get(&0));
}

#[test]
fn a_panic_in_a_closure_leaves_the_table_usable() {
    let world = World::new();
    let store = boxes(&world);
    store.tallies.insert(0, Tally(5));
    let attempt = || store.tallies.update(&0, |_| panic!("on purpose"));
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(attempt)).is_err());
    assert_eq!(store.tallies.update(&0, |tally| tally.0), Some(5));
    drop(world.fork());
}

#[tokio::test]
async fn a_watch_sees_changes_and_only_changes() {
    let world = World::new();
    let store = boxes(&world);
    store.tallies.insert(0, Tally(5));
    let mut watch = store.tallies.watch(&0).unwrap();
    let quick = Duration::from_millis(20);
    store.tallies.update(&0, |tally| tally.0);
    assert!(tokio::time::timeout(quick, watch.changed()).await.is_err(), "only looked at");
    store.tallies.update(&0, |tally| tally.0 += 1);
    watch.changed().await;
    let waiting = tokio::spawn(async move { watch.changed().await });
    tokio::task::yield_now().await;
    let fork = world.fork();
    boxes(&fork).tallies.update(&0, |tally| tally.0 += 1);
    store.tallies.remove(&0);
    waiting.await.unwrap();
}

/// Tallies expire when the clock shows their number.
fn start_expiry(world: &Arc<World>) {
    let store = boxes(world);
    for (key, tally) in store.tallies.iter() {
        let due = Timestamp::from_secs(tally.0 as i64);
        world.schedule(due, format!("expire {key}"), move |world, _| async move {
            boxes(&world).tallies.remove(&key);
        });
    }
}

#[tokio::test]
async fn background_work_follows_the_state() {
    let world = World::with(Clock::frozen_at(Timestamp::from_secs(0)), IdSource::seeded(1));
    boxes(&world).tallies.insert(1, Tally(10));
    boxes(&world).tallies.insert(2, Tally(20));
    world.background("expiry", start_expiry);
    world.background("expiry", start_expiry);
    assert_eq!(world.clock().scheduled().len(), 2);
    let snapshot = world.snapshot();
    let fork = world.fork();
    let names = |ran: Vec<Ran>| ran.iter().map(|ran| ran.name.to_string()).collect::<Vec<_>>();
    let ran = world.clock().advance(Duration::from_secs(15)).await;
    assert_eq!(names(ran), ["expire 1"]);
    assert_eq!((boxes(&world).tallies.keys(), boxes(&fork).tallies.keys()), (vec![2], vec![1, 2]));
    assert_eq!(
        names(fork.clock().advance(Duration::from_secs(60)).await),
        ["expire 1", "expire 2"]
    );
    assert!(boxes(&fork).tallies.is_empty());
    world.restore(&snapshot);
    assert_eq!(world.clock().scheduled().len(), 2);
    world.reset();
    assert_eq!(world.clock().scheduled().len(), 0);
    let weak = Arc::downgrade(&world);
    boxes(&world).tallies.insert(3, Tally(99));
    world.background("expiry again", start_expiry);
    drop(world);
    assert!(weak.upgrade().is_none(), "jobs do not keep a world alive");
}

#[test]
fn differences_name_resources_and_count_rows() {
    let world = World::new();
    let store = boxes(&world);
    for name in ["gone", "same", "rows", "label"] {
        let things = (0..3).map(|key| (key, "thing".to_owned())).collect();
        store.boxes.insert(name.into(), Crate { label: name.into(), things });
    }
    let before = world.snapshot();
    assert_eq!(before.diff(&before), []);
    store.boxes.remove("gone");
    store.boxes.update("rows", |found| {
        found.things.remove(&0);
        found.things.insert(1, "another".into());
        found.things.insert(7, "new".into());
        found.things.insert(8, "new".into());
    });
    store.boxes.update("label", |found| found.label.push('!'));
    store.boxes.update("same", |found| found.label = "same".into());
    store.tallies.insert(5, Tally(0));
    let rows = RowCounts { added: 2, removed: 1, changed: 1 };
    let found = before.diff(&world.snapshot());
    let found: BTreeMap<_, _> = found.into_iter().map(|found| (found.key, found.change)).collect();
    let expected = [
        ("5", Change::Added),
        ("gone", Change::Removed),
        ("label", Change::Changed { header: true, rows: BTreeMap::new() }),
        ("rows", Change::Changed { header: false, rows: [("things".into(), rows)].into() }),
    ];
    assert_eq!(found, expected.map(|(key, change)| (key.to_owned(), change)).into());
}

#[test]
fn a_revision_stands_for_the_contents() {
    let world = World::new();
    let revision = |world: &World| {
        let store = boxes(world);
        store.tallies.revision().and(store.boxes.revision())
    };
    let mut seen = vec![revision(&world)];
    let mut changed = |revision| {
        assert!(!seen.contains(&revision));
        seen.push(revision);
    };
    boxes(&world).tallies.insert(1, Tally(1));
    changed(revision(&world));
    boxes(&world).tallies.update(&1, |tally| tally.0 += 1);
    changed(revision(&world));
    let snapshot = world.snapshot();
    changed(revision(&world));
    let fork = world.fork();
    changed(revision(&world));
    changed(revision(&fork));
    boxes(&world).tallies.remove(&1);
    changed(revision(&world));
    world.restore(&snapshot);
    let restored = revision(&world);
    changed(restored);
    let _ = boxes(&world).tallies.get(&1);
    boxes(&world).tallies.update(&1, |tally| tally.0);
    assert_eq!(revision(&world), restored);
}
