//! Many writers, forks and compactions at once: what is in the journal is what was in memory.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fogbank_context::{AccountId, IdSource, Region};
use fogbank_state::{OpenOptions, Resource, Rows, Table, World, rows, store};
use serde::{Deserialize, Serialize};

store! {
    /// Purses that hold coins.
    pub struct Bank: "bank", Regional {
        /// By number.
        pub purses: Table<u64, Purse>,
        /// Transfers that each thread made.
        pub transfers: Table<u64, Transfers>,
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Purse {
    changes: u64,
    #[serde(skip)]
    coins: Rows<u64, u64>,
}

impl Resource for Purse {
    const VERSION: u32 = 1;
    rows!(coins);
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Transfers(u64);

impl Resource for Transfers {
    const VERSION: u32 = 1;
}

const PURSES: u64 = 5;
const COINS: u64 = 200;

fn bank(world: &World) -> Arc<Bank> {
    world.regional(AccountId::DEFAULT, &Region::us_east_1())
}

type Contents = BTreeMap<u64, (u64, Vec<(u64, u64)>)>;

fn contents(world: &World) -> Contents {
    let purses = bank(world).purses.iter().map(|(key, purse)| {
        (key, (purse.changes, purse.coins.iter().map(|(coin, hops)| (*coin, *hops)).collect()))
    });
    purses.collect()
}

/// Every coin is in exactly one purse.
fn check_coins(world: &World) {
    let purses = contents(world);
    let mut coins: Vec<_> =
        purses.values().flat_map(|(_, coins)| coins.iter().map(|(coin, _)| *coin)).collect();
    coins.sort_unstable();
    assert_eq!(coins, (0..COINS).collect::<Vec<_>>());
}

fn move_a_coin(world: &World, from: u64, to: u64, thread: u64) {
    let bank = bank(world);
    let mut transaction = world.transaction();
    let source = transaction.lock(&bank.purses, from);
    let target = transaction.lock(&bank.purses, to);
    let counter = transaction.lock(&bank.transfers, thread);
    let _ = transaction.run(|tx| {
        let mut purse = tx.edit(source).ok_or(())?;
        let (coin, hops) = purse.coins.pop_first().ok_or(())?;
        purse.changes += 1;
        let mut purse = tx.edit(target).ok_or(())?;
        purse.coins.insert(coin, hops + 1);
        tx.edit(counter).ok_or(())?.0 += 1;
        Ok::<_, ()>(())
    });
}

/// Takes a purse away with its coins and puts it back under the same key.
fn replace_a_purse(world: &World, key: u64) {
    let bank = bank(world);
    let Some(purse) = bank.purses.remove(&key) else { return };
    bank.purses.insert_new(key, Purse::clone(&purse)).unwrap();
}

fn run_threads(world: &Arc<World>, replacing: bool) {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|thread| {
                scope.spawn(move || {
                    let ids = IdSource::seeded(thread);
                    for _ in 0..1_500 {
                        let (from, to) = (ids.below(PURSES), ids.below(PURSES));
                        match ids.below(20) {
                            // One thread replaces, so that a coin is never in two hands.
                            0 if replacing && thread == 0 => replace_a_purse(world, from),
                            1 => {
                                bank(world).purses.update(&from, |purse| purse.changes += 1);
                            }
                            _ => move_a_coin(world, from, to, thread),
                        }
                    }
                })
            })
            .collect();
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                world.compact().unwrap();
            }
        });
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let fork = world.fork();
                if !replacing {
                    check_coins(&fork);
                }
                move_a_coin(&fork, 0, 1, 0);
            }
        });
        let finished: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        stop.store(true, Ordering::Relaxed);
        finished.into_iter().for_each(|writer| writer.unwrap());
    });
}

fn open(directory: &Path) -> Arc<World> {
    World::open(OpenOptions::new(directory)).unwrap().0
}

#[test]
fn the_journal_has_the_order_of_memory() {
    for replacing in [false, true] {
        let directory = tempfile::tempdir().unwrap();
        let world = open(directory.path());
        for key in 0..PURSES {
            let share = (0..COINS).filter(|coin| coin % PURSES == key).map(|coin| (coin, 0));
            bank(&world).purses.insert(key, Purse { changes: 0, coins: share.collect() });
        }
        (0..4).for_each(|thread| drop(bank(&world).transfers.insert(thread, Transfers(0))));
        run_threads(&world, replacing);
        check_coins(&world);
        let before = contents(&world);
        let hops: u64 = before.values().flat_map(|(_, coins)| coins.iter().map(|(_, n)| *n)).sum();
        let transfers: u64 = bank(&world).transfers.iter().map(|(_, made)| made.0).sum();
        assert_eq!(hops, transfers);
        world.close();
        drop(world);
        assert_eq!(contents(&open(directory.path())), before);
    }
}
