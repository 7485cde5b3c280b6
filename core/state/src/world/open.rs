//! Worlds that outlive their process.

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Weak};

use fogbank_context::{Clock, IdSource};
use parking_lot::Mutex;

use super::background::SharedBackground;
use super::kept::KeptFile;
use super::shelf::Shelves;
use super::{Core, World};
use crate::blob::{BlobOptions, BlobStore};
use crate::journal::{
    Durability, Journal, JournalError, LoadReport, LogJournal, OpSink, RawState, RecordedWorld,
    Recorder,
};

/// How a world with a journal is opened; see [`World::open`].
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// Where everything is kept: the journal in `state/`, payloads in `blobs/`, the clock's
    /// position and the count of seeded requests in `world.json`.
    pub directory: PathBuf,
    /// When a change counts as durable.
    pub durability: Durability,
    /// Blobs up to this many bytes are kept in memory and in the journal, larger ones in files.
    pub memory_limit: u64,
    /// Gives up what follows a damaged place instead of refusing to open; see
    /// [`LogJournal::open`].
    pub repair: bool,
    /// The world's clock.
    pub clock: Clock,
    /// The world's id source.
    pub ids: IdSource,
}

impl OpenOptions {
    /// The usual options for a directory: durability each second, blobs from 64 KiB on in files.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            durability: Durability::default(),
            memory_limit: 64 * 1024,
            repair: false,
            clock: Clock::default(),
            ids: IdSource::random(),
        }
    }
}

impl World {
    /// Opens the world that is kept in a directory, or makes one there. Blocks.
    ///
    /// Everything is read as bytes; a store is decoded when it is first asked for.
    ///
    /// # Errors
    /// When another server uses the directory, it cannot be written to, its format is not known,
    /// or it is damaged elsewhere than at its end.
    pub fn open(options: OpenOptions) -> Result<(Arc<Self>, LoadReport), JournalError> {
        let journal = LogJournal::open(options.directory.join("state"), options.repair)?;
        Self::open_in(Box::new(journal), options)
    }

    /// As [`World::open`], with another place for the journal; blobs go to the directory.
    ///
    /// # Errors
    /// As [`World::open`].
    pub fn open_in(
        mut journal: Box<dyn Journal>,
        options: OpenOptions,
    ) -> Result<(Arc<Self>, LoadReport), JournalError> {
        let blobs = BlobStore::new(BlobOptions {
            memory_limit: options.memory_limit,
            directory: Some(options.directory.join("blobs")),
            sync: options.durability == Durability::Always,
        });
        let mut state = RawState::default();
        let mut nameless = 0;
        let report = journal.load(&mut |op| nameless += u64::from(!state.apply(op)))?;
        if nameless > 0 {
            return Err(JournalError::Damaged { path: options.directory.join("state"), at: 0 });
        }
        let shelves = Shelves::of_saved(state.into_stores(), &blobs);
        // What no value refers to was on its way in or out when the process ended.
        let swept = blobs.sweep();
        swept.map_err(|error| JournalError::io(options.directory.join("blobs"), error))?;

        let kept = KeptFile::open(&options.directory)
            .map_err(|error| JournalError::io(options.directory.join("world.json"), error))?;
        if let Some(position) = kept.kept.clock {
            options.clock.resume_from(position);
        }
        let requests = kept.kept.requests;
        let ids = if requests > 0 { options.ids.restarted(requests) } else { options.ids };

        let world = Arc::new(Self {
            core: Core::new(blobs.clone()),
            clock: options.clock,
            ids,
            requests: AtomicU64::new(requests),
            shelves,
            background: SharedBackground::default(),
        });
        let recorded = Box::new(Recorded(Arc::downgrade(&world)));
        let recorder = Recorder::start(journal, options.durability, blobs, recorded)
            .map_err(|error| JournalError::io(&options.directory, error))?;
        let fresh = world.core.recorder.set(recorder).is_ok()
            && world.core.kept.set(Mutex::new(kept)).is_ok();
        debug_assert!(fresh, "the world was made a moment ago");
        Ok((world, report))
    }

    /// Replaces the journal by its shortest form. Blocks for as long as writing the whole state
    /// takes; changes go on meanwhile. Happens by itself when the journal has grown.
    ///
    /// # Errors
    /// When that cannot be written. Nothing is lost then.
    pub fn compact(&self) -> Result<(), JournalError> {
        let Some(recorder) = self.core.recorder() else { return Ok(()) };
        let still = self.core.gate.close();
        let copy = self.copy();
        let started = recorder.cut();
        drop(still);
        let Some(mut writer) = started.recv().map_err(|_| JournalError::Closed)?? else {
            return Ok(());
        };
        let mut write = |batch: &[u8]| writer.write(batch);
        let mut sink = OpSink::new(&mut write);
        copy.shelves.export(&|_| true, &mut sink);
        sink.finish()?;
        writer.finish()
    }
}

/// The world of a recorder, which does not keep it alive.
struct Recorded(Weak<World>);

impl RecordedWorld for Recorded {
    fn compact(&self) {
        let Some(world) = self.0.upgrade() else { return };
        let run = move || {
            // What failed is tried again when the journal has grown further; a full disk shows in
            // the appending too.
            let _ = world.compact();
            if let Some(recorder) = world.core.recorder() {
                recorder.compacted();
            }
        };
        let _ = std::thread::Builder::new().name("fogbank-compact".to_owned()).spawn(run);
    }

    fn settle(&self) {
        if let Some(world) = self.0.upgrade() {
            drop(world.core.gate.close());
        }
    }
}
