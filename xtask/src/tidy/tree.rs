//! The files that git knows or would add.

use std::process::Command;

use crate::Outcome;
use crate::root::{read, root};

/// The files of the repository, their paths relative to its root.
pub(super) struct Tree {
    pub(super) files: Vec<String>,
}

impl Tree {
    pub(super) fn read() -> Outcome<Self> {
        let mut command = Command::new("git");
        command.args(["ls-files", "--cached", "--others", "--exclude-standard"]);
        let output = command.current_dir(root()).output()?;
        let text = String::from_utf8(output.stdout)?;
        let exists = |path: &&str| root().join(path).is_file();
        let mut files: Vec<String> = text.lines().filter(exists).map(str::to_owned).collect();
        files.sort();
        files.dedup();
        Ok(Self { files })
    }

    /// Files that people write.
    pub(super) fn by_hand(&self) -> impl Iterator<Item = &str> {
        let made = ["generated/", "api-models/", "gateway/src/registration.rs"];
        let locks = ["Cargo.lock", "package-lock.json", "uv.lock", "poetry.lock"];
        self.files
            .iter()
            .map(String::as_str)
            .filter(move |path| !made.iter().any(|made| path.starts_with(made)))
            .filter(move |path| !locks.iter().any(|lock| path.ends_with(lock)))
    }

    /// Rust sources that people write.
    pub(super) fn sources(&self) -> impl Iterator<Item = &str> {
        self.by_hand().filter(|path| path.ends_with(".rs"))
    }

    /// Manifests of packages.
    pub(super) fn manifests(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str).filter(|path| path.ends_with("/Cargo.toml"))
    }
}

/// The text of a file; none of one that is not text.
pub(super) fn text(path: &str) -> Option<String> {
    read(path).ok()
}
