//! Blobs in saved state: small ones are written out, files are named by their hash.

use std::cell::RefCell;

use bytes::Bytes;
use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Blob, BlobHash, BlobStore, Body, Extent, Leaf};

#[derive(Serialize, Deserialize)]
enum Saved {
    Memory(Bytes),
    File { hash: BlobHash, len: u64 },
    Many(Vec<SavedExtent>),
}

#[derive(Serialize, Deserialize)]
struct SavedExtent {
    leaf: Saved,
    offset: u64,
    len: u64,
}

thread_local! {
    static SEEN: RefCell<Option<Vec<BlobHash>>> = const { RefCell::new(None) };
}

/// Runs `work` and returns also the files that values which it serialised refer to.
pub(crate) fn collect_hashes<T>(work: impl FnOnce() -> T) -> (T, Vec<BlobHash>) {
    let before = SEEN.replace(Some(Vec::new()));
    let output = work();
    (output, SEEN.replace(before).unwrap_or_default())
}

impl Saved {
    fn of_leaf(leaf: &Leaf) -> Self {
        match leaf {
            Leaf::Memory(bytes) => Self::Memory(bytes.clone()),
            Leaf::File(file) => {
                let hash = file.hash();
                SEEN.with_borrow_mut(|seen| seen.as_mut().map(|seen| seen.push(hash)));
                Self::File { hash, len: file.len }
            }
        }
    }

    fn into_leaf<E: serde::de::Error>(self) -> Result<Leaf, E> {
        match self {
            Self::Memory(bytes) => Ok(Leaf::Memory(bytes)),
            Self::File { hash, len } => {
                let store = BlobStore::current()
                    .ok_or_else(|| E::custom(format!("no blob store to find {hash} in")))?;
                let found = store.find(hash, Some(len));
                found.map(Leaf::File).map_err(|error| E::custom(format!("blob {hash}: {error}")))
            }
            Self::Many(_) => Err(E::custom("a piece of a blob is made of pieces")),
        }
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let saved = match &self.body {
            Body::One(leaf) => Saved::of_leaf(leaf),
            Body::Many(extents) => {
                let saved = extents.iter().map(|extent| {
                    // Of a payload in memory only the piece is kept.
                    match Saved::of_leaf(&extent.leaf) {
                        Saved::Memory(bytes) => {
                            let from = extent.offset as usize;
                            let leaf = bytes.slice(from..from + extent.len as usize);
                            SavedExtent { leaf: Saved::Memory(leaf), offset: 0, len: extent.len }
                        }
                        leaf => SavedExtent { leaf, offset: extent.offset, len: extent.len },
                    }
                });
                Saved::Many(saved.collect())
            }
        };
        saved.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Saved::deserialize(deserializer)? {
            Saved::Memory(bytes) => Ok(Self::from(bytes)),
            Saved::Many(extents) => {
                let mut restored = Vec::with_capacity(extents.len().min(10_000));
                for SavedExtent { leaf, offset, len } in extents {
                    let leaf = leaf.into_leaf::<D::Error>()?;
                    let size = match &leaf {
                        Leaf::Memory(bytes) => bytes.len() as u64,
                        Leaf::File(file) => file.len,
                    };
                    if offset.checked_add(len).is_none_or(|end| end > size) {
                        return Err(D::Error::custom("a piece reaches beyond its blob"));
                    }
                    restored.push(Extent { at: 0, leaf, offset, len });
                }
                Ok(Self::of_extents(restored))
            }
            file @ Saved::File { .. } => match file.into_leaf()? {
                Leaf::File(file) => Ok(Self::file(file)),
                Leaf::Memory(bytes) => Ok(Self::from(bytes)),
            },
        }
    }
}

impl Serialize for BlobHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for BlobHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Bytes::deserialize(deserializer)?;
        let array = <[u8; 32]>::try_from(&bytes[..]);
        array.map(BlobHash).map_err(|_| {
            D::Error::invalid_value(Unexpected::Bytes(&bytes), &"the 32 bytes of a hash")
        })
    }
}
