//! The repository's root and the files below it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// A text file below the root.
pub(crate) fn read(path: &str) -> Outcome<String> {
    fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}").into())
}

/// Writes a file below the root with the folders above it; an equal one is left alone, so that
/// cargo does not rebuild what has not changed. True when something was written.
pub(crate) fn write(path: &str, content: &[u8]) -> Outcome<bool> {
    let target = root().join(path);
    if fs::read(&target).is_ok_and(|old| old == content) {
        return Ok(false);
    }
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&target, content).map_err(|error| format!("{path}: {error}"))?;
    Ok(true)
}

/// Removes a file below the root, and the folders that it leaves empty.
pub(crate) fn remove(path: &str) -> Outcome {
    let path = root().join(path);
    fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    for folder in path.ancestors().skip(1) {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// The paths of all files below a folder, relative to the root, sorted; none when there is no
/// such folder.
pub(crate) fn files_below(folder: &str) -> Outcome<Vec<String>> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(root().join(&folder)) else { continue };
        for entry in entries {
            let entry = entry?;
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            match entry.file_type()?.is_dir() {
                true => open.push(path),
                false => files.push(path),
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Cargo's target directory.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
