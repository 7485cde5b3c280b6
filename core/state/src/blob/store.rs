//! Where blobs live.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use bytes::Bytes;
use parking_lot::Mutex;

use super::file::{FileBlob, Spare};
use super::{Blob, BlobHash, BlobWriter};
use crate::JournalError;

/// How much of a file is exported at once.
const PIECE: usize = 1024 * 1024;

/// How a [`BlobStore`] keeps blobs.
#[derive(Clone, Debug)]
pub struct BlobOptions {
    /// Blobs up to this many bytes stay in memory.
    pub memory_limit: u64,
    /// The directory for the others, kept when the process ends; none for a directory in the
    /// system's temporary one that goes with the process.
    pub directory: Option<PathBuf>,
    /// A file reaches the disk before its blob is handed out.
    pub sync: bool,
}

impl Default for BlobOptions {
    fn default() -> Self {
        Self { memory_limit: 1024 * 1024, directory: None, sync: false }
    }
}

/// Keeps large payloads, each content once, for a world and all its forks. Clones share it.
#[derive(Clone, Debug)]
pub struct BlobStore(Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) options: BlobOptions,
    /// The directory, once it was needed.
    directory: OnceLock<PathBuf>,
    /// Says that a temporary directory is in use.
    lock: Mutex<Option<File>>,
    /// The files that handles exist for. Held while files come and go under their final names.
    pub(super) index: Mutex<HashMap<BlobHash, Weak<FileBlob>>>,
    /// Files without handles that may go when the journal has forgotten them too.
    pub(super) trash: Mutex<Vec<BlobHash>>,
    /// Files that came since the last sync.
    unsynced: Mutex<Vec<BlobHash>>,
    temporary: AtomicU64,
    pub(super) spares: Mutex<Vec<Spare>>,
    /// Blobs that are being written to files.
    writers: AtomicUsize,
}

impl Default for BlobStore {
    fn default() -> Self {
        Self::new(BlobOptions::default())
    }
}

thread_local! {
    static CURRENT: RefCell<Option<BlobStore>> = const { RefCell::new(None) };
}

impl BlobStore {
    /// A store; it touches the disk when the first large blob comes.
    pub fn new(options: BlobOptions) -> Self {
        Self(Arc::new(Inner {
            options,
            directory: OnceLock::new(),
            lock: Mutex::default(),
            index: Mutex::default(),
            trash: Mutex::default(),
            unsynced: Mutex::default(),
            temporary: AtomicU64::new(0),
            spares: Mutex::default(),
            writers: AtomicUsize::new(0),
        }))
    }

    /// A writer for a new blob; `size` is its length, where it is known.
    pub fn writer(&self, size: Option<u64>) -> BlobWriter {
        BlobWriter::new(self.clone(), size)
    }

    /// Makes a blob of a payload that is in memory.
    ///
    /// # Errors
    /// When it goes to a file and that cannot be written.
    pub async fn put(&self, payload: Bytes) -> io::Result<Blob> {
        if payload.len() as u64 <= self.memory_limit() {
            return Ok(Blob::from(payload));
        }
        let mut writer = self.writer(Some(payload.len() as u64));
        writer.write(payload).await?;
        writer.finish().await
    }

    pub(super) fn memory_limit(&self) -> u64 {
        self.0.options.memory_limit
    }

    pub(super) fn syncs(&self) -> bool {
        self.0.options.sync
    }

    /// Whether files outlive the process, named by their content.
    pub(super) fn keeps(&self) -> bool {
        self.0.options.directory.is_some()
    }

    /// Counts the blobs that are being written to files.
    pub(super) fn writers(&self) -> &AtomicUsize {
        &self.0.writers
    }

    /// A path for a file that is being written.
    pub(super) fn temporary_path(&self) -> io::Result<PathBuf> {
        let number = self.0.temporary.fetch_add(1, Ordering::Relaxed);
        Ok(self.0.directory()?.join(format!("new-{}-{number}", std::process::id())))
    }

    /// A spare file for a blob of about this size.
    pub(super) fn spare(&self, size: u64) -> Option<Spare> {
        let mut spares = self.0.spares.lock();
        let fit = |spare: &Spare| spare.len.abs_diff(size);
        let (at, best) = spares.iter().enumerate().min_by_key(|(_, spare)| fit(spare))?;
        (fit(best) <= size).then(|| spares.swap_remove(at))
    }

    /// Takes a finished file in as it is.
    pub(super) fn own(&self, file: PathBuf, len: u64) -> Blob {
        Blob::file(Arc::new(FileBlob::own(file, len, &self.0)))
    }

    /// Takes a finished file in; when the content is there already, the file goes.
    pub(super) fn adopt(&self, file: &Path, hash: BlobHash, len: u64) -> io::Result<Blob> {
        let target = self.0.path(hash)?;
        let mut index = self.0.index.lock();
        if let Some(known) = index.get(&hash).and_then(Weak::upgrade) {
            drop(index);
            fs::remove_file(file)?;
            return Ok(Blob::file(known));
        }
        fs::rename(file, target)?;
        if self.0.options.directory.is_some() {
            self.0.unsynced.lock().push(hash);
        }
        let known = Arc::new(FileBlob::named(hash, len, &self.0));
        index.insert(hash, Arc::downgrade(&known));
        Ok(Blob::file(known))
    }

