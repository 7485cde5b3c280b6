//! Large payloads: immutable, reference-counted, in memory when small and in files when not.

mod file;
mod reader;
mod saved;
mod store;
mod writer;

use std::fmt;
use std::io;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use bytes::Bytes;

pub use reader::{BlobReader, BlobSlice};
pub(crate) use saved::collect_hashes;
pub use store::{BlobOptions, BlobStore};
pub(crate) use writer::BlobIntake;
pub use writer::BlobWriter;

use file::FileBlob;

/// The BLAKE3 hash of a blob's content, by which its file is named.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobHash(pub(crate) [u8; 32]);

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A handle on an immutable payload, made by a [`BlobStore`]; belongs into state values.
///
/// Clones share the payload. When the last handle in any world or snapshot goes, so does the
/// payload. [`Blob::concat`] and [`Blob::slice`] make blobs of blobs without copying anything.
#[derive(Clone)]
pub struct Blob {
    len: u64,
    body: Body,
}

#[derive(Clone)]
enum Body {
    /// A whole leaf.
    One(Leaf),
    /// Pieces of leaves, in order, none of them empty.
    Many(Arc<[Extent]>),
}

#[derive(Clone)]
enum Leaf {
    Memory(Bytes),
    File(Arc<FileBlob>),
}

/// A piece of a leaf.
#[derive(Clone)]
struct Extent {
    /// Where it starts in the blob that is made of pieces.
    at: u64,
    leaf: Leaf,
    /// Where it starts in the leaf.
    offset: u64,
    len: u64,
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blob").field("len", &self.len).finish_non_exhaustive()
    }
}

impl Default for Blob {
    fn default() -> Self {
        Self::from(Bytes::new())
    }
}

/// A blob in memory, whatever its size; [`BlobStore::put`] puts large ones into a file.
impl From<Bytes> for Blob {
    fn from(bytes: Bytes) -> Self {
        Self { len: bytes.len() as u64, body: Body::One(Leaf::Memory(bytes)) }
    }
}

impl Leaf {
    fn extent(self, len: u64) -> Extent {
        Extent { at: 0, leaf: self, offset: 0, len }
    }
}

impl Blob {
    fn file(file: Arc<FileBlob>) -> Self {
        Self { len: file.len, body: Body::One(Leaf::File(file)) }
    }

    fn of_extents(extents: Vec<Extent>) -> Self {
        let mut len = 0;
        let mut extents: Vec<_> = extents.into_iter().filter(|extent| extent.len > 0).collect();
        for extent in &mut extents {
            extent.at = len;
            len += extent.len;
        }
        match &extents[..] {
            [] => Self::default(),
            [Extent { leaf: Leaf::Memory(bytes), offset, len, .. }] => {
                // In bounds of `bytes`, so both fit into usize.
                Self::from(bytes.slice(*offset as usize..(*offset + *len) as usize))
            }
            [Extent { leaf: Leaf::File(file), offset: 0, len, .. }] if *len == file.len => {
                Self::file(Arc::clone(file))
            }
            _ => Self { len, body: Body::Many(extents.into()) },
        }
    }

    /// The length in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The whole payload when it is in memory in one piece.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.body {
            Body::One(Leaf::Memory(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// One blob after the other, as one; shares the payloads, as multipart uploads need it.
    pub fn concat(parts: impl IntoIterator<Item = Blob>) -> Self {
        Self::of_extents(parts.into_iter().flat_map(|part| part.extents(..)).collect())
    }

    /// A part of the payload as a blob of its own; shares the payload. What of the range lies
    /// beyond the end is left out.
    pub fn slice(&self, range: impl RangeBounds<u64>) -> Self {
        Self::of_extents(self.extents(range))
    }

    /// The pieces that make up a range.
    fn extents(&self, range: impl RangeBounds<u64>) -> Vec<Extent> {
        let start = match range.start_bound() {
            Bound::Included(start) => *start,
            Bound::Excluded(start) => start.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(end) => end.saturating_add(1).min(self.len),
            Bound::Excluded(end) => (*end).min(self.len),
            Bound::Unbounded => self.len,
        };
        if start >= end {
            return Vec::new();
        }
        let cut = |extent: &Extent| {
            let from = start.max(extent.at);
            let to = end.min(extent.at + extent.len);
            let offset = extent.offset + (from - extent.at);
            Extent { at: 0, leaf: extent.leaf.clone(), offset, len: to - from }
        };
        match &self.body {
            Body::One(leaf) => vec![cut(&leaf.clone().extent(self.len))],
            Body::Many(extents) => {
                let first = extents.partition_point(|extent| extent.at + extent.len <= start);
                extents[first..].iter().take_while(|extent| extent.at < end).map(cut).collect()
            }
        }
    }

    /// The pieces of a range as they lie in memory and in files, for a server that can send files
    /// by itself.
    ///
    /// # Errors
    /// When a file cannot be opened.
    pub fn slices(&self, range: impl RangeBounds<u64>) -> io::Result<Vec<BlobSlice>> {
        self.extents(range).into_iter().map(BlobSlice::open).collect()
    }

    /// Reads a range as a stream of large chunks. What of the range lies beyond the end is left
    /// out; `..` reads all.
    pub fn read(&self, range: impl RangeBounds<u64>) -> BlobReader {
        BlobReader::new(self.extents(range))
    }

    /// The whole payload in one piece. Only for blobs that are known to be small.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub async fn bytes(&self) -> io::Result<Bytes> {
        if let Some(bytes) = self.as_bytes() {
            return Ok(bytes.clone());
        }
        let mut whole = Vec::with_capacity(usize::try_from(self.len).unwrap_or(0));
        let mut reader = self.read(..);
        while let Some(chunk) = reader.next().await {
            whole.extend_from_slice(&chunk?);
        }
        Ok(whole.into())
    }
}
