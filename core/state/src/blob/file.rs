//! A blob in a file.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::BlobHash;
use super::store::Inner;

/// A blob in a file.
#[derive(Debug)]
pub(super) struct FileBlob {
    /// Where the file is not kept, its content is hashed when somebody asks: an export does.
    hash: OnceLock<BlobHash>,
    /// The file, where it is not named by its hash.
    own: Option<PathBuf>,
    pub(super) len: u64,
    store: Arc<Inner>,
}

/// A file whose blob is gone, for the next one: to overwrite it takes half of what it takes to
/// write a new one.
#[derive(Debug)]
pub(super) struct Spare {
    pub(super) file: File,
    pub(super) path: PathBuf,
    pub(super) len: u64,
}

/// The most bytes that spare files have together.
const MOST_SPARE: u64 = 128 * 1024 * 1024;
/// Files below this size are no use as spares.
const LEAST_SPARE: u64 = 1024 * 1024;

impl FileBlob {
    pub(super) fn named(hash: BlobHash, len: u64, store: &Arc<Inner>) -> Self {
        Self { hash: OnceLock::from(hash), own: None, len, store: Arc::clone(store) }
    }

    /// A file that is not named by its hash.
    pub(super) fn own(file: PathBuf, len: u64, store: &Arc<Inner>) -> Self {
        Self { hash: OnceLock::new(), own: Some(file), len, store: Arc::clone(store) }
    }

    pub(super) fn open(&self) -> io::Result<File> {
        File::open(self.path()?)
    }

    pub(super) fn path(&self) -> io::Result<PathBuf> {
        match (&self.own, self.hash.get()) {
            (Some(own), _) => Ok(own.clone()),
            (None, Some(hash)) => self.store.path(*hash),
            (None, None) => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// The hash of the content, which can be found by it from now on. Blocks where the content
    /// must be read first; where that fails, nothing is found.
    pub(super) fn hash(self: &Arc<Self>) -> BlobHash {
        *self.hash.get_or_init(|| {
            let mut hasher = blake3::Hasher::new();
            let read = self.open().and_then(|file| hasher.update_reader(file).map(drop));
            let hash = BlobHash(*hasher.finalize().as_bytes());
            if read.is_ok() {
                let mut index = self.store.index.lock();
                let known = index.entry(hash).or_default();
                if known.strong_count() == 0 {
                    *known = Arc::downgrade(self);
                }
            }
            hash
        })
    }

    /// Lets the file go, as a spare where one is wanted.
    fn retire(store: &Inner, path: PathBuf, len: u64) {
        let wanted = |spares: &[Spare]| {
            len >= LEAST_SPARE
                && spares.iter().map(|spare| spare.len).sum::<u64>() + len <= MOST_SPARE
        };
        if wanted(&store.spares.lock())
            && let Ok(file) = File::options().write(true).open(&path)
        {
            let mut spares = store.spares.lock();
            if wanted(&spares) {
                return spares.push(Spare { file, path, len });
            }
        }
        // A file that cannot be deleted goes with the directory.
        let _ = fs::remove_file(path);
    }
}

impl Drop for FileBlob {
    fn drop(&mut self) {
        let (store, hash) = (Arc::clone(&self.store), self.hash.get().copied());
        if let Some(hash) = hash
            && store.options.directory.is_some()
        {
            store.trash.lock().push(hash);
            return;
        }
        let (own, len) = (self.own.take(), self.len);
        let go = move || match own {
            Some(path) => {
                if let Some(hash) = hash {
                    store.forget(hash);
                }
                Self::retire(&store, path, len);
            }
            None => hash.into_iter().for_each(|hash| store.purge(hash)),
        };
        // Deleting a large file takes a while: not on a thread that serves requests.
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(go)),
            Err(_) => go(),
        }
    }
}
