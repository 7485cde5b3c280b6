//! Replacing old logs by a base.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{FrameWriter, sync_directory};
use crate::journal::{CompactionWriter, JournalError};

/// Writes the base that stands for all logs before a number.
#[derive(Debug)]
pub(super) struct LogCompaction {
    directory: PathBuf,
    number: u64,
    temporary: PathBuf,
    file: Option<FrameWriter>,
    size: Arc<AtomicU64>,
}

impl LogCompaction {
    pub(super) fn start(
        directory: &Path,
        number: u64,
        size: Arc<AtomicU64>,
    ) -> Result<Self, JournalError> {
        let temporary = directory.join(format!("{number:08}.new-base"));
        let file = Some(FrameWriter::create(&temporary)?);
        Ok(Self { directory: directory.into(), number, temporary, file, size })
    }
}

impl CompactionWriter for LogCompaction {
    fn write(&mut self, batch: &[u8]) -> Result<(), JournalError> {
        self.file.as_mut().ok_or(JournalError::Closed)?.write(batch)
    }

    fn finish(mut self: Box<Self>) -> Result<(), JournalError> {
        let len = self.file.take().ok_or(JournalError::Closed)?.finish()?;
        let target = self.directory.join(format!("{:08}.base", self.number));
        fs::rename(&self.temporary, &target).map_err(|error| JournalError::io(&target, error))?;
        sync_directory(&self.directory)?;
        self.size.store(len, Ordering::Relaxed);
        remove_older(&self.directory, self.number);
        Ok(())
    }
}

impl Drop for LogCompaction {
    fn drop(&mut self) {
        // Fails when the file has its final name.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Deletes what the base with this number stands for, and bases that were never completed. What
/// cannot be deleted now is deleted the next time.
pub(super) fn remove_older(directory: &Path, number: u64) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some((digits, kind)) = name.to_str().and_then(|name| name.split_once('.')) else {
            continue;
        };
        let older = digits.parse::<u64>().is_ok_and(|found| found < number);
        if older && matches!(kind, "log" | "base" | "new-base") {
            let _ = fs::remove_file(entry.path());
        }
    }
}
