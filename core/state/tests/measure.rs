//! Measurements of what the state core promises; run them in a release build:
//! `cargo test --release -p fogbank-state --test measure -- --ignored --nocapture --test-threads 1`

#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use fogbank_context::{AccountId, Region, Stopwatch};
use fogbank_state::{Durability, OpenOptions, Resource, Rows, Table, World, rows, store, track};
use serde::{Deserialize, Serialize};

store! {
    /// As a queue service has them.
    pub struct Queues: "queues", Regional {
        /// By name.
        pub queues: Table<String, Queue>,
        /// Small resources without rows.
        pub parameters: Table<String, Parameter>,
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Queue {
    attributes: Vec<(String, String)>,
    #[serde(skip)]
    messages: Rows<u64, Message>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Message {
    id: String,
    body: Bytes,
    sent: u64,
    receives: u32,
}

impl Resource for Queue {
    const VERSION: u32 = 1;
    rows!(messages);
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Parameter {
    value: String,
}

impl Resource for Parameter {
    const VERSION: u32 = 1;
}

fn queues(world: &World) -> Arc<Queues> {
    world.regional(AccountId::DEFAULT, &Region::us_east_1())
}

fn message(number: u64) -> Message {
    let id = format!("{number:036}");
    Message { id, body: Bytes::from(vec![b'x'; 60]), sent: number, receives: 0 }
}

fn with_queue(world: &World, name: &str) {
    let attribute = |n: u32| (format!("Attribute{n}"), "value".repeat(3));
    let attributes = (0..12).map(attribute).collect();
    queues(world).queues.insert(name.into(), Queue { attributes, ..Queue::default() });
}

fn say(what: &str, count: u64, time: Duration) {
    let each = time.as_secs_f64() / count as f64;
    println!("{what:<58} {:>9.0} ns each, {:>11.0} a second", each * 1e9, 1.0 / each);
}

fn time(what: &str, count: u64, mut work: impl FnMut(u64)) -> Duration {
    let began = busy();
    (0..count).for_each(&mut work);
    let time = busy() - began;
    say(what, count, time);
    time
}

#[test]
#[ignore = "a measurement"]
fn hot_paths() {
    let world = World::new();
    let region = Region::us_east_1();
    time("find a store", 5_000_000, |_| {
        std::hint::black_box(world.regional::<Queues>(AccountId::DEFAULT, &region));
    });
    let store = queues(&world);
    for number in 0..1_000 {
        with_queue(&world, &format!("queue-{number}"));
    }
    time("get one of 1,000 resources", 2_000_000, |_| {
        std::hint::black_box(store.queues.get("queue-500"));
    });
    time("update without a change", 2_000_000, |_| {
        store.queues.update("queue-500", |queue| queue.messages.len());
    });
    let send = time("update that adds a row of 100 bytes", 1_000_000, |number| {
        let message = message(number);
        store.queues.update("queue-500", |queue| queue.messages.insert(number, message));
    });
    assert!(send < Duration::from_micros(2_000) * 1_000, "2 microseconds each");
    time("make such a row", 1_000_000, |number| drop(std::hint::black_box(message(number))));
    time("update that takes the first row out", 1_000_000, |_| {
        store.queues.update("queue-500", |queue| queue.messages.pop_first());
    });
    let watch = Stopwatch::start();
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let store = &store;
            scope.spawn(move || {
                let name = format!("queue-{thread}");
                for number in 0..500_000 {
                    store
                        .queues
                        .update(&name, |queue| queue.messages.insert(number, message(number)));
                }
            });
        }
    });
    say("the same by two threads on two queues", 1_000_000, watch.elapsed());
    time("a transaction over two resources", 200_000, |number| {
        let mut transaction = world.transaction();
        let from = transaction.lock(&store.queues, "queue-0".to_owned());
        let to = transaction.lock(&store.queues, "queue-1".to_owned());
        let moved = transaction.run(|tx| {
            let (key, message) = tx.edit(from).unwrap().messages.pop_first().ok_or(())?;
            tx.edit(to).unwrap().messages.insert(key + 1_000_000 + number, message);
            Ok::<_, ()>(())
        });
        moved.unwrap();
    });
}

#[test]
#[ignore = "a measurement"]
fn forks() {
    for rows in [100_000, 500_000] {
        let world = World::new();
        with_queue(&world, "q");
        let store = queues(&world);
        for number in 0..rows {
            store.queues.update("q", |queue| queue.messages.insert(number, message(number)));
            let parameter = Parameter { value: "v".repeat(40) };
            store.parameters.insert(format!("/parameter/{number}"), parameter);
        }
        let mut forks = Vec::new();
        let mut times = Vec::new();
        for _ in 0..1_000 {
            let watch = Stopwatch::start();
            forks.push(world.fork());
            times.push(watch.elapsed());
        }
        times.sort();
        let (median, worst) = (times[500], times[999]);
        println!("fork of {rows} rows and {rows} resources: median {median:?}, worst {worst:?}");
        assert!(median < Duration::from_millis(10), "{median:?}");
        let before = resident();
        time("first write to each fork", 1_000, |fork| {
            let store = queues(&forks[fork as usize]);
            store.queues.update("q", |queue| queue.messages.insert(rows, message(rows)));
        });
        println!("memory of a written fork: {} KiB", (resident() - before) / 1_000);
        time("drop a fork", 1_000, |_| drop(forks.pop()));
        println!("memory after dropping: {} KiB more than before", resident() - before);
    }
}

/// What this thread has computed, whatever else runs on the machine.
fn busy() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

/// KiB.
fn resident() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

#[test]
#[ignore = "a measurement"]
fn journal() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for (durability, count) in [(Durability::EverySecond, 100_000), (Durability::Always, 4_000)] {
        for clients in [1, 16] {
            let directory = tempfile::tempdir().unwrap();
            let options = OpenOptions { durability, ..OpenOptions::new(directory.path()) };
            let (world, _) = World::open(options).unwrap();
            for client in 0..clients {
                with_queue(&world, &format!("queue-{client}"));
            }
            let watch = Stopwatch::start();
            runtime.block_on(async {
                let mut tasks = Vec::new();
                for client in 0..clients {
                    let world = Arc::clone(&world);
                    tasks.push(tokio::spawn(async move {
                        let name = format!("queue-{client}");
                        for number in 0..count / clients {
                            let ((), ticket) = track(async {
                                queues(&world).queues.update(&name, |queue| {
                                    queue.messages.insert(number, message(number));
                                });
                            })
                            .await;
                            world.durable(ticket).await.unwrap();
                        }
                    }));
                }
                for task in tasks {
                    task.await.unwrap();
                }
            });
            say(
                &format!("durable updates, {durability:?}, {clients} clients"),
                count,
                watch.elapsed(),
            );
        }
    }
}

