//! A PostgreSQL server for one test.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// A server on a socket in a folder of its own; stopped when it is dropped.
pub(crate) struct Postgres {
    programs: PathBuf,
    folder: TempDir,
}

impl Postgres {
    /// Starts a server; none, with a message, where its programs are not there.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("skipped: there is no PostgreSQL server (Debian's package: postgresql)");
            return None;
        };
        let postgres = Self { programs, folder: tempfile::tempdir().unwrap() };
        // The server refuses to run as root; Debian's package brings a user for it.
        if is_root() {
            postgres.call("chown", &["postgres", &postgres.path("")]);
        }
        postgres.tool("initdb", &["-A", "trust", "-U", "fogbank", "-D", &postgres.path("data")]);
        postgres.run();
        Some(postgres)
    }

    pub(crate) fn run(&self) {
        let options = format!("-c listen_addresses='' -k {} -c fsync=off", self.path(""));
        let (data, log) = (self.path("data"), self.path("log"));
        self.tool("pg_ctl", &["-w", "-D", &data, "-o", &options, "-l", &log, "start"]);
    }

    pub(crate) fn stop(&mut self) {
        self.tool("pg_ctl", &["-w", "-D", &self.path("data"), "-m", "immediate", "stop"]);
    }

    pub(crate) fn url(&self) -> String {
        let folder = self.path("").replace('/', "%2F");
        format!("postgres://fogbank@{folder}/postgres")
    }

    fn path(&self, name: &str) -> String {
        let path =
            if name.is_empty() { self.folder.path().into() } else { self.folder.path().join(name) };
        path.to_str().unwrap().to_owned()
    }

    fn tool(&self, name: &str, arguments: &[&str]) {
        let program = self.programs.join(name);
        let program = program.to_str().unwrap();
        if is_root() {
            let mut all = vec!["-u", "postgres", "--", program];
            all.extend_from_slice(arguments);
            self.call("runuser", &all);
        } else {
            self.call(program, arguments);
        }
    }

    fn call(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(program);
        let output = command.args(arguments).current_dir("/").stdout(std::process::Stdio::null());
        let status = output.status().unwrap();
        assert!(status.success(), "{program} {arguments:?}: {status}");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let pid = self.folder.path().join("data/postmaster.pid");
        if pid.exists() {
            self.stop();
        }
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop()
}
