//! What a world with a journal keeps beside its tables: where its clock stands, and how many
//! requests its seed has served.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use fogbank_context::ClockPosition;
use serde::{Deserialize, Serialize};

/// Requests are counted on the disk in steps of this many, so that counting costs nothing; after a
/// restart the count goes on with the next step.
pub(super) const STEP: u64 = 1024;

/// The contents of the file `world.json`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// Where the clock stands; none when it shows real time.
    #[serde(default)]
    pub(super) clock: Option<ClockPosition>,
    /// No request of a later run gets a number below this.
    #[serde(default)]
    pub(super) requests: u64,
}

/// The file.
#[derive(Debug)]
pub(super) struct KeptFile {
    path: PathBuf,
    /// What it contains.
    pub(super) kept: Kept,
}

impl KeptFile {
    /// Reads the file of a directory; nothing is kept where there is none.
    pub(super) fn open(directory: &Path) -> io::Result<Self> {
        let path = directory.join("world.json");
        let kept = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Kept::default(),
            Err(error) => return Err(error),
        };
        Ok(Self { path, kept })
    }

    /// Changes what is kept; the file is replaced as a whole.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Kept)) -> io::Result<()> {
        let mut kept = self.kept;
        change(&mut kept);
        if kept == self.kept {
            return Ok(());
        }
        let partial = self.path.with_extension("partial");
        fs::write(&partial, serde_json::to_vec(&kept)?)?;
        fs::rename(&partial, &self.path)?;
        self.kept = kept;
        Ok(())
    }
}