#[test]
#[ignore = "a measurement"]
fn start() {
    const ROWS: u64 = 1_000_000;
    let directory = tempfile::tempdir().unwrap();
    let (world, _) = World::open(OpenOptions::new(directory.path())).unwrap();
    for queue in 0..10 {
        with_queue(&world, &format!("queue-{queue}"));
    }
    time("journalled updates, not awaited", ROWS, |number| {
        let name = format!("queue-{}", number % 10);
        queues(&world).queues.update(&name, |queue| queue.messages.insert(number, message(number)));
    });
    world.close();
    drop(world);
    for round in ["log", "base"] {
        let (watch, began) = (Stopwatch::start(), busy());
        let (world, report) = World::open(OpenOptions::new(directory.path())).unwrap();
        let opened = busy() - began;
        let store = queues(&world);
        let (ready, wall) = (busy() - began, watch.elapsed());
        let rows: usize = store.queues.iter().map(|(_, queue)| queue.messages.len()).sum();
        assert_eq!(rows as u64, ROWS);
        println!(
            "{ROWS} rows from a {round}: opened {opened:?}, decoded {ready:?} (CPU; wall {wall:?})"
        );
        println!("{} changes, {} MiB resident", report.changes, resident() / 1024);
        assert!(ready < Duration::from_secs(3), "{ready:?}");
        let watch = Stopwatch::start();
        world.compact().unwrap();
        println!("compaction: {:?}", watch.elapsed());
        world.close();
    }
}
