//! A world whose journal is in a real PostgreSQL server, which the tests start where Debian's
//! package has it.

#![allow(clippy::unwrap_used)]

mod server;

use std::path::Path;
use std::sync::Arc;

use fogbank_state::{
    Durability, JournalError, OpenOptions, Resource, Rows, Table, World, rows, store,
};
use fogbank_state_postgres::PostgresJournal;
use serde::{Deserialize, Serialize};
use server::Postgres;

store! {
    /// Shelves of books.
    pub struct Library: "library", Global {
        /// By name.
        pub shelves: Table<String, Shelf>,
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Shelf {
    label: String,
    #[serde(skip)]
    books: Rows<u32, String>,
}

impl Resource for Shelf {
    const VERSION: u32 = 1;
    rows!(books);
}

fn open(
    postgres: &Postgres,
    directory: &Path,
    durability: Durability,
) -> Result<Arc<World>, JournalError> {
    tokio::task::block_in_place(|| {
        let journal = PostgresJournal::open(&postgres.url(), durability == Durability::Always)?;
        let options = OpenOptions { durability, ..OpenOptions::new(directory) };
        World::open_in(Box::new(journal), options).map(|(world, _)| world)
    })
}

async fn add(
    world: &Arc<World>,
    shelf: &str,
    numbers: std::ops::Range<u32>,
) -> Result<(), JournalError> {
    for number in numbers {
        let ((), ticket) = fogbank_state::track(async {
            world.global::<Library>().shelves.update_or_insert(
                shelf.to_owned(),
                Shelf::default,
                |shelf| {
                    shelf.books.insert(number, format!("book {number}"));
                },
            );
        })
        .await;
        world.durable(ticket).await?;
    }
    Ok(())
}

fn count(world: &World, shelf: &str) -> usize {
    world.global::<Library>().shelves.get(shelf).map_or(0, |shelf| shelf.books.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_world_lives_in_a_database() {
    let Some(postgres) = Postgres::start() else { return };
    for durability in [Durability::Always, Durability::EverySecond] {
        let directory = tempfile::tempdir().unwrap();
        let shelf = format!("{durability:?}");
        let world = open(&postgres, directory.path(), durability).unwrap();
        add(&world, &shelf, 0..50).await.unwrap();
        let second = open(&postgres, directory.path(), durability);
        assert!(matches!(second, Err(JournalError::InUse { .. })), "{second:?}");

        tokio::task::block_in_place(|| world.compact()).unwrap();
        add(&world, &shelf, 50..60).await.unwrap();
        tokio::task::block_in_place(|| world.close());
        drop(world);
        let world = open(&postgres, directory.path(), durability).unwrap();
        assert_eq!(count(&world, &shelf), 60);
        add(&world, &shelf, 60..61).await.unwrap();
        tokio::task::block_in_place(|| world.close());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_wait_for_a_database_that_is_away() {
    let Some(mut postgres) = Postgres::start() else { return };
    let directory = tempfile::tempdir().unwrap();
    let world = open(&postgres, directory.path(), Durability::Always).unwrap();
    add(&world, "a", 0..3).await.unwrap();
    postgres.stop();
    assert!(add(&world, "a", 3..4).await.is_err());
    postgres.run();
    // Failed writes are tried again by themselves; nothing that was acknowledged is lost.
    let mut tries = 0;
    while add(&world, "a", 4..5).await.is_err() {
        tries += 1;
        assert!(tries < 100, "the journal did not come back");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    tokio::task::block_in_place(|| world.close());
    drop(world);
    let world = open(&postgres, directory.path(), Durability::Always).unwrap();
    assert!(count(&world, "a") >= 4);
    tokio::task::block_in_place(|| world.close());
}

#[test]
fn what_cannot_be_reached_is_said_without_the_password() {
    let opened = PostgresJournal::open("postgres://me:secret@127.0.0.1:1/db", true);
    let error = opened.unwrap_err().to_string();
    assert!(error.contains("postgres://127.0.0.1/db") && !error.contains("secret"), "{error}");
}
