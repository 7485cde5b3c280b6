//! Servers that run on this machine.
//!
//! Every server keeps a file `<port>.json` in the state folder and holds a lock on it while it
//! lives. The lock, not the file, says that it lives: the system releases it however the process
//! ends, so a file that was left behind is never mistaken for a server, and a process id that
//! was given to another program is never signalled.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, process, thread};

use serde::{Deserialize, Serialize};

/// What is known of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Instance {
    /// Its process.
    pub(crate) pid: u32,
    /// Its version.
    pub(crate) version: String,
    /// The URL that clients of this machine use.
    pub(crate) endpoint: String,
    /// The addresses it listens on.
    pub(crate) addresses: Vec<SocketAddr>,
    /// Its log, when it runs in the background.
    pub(crate) log: Option<PathBuf>,
}

/// The file of a server that runs in this process; removed when dropped.
#[derive(Debug)]
pub(crate) struct Registration {
    path: PathBuf,
    _locked: File,
}

impl Drop for Registration {
    fn drop(&mut self) {
        // A file that stays behind is recognised by its missing lock.
        let _ = fs::remove_file(&self.path);
    }
}

/// The folder of the files of running servers and of their logs.
pub(crate) fn state_folder() -> PathBuf {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("FOGBANK_STATE_DIR")
        .or_else(|| Some(set("XDG_STATE_HOME")?.join("fogbank")))
        .or_else(|| Some(set("HOME")?.join(".local/state/fogbank")))
        .unwrap_or_else(|| env::temp_dir().join("fogbank"))
}

/// The log of a server in the background; `port` is the first that it was told to listen on.
pub(crate) fn log_path(port: u16) -> PathBuf {
    match port {
        0 => state_folder().join(format!("any-{}.log", process::id())),
        port => state_folder().join(format!("{port}.log")),
    }
}

impl Instance {
    /// The first port that it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.addresses.first().map_or(0, SocketAddr::port)
    }

    /// Makes the server of this process known.
    pub(crate) fn register(&self) -> io::Result<Registration> {
        let folder = state_folder();
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{}.json", self.port()));
        let mut file =
            File::options().read(true).write(true).create(true).truncate(false).open(&path)?;
        lock(&file)?;
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        Ok(Registration { path, _locked: file })
    }

    /// The server on a port, if one lives.
    pub(crate) fn on_port(port: u16) -> Option<Instance> {
        read_living(&state_folder().join(format!("{port}.json")))
    }

    /// All servers that live, by port.
    pub(crate) fn all() -> Vec<Instance> {
        let Ok(entries) = fs::read_dir(state_folder()) else { return Vec::new() };
        let paths = entries.flatten().map(|entry| entry.path());
        let mut found: Vec<Instance> = paths
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .filter_map(|path| read_living(&path))
            .collect();
        found.sort_by_key(Instance::port);
        found
    }

    /// Whether the server still lives.
    pub(crate) fn lives(&self) -> bool {
        Instance::on_port(self.port()).is_some_and(|now| now.pid == self.pid)
    }
}

/// Takes the lock, which readers of a file that was left behind hold for a moment.
fn lock(file: &File) -> io::Result<()> {
    for _ in 0..20 {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(5)),
        }
    }
    Err(io::Error::other("another server holds the lock of this port"))
}

/// Reads the file of a server that holds its lock.
fn read_living(path: &Path) -> Option<Instance> {
    let mut file = File::open(path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => {}
        // No one holds it: the server has ended, and the file was left behind.
        Ok(()) | Err(TryLockError::Error(_)) => return None,
    }
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}
