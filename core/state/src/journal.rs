//! The journal: what makes a world survive the end of its process.
//!
//! Changes are appended as atomic batches in the order in which they happened. The
//! [`Journal`] trait is what a place for them has to offer; [`LogJournal`] keeps them in files. The
//! world's side, with the thread that groups batches, is the recorder.

mod batch;
mod log;
mod raw;
mod recorder;

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

pub use batch::{Op, TableName};
pub use log::LogJournal;
pub use recorder::{Ticket, track};

pub(crate) use batch::{OpSink, blob, clear, drop_resource, drop_row, put, put_row, wipe};
pub(crate) use log::{FrameReader, FrameWriter};
pub(crate) use raw::{RawResource, RawRows, RawState, RawStore, RawTable, RawValue};
pub(crate) use recorder::{RecordedWorld, Recorder};

/// When a change counts as durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Durability {
    /// When it is on the disk: survives a power failure. Costs an fsync for each group of changes.
    Always,
    /// When the operating system has it: survives `kill -9` of the process. The disk has it a
    /// second later.
    #[default]
    EverySecond,
}

/// Changes cannot be made durable, or what was saved cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum JournalError {
    /// No space is left, or no quota.
    #[error("the disk of {} is full", .0.display())]
    Full(PathBuf),
    /// The place cannot be written to.
    #[error("{} is read-only", .0.display())]
    ReadOnly(PathBuf),
    /// Another process uses the directory.
    #[error("{} is in use by another server{}", .path.display(), by(.holder))]
    InUse {
        /// The directory.
        path: PathBuf,
        /// What the other one left in the lock file, which is its process id.
        holder: String,
    },
    /// The files are of a format that this version does not read.
    #[error("{} has format {found}, and this version reads up to {known}", .path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// The version it is of.
        found: u32,
        /// The newest version that is understood.
        known: u32,
    },
    /// Something that was complete when it was written is damaged now.
    #[error("{} is damaged at byte {at}; what follows can only be given up", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where the damage starts.
        at: u64,
    },
    /// Anything else that the operating system refuses.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The reason.
        source: Arc<io::Error>,
    },
    /// The world was closed.
    #[error("the journal is closed")]
    Closed,
}

fn by(holder: &str) -> String {
    if holder.is_empty() { String::new() } else { format!(" (process {holder})") }
}

impl JournalError {
    pub(crate) fn io(path: impl Into<PathBuf>, error: io::Error) -> Self {
        let path = path.into();
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full(path),
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                Self::ReadOnly(path)
            }
            _ => Self::Io { path, source: Arc::new(error) },
        }
    }
}

/// What was found when a journal was loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// Batches that were replayed.
    pub batches: u64,
    /// Changes that were replayed.
    pub changes: u64,
    /// The end of the journal that was not complete and was left out, if there was one.
    pub dropped: Option<Dropped>,
}

/// A torn or damaged end of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The file.
    pub path: PathBuf,
    /// Where the part that was left out starts.
    pub at: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// Where a copy of it was put.
    pub saved_as: Option<PathBuf>,
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, at, bytes, .. } = self;
        write!(f, "{bytes} bytes at the end of {} (from byte {at} on)", path.display())?;
        match &self.saved_as {
            Some(copy) => write!(f, " were not complete; a copy is in {}", copy.display()),
            None => write!(f, " were not complete"),
        }
    }
}

/// Finishes what [`Journal::start_sync`] started; may run on another thread.
pub type Sync = Box<dyn FnOnce() -> Result<(), JournalError> + Send>;

/// A place where batches of changes are kept.
///
/// A batch is the encoded form of some [`Op`]s ([`Op::read_all`]). All methods block.
pub trait Journal: Send + 'static {
    /// Shows all that was saved, in an order in which it can be replayed. Called once, first.
    ///
    /// # Errors
    /// When something complete is damaged or cannot be read.
    fn load(&mut self, replay: &mut dyn FnMut(Op)) -> Result<LoadReport, JournalError>;

    /// Adds batches, each of them wholly or not at all. After an error none of them is there, or
    /// some from the first on; the caller adds them again.
    ///
    /// # Errors
    /// When they cannot be written.
    fn append(&mut self, batches: &[Vec<u8>]) -> Result<(), JournalError>;

    /// Whether [`Journal::append`] only hands batches to the operating system, so that a request
    /// may do it itself.
    fn appends_at_once(&self) -> bool {
        false
    }

    /// Starts to bring all that was appended to the disk; the returned function completes it.
    ///
    /// # Errors
    /// When that cannot be started.
    fn start_sync(&mut self) -> Result<Sync, JournalError>;

    /// Whether it is time to call [`Journal::compact`].
    fn wants_compaction(&self) -> bool;

    /// Starts to replace all that was appended so far by a shorter form, which goes to the
    /// returned writer while appending goes on. `definitions` is a batch that comes first in what
    /// is appended next. None when this journal compacts by itself.
    ///
    /// # Errors
    /// When that cannot be started.
    fn compact(
        &mut self,
        definitions: &[u8],
    ) -> Result<Option<Box<dyn CompactionWriter>>, JournalError>;
}

/// Takes the state as it was when [`Journal::compact`] was called.
pub trait CompactionWriter: Send {
    /// Adds a batch.
    ///
    /// # Errors
    /// When it cannot be written. The journal stays as it was.
    fn write(&mut self, batch: &[u8]) -> Result<(), JournalError>;

    /// Puts what was written into the place of what it stands for.
    ///
    /// # Errors
    /// As [`CompactionWriter::write`].
    fn finish(self: Box<Self>) -> Result<(), JournalError>;
}
