//! botocore's source distribution.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Models, parallel, parse, stem, stripped};
use crate::Outcome;
use crate::regen::{execute, lock};
use crate::root::target;

/// The folder of an unpacked source distribution and the SHA-256 of its archive.
pub(super) fn unpacked(version: &str, sha256: Option<&str>) -> Outcome<(PathBuf, String)> {
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
        let archive = archive.display();
        let problem = format!("{archive} has the SHA-256 {found}, but models.lock says {wanted}");
        return Err(problem.into());
    }
    let folder = cache.join(format!("botocore-{version}"));
    if !folder.join("botocore/data").is_dir() {
        execute(Command::new("tar").arg("xzf").arg(&archive).arg("-C").arg(&cache))?;
    }
    Ok((folder, found))
}

fn download(version: &str, cache: &Path) -> Outcome {
    execute(
        pip(&["download", "--quiet", "--no-deps", "--no-binary", "botocore"])
            .arg(format!("botocore=={version}"))
            .arg("--dest")
            .arg(cache),
    )
}

/// The newest version that the package index has.
pub(super) fn newest() -> Outcome<String> {
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

/// The stripped models, the newest API version of each service.
pub(super) fn models(folder: &Path) -> Outcome<Models> {
    let mut services = Vec::new();
    for entry in fs::read_dir(folder.join("botocore/data"))? {
        let path = entry?.path();
        if let Some(version) = newest_version(&path)? {
            services.push((stem(&path), version));
        }
    }
    services.sort();
    let texts = parallel::map(&services, |(name, folder)| Ok((name.clone(), model(folder)?)));
    texts.into_iter().collect()
}

/// The stripped model of one API version.
pub(super) fn model(folder: &Path) -> Outcome<String> {
    let extras = folder.join("service-2.sdk-extras.json");
    let extras = extras.exists().then(|| parse(&extras)).transpose()?;
    Ok(stripped(parse(&folder.join("service-2.json"))?, extras.as_ref()))
}

/// The newest version's folder that holds a service model.
pub(super) fn newest_version(service: &Path) -> Outcome<Option<PathBuf>> {
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

/// The test cases of the protocols, requests in `input/` and responses in `output/`, and those of
/// signatures.
pub(super) fn cases(folder: &Path) -> Outcome<BTreeMap<String, String>> {
    let mut cases = BTreeMap::new();
    for direction in ["input", "output"] {
        for entry in fs::read_dir(folder.join("tests/unit/protocols").join(direction))? {
            let path = entry?.path();
            let text = fs::read_to_string(&path)?;
            cases.insert(format!("{direction}/{}", stem(&path)), text);
        }
    }
    cases.insert("signatures/aws4".to_owned(), signatures(folder)?);
    Ok(cases)
}

/// The test suite of signatures of version 4: by name, the texts of each case by their kind.
fn signatures(folder: &Path) -> Outcome<String> {
    let mut cases: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut folders = vec![folder.join("tests/unit/auth/aws4_testsuite")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let kind = path.extension().map(|kind| kind.to_string_lossy().into_owned());
            match kind.as_deref() {
                _ if path.is_dir() => folders.push(path),
                Some("creq" | "sreq" | "sts") => {
                    let case = cases.entry(stem(&path)).or_default();
                    case.insert(kind.unwrap_or_default(), fs::read_to_string(&path)?);
                }
                _ => {}
            }
        }
    }
    Ok(serde_json::to_string_pretty(&cases)? + "\n")
}
