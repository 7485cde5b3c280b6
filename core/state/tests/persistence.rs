//! What is written comes back.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use fogbank_context::{AccountId, Clock, IdSource, Region};
use fogbank_state::{
    Blob, CompactionWriter, DecodeError, Durability, Edit, Encoded, Journal, JournalError,
    LoadReport, LogJournal, Op, OpenOptions, Resource, Rows, Snapshot, Sync, Table, Tx, World,
    rows, store, track,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

store! {
    /// Shelves of books.
    pub struct Library: "library", Regional {
        /// By name.
        pub shelves: Table<String, Shelf>,
        /// Counters.
        pub counters: Table<u32, Counter>,
    }
}

store! {
    /// Payloads.
    pub struct Archive: "archive", Global {
        /// By name.
        pub folders: Table<String, Folder>,
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Shelf {
    label: String,
    #[serde(skip)]
    books: Rows<u32, String>,
    #[serde(skip)]
    loans: Rows<String, u64>,
    #[serde(skip)]
    pages: usize,
}

impl Resource for Shelf {
    const VERSION: u32 = 1;
    rows!(books, loans);

    fn rebuild(&mut self) {
        self.pages = self.books.values().map(String::len).sum();
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Counter(u64);

impl Resource for Counter {
    const VERSION: u32 = 1;
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Folder {
    #[serde(skip)]
    files: Rows<String, Blob>,
}

impl Resource for Folder {
    const VERSION: u32 = 1;
    rows!(files);
}

fn library(world: &World) -> Arc<Library> {
    world.regional(AccountId::DEFAULT, &Region::us_east_1())
}

fn options(directory: &Path) -> OpenOptions {
    OpenOptions { memory_limit: 100, ..OpenOptions::new(directory) }
}

fn open(directory: &Path) -> Arc<World> {
    World::open(options(directory)).unwrap().0
}

type Shelves = BTreeMap<String, (String, Vec<(u32, String)>, Vec<(String, u64)>, usize)>;

type Contents = (Shelves, BTreeMap<u32, u64>);

fn contents(world: &World) -> Contents {
    let library = library(world);
    let shelves = library.shelves.iter().map(|(name, shelf)| {
        let books = shelf.books.iter().map(|(k, v)| (*k, v.clone())).collect();
        let loans = shelf.loans.iter().map(|(k, v)| (k.clone(), *v)).collect();
        (name, (shelf.label.clone(), books, loans, shelf.pages))
    });
    let counters = library.counters.iter().map(|(key, counter)| (key, counter.0));
    (shelves.collect(), counters.collect())
}

/// One thing that a provider might do.
#[derive(Clone, Debug)]
enum Step {
    AddShelf(u8, String),
    ReplaceShelf(u8),
    CopyShelf(u8, u8),
    DropShelf(u8),
    Label(u8, String),
    AddBook(u8, u32, String),
    EditBook(u8, u32),
    DropBook(u8, u32),
    ClearBooks(u8),
    RewindBooks(u8),
    Lend(u8, String, u64),
    Count(u32),
    Move(u8, u8, u32),
    Snapshot,
    Restore,
    Reset,
    Fork,
    EditFork(u8, u32),
    Compact,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let shelf = 0..4_u8;
    let book = 0..6_u32;
    let text = "[a-z]{0,4}";
    prop_oneof![
        4 => (shelf.clone(), text).prop_map(|(s, t)| Step::AddShelf(s, t)),
        1 => shelf.clone().prop_map(Step::ReplaceShelf),
        2 => (shelf.clone(), shelf.clone()).prop_map(|(a, b)| Step::CopyShelf(a, b)),
        2 => shelf.clone().prop_map(Step::DropShelf),
        2 => (shelf.clone(), text).prop_map(|(s, t)| Step::Label(s, t)),
        8 => (shelf.clone(), book.clone(), text).prop_map(|(s, b, t)| Step::AddBook(s, b, t)),
        3 => (shelf.clone(), book.clone()).prop_map(|(s, b)| Step::EditBook(s, b)),
        3 => (shelf.clone(), book.clone()).prop_map(|(s, b)| Step::DropBook(s, b)),
        1 => shelf.clone().prop_map(Step::ClearBooks),
        1 => shelf.clone().prop_map(Step::RewindBooks),
        2 => (shelf.clone(), text, any::<u64>()).prop_map(|(s, t, n)| Step::Lend(s, t, n)),
        2 => (0..3_u32).prop_map(Step::Count),
        3 => (shelf.clone(), shelf, book).prop_map(|(a, b, k)| Step::Move(a, b, k)),
        1 => Just(Step::Snapshot),
        1 => Just(Step::Restore),
        1 => Just(Step::Reset),
        1 => Just(Step::Fork),
        2 => (0..4_u8, 0..6_u32).prop_map(|(s, b)| Step::EditFork(s, b)),
        1 => Just(Step::Compact),
        1 => Just(Step::Reopen),
    ]
}

struct Run {
    directory: tempfile::TempDir,
    world: Arc<World>,
    snapshot: Option<Snapshot>,
    older: Rows<u32, String>,
    forks: Vec<(Arc<World>, Contents)>,
}

impl Run {
    fn edit(&self, shelf: u8, edit: impl FnOnce(&mut Shelf)) {
        library(&self.world).shelves.update(&shelf.to_string(), |found| {
            edit(found);
            found.rebuild();
        });
    }

    fn reopen(&mut self) {
        let before = contents(&self.world);
        self.world.close();
        self.world = World::new();
        self.world = open(self.directory.path());
        assert_eq!(contents(&self.world), before);
        assert_eq!(self.world.load_problems(), []);
    }

    fn step(&mut self, step: Step) {
        let store = library(&self.world);
        match step {
            Step::AddShelf(shelf, label) => {
                let _ = store
                    .shelves
                    .insert_new(shelf.to_string(), Shelf { label, ..Shelf::default() });
            }
            Step::ReplaceShelf(shelf) => {
                store.shelves.insert(shelf.to_string(), Shelf::default());
            }
            Step::CopyShelf(from, to) => {
                if let Some(found) = store.shelves.get(&from.to_string()) {
                    store.shelves.insert(to.to_string(), Shelf::clone(&found));
                }
            }
            Step::DropShelf(shelf) => drop(store.shelves.remove(&shelf.to_string())),
            Step::Label(shelf, label) => self.edit(shelf, |found| found.label = label),
            Step::AddBook(shelf, book, title) => self.edit(shelf, |found| {
                found.books.insert(book, title);
            }),
            Step::EditBook(shelf, book) => self.edit(shelf, |found| {
                if let Some(title) = found.books.get_mut(&book) {
                    title.push('x');
                }
            }),
            Step::DropBook(shelf, book) => self.edit(shelf, |found| {
                found.books.remove(&book);
            }),
            Step::ClearBooks(shelf) => {
                if let Some(found) = store.shelves.get(&shelf.to_string()) {
                    self.older = found.books.clone();
                }
                self.edit(shelf, |found| found.books.clear());
            }
            Step::RewindBooks(shelf) => {
                let older = self.older.clone();
                self.edit(shelf, |found| found.books = older);
            }
            Step::Lend(shelf, who, until) => self.edit(shelf, |found| {
                found.loans.insert(who, until);
            }),
            Step::Count(counter) => {
                store.counters.update_or_insert(counter, Counter::default, |found| found.0 += 1);
            }
            Step::Move(from, to, book) => {
                let mut transaction = self.world.transaction();
                let from = transaction.lock(&store.shelves, from.to_string());
                let to = transaction.lock(&store.shelves, to.to_string());
                let work = |tx: &mut Tx<'_>| {
                    let mut shelf = tx.edit(from).ok_or(())?;
                    let title = shelf.books.remove(&book).ok_or(())?;
                    shelf.rebuild();
                    let mut shelf = tx.edit(to).ok_or(())?;
                    shelf.books.insert(book, title);
                    shelf.rebuild();
                    Ok::<_, ()>(())
                };
                let plan = |tx: &mut Tx<'_>| {
                    tx.edit(to).ok_or(())?;
                    let shelf = tx.edit(from).ok_or(())?;
                    shelf.books.get(&book).map(drop).ok_or(())
                };
                // In place and not, by turns: the outcome is the same.
                let _ = match book % 2 {
                    0 => transaction.run(work),
                    _ => transaction.run_planned(plan, |tx, ()| work(tx)).flatten(),
                };
            }
            Step::Snapshot => self.snapshot = Some(self.world.snapshot()),
            Step::Restore => {
                if let Some(snapshot) = &self.snapshot {
                    self.world.restore(snapshot);
                    assert_eq!(contents(&self.world), contents(&snapshot.world()));
                }
            }
            Step::Reset => self.world.reset(),
            Step::Fork => {
                let fork = self.world.fork();
                let seen = contents(&fork);
                assert_eq!(seen, contents(&self.world));
                self.forks.push((fork, seen));
            }
            Step::EditFork(shelf, book) => {
                let before = contents(&self.world);
                if let Some((fork, seen)) = self.forks.last_mut() {
                    let edit =
                        |found: &mut Edit<'_, Shelf>| found.books.insert(book, "fork".into());
                    library(fork).shelves.update(&shelf.to_string(), edit);
                    library(fork).counters.remove(&book);
                    *seen = contents(fork);
                }
                assert_eq!(contents(&self.world), before);
            }
            Step::Compact => self.world.compact().unwrap(),
            Step::Reopen => self.reopen(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn what_is_reopened_equals_what_was_in_memory(
        steps in proptest::collection::vec(step(), 1..60),
    ) {
        let directory = tempfile::tempdir().unwrap();
        let world = open(directory.path());
        let older = Rows::default();
        let mut run = Run { directory, world, snapshot: None, older, forks: Vec::new() };
        for step in steps {
            run.step(step);
        }
        run.reopen();
        run.reopen();
        for (fork, seen) in &run.forks {
            prop_assert_eq!(&contents(fork), seen);
        }
    }
}

fn logs(directory: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(directory.join("state")).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let mut logs: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|kind| kind == "log")).collect();
    logs.sort();
    logs
}

/// A world with counter 0 at `count`, one batch for each step.
fn counted(directory: &Path, count: u64) {
    let world = open(directory);
    for _ in 0..count {
        library(&world).counters.update_or_insert(0, Counter::default, |found| found.0 += 1);
    }
    world.close();
}

fn count(world: &World) -> u64 {
    library(world).counters.read(&0, |found| found.0).unwrap_or(0)
}

#[test]
fn a_torn_end_is_cut_off_and_reported() {
    let whole = tempfile::tempdir().unwrap();
    counted(whole.path(), 2);
    let log = logs(whole.path()).pop().unwrap();
    let bytes = fs::read(&log).unwrap();
    let mut counts = Vec::new();
    for len in (0..=bytes.len()).rev() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("state")).unwrap();
        let torn = directory.path().join("state").join(log.file_name().unwrap());
        fs::write(&torn, &bytes[..len]).unwrap();
        let (world, report) = World::open(options(directory.path())).unwrap();
        let good = fs::metadata(&torn).unwrap().len();
        assert_eq!(report.dropped.map_or(0, |dropped| dropped.bytes), len as u64 - good);
        counts.push(count(&world));
        // What is added behind a cut is found again.
        library(&world).counters.insert(1, Counter(9));
        world.close();
        let (world, report) = World::open(options(directory.path())).unwrap();
        assert_eq!(report.dropped, None);
        assert_eq!(library(&world).counters.get(&1).as_deref(), Some(&Counter(9)));
        assert_eq!(Some(&count(&world)), counts.last());
    }
    assert!(counts.is_sorted_by(|longer, shorter| longer >= shorter));
    counts.dedup();
    assert_eq!(counts, [2, 1, 0]);
}

#[test]
fn a_changed_byte_is_noticed_wherever_it_is() {
    let whole = tempfile::tempdir().unwrap();
    counted(whole.path(), 2);
    let log = logs(whole.path()).pop().unwrap();
    let bytes = fs::read(&log).unwrap();
    for place in 0..bytes.len() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("state")).unwrap();
        let mut changed = bytes.clone();
        changed[place] ^= 0x10;
        fs::write(directory.path().join("state").join(log.file_name().unwrap()), changed).unwrap();
        match World::open(options(directory.path())) {
            // The length of the log before: there is none.
            Ok((world, report)) if (12..20).contains(&place) => {
                assert_eq!((count(&world), report.dropped), (2, None));
            }
            Ok((world, report)) => {
                assert!(report.dropped.is_some(), "byte {place}");
                assert!(count(&world) < 2, "byte {place}");
            }
            Err(JournalError::Damaged { at: 0, .. }) => assert!(place < 8),
            Err(JournalError::Format { .. }) => assert!((8..12).contains(&place)),
            Err(error) => panic!("byte {place}: {error}"),
        }
    }
}

#[test]
fn damage_inside_is_refused_unless_repair_is_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    counted(directory.path(), 2);
    counted(directory.path(), 2);
    counted(directory.path(), 2);
    let first = &logs(directory.path())[0];
    let mut bytes = fs::read(first).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(first, bytes).unwrap();
    let refused = World::open(options(directory.path()));
    assert!(matches!(refused, Err(JournalError::Damaged { .. })), "{refused:?}");
    let repair = OpenOptions { repair: true, ..options(directory.path()) };
    let (world, report) = World::open(repair).unwrap();
    assert_eq!(count(&world), 1);
    let dropped = report.dropped.unwrap();
    assert!(dropped.saved_as.unwrap().exists());
    world.close();
    drop(world);
    counted(directory.path(), 1);
    assert_eq!(count(&open(directory.path())), 2);
}

