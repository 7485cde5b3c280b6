//! The models: from botocore's source distribution into `api-models/`, and from there.

mod archive;
mod local;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fogbank_codegen::json::Json;
use fogbank_codegen::model::strip;

use super::lock::{self, Lock};
use super::parallel;
use crate::{Outcome, root};

pub(crate) use local::local;

/// The texts of the stripped models by service.
pub(crate) type Models = BTreeMap<String, String>;

const FOLDER: &str = "api-models";

/// What `api-models/` holds: the stripped models, and the protocols' test cases by their paths.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    pub(crate) models: Models,
    cases: BTreeMap<String, String>,
}

impl Stored {
    /// Reads `api-models/`.
    pub(crate) fn read() -> Outcome<Self> {
        let mut stored = Self::default();
        for path in root::files_below(FOLDER)? {
            let Some(name) = path.strip_suffix(".json") else { continue };
            let name = &name[FOLDER.len() + 1..];
            let text = root::read(&path)?;
            match name.strip_prefix("protocol-tests/") {
                Some(case) => stored.cases.insert(case.to_owned(), text),
                None => stored.models.insert(name.to_owned(), text),
            };
        }
        Ok(stored)
    }

    /// Makes what `api-models/` should hold of an unpacked source distribution.
    fn of(folder: &Path) -> Outcome<Self> {
        Ok(Self { models: archive::models(folder)?, cases: archive::cases(folder)? })
    }

    fn files(&self) -> BTreeMap<String, &str> {
        let models = self.models.iter().map(|(name, text)| (format!("{name}.json"), &**text));
        let cases = self.cases.iter();
        let cases = cases.map(|(name, text)| (format!("protocol-tests/{name}.json"), &**text));
        models.chain(cases).collect()
    }

    fn digest(&self) -> String {
        let files = self.files();
        lock::digest(files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())))
    }

    fn write(&self) -> Outcome {
        let files = self.files();
        for (path, text) in &files {
            root::write(&format!("{FOLDER}/{path}"), text.as_bytes())?;
        }
        for path in root::files_below(FOLDER)? {
            let name = &path[FOLDER.len() + 1..];
            if name.ends_with(".json") && !files.contains_key(name) {
                fs::remove_file(root::root().join(&path))?;
            }
        }
        Ok(())
    }
}

/// The models of `api-models/` when they are those of the lock, else those of the pinned source
/// distribution, which are written to `api-models/` before they are returned.
pub(crate) fn pinned() -> Outcome<Models> {
    let lock = Lock::read()?;
    let stored = Stored::read()?;
    if stored.digest() == lock.models {
        return Ok(stored.models);
    }
    let (folder, _) = archive::unpacked(&lock.version, Some(&lock.sha256))?;
    let stored = Stored::of(&folder)?;
    stored.write()?;
    Lock { models: stored.digest(), ..lock }.write()?;
    Ok(stored.models)
}

/// The model of one service and no other, without a look at the lock.
pub(crate) fn one(service: &str) -> Outcome<String> {
    root::read(&format!("{FOLDER}/{service}.json"))
}

/// Moves the pin to another version, the newest unless one is named, and returns its models.
pub(crate) fn update(version: Option<&str>) -> Outcome<Models> {
    let version = version.map_or_else(archive::newest, |version| Ok(version.to_owned()))?;
    let (folder, sha256) = archive::unpacked(&version, None)?;
    let stored = Stored::of(&folder)?;
    stored.write()?;
    Lock { version, sha256, models: stored.digest() }.write()?;
    Ok(stored.models)
}

/// The text of a model without its documentation, its extras merged in.
fn stripped(mut model: Json, extras: Option<&Json>) -> String {
    if let Some(patch) = extras.and_then(|extras| extras.get("merge")) {
        model.merge(patch);
    }
    strip::to_text(&strip::strip(&model))
}

fn parse(path: &Path) -> Outcome<Json> {
    let text = fs::read_to_string(path)?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
