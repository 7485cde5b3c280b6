//! Many rows are decoded on all processors; what cannot be read stays as it is.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use fogbank_state::{OpenOptions, World};

/// As one program knows a herd, and as another does that does not like the number 30,000.
mod herd {
    use fogbank_state::{Resource, Rows, Table, rows, store};
    use serde::{Deserialize, Deserializer, Serialize};

    macro_rules! program {
        ($name:ident, $number:ty) => {
            pub(super) mod $name {
                use super::*;

                store! { pub(crate) struct Farm: "farm", Global {
                    pub(crate) herds: Table<String, Herd>,
                } }

                #[derive(Clone, Default, Serialize, Deserialize)]
                pub(crate) struct Herd {
                    #[serde(skip)]
                    pub sheep: Rows<u64, $number>,
                    #[serde(skip)]
                    pub dogs: Rows<String, u32>,
                    /// Derived.
                    #[serde(skip)]
                    pub last: Option<u64>,
                }

                impl Resource for Herd {
                    const VERSION: u32 = 1;
                    rows!(dogs, sheep);

                    fn rebuild(&mut self) {
                        self.last = self.sheep.last().map(|(key, _)| *key);
                    }
                }
            }
        };
    }

    program!(broad, u64);
    program!(narrow, Narrow);

    #[derive(Clone, Serialize)]
    pub(super) struct Narrow(u64);

    impl<'de> Deserialize<'de> for Narrow {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            match u64::deserialize(deserializer)? {
                30_000 => Err(serde::de::Error::custom("thirty thousand")),
                other => Ok(Self(other)),
            }
        }
    }
}

const SHEEP: u64 = 60_000;

fn open(directory: &Path) -> Arc<World> {
    World::open(OpenOptions::new(directory)).unwrap().0
}

/// In an order of its own, with rows that are replaced and rows that go.
fn fill(world: &World) {
    let farm = world.global::<herd::broad::Farm>();
    farm.herds.insert_new("all".into(), herd::broad::Herd::default()).unwrap();
    for number in 0..SHEEP {
        let key = (number * 7_919) % SHEEP;
        farm.herds.update("all", |herd| {
            herd.sheep.insert(key, 0);
            herd.sheep.insert(key, key);
            herd.sheep.insert(SHEEP + number % 100, number);
        });
    }
    farm.herds.update("all", |herd| {
        herd.dogs.insert("rex".into(), 1);
        for number in 0..100 {
            herd.sheep.remove(&(SHEEP + number));
        }
    });
}

fn check(world: &World) {
    let herd = world.global::<herd::broad::Farm>().herds.get("all").unwrap();
    assert_eq!(herd.last, Some(SHEEP - 1));
    assert!(herd.sheep.iter().map(|(key, value)| (*key, *value)).eq((0..SHEEP).map(|n| (n, n))));
    assert_eq!(herd.dogs.get("rex"), Some(&1));
}

#[test]
fn many_rows_come_back_from_a_log_and_from_a_base() {
    let directory = tempfile::tempdir().unwrap();
    let world = open(directory.path());
    fill(&world);
    world.close();
    drop(world);
    for _ in 0..2 {
        let world = open(directory.path());
        check(&world);
        // A fork and what it shares with its parent are decoded for each.
        check(&world.fork());
        world.compact().unwrap();
        world.close();
    }
}

#[test]
fn one_row_that_cannot_be_read_keeps_all_of_its_resource() {
    let directory = tempfile::tempdir().unwrap();
    let world = open(directory.path());
    fill(&world);
    world.close();
    drop(world);

    let world = open(directory.path());
    assert!(world.global::<herd::narrow::Farm>().herds.is_empty());
    let problems = world.load_problems();
    assert!(problems[0].to_string().contains("thirty thousand"), "{problems:?}");
    world.compact().unwrap();
    world.close();
    drop(world);

    let world = open(directory.path());
    assert_eq!(world.services()["farm"], 1);
    check(&world);
}
