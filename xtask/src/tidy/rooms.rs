//! Files and folders of a size and with a name that a reader can keep in mind.

use std::collections::{BTreeMap, BTreeSet};

use super::exceptions::Exceptions;
use super::tree::{Tree, text};
use crate::Outcome;

const LONGEST_FILE: usize = 800;
const FULLEST_FOLDER: usize = 15;
const NAMES_WITHOUT_MEANING: &[&str] =
    &["utils", "util", "helpers", "helper", "common", "misc", "manager"];

/// No file is too long.
pub(super) fn file_length(tree: &Tree, exceptions: &Exceptions) -> Outcome<Vec<String>> {
    let mut problems = Vec::new();
    for path in tree.sources() {
        let lines = text(path).map_or(0, |text| text.lines().count());
        if lines > LONGEST_FILE && !exceptions.allow("file-length", path) {
            problems.push(format!("{path} has {lines} lines, more than {LONGEST_FILE}"));
        }
    }
    Ok(problems)
}

/// No folder below the root has too many entries.
pub(super) fn folder_size(tree: &Tree, exceptions: &Exceptions) -> Outcome<Vec<String>> {
    let mut folders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for path in tree.by_hand() {
        for (at, _) in path.match_indices('/') {
            let entry = path[at + 1..].split('/').next().unwrap_or_default();
            folders.entry(&path[..at]).or_default().insert(entry);
        }
    }
    let full = folders.into_iter().filter(|(_, entries)| entries.len() > FULLEST_FOLDER);
    Ok(full
        .filter(|(folder, _)| !exceptions.allow("folder-size", folder))
        .map(|(folder, entries)| {
            format!("{folder} has {} entries, more than {FULLEST_FOLDER}", entries.len())
        })
        .collect())
}

/// No name says nothing, and no module is called `mod.rs`.
pub(super) fn names(tree: &Tree, exceptions: &Exceptions) -> Outcome<Vec<String>> {
    let mut problems = Vec::new();
    for path in tree.by_hand() {
        if path.ends_with("/mod.rs") {
            problems.push(format!("{path}: a module is its name.rs and its name/ folder"));
        }
        let empty = path.split('/').find(|part| says_nothing(part));
        if let Some(part) = empty
            && !exceptions.allow("names", path)
        {
            problems.push(format!("{path}: {part} does not say what is in it"));
        }
    }
    Ok(problems)
}

fn says_nothing(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part);
    stem.split(['_', '-']).any(|word| NAMES_WITHOUT_MEANING.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::says_nothing;

    #[test]
    fn names_say_what_is_there() {
        for (name, empty) in [
            ("utils.rs", true),
            ("string_helpers.rs", true),
            ("misc", true),
            ("receipt_handle.rs", false),
            ("commonality.rs", false),
        ] {
            assert_eq!(says_nothing(name), empty, "{name}");
        }
    }
}
