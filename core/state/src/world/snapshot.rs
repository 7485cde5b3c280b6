//! Snapshots, in memory and as files.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use fogbank_context::{Clock, IdSource};

use super::background::SharedBackground;
use super::shelf::Shelves;
use super::{Core, World};
use crate::blob::{Blob, BlobHash, BlobIntake, BlobStore};
use crate::journal::{self, FrameReader, FrameWriter, JournalError, Op, OpSink, RawState};

/// The contents of a world at one moment. Dropping it gives back what only it holds.
#[derive(Clone, Debug)]
pub struct Snapshot(pub(super) Arc<World>);

impl Snapshot {
    /// A world that starts from the snapshot.
    pub fn world(&self) -> Arc<World> {
        self.0.fork()
    }

    /// Its contents once more, for nobody else.
    pub(super) fn copy(&self) -> World {
        let _still = self.0.core.gate.close();
        self.0.copy()
    }

    /// How many resources each service has; services without any are left out.
    pub fn services(&self) -> BTreeMap<String, usize> {
        self.0.services()
    }

    /// Writes the contents of the services that are `wanted`, with their payloads, into a file
    /// that any server can import. Blocks.
    ///
    /// # Errors
    /// When the file cannot be written or a payload not be read.
    pub fn export(&self, file: &Path, wanted: impl Fn(&str) -> bool) -> Result<(), JournalError> {
        let mut frames = FrameWriter::create(file)?;
        let mut write = |batch: &[u8]| frames.write(batch);
        let mut sink = OpSink::new(&mut write);
        self.0.shelves.export(&wanted, &mut sink);
        for hash in sink.take_blobs() {
            self.0.core.blobs().export(hash, &mut |piece| {
                sink.add(|out| journal::blob(out, hash, piece));
            })?;
        }
        sink.finish()?;
        frames.finish().map(drop)
    }

    /// The services in a file that [`Snapshot::export`] wrote, without taking anything in. Blocks.
    ///
    /// # Errors
    /// As [`Snapshot::import`].
    pub fn services_in(file: &Path) -> Result<BTreeSet<String>, JournalError> {
        let mut frames = FrameReader::open(file)?;
        let (mut names, mut found) = (BTreeMap::new(), BTreeSet::new());
        let mut complete = false;
        while let Some(frame) = frames.next(None)? {
            let good = Op::read_all(frame, |op| {
                complete = matches!(op, Op::End(_));
                match op {
                    Op::Define(id, name) => {
                        names.insert(id, name.store.service.to_string());
                    }
                    Op::Put { table, .. } => found.extend(names.get(&table).cloned()),
                    _ => {}
                }
            });
            complete &= good;
        }
        let at = frames.good();
        complete.then_some(found).ok_or_else(|| JournalError::Damaged { path: file.into(), at })
    }

    /// Reads a file that [`Snapshot::export`] wrote; payloads go to `blobs`. Blocks.
    ///
    /// Services that this program does not know stay in the snapshot as they are, and go on from
    /// there into the journal and into exports.
    ///
    /// # Errors
    /// When the file cannot be read, is damaged or incomplete, or is of an unknown format.
    pub fn import(file: &Path, blobs: &BlobStore) -> Result<Self, JournalError> {
        let mut state = RawState::default();
        let mut payloads = Payloads { store: blobs, current: None, kept: Vec::new() };
        let mut frames = FrameReader::open(file)?;
        let mut complete = false;
        let damaged = |at| JournalError::Damaged { path: file.into(), at };
        while let Some(frame) = frames.next(None)? {
            let at = frames.good();
            let mut taken = Ok(true);
            let good = Op::read_all(frame, |op| {
                complete = matches!(op, Op::End(_));
                let one = match op {
                    Op::Blob { hash, piece } => payloads.take(hash, &piece),
                    op => Ok(state.apply(op)),
                };
                if !matches!(one, Ok(true)) && matches!(taken, Ok(true)) {
                    taken = one;
                }
            });
            if !(taken.map_err(|error| JournalError::io("the blob store", error))? && good) {
                return Err(damaged(at));
            }
        }
        if !complete {
            return Err(damaged(frames.good()));
        }
        Ok(Self(Arc::new(World {
            core: Core::new(blobs.clone()),
            clock: Clock::default(),
            ids: IdSource::random(),
            requests: AtomicU64::new(0),
            // The handles that `payloads` has go at the end, when the stores have theirs.
            shelves: Shelves::of_saved(state.into_stores(), blobs),
            background: SharedBackground::default(),
        })))
    }
}

/// Takes the payloads of an exported file in.
struct Payloads<'a> {
    store: &'a BlobStore,
    current: Option<(BlobHash, BlobIntake)>,
    kept: Vec<Blob>,
}

impl Payloads<'_> {
    /// Adds a piece, of which an empty one is the last; false when it does not belong there.
    fn take(&mut self, hash: BlobHash, piece: &[u8]) -> io::Result<bool> {
        let (current, mut intake) = match self.current.take() {
            Some(current) => current,
            None => (hash, BlobIntake::start(self.store)?),
        };
        if current != hash {
            return Ok(false);
        }
        if piece.is_empty() {
            let blob = intake.finish(hash)?;
            let good = blob.is_some();
            self.kept.extend(blob);
            return Ok(good);
        }
        intake.write(piece)?;
        self.current = Some((hash, intake));
        Ok(true)
    }
}
