//! Writing a blob as it comes in.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use bytes::Bytes;
use tokio::task::{JoinHandle, spawn_blocking};

use super::{Blob, BlobHash, BlobStore};

/// What is collected before a write to the file.
const CHUNK: usize = 1024 * 1024;
/// What an announced size may reserve at once.
const RESERVE: u64 = 1024 * 1024;

/// Takes the payload of a new blob; from [`BlobStore::writer`].
///
/// Small payloads stay in memory. Others go to a file on tokio's blocking threads, while the next
/// chunk comes in; at most two chunks of 1 MiB are in memory then. Dropped before
/// [`BlobWriter::finish`], it leaves nothing behind.
pub struct BlobWriter {
    store: BlobStore,
    /// It was announced to be too large for memory.
    large: bool,
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

/// The file that is being written; deleted unless it was adopted.
struct Spool {
    file: File,
    path: PathBuf,
    hasher: blake3::Hasher,
}

impl fmt::Debug for BlobWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlobWriter").field("len", &self.len).finish_non_exhaustive()
    }
}

impl Spool {
    fn create(store: &BlobStore) -> io::Result<Self> {
        let path = store.temporary_path()?;
        let file = File::options().write(true).create_new(true).open(&path)?;
        Ok(Self { file, path, hasher: blake3::Hasher::new() })
    }

    fn write(mut self, chunks: &[Bytes]) -> io::Result<Self> {
        for chunk in chunks {
            self.hasher.update(chunk);
            self.file.write_all(chunk)?;
        }
        Ok(self)
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // Fails when the file was adopted under another name.
        let _ = fs::remove_file(&self.path);
    }
}

/// Takes the payload of a blob in from an exported file; blocks.
pub(crate) struct BlobIntake {
    store: BlobStore,
    spool: Spool,
    len: u64,
}

impl BlobIntake {
    pub(crate) fn start(store: &BlobStore) -> io::Result<Self> {
        Ok(Self { store: store.clone(), spool: Spool::create(store)?, len: 0 })
    }

    pub(crate) fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.len += piece.len() as u64;
        self.spool.hasher.update(piece);
        self.spool.file.write_all(piece)
    }

    /// Completes the blob; none when its content has another hash.
    pub(crate) fn finish(self, expected: BlobHash) -> io::Result<Option<Blob>> {
        let hash = BlobHash(*self.spool.hasher.finalize().as_bytes());
        if hash != expected {
            return Ok(None);
        }
        self.store.adopt(&self.spool.path, hash, self.len).map(Some)
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
        let large = size.is_some_and(|size| size > store.memory_limit());
        let reserve = if large { 0 } else { size.unwrap_or(0).min(RESERVE) };
        let state = State::Memory(Vec::with_capacity(usize::try_from(reserve).unwrap_or(0)));
        Self { store, large, len: 0, state }
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
        match &mut self.state {
            State::Memory(buffer) if !self.large && self.len <= self.store.memory_limit() => {
                buffer.extend_from_slice(&bytes);
                return Ok(());
            }
            State::Memory(buffer) => {
                let (start, store) = (Bytes::from(std::mem::take(buffer)), self.store.clone());
                let job = spawn_blocking(move || Spool::create(&store)?.write(&[start]));
                let size = bytes.len();
                self.state = State::File { pending: vec![bytes], size, job };
            }
            State::File { pending, size, .. } => {
                *size += bytes.len();
                pending.push(bytes);
            }
            State::Broken => return Err(broken()),
        }
        if matches!(&self.state, State::File { size, .. } if *size >= CHUNK) {
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
        let (store, len) = (self.store, self.len);
        match self.state {
            State::Memory(buffer) => Ok(Blob::from(Bytes::from(buffer))),
            State::Broken => Err(broken()),
            State::File { pending, job, .. } => {
                let spool = finished(job).await?;
                let last = spawn_blocking(move || {
                    let spool = spool.write(&pending)?;
                    if store.syncs() {
                        spool.file.sync_data()?;
                    }
                    let hash = BlobHash(*spool.hasher.finalize().as_bytes());
                    store.adopt(&spool.path, hash, len)
                });
                finished(last).await
            }
        }
    }
}