    /// The blob of a file that was written earlier.
    pub(super) fn find(&self, hash: BlobHash, len: Option<u64>) -> io::Result<Arc<FileBlob>> {
        let path = self.0.path(hash)?;
        let mut index = self.0.index.lock();
        if let Some(known) = index.get(&hash).and_then(Weak::upgrade) {
            return Ok(known);
        }
        let found = fs::metadata(&path)?.len();
        if let Some(len) = len.filter(|len| *len != found) {
            let text = format!("{} has {found} bytes instead of {len}", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        let known = Arc::new(FileBlob::named(hash, found, &self.0));
        index.insert(hash, Arc::downgrade(&known));
        Ok(known)
    }

    /// Runs `work`, in which blobs are decoded against this store.
    pub(crate) fn enter<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = CURRENT.replace(Some(self.clone()));
        let output = work();
        CURRENT.set(before);
        output
    }

    /// The store that blobs are decoded against.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.with_borrow(Option::clone)
    }

    /// Takes what went to the trash; the caller empties it when the journal is that far.
    pub(crate) fn take_trash(&self) -> Vec<BlobHash> {
        std::mem::take(&mut self.0.trash.lock())
    }

    /// Brings the files that came since the last time to the disk.
    pub(crate) fn sync(&self) -> Result<(), JournalError> {
        let hashes = std::mem::take(&mut *self.0.unsynced.lock());
        if hashes.is_empty() {
            return Ok(());
        }
        let directory = self.0.directory().map_err(|error| JournalError::io("", error))?;
        let failed = |error| JournalError::io(directory, error);
        for hash in hashes.iter().filter(|_| !self.0.options.sync) {
            match File::open(directory.join(hash.to_string())) {
                Ok(file) => file.sync_all().map_err(failed)?,
                // It went meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed(error)),
            }
        }
        File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed)
    }

    /// Deletes files for which there is no handle.
    pub(crate) fn purge(&self, hashes: &[BlobHash]) {
        hashes.iter().for_each(|hash| self.0.purge(*hash));
    }

    /// The blob of a file that was written earlier.
    pub(crate) fn find_blob(&self, hash: BlobHash) -> io::Result<Blob> {
        self.find(hash, None).map(Blob::file)
    }

    /// Shows the content of a file in pieces, and an empty one at the end.
    pub(crate) fn export(
        &self,
        hash: BlobHash,
        piece: &mut dyn FnMut(&[u8]),
    ) -> Result<(), JournalError> {
        let known = self.find(hash, None).map_err(|error| JournalError::io("", error))?;
        let path = known.path().map_err(|error| JournalError::io("", error))?;
        let failed = |error| JournalError::io(&path, error);
        let mut file = File::open(&path).map_err(failed)?;
        loop {
            let mut bytes = Vec::with_capacity(PIECE);
            let read = (&mut file).take(PIECE as u64).read_to_end(&mut bytes);
            let read = read.map_err(failed)?;
            piece(&bytes);
            if read == 0 {
                return Ok(());
            }
        }
    }

    /// Deletes the files in the directory for which there is no handle; returns how many.
    ///
    /// # Errors
    /// When the directory cannot be read or a file not be deleted.
    pub(crate) fn sweep(&self) -> io::Result<usize> {
        let directory = self.0.directory()?;
        let mut swept = 0;
        let index = self.0.index.lock();
        let known: HashSet<_> = index.keys().map(ToString::to_string).collect();
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let name = entry.file_name();
            if entry.file_type()?.is_file()
                && name.to_str().is_some_and(|name| !known.contains(name))
            {
                fs::remove_file(entry.path())?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

impl Inner {
    fn directory(&self) -> io::Result<&Path> {
        if let Some(directory) = self.directory.get() {
            return Ok(directory);
        }
        if let Some(directory) = &self.options.directory {
            fs::create_dir_all(directory)?;
            return Ok(self.directory.get_or_init(|| directory.clone()));
        }
        let mut lock = self.lock.lock();
        if self.directory.get().is_none() {
            let (directory, locked) = temporary_directory()?;
            *lock = Some(locked);
            return Ok(self.directory.get_or_init(|| directory));
        }
        drop(lock);
        self.directory()
    }

    pub(super) fn path(&self, hash: BlobHash) -> io::Result<PathBuf> {
        Ok(self.directory()?.join(hash.to_string()))
    }

    /// Forgets a hash for which there is no handle.
    pub(super) fn forget(&self, hash: BlobHash) {
        let mut index = self.index.lock();
        if index.get(&hash).is_some_and(|known| known.strong_count() == 0) {
            index.remove(&hash);
        }
    }

    pub(super) fn purge(&self, hash: BlobHash) {
        let mut index = self.index.lock();
        if index.get(&hash).is_some_and(|known| known.strong_count() > 0) {
            return;
        }
        index.remove(&hash);
        if let Ok(path) = self.path(hash) {
            // A file that cannot be deleted is swept at the next start.
            let _ = fs::remove_file(path);
        }
    }
}

const TEMPORARY: &str = "fogbank-blobs-";

/// A directory of this process and this store in the system's temporary one, with the locked file
/// in it that says that it is in use.
fn temporary_directory() -> io::Result<(PathBuf, File)> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    remove_abandoned();
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{TEMPORARY}{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        match fs::create_dir(&directory) {
            Ok(()) => {
                let lock = File::create(directory.join(LOCK))?;
                lock.lock()?;
                return Ok((directory, lock));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

const LOCK: &str = "lock";

/// Removes the directories of processes that were killed.
fn remove_abandoned() {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(TEMPORARY));
        // A directory without the file may just be on its way.
        if ours
            && let Ok(lock) = File::open(entry.path().join(LOCK))
            && lock.try_lock().is_ok()
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if self.options.directory.is_none()
            && let Some(directory) = self.directory.get()
        {
            let _ = fs::remove_dir_all(directory);
        }
    }
}