#[test]
fn one_server_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    let world = open(directory.path());
    let second = World::open(options(directory.path()));
    let pid = std::process::id().to_string();
    assert!(
        matches!(&second, Err(JournalError::InUse { holder, .. }) if *holder == pid),
        "{second:?}"
    );
    drop(world);
    open(directory.path());
}

#[test]
fn compaction_shortens_and_keeps_services_that_nobody_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    counted(directory.path(), 500);
    let world = open(directory.path());
    world.global::<Archive>().folders.insert("a".into(), Folder::default());
    let before: u64 =
        logs(directory.path()).iter().map(|log| fs::metadata(log).unwrap().len()).sum();
    world.compact().unwrap();
    assert_eq!(logs(directory.path()).len(), 1);
    assert!(fs::metadata(&logs(directory.path())[0]).unwrap().len() * 10 < before);
    world.global::<Archive>().folders.insert("b".into(), Folder::default());
    world.close();
    drop(world);
    let world = open(directory.path());
    let services: Vec<_> = world.services().into_iter().collect();
    assert_eq!(services, [("archive".to_owned(), 2), ("library".to_owned(), 1)]);
    assert_eq!(count(&world), 500);
    assert_eq!(world.global::<Archive>().folders.keys(), ["a", "b"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn payloads_persist_and_go() {
    let directory = tempfile::tempdir().unwrap();
    let files = || fs::read_dir(directory.path().join("blobs")).unwrap().count();
    let payload = |seed: u8| Bytes::from(vec![seed; 5_000]);
    let world = open(directory.path());
    let archive = world.global::<Archive>();
    archive.folders.insert("f".into(), Folder::default());
    for (name, bytes) in [("a", payload(1)), ("b", payload(2)), ("small", Bytes::from("tiny"))] {
        let blob = world.blobs().put(bytes).await.unwrap();
        archive.folders.update("f", |folder| folder.files.insert(name.into(), blob));
    }
    archive.folders.update("f", |folder| {
        let joined = Blob::concat(folder.files.values().cloned()).slice(4_990..);
        folder.files.insert("joined".into(), joined);
    });
    // Nobody refers to this one when the process ends.
    let stray = world.blobs().put(payload(3)).await.unwrap();
    assert_eq!(files(), 3);
    world.all_durable().await.unwrap();
    std::mem::forget(stray);
    world.close();
    drop((archive, world));

    let world = open(directory.path());
    assert_eq!(files(), 2);
    let folder = world.global::<Archive>().folders.get("f").unwrap();
    let read = |name: &str| folder.files.get(name).unwrap().clone();
    assert_eq!(read("b").bytes().await.unwrap(), payload(2));
    assert_eq!(read("small").as_bytes().unwrap(), "tiny");
    let expected = [&[1; 10][..], &[2; 5_000], b"tiny"].concat();
    assert_eq!(read("joined").bytes().await.unwrap(), expected);

    // Into a file and out of it on another server.
    let file = directory.path().join("export");
    world.snapshot().export(&file, |service| service == "archive").unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let other = open(elsewhere.path());
    other.global::<Archive>().folders.insert("gone".into(), Folder::default());
    other.restore(&Snapshot::import(&file, other.blobs()).unwrap());
    assert_eq!(other.global::<Archive>().folders.keys(), ["f"]);
    other.close();
    drop(other);
    let other = open(elsewhere.path());
    let joined = other.global::<Archive>().folders.get("f").unwrap();
    assert_eq!(joined.files.get("joined").unwrap().bytes().await.unwrap(), expected);

    // A payload goes when the change that drops it is in the journal, not before.
    drop(folder);
    let archive = world.global::<Archive>();
    archive.folders.update("f", |folder| folder.files.clear());
    world.close();
    assert_eq!(files(), 0);
}

#[test]
fn damaged_exports_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let world = World::new();
    library(&world).counters.insert(0, Counter(7));
    let file = directory.path().join("export");
    world.snapshot().export(&file, |_| true).unwrap();
    let bytes = fs::read(&file).unwrap();
    let imported = Snapshot::import(&file, world.blobs()).unwrap();
    assert_eq!(imported.services().into_iter().collect::<Vec<_>>(), [("library".to_owned(), 1)]);
    assert!(Snapshot::services_in(&file).unwrap().iter().eq(["library"]));
    assert_eq!(count(&imported.world()), 7);
    for len in 0..bytes.len() {
        fs::write(&file, &bytes[..len]).unwrap();
        let refused = Snapshot::import(&file, world.blobs());
        assert!(matches!(refused, Err(JournalError::Damaged { .. })), "{len}: {refused:?}");
        assert!(Snapshot::services_in(&file).is_err(), "{len}");
    }
}

mod versions {
    use super::*;

    pub(super) mod old {
        use super::*;
        store! { pub(crate) struct Zoo: "zoo", Global { pub(crate) cages: Table<String, Cage> } }

        #[derive(Clone, Serialize, Deserialize)]
        pub(crate) struct Cage {
            pub animal: String,
            #[serde(skip)]
            pub meals: Rows<u32, String>,
        }

        impl Resource for Cage {
            const VERSION: u32 = 1;
            rows!(meals);
        }
    }

    pub(super) mod new {
        use super::*;
        store! { pub(crate) struct Zoo: "zoo", Global { pub(crate) cages: Table<String, Cage> } }

        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub(crate) struct Cage {
            pub animals: Vec<String>,
            #[serde(default)]
            pub added: u32,
            #[serde(skip)]
            pub meals: Rows<u32, (String, u32)>,
        }

        impl Resource for Cage {
            const VERSION: u32 = 2;
            rows!(meals);

            fn migrate(from: u32, header: &Encoded) -> Result<Self, DecodeError> {
                assert_eq!(from, 1);
                let old::Cage { animal, .. } = header.decode()?;
                if animal == "unicorn" {
                    return Err(DecodeError::new("there are no unicorns"));
                }
                Ok(Self { animals: vec![animal], added: 0, meals: Rows::new() })
            }

            fn migrate_row(_: u32, map: &str, row: Encoded) -> Result<Encoded, DecodeError> {
                assert_eq!(map, "meals");
                Ok(Encoded::encode(&(row.decode::<String>()?, 1)))
            }
        }
    }
}

#[test]
fn older_versions_are_migrated_and_what_cannot_be_read_stays() {
    let directory = tempfile::tempdir().unwrap();
    let world = open(directory.path());
    let zoo = world.global::<versions::old::Zoo>();
    for (name, animal) in [("one", "lion"), ("two", "unicorn")] {
        let meals = Rows::from_iter([(1, "hay".to_owned())]);
        zoo.cages.insert(name.into(), versions::old::Cage { animal: animal.into(), meals });
    }
    world.close();
    drop((zoo, world));
    for round in 0..2 {
        let world = open(directory.path());
        let zoo = world.global::<versions::new::Zoo>();
        assert_eq!(zoo.cages.keys(), ["one"], "round {round}");
        let cage = zoo.cages.get("one").unwrap();
        assert_eq!((&cage.animals[..], cage.added), (&["lion".to_owned()][..], round));
        assert_eq!(cage.meals.get(&1), Some(&("hay".to_owned(), 1)));
        let problems = world.load_problems();
        assert_eq!(problems.len(), 1);
        assert!(problems[0].to_string().contains("unicorns"), "{}", problems[0]);
        zoo.cages.update("one", |cage| cage.added += 1);
        world.compact().unwrap();
        world.close();
    }
    // The program that wrote the unicorn still finds it; what the newer wrote it leaves alone.
    let world = open(directory.path());
    let zoo = world.global::<versions::old::Zoo>();
    assert_eq!(zoo.cages.keys(), ["two"]);
    assert!(world.load_problems()[0].to_string().contains("newer"));
}

/// A journal that fails as long as it is told to.
struct Failing {
    inner: LogJournal,
    fail: Arc<AtomicBool>,
}

impl Journal for Failing {
    fn load(&mut self, replay: &mut dyn FnMut(Op)) -> Result<LoadReport, JournalError> {
        self.inner.load(replay)
    }

    fn append(&mut self, batches: &[Vec<u8>]) -> Result<(), JournalError> {
        if self.fail.load(Ordering::SeqCst) {
            return Err(JournalError::Full("/somewhere".into()));
        }
        self.inner.append(batches)
    }

    fn start_sync(&mut self) -> Result<Sync, JournalError> {
        self.inner.start_sync()
    }

    fn wants_compaction(&self) -> bool {
        self.inner.wants_compaction()
    }

    fn compact(
        &mut self,
        definitions: &[u8],
    ) -> Result<Option<Box<dyn CompactionWriter>>, JournalError> {
        self.inner.compact(definitions)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_fails_requests_until_there_is_room() {
    for durability in [Durability::Always, Durability::EverySecond] {
        let directory = tempfile::tempdir().unwrap();
        let fail = Arc::new(AtomicBool::new(false));
        let inner = LogJournal::open(directory.path().join("state"), false).unwrap();
        let journal = Failing { inner, fail: Arc::clone(&fail) };
        let options = OpenOptions { durability, ..options(directory.path()) };
        let (world, _) = World::open_in(Box::new(journal), options).unwrap();
        let add = || async {
            let request = async {
                library(&world)
                    .counters
                    .update_or_insert(0, Counter::default, |found| found.0 += 1);
            };
            let ((), ticket) = track(request).await;
            world.durable(ticket).await
        };
        add().await.unwrap();
        fail.store(true, Ordering::SeqCst);
        for _ in 0..3 {
            assert!(matches!(add().await, Err(JournalError::Full(_))));
        }
        assert!(world.journal_failure().is_some());
        let ((), nothing) = track(async {
            library(&world).counters.get(&0);
        })
        .await;
        world.durable(nothing).await.expect("a request that changes nothing needs no disk");
        fail.store(false, Ordering::SeqCst);
        add().await.unwrap();
        assert!(world.journal_failure().is_none());
        world.close();
        assert!(matches!(add().await, Err(JournalError::Closed)));
        drop(world);
        assert_eq!(count(&open(directory.path())), 5, "what failed was written later");
    }
}

#[test]
fn a_read_only_directory_is_told() {
    let refused = World::open(options(Path::new("/proc/fogbank")));
    assert!(refused.is_err());
    let file = tempfile::NamedTempFile::new().unwrap();
    let refused = World::open(options(file.path()));
    assert!(matches!(refused, Err(JournalError::Io { .. })), "{refused:?}");
}

#[test]
fn worlds_in_memory_are_durable_at_once() {
    let world = World::with(Clock::default(), IdSource::random());
    assert!(!world.is_persistent());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(world.all_durable()).unwrap();
}

/// Run as a child process: adds to a counter and says each number when it is durable.
#[test]
#[ignore = "started by kill_9_loses_nothing_that_was_acknowledged"]
fn child_that_counts() {
    let Ok(directory) = std::env::var("FOGBANK_TEST_DIRECTORY") else { return };
    let world = open(Path::new(&directory));
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    runtime.block_on(async {
        loop {
            let add = async {
                let library = library(&world);
                library.counters.update_or_insert(0, Counter::default, |found| {
                    found.0 += 1;
                    found.0
                })
            };
            let (count, ticket) = track(add).await;
            world.durable(ticket).await.unwrap();
            println!("acknowledged {count}");
        }
    });
}

#[test]
fn kill_9_loses_nothing_that_was_acknowledged() {
    use std::io::{BufRead, BufReader};
    let directory = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for round in 1..=5_u64 {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "child_that_counts"])
            .env("FOGBANK_TEST_DIRECTORY", directory.path())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut seen = 0;
        while seen < round * 37 {
            let line = lines.next().unwrap().unwrap();
            if let Some(count) = line.strip_prefix("acknowledged ") {
                acknowledged = count.parse().unwrap();
                seen += 1;
            }
        }
        child.kill().unwrap();
        // What was still in the pipe was acknowledged too.
        for line in lines.map_while(Result::ok) {
            if let Some(count) = line.strip_prefix("acknowledged ") {
                acknowledged = count.parse().unwrap_or(acknowledged);
            }
        }
        child.wait().unwrap();
        let world = open(directory.path());
        assert!(count(&world) >= acknowledged, "{} of {acknowledged}", count(&world));
        world.close();
    }
}

#[test]
fn writers_side_by_side_write_for_each_other() {
    const TASKS: u64 = 16;
    const CHANGES: u64 = 200;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_time().build().unwrap();
    for durability in [Durability::EverySecond, Durability::Always] {
        let changes = if durability == Durability::Always { CHANGES / 20 } else { CHANGES };
        let directory = tempfile::tempdir().unwrap();
        let options = OpenOptions { durability, ..options(directory.path()) };
        let world = World::open(options).unwrap().0;
        let add = |world: &World| {
            library(world).counters.update_or_insert(0, Counter::default, |found| found.0 += 1);
        };
        let all = (0..TASKS).map(|task| {
            let world = Arc::clone(&world);
            runtime.spawn(async move {
                for change in 0..changes {
                    match (task, change % 50) {
                        // A change that nobody waits for.
                        (0, _) => add(&world),
                        // The journal is cut meanwhile.
                        (1, 7) => tokio::task::block_in_place(|| world.compact().unwrap()),
                        _ => {
                            let ((), ticket) = track(async { add(&world) }).await;
                            world.durable(ticket).await.unwrap();
                        }
                    }
                }
            })
        });
        let all: Vec<_> = all.collect();
        runtime.block_on(async {
            let limit = std::time::Duration::from_secs(60);
            for task in all {
                tokio::time::timeout(limit, task).await.expect("nobody waits for ever").unwrap();
            }
            world.all_durable().await.unwrap();
        });
        let expected = count(&world);
        world.close();
        assert_eq!(count(&open(directory.path())), expected, "{durability:?}");
        assert!(expected >= (TASKS - 1) * changes);
    }
}
