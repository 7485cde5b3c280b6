//! Who may depend on whom.

use std::collections::BTreeMap;

use super::exceptions::Exceptions;
use super::tree::Tree;
use crate::{Outcome, root};

/// Folders, and the folders of this repository whose packages theirs may depend on. The first
/// prefix that fits decides; folders that are not here may depend on anything.
const ALLOWED: &[(&str, &[&str])] = &[
    ("core/", &["core/"]),
    ("generated/", &["core/"]),
    ("providers/", &["core/", "generated/"]),
    ("codegen", &["core/schema"]),
    ("xtask", &["codegen"]),
    ("cli", &["core/", "gateway", "generated/index"]),
];

/// Every dependency between packages of this repository goes a way that is allowed.
pub(super) fn check(tree: &Tree, exceptions: &Exceptions) -> Outcome<Vec<String>> {
    let mut packages: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    for path in tree.manifests() {
        let manifest: toml::Table =
            toml::from_str(&root::read(path)?).map_err(|error| format!("{path}: {error}"))?;
        let name = manifest.get("package").and_then(|package| package.get("name"));
        let Some(name) = name.and_then(toml::Value::as_str) else { continue };
        let folder = path.trim_end_matches("/Cargo.toml").to_owned();
        packages.insert(name.to_owned(), (folder, dependencies(&manifest)));
    }
    let mut problems = Vec::new();
    for (folder, dependencies) in packages.values() {
        for (target, _) in dependencies.iter().filter_map(|name| packages.get(name)) {
            if !may(folder, target) && !exceptions.allow("dependencies", folder) {
                problems.push(format!("{folder} must not depend on {target}"));
            }
        }
    }
    Ok(problems)
}

/// Dependencies of the code that is shipped; tests may use what they like.
fn dependencies(manifest: &toml::Table) -> Vec<String> {
    ["dependencies", "build-dependencies"]
        .into_iter()
        .filter_map(|section| manifest.get(section)?.as_table())
        .flat_map(|section| section.keys().cloned())
        .collect()
}

fn may(from: &str, to: &str) -> bool {
    match ALLOWED.iter().find(|(folder, _)| from.starts_with(folder)) {
        Some((_, allowed)) => allowed.iter().any(|folder| to.starts_with(folder)),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::may;

    #[test]
    fn dependencies_go_the_ways_that_the_design_allows() {
        for (from, to, allowed) in [
            ("providers/sqs", "core/state", true),
            ("providers/sqs", "generated/sns", true),
            ("providers/sqs", "providers/sns", false),
            ("providers/sqs", "gateway", false),
            ("generated/sqs", "core/service", true),
            ("generated/sqs", "generated/sns", false),
            ("core/wire", "generated/sqs", false),
            ("gateway", "providers/sqs", true),
            ("cli", "providers/sqs", false),
            ("tests/bench", "providers/sqs", true),
        ] {
            assert_eq!(may(from, to), allowed, "{from} -> {to}");
        }
    }
}
