//! `cargo xtask regen`: everything that comes from AWS's models and from `registry.toml`.

mod changes;
mod lock;
mod parallel;
pub(crate) mod registry;
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use fogbank_codegen::emit::index::Summary;
use fogbank_codegen::emit::registration::Registered;
use fogbank_codegen::model::{compact, load};
use fogbank_codegen::{File, emit, plan};

use crate::{Outcome, root};
use registry::{Entry, Registry};

#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    services: Vec<String>,
    check: bool,
    models: Option<PathBuf>,
    update: Option<Option<String>>,
}

fn options(arguments: &[String]) -> Outcome<Options> {
    let mut options = Options::default();
    let mut rest = arguments.iter().peekable();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--check" => options.check = true,
            "--models" => {
                let folder = rest.next().ok_or("--models needs a folder")?;
                options.models = Some(PathBuf::from(folder));
            }
            "--update" => {
                let version = rest.next_if(|it| it.starts_with(|c: char| c.is_ascii_digit()));
                options.update = Some(version.cloned());
            }
            flag if flag.starts_with('-') => return Err(format!("unknown flag {flag}").into()),
            service => options.services.push(service.to_owned()),
        }
    }
    Ok(options)
}

/// Runs the command.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let start = Instant::now();
    let options = options(arguments)?;
    let registry = registry::read()?;
    if let Some(version) = &options.update {
        let old = source::Stored::read()?.models;
        let new = source::update(version.as_deref())?;
        print!("{}", changes::describe(&old, &new)?);
    }
    let files = match (&options.models, options.services.is_empty()) {
        (None, false) => some(&registry, &options.services)?,
        (folder, _) => everything(&registry, folder.as_deref(), &options.services)?,
    };
    let full = options.services.is_empty();
    let stale = stale(&files, full)?;
    if options.check {
        return report(&stale);
    }
    for file in &files {
        root::write(&file.path, &file.content)?;
    }
    for path in stale.iter().filter(|path| !files.iter().any(|file| file.path == **path)) {
        root::remove(path)?;
    }
    println!(
        "{} of {} generated files changed in {:.1} s",
        stale.len(),
        files.len(),
        start.elapsed().as_secs_f32()
    );
    Ok(())
}

fn report(stale: &BTreeSet<String>) -> Outcome {
    if stale.is_empty() {
        println!("all generated files are fresh");
        return Ok(());
    }
    for path in stale {
        println!("stale: {path}");
    }
    Err(format!("{} generated files are stale; `cargo xtask regen` mends them", stale.len()).into())
}

/// Files that differ from what was generated, and after a full run those that nobody generates.
fn stale(files: &[File], full: bool) -> Outcome<BTreeSet<String>> {
    let root = root::root();
    let mut stale: BTreeSet<String> = files
        .iter()
        .filter(|file| fs::read(root.join(&file.path)).ok().as_ref() != Some(&file.content))
        .map(|file| file.path.clone())
        .collect();
    if full {
        let wanted: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let orphans = root::files_below("generated")?;
        stale.extend(orphans.into_iter().filter(|path| !wanted.contains(path.as_str())));
    }
    Ok(stale)
}

/// The files of one service, and what the files about all services need to know of it.
struct Generated {
    files: Vec<File>,
    summary: Summary,
    registered: Option<Registered>,
}

/// The files of all services; with a folder of models these take the place of the pinned ones,
/// and with names only the files of these services.
fn everything(
    registry: &Registry,
    folder: Option<&Path>,
    services: &[String],
) -> Outcome<Vec<File>> {
    let mut models = source::pinned()?;
    if let Some(folder) = folder {
        let local = source::local(folder, &models)?;
        models.extend(local);
    }
    if !services.is_empty() {
        models.retain(|name, _| services.contains(name));
        let texts = models.iter();
        let files = texts.map(|(name, text)| Ok(one(registry, name, text)?.files));
        return Ok(files.collect::<Outcome<Vec<_>>>()?.concat());
    }
    let models: Vec<(String, String)> = models.into_iter().collect();
    let known = |name: &String| models.iter().any(|(model, _)| model == name);
    if let Some(name) = registry.keys().find(|name| !known(name)) {
        return Err(format!("registry.toml lists {name}, which has no model").into());
    }
    let generated = parallel::map(&models, |(name, text)| one(registry, name, text));
    let generated: Vec<Generated> = generated.into_iter().collect::<Outcome<_>>()?;
    let summaries: Vec<Summary> = generated.iter().map(|it| it.summary.clone()).collect();
    let registered: Vec<Registered> =
        generated.iter().filter_map(|it| it.registered.clone()).collect();
    let mut files: Vec<File> = generated.into_iter().flat_map(|it| it.files).collect();
    files.extend(emit::index::files(&summaries)?);
    files.push(emit::registration::file(&registered));
    Ok(files)
}

fn some(registry: &Registry, services: &[String]) -> Outcome<Vec<File>> {
    let mut files = Vec::new();
    for name in services {
        files.extend(one(registry, name, &source::one(name)?)?.files);
    }
    Ok(files)
}

fn one(registry: &Registry, name: &str, text: &str) -> Outcome<Generated> {
    let model = serde_json::from_str(text).map_err(|error| format!("{name}: {error}"))?;
    let service = load(name, &model)?;
    let model = compact::encode(&service)?;
    let mut files =
        vec![File { path: format!("generated/index/models/{name}.bin"), content: model }];
    let mut registered = None;
    if let Some(entry) = registry.get(name) {
        files.extend(emit::typed_crate(&plan::plan(&service)));
        let Entry { provider, within } = entry.clone();
        registered = Some(Registered { name: name.to_owned(), provider, within });
    }
    Ok(Generated { files, summary: Summary::of(&service), registered })
}

/// Runs a command of the system and waits for it.
pub(crate) fn execute(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
}
