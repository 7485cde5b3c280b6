//! The models: from botocore's source distribution into `api-models/`, and from there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fogbank_codegen::json::Json;
use fogbank_codegen::model::strip;

use super::lock::{self, Lock};
use super::parallel;
use crate::root::{root, target};
use crate::{Outcome, root};

/// The texts of the stripped models by service.
pub(crate) type Models = BTreeMap<String, String>;

const FOLDER: &str = "api-models";

/// The models of `api-models/` when they are those of the lock, else those of the pinned source
/// distribution, which are written to `api-models/` before they are returned.
pub(crate) fn pinned() -> Outcome<Models> {
    let lock = Lock::read()?;
    let models = stored()?;
    if digest(&models) == lock.models {
        return Ok(models);
    }
    let folder = unpacked(&lock.version, Some(&lock.sha256))?.0;
    let models = stripped(&folder)?;
    if !lock.models.is_empty() && digest(&models) != lock.models {
        return Err(
            "the source distribution does not give the models of api-models/models.lock".into()
        );
    }
    store(&models)?;
    Lock { models: digest(&models), ..lock }.write()?;
    Ok(models)
}

/// The models of one service and no other, without a look at the lock.
pub(crate) fn one(service: &str) -> Outcome<String> {
    root::read(&format!("{FOLDER}/{service}.json"))
}

/// Moves the pin to another version, the newest unless one is named, and returns its models.
pub(crate) fn update(version: Option<&str>) -> Outcome<Models> {
    let (folder, version, sha256) = {
        let wanted = version.map_or_else(newest, |version| Ok(version.to_owned()))?;
        let (folder, sha256) = unpacked(&wanted, None)?;
        (folder, wanted, sha256)
    };
    let models = stripped(&folder)?;
    store(&models)?;
    Lock { version, sha256, models: digest(&models) }.write()?;
    Ok(models)
}

/// The models in `api-models/`.
pub(crate) fn stored() -> Outcome<Models> {
    let mut models = Models::new();
    let Ok(entries) = fs::read_dir(root().join(FOLDER)) else { return Ok(models) };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            models.insert(stem(&path), fs::read_to_string(&path)?);
        }
    }
    Ok(models)
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn digest(models: &Models) -> String {
    lock::digest(models.iter().map(|(name, text)| (name.as_str(), text.as_bytes())))
}

fn store(models: &Models) -> Outcome {
    for (name, text) in models {
        root::write(&format!("{FOLDER}/{name}.json"), text.as_bytes())?;
    }
    for name in stored()?.keys().filter(|name| !models.contains_key(*name)) {
        fs::remove_file(root().join(format!("{FOLDER}/{name}.json")))?;
    }
    Ok(())
}

/// The folder of an unpacked source distribution and the SHA-256 of its archive.
fn unpacked(version: &str, sha256: Option<&str>) -> Outcome<(PathBuf, String)> {
    let cache = target().join("regen");
    fs::create_dir_all(&cache)?;
    let archive = cache.join(format!("botocore-{version}.tar.gz"));
    if !archive.exists() {
        download(version, &cache)?;
    }
    let found = lock::sha256(&fs::read(&archive)?);
    if let Some(wanted) = sha256
        && wanted != found
    {
        return Err(format!(
            "{} has the SHA-256 {found}, but api-models/models.lock says {wanted}",
            archive.display()
        )
        .into());
    }
    let folder = cache.join(format!("botocore-{version}"));
    if !folder.join("botocore/data").is_dir() {
        run(Command::new("tar").arg("xzf").arg(&archive).arg("-C").arg(&cache))?;
    }
    Ok((folder, found))
}

fn download(version: &str, cache: &Path) -> Outcome {
    run(pip(&["download", "--quiet", "--no-deps", "--no-binary", "botocore"])
        .arg(format!("botocore=={version}"))
        .arg("--dest")
        .arg(cache))
}

fn newest() -> Outcome<String> {
    let output = pip(&["index", "versions", "botocore"]).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    version
        .map(|(version, _)| version.to_owned())
        .ok_or_else(|| "pip does not say which version of botocore is the newest".into())
}

fn pip(arguments: &[&str]) -> Command {
    let mut command = Command::new("python3");
    command.args(["-m", "pip", "--disable-pip-version-check"]).args(arguments);
    command
}

fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
}

/// The stripped models of a botocore folder, the newest API version of each service.
fn stripped(folder: &Path) -> Outcome<Models> {
    let mut services = Vec::new();
    for entry in fs::read_dir(folder.join("botocore/data"))? {
        let path = entry?.path();
        if let Some(version) = newest_version(&path)? {
            services.push((stem(&path), version));
        }
    }
    services.sort();
    let texts = parallel::map(&services, |(name, folder)| {
        strip_one(folder)
            .map(|text| (name.clone(), text))
            .map_err(|error| format!("{name}: {error}").into())
    });
    texts.into_iter().collect()
}

/// The newest version's folder that holds a service model.
fn newest_version(service: &Path) -> Outcome<Option<PathBuf>> {
    let mut versions = Vec::new();
    if service.is_dir() {
        for entry in fs::read_dir(service)? {
            let path = entry?.path();
            if path.join("service-2.json").exists() {
                versions.push(path);
            }
        }
    }
    Ok(versions.into_iter().max())
}

fn strip_one(folder: &Path) -> Outcome<String> {
    let parse = |name: &str| -> Outcome<Json> {
        Ok(serde_json::from_str(&fs::read_to_string(folder.join(name))?)?)
    };
    let mut model = parse("service-2.json")?;
    if folder.join("service-2.sdk-extras.json").exists() {
        let extras = parse("service-2.sdk-extras.json")?;
        if let Some(patch) = extras.get("merge") {
            model.merge(patch);
        }
    }
    Ok(strip::to_text(&strip::strip(&model)))
}
