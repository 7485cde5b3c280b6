//! Writing a blob as it comes in.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use tokio::task::{JoinHandle, spawn_blocking};

use super::file::Spare;
use super::{Blob, BlobHash, BlobStore};

/// What all writers together collect before they write to their files. Less is still in the
/// processor's memory when it is written.
const TOGETHER: usize = 4 * 1024 * 1024;
/// What one of them collects, at least and at most.
const LEAST: usize = 64 * 1024;
const MOST: usize = 512 * 1024;
/// What an announced size may reserve at once.
const RESERVE: u64 = 1024 * 1024;

/// Takes the payload of a new blob; from [`BlobStore::writer`].
///
/// Small payloads stay in memory. Others go to a file on tokio's blocking threads, while more
/// comes in; of each at most 1 MiB is in memory then, less when many are written at once. Dropped
/// before [`BlobWriter::finish`], it leaves nothing behind.
pub struct BlobWriter {
    store: BlobStore,
    /// The size that was announced.
    size: Option<u64>,
    len: u64,
    state: State,
}

enum State {
    Memory(Vec<u8>),
    File {
        pending: Vec<Bytes>,
        size: usize,
        job: JoinHandle<io::Result<Spool>>,
    },
    /// A write failed, or its future was dropped half way.
    Broken,
}

/// The file that is being written; deleted unless it was taken in.
struct Spool {
    file: File,
    path: PathBuf,
    /// How much of an earlier content the file may have.
    before: u64,
    /// Of a file that is to be named by its hash.
    hasher: Option<blake3::Hasher>,
    store: BlobStore,
}

impl fmt::Debug for BlobWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlobWriter").field("len", &self.len).finish_non_exhaustive()
    }
}

impl Spool {
    /// A file to be named by its content.
    fn named(store: &BlobStore) -> io::Result<Self> {
        Self::new(store, Some(blake3::Hasher::new()))
    }

    fn new(store: &BlobStore, hasher: Option<blake3::Hasher>) -> io::Result<Self> {
        let path = store.temporary_path()?;
        let file = File::options().write(true).create_new(true).open(&path)?;
        Ok(Self::in_file(store, Spare { file, path, len: 0 }, hasher))
    }

    fn in_file(store: &BlobStore, spare: Spare, hasher: Option<blake3::Hasher>) -> Self {
        store.writers().fetch_add(1, Ordering::Relaxed);
        let Spare { file, path, len } = spare;
        Self { file, path, before: len, hasher, store: store.clone() }
    }

    /// A file for about so many bytes: a spare one if there is one.
    fn create(store: &BlobStore, size: Option<u64>) -> io::Result<Self> {
        if store.keeps() {
            return Self::named(store);
        }
        match size.and_then(|size| store.spare(size)) {
            Some(spare) => Ok(Self::in_file(store, spare, None)),
            None => Self::new(store, None),
        }
    }

    fn write(mut self, chunks: &[Bytes]) -> io::Result<Self> {
        for chunk in chunks {
            self.add(chunk)?;
        }
        Ok(self)
    }

    fn add(&mut self, chunk: &[u8]) -> io::Result<()> {
        if let Some(hasher) = &mut self.hasher {
            hasher.update(chunk);
        }
        self.file.write_all(chunk)
    }

    /// The blob of the file, which has so many bytes.
    fn finish(mut self, len: u64) -> io::Result<Blob> {
        if self.store.syncs() {
            self.file.sync_data()?;
        }
        if let Some(hasher) = &self.hasher {
            let hash = BlobHash(*hasher.finalize().as_bytes());
            return self.store.adopt(&self.path, hash, len);
        }
        if self.before > len {
            self.file.set_len(len)?;
        }
        Ok(self.store.own(std::mem::take(&mut self.path), len))
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        self.store.writers().fetch_sub(1, Ordering::Relaxed);
        // Fails when the file was taken in, under another name or its own.
        let _ = fs::remove_file(&self.path);
    }
}

/// Takes the payload of a blob in from an exported file; blocks.
pub(crate) struct BlobIntake {
    spool: Spool,
    len: u64,
}

impl BlobIntake {
    pub(crate) fn start(store: &BlobStore) -> io::Result<Self> {
        Ok(Self { spool: Spool::named(store)?, len: 0 })
    }

    pub(crate) fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.len += piece.len() as u64;
        self.spool.add(piece)
    }

    /// Completes the blob; none when its content has another hash.
    pub(crate) fn finish(self, expected: BlobHash) -> io::Result<Option<Blob>> {
        let found = self.spool.hasher.as_ref().map(|hasher| *hasher.finalize().as_bytes());
        if found != Some(expected.0) {
            return Ok(None);
        }
        self.spool.finish(self.len).map(Some)
    }
}

fn broken() -> io::Error {
    io::Error::other("an earlier write of this blob failed")
}

async fn finished<T>(job: JoinHandle<io::Result<T>>) -> io::Result<T> {
    job.await.unwrap_or_else(|error| Err(io::Error::other(error)))
}

impl BlobWriter {
    pub(super) fn new(store: BlobStore, size: Option<u64>) -> Self {
        let reserve = match size {
            Some(size) if size <= store.memory_limit() => size.min(RESERVE),
            _ => 0,
        };
        let state = State::Memory(Vec::with_capacity(usize::try_from(reserve).unwrap_or(0)));
        Self { store, size, len: 0, state }
    }

    /// How many bytes were written so far.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing was written so far.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds to the payload.
    ///
    /// # Errors
    /// When the file cannot be written, as on a full disk. The blob is lost then.
    pub async fn write(&mut self, bytes: Bytes) -> io::Result<()> {
        self.len += bytes.len() as u64;
        let least = self.size.unwrap_or(0).max(self.len);
        match &mut self.state {
            State::Memory(buffer) if least <= self.store.memory_limit() => {
                buffer.extend_from_slice(&bytes);
                return Ok(());
            }
            State::Memory(buffer) => {
                let (start, store) = (Bytes::from(std::mem::take(buffer)), self.store.clone());
                let announced = self.size;
                let job = spawn_blocking(move || Spool::create(&store, announced)?.write(&[start]));
                let size = bytes.len();
                self.state = State::File { pending: vec![bytes], size, job };
            }
            State::File { pending, size, .. } => {
                *size += bytes.len();
                pending.push(bytes);
            }
            State::Broken => return Err(broken()),
        }
        let share = TOGETHER / self.store.writers().load(Ordering::Relaxed).max(1);
        if matches!(&self.state, State::File { size, .. } if *size >= share.clamp(LEAST, MOST)) {
            self.flush().await?;
        }
        Ok(())
    }

    /// Waits for the last write and starts the next.
    async fn flush(&mut self) -> io::Result<()> {
        let State::File { pending, job, .. } = std::mem::replace(&mut self.state, State::Broken)
        else {
            return Err(broken());
        };
        let spool = finished(job).await?;
        let job = spawn_blocking(move || spool.write(&pending));
        self.state = State::File { pending: Vec::new(), size: 0, job };
        Ok(())
    }

    /// Completes the blob.
    ///
    /// # Errors
    /// As [`BlobWriter::write`].
    pub async fn finish(self) -> io::Result<Blob> {
        let len = self.len;
        match self.state {
            State::Memory(buffer) => Ok(Blob::from(Bytes::from(buffer))),
            State::Broken => Err(broken()),
            State::File { pending, job, .. } => {
                let spool = finished(job).await?;
                finished(spawn_blocking(move || spool.write(&pending)?.finish(len))).await
            }
        }
    }
}
