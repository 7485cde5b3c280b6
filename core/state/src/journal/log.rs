//! The journal in files.
//!
//! `00000007.log` holds frames: length (u64), CRC-32 of length and payload (u32), payload; all little-endian.
//! `00000005.base` holds, in the same form, the state as it was before `00000005.log`. The newest
//! base and the logs from its number on are the state; older files are deleted.

mod ahead;
mod compaction;
mod segment;

use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{CompactionWriter, Journal, JournalError, LoadReport, Op, Sync};
use compaction::LogCompaction;
use segment::Segment;

pub(crate) use segment::{FrameReader, FrameWriter};

/// Logs are not compacted before they have this size together.
const COMPACT_FROM: u64 = 64 * 1024 * 1024;
/// Nor, however small, before there are this many.
const COMPACT_FILES: usize = 32;

/// Keeps batches in the files of a directory that no other process may use meanwhile.
#[derive(Debug)]
pub struct LogJournal {
    directory: PathBuf,
    /// Locked as long as the journal is open.
    _lock: File,
    current: Option<Segment>,
    /// The number of the next log.
    next: u64,
    /// Logs that are there since the last base, with the current one.
    files: usize,
    /// What the logs before the current one have together.
    older: u64,
    base: Arc<AtomicU64>,
    repair: bool,
}

impl LogJournal {
    /// Opens the journal of a directory, which is made where it is missing.
    ///
    /// With `repair`, what follows a damaged place inside the journal is given up (and kept as a
    /// copy) instead of refusing to load. An incomplete end, as `kill -9` or a power failure
    /// leaves it, is always cut off.
    ///
    /// # Errors
    /// When another process has it, or it cannot be written to.
    pub fn open(directory: impl Into<PathBuf>, repair: bool) -> Result<Self, JournalError> {
        let directory = directory.into();
        fs::create_dir_all(&directory).map_err(|error| JournalError::io(&directory, error))?;
        let lock = lock(&directory)?;
        Ok(Self {
            directory,
            _lock: lock,
            current: None,
            next: 1,
            files: 0,
            older: 0,
            base: Arc::default(),
            repair,
        })
    }

    fn path(&self, number: u64, kind: &str) -> PathBuf {
        self.directory.join(format!("{number:08}.{kind}"))
    }

    /// The numbers of the files of a kind, in order.
    fn numbers(&self, kind: &str) -> Result<Vec<u64>, JournalError> {
        let failed = |error| JournalError::io(&self.directory, error);
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.directory).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let parts = name.to_str().and_then(|name| name.split_once('.'));
            if let Some((number, found)) = parts
                && found == kind
                && let Ok(number) = number.parse()
            {
                numbers.push(number);
            }
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Reads a file and returns the place up to which it is good.
    fn replay(
        &self,
        path: &Path,
        end: Option<u64>,
        report: &mut LoadReport,
        replay: &mut dyn FnMut(Op),
    ) -> Result<Replayed, JournalError> {
        let mut complete = false;
        let (good, len) = ahead::read_ahead(path, end, &mut |at, frame| {
            report.batches += 1;
            let good = Op::read_all(frame, |op| {
                complete = matches!(op, Op::End(_));
                report.changes += 1;
                replay(op);
            });
            if good { Ok(()) } else { Err(JournalError::Damaged { path: path.into(), at }) }
        })?;
        Ok(Replayed { good, len, complete })
    }

    fn new_segment(&mut self, first: Option<&[u8]>) -> Result<(), JournalError> {
        let previous = self.current.as_ref().map(Segment::len);
        let segment = Segment::create(self.path(self.next, "log"), previous, first)?;
        sync_directory(&self.directory)?;
        self.older += previous.unwrap_or(0);
        self.next += 1;
        self.files += 1;
        self.current = Some(segment);
        Ok(())
    }
}

struct Replayed {
    good: u64,
    len: u64,
    complete: bool,
}

fn lock(directory: &Path) -> Result<File, JournalError> {
    let path = directory.join("lock");
    let failed = |error| JournalError::io(&path, error);
    let options = File::options().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = options.map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0).map_err(failed)?;
            write!(file, "{}", std::process::id()).map_err(failed)?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            Err(JournalError::InUse { path: directory.into(), holder })
        }
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Makes the names of new files survive a power failure.
fn sync_directory(directory: &Path) -> Result<(), JournalError> {
    let synced = File::open(directory).and_then(|directory| directory.sync_all());
    if cfg!(unix) { synced.map_err(|error| JournalError::io(directory, error)) } else { Ok(()) }
}

impl Journal for LogJournal {
    fn load(&mut self, replay: &mut dyn FnMut(Op)) -> Result<LoadReport, JournalError> {
        let mut report = LoadReport::default();
        let base = self.numbers("base")?.pop();
        if let Some(number) = base {
            let path = self.path(number, "base");
            let replayed = self.replay(&path, None, &mut report, replay)?;
            if !replayed.complete {
                return Err(JournalError::Damaged { path, at: replayed.good });
            }
            self.base.store(replayed.len, Ordering::Relaxed);
        }
        let from = base.unwrap_or(0);
        let logs: Vec<_> = self.numbers("log")?.into_iter().filter(|log| *log >= from).collect();
        for (place, number) in logs.iter().enumerate() {
            let path = self.path(*number, "log");
            let following = logs.get(place + 1).map(|next| self.path(*next, "log"));
            let end = following.map(|path| segment::previous_len(&path)).transpose()?.flatten();
            let replayed = self.replay(&path, end, &mut report, replay)?;
            self.older += replayed.good;
            if replayed.good < replayed.len && end != Some(replayed.good) {
                let last = place + 1 == logs.len();
                if !(last || self.repair) {
                    return Err(JournalError::Damaged { path, at: replayed.good });
                }
                report.dropped = Some(segment::cut_off(&path, replayed.good)?);
                for given_up in &logs[place + 1..] {
                    let log = self.path(*given_up, "log");
                    let aside = self.path(*given_up, "given-up");
                    fs::rename(&log, aside).map_err(|error| JournalError::io(&log, error))?;
                }
                break;
            }
        }
        self.files = logs.len();
        self.next = logs.last().copied().unwrap_or(from).max(from) + 1;
        compaction::remove_older(&self.directory, from);
        self.new_segment(None)?;
        Ok(report)
    }

    fn append(&mut self, batches: &[Vec<u8>]) -> Result<(), JournalError> {
        if self.current.as_ref().is_none_or(Segment::is_broken) {
            self.new_segment(None)?;
        }
        let current = self.current.as_mut().ok_or(JournalError::Closed)?;
        current.append(batches)
    }

    fn appends_at_once(&self) -> bool {
        true
    }

    fn start_sync(&mut self) -> Result<Sync, JournalError> {
        self.current.as_ref().map_or_else(|| Ok(Box::new(|| Ok(())) as Sync), Segment::start_sync)
    }

    fn wants_compaction(&self) -> bool {
        let logs = self.older + self.current.as_ref().map_or(0, Segment::len);
        self.files > COMPACT_FILES || logs > COMPACT_FROM.max(self.base.load(Ordering::Relaxed))
    }

    fn compact(
        &mut self,
        definitions: &[u8],
    ) -> Result<Option<Box<dyn CompactionWriter>>, JournalError> {
        self.start_sync()?()?;
        self.new_segment(Some(definitions))?;
        let number = self.next - 1;
        let writer = LogCompaction::start(&self.directory, number, Arc::clone(&self.base))?;
        self.older = 0;
        self.files = 1;
        Ok(Some(Box::new(writer)))
    }
}
