//! Reading a blob.

use std::collections::VecDeque;
use std::fmt;
use std::fs::File;
use std::future::Future;
use std::io::{self, Read, Seek, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use tokio::task::{JoinHandle, spawn_blocking};

use super::{Blob, Extent, Leaf};

/// How much is read from a file at once.
const CHUNK: u64 = 256 * 1024;

/// A piece of a blob where it lies.
#[derive(Debug)]
pub enum BlobSlice {
    /// In memory.
    Memory(Bytes),
    /// In a file, `len` bytes from `offset` on.
    File {
        /// The open file, for this slice alone.
        file: File,
        /// Where the slice starts.
        offset: u64,
        /// Its length in bytes.
        len: u64,
        /// Keeps the content in the file.
        keep: Blob,
    },
}

impl BlobSlice {
    pub(super) fn open(extent: Extent) -> io::Result<Self> {
        let Extent { offset, len, .. } = extent;
        Ok(match extent.leaf {
            // Within the length of `bytes`, so both fit into usize.
            Leaf::Memory(bytes) => {
                Self::Memory(bytes.slice(offset as usize..(offset + len) as usize))
            }
            Leaf::File(blob) => {
                Self::File { file: blob.open()?, offset, len, keep: Blob::file(blob) }
            }
        })
    }
}

/// A stream of the bytes of a blob, in chunks of up to 256 KiB where they come from a file; from
/// [`Blob::read`](super::Blob::read). What the system does not have in memory is read on a thread
/// of its own.
pub struct BlobReader {
    remaining: u64,
    extents: VecDeque<Extent>,
    job: Option<JoinHandle<io::Result<(Bytes, Cursor)>>>,
    /// The file that is being read, while no job has it.
    cursor: Option<Cursor>,
}

/// The rest of an extent in an open file. Keeps the extent, and so the file, alive.
struct Cursor {
    file: File,
    extent: Extent,
}

impl fmt::Debug for BlobReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlobReader").field("remaining", &self.remaining).finish_non_exhaustive()
    }
}

/// Buffers that were sent and wait for their next use; without them each chunk would be zeroed
/// before it is read.
#[cfg(target_os = "linux")]
static WAITING: parking_lot::Mutex<Vec<Box<[u8]>>> = parking_lot::Mutex::new(Vec::new());
/// The most buffers that wait: 8 MiB.
#[cfg(target_os = "linux")]
const MOST_WAITING: usize = 32;

/// A buffer for one chunk; it waits for its next use when its last reader is done.
#[cfg(target_os = "linux")]
struct Buffer {
    bytes: Box<[u8]>,
    filled: usize,
}

#[cfg(target_os = "linux")]
impl Buffer {
    fn take() -> Self {
        let waiting = WAITING.lock().pop();
        let bytes = waiting.unwrap_or_else(|| vec![0; CHUNK as usize].into_boxed_slice());
        Self { bytes, filled: 0 }
    }
}

#[cfg(target_os = "linux")]
impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }
}

#[cfg(target_os = "linux")]
impl Drop for Buffer {
    fn drop(&mut self) {
        let mut waiting = WAITING.lock();
        if waiting.len() < MOST_WAITING {
            waiting.push(std::mem::take(&mut self.bytes));
        }
    }
}

impl Cursor {
    /// The next chunk, if the system has it in memory: then no other thread is needed.
    #[cfg(target_os = "linux")]
    fn read_cached(&mut self) -> Option<Bytes> {
        use rustix::io::{ReadWriteFlags, preadv2};
        let len = usize::try_from(self.extent.len.min(CHUNK)).ok()?;
        let mut buffer = Buffer::take();
        let buffers = &mut [io::IoSliceMut::new(&mut buffer.bytes[..len])];
        let read = preadv2(&self.file, buffers, self.extent.offset, ReadWriteFlags::NOWAIT).ok()?;
        if read == 0 {
            return None;
        }
        self.advance(read as u64);
        buffer.filled = read;
        Some(Bytes::from_owner(buffer))
    }

    #[cfg(not(target_os = "linux"))]
    fn read_cached(&mut self) -> Option<Bytes> {
        None
    }

    fn advance(&mut self, read: u64) {
        self.extent.offset += read;
        self.extent.len -= read;
    }

    fn read(mut self) -> io::Result<(Bytes, Self)> {
        let len = self.extent.len.min(CHUNK);
        self.file.seek(SeekFrom::Start(self.extent.offset))?;
        let mut chunk = Vec::with_capacity(usize::try_from(len).unwrap_or(0));
        let read = (&mut self.file).take(len).read_to_end(&mut chunk)? as u64;
        if read < len {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a blob's file is cut off"));
        }
        self.advance(len);
        Ok((chunk.into(), self))
    }
}

fn start(extent: Extent) -> io::Result<(Bytes, Cursor)> {
    let Leaf::File(blob) = &extent.leaf else {
        return Err(io::Error::other("only files are read in the background"));
    };
    let file = blob.open()?;
    Cursor { file, extent }.read()
}

impl BlobReader {
    pub(super) fn new(extents: Vec<Extent>) -> Self {
        let remaining = extents.iter().map(|extent| extent.len).sum();
        Self { remaining, extents: extents.into(), job: None, cursor: None }
    }

    /// How many bytes are still to come.
    pub fn remaining(&self) -> u64 {
        self.remaining
    }

    /// The next chunk, or none at the end.
    pub async fn next(&mut self) -> Option<io::Result<Bytes>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    fn start_next_file(&mut self) {
        if self.job.is_none()
            && self.cursor.is_none()
            && matches!(self.extents.front(), Some(Extent { leaf: Leaf::File(_), .. }))
        {
            let extent = self.extents.pop_front();
            self.job = extent.map(|extent| spawn_blocking(move || start(extent)));
        }
    }
}

impl Stream for BlobReader {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let cached = this.cursor.as_mut().and_then(Cursor::read_cached);
        if let Some(chunk) = cached {
            this.cursor = this.cursor.take().filter(|cursor| cursor.extent.len > 0);
            this.remaining -= chunk.len() as u64;
            return Poll::Ready(Some(Ok(chunk)));
        }
        if let Some(cursor) = this.cursor.take() {
            this.job = Some(spawn_blocking(move || cursor.read()));
        }
        this.start_next_file();
        let chunk = match (&mut this.job, this.extents.front()) {
            (Some(job), _) => {
                let done = ready!(Pin::new(job).poll(cx));
                this.job = None;
                match done.unwrap_or_else(|error| Err(io::Error::other(error))) {
                    Ok((chunk, cursor)) => {
                        this.cursor = Some(cursor).filter(|cursor| cursor.extent.len > 0);
                        this.start_next_file();
                        Ok(chunk)
                    }
                    Err(error) => Err(error),
                }
            }
            (None, Some(Extent { leaf: Leaf::Memory(bytes), offset, len, .. })) => {
                let slice = bytes.slice(*offset as usize..(*offset + *len) as usize);
                this.extents.pop_front();
                Ok(slice)
            }
            (None, _) => return Poll::Ready(None),
        };
        match &chunk {
            Ok(chunk) => this.remaining -= chunk.len() as u64,
            Err(_) => {
                this.extents.clear();
                this.remaining = 0;
            }
        }
        Poll::Ready(Some(chunk))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::from(self.remaining > 0), None)
    }
}
