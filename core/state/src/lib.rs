//! Tables, scopes, worlds, the journal and the blob store.
//!
//! A [`World`] holds all state of all services, a clock and an id source. A service declares its
//! state as [stores](Store) of [tables](Table) with the [`store!`] macro; the scope of a store is
//! part of its type, so that nothing can be looked up in the wrong account or region:
//!
//! ```
//! use fogbank_context::{AccountId, Region};
//! use fogbank_state::{Resource, Rows, Table, World, rows, store};
//! use serde::{Deserialize, Serialize};
//!
//! store! {
//!     /// Everything SQS keeps in one account and region.
//!     pub struct SqsStore: "sqs", Regional {
//!         /// The queues by name.
//!         pub queues: Table<String, Queue>,
//!     }
//! }
//!
//! /// A queue. What is serialised is the header; the messages are rows, each saved by itself.
//! #[derive(Clone, Debug, Default, Serialize, Deserialize)]
//! pub struct Queue {
//!     visibility_timeout: u32,
//!     #[serde(skip)]
//!     messages: Rows<u64, String>,
//!     /// Derived from the rows, so it is not saved.
//!     #[serde(skip)]
//!     bytes: usize,
//! }
//!
//! impl Resource for Queue {
//!     const VERSION: u32 = 1;
//!     rows!(messages);
//!
//!     fn rebuild(&mut self) {
//!         self.bytes = self.messages.values().map(String::len).sum();
//!     }
//! }
//!
//! let world = World::new();
//! let sqs = world.regional::<SqsStore>(AccountId::DEFAULT, &Region::us_east_1());
//! sqs.queues.insert_new("orders".to_owned(), Queue::default()).expect("a new name");
//!
//! // The closure runs under the lock of this one queue; other queues do not wait.
//! let sent = sqs.queues.update("orders", |queue| {
//!     queue.messages.insert(1, "hello".to_owned());
//!     queue.bytes += 5;
//!     queue.messages.len()
//! });
//! assert_eq!(sent, Some(1));
//!
//! // A fork sees what was there and goes its own way, whatever the size.
//! let fork = world.fork();
//! let in_fork = fork.regional::<SqsStore>(AccountId::DEFAULT, &Region::us_east_1());
//! in_fork.queues.remove("orders");
//! assert!(sqs.queues.contains("orders"));
//! ```
//!
//! **Invariants.** Closures given to a table are synchronous and touch no other table: a nested
//! access panics, because it could dead-lock; [`World::transaction`] changes several resources at
//! once. A change is in the journal's queue before the lock of its resource is released, so the
//! journal's order is the order of the changes.

mod blob;
mod codec;
mod journal;
mod resource;
mod rows;
mod store;
mod table;
mod transaction;
mod world;

pub use blob::{Blob, BlobHash, BlobOptions, BlobReader, BlobSlice, BlobStore, BlobWriter};
pub use codec::{DecodeError, Encoded};
pub use journal::{
    CompactionWriter, Dropped, Durability, Journal, JournalError, LoadReport, LogJournal, Op, Sync,
    TableName, Ticket, track,
};
pub use resource::{Key, Resource, RowVisitor, Tracked};
pub use rows::Rows;
pub use store::{
    AccountWide, Global, Regional, Scope, ScopeKind, Store, StoreAddress, StoreContext, StoreSlot,
    TableList,
};
pub use table::{Edit, Exists, LoadProblem, Range, Revision, Table, Watch, WatchAll};
pub use transaction::{Locked, Transaction, Tx};
pub use world::{Change, Difference, OpenOptions, RowCounts, Snapshot, World};
