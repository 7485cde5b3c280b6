//! One configuration, from nothing to nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::Terraform;
use super::report::{Row, Step};
use crate::Outcome;
use crate::root::{read, target};

/// The variable that a configuration declares when it shows changes.
const UPDATED: &str = "variable \"updated\"";

/// The longest name of a folder.
const LONGEST_NAME: usize = 100;

/// Files of a folder of `tests/terraform` that are run together.
#[derive(Default)]
pub(super) struct Configuration {
    pub(super) files: Vec<String>,
    texts: Vec<String>,
    updates: bool,
    /// What no second file may declare: resources, data, other variables, providers.
    declared: BTreeSet<String>,
    /// The addresses, `TYPE.NAME`, of the resources, by type and file.
    resources: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Configuration {
    /// A file by itself.
    pub(super) fn read(file: &str) -> Outcome<Self> {
        let mut text = read(file)?;
        let mut one = Self { files: vec![file.to_owned()], ..Self::default() };
        if let Some(start) = text.find(UPDATED) {
            let end = text[start..].find('}').ok_or("a variable has no end")?;
            text.replace_range(start..=start + end, "");
            one.updates = true;
        }
        let words = ["resource", "data", "variable", "provider", "output", "module"];
        for line in text.lines() {
            let Some(word) = words.iter().find(|word| {
                line.strip_prefix(**word).is_some_and(|rest| rest.starts_with([' ', '{']))
            }) else {
                continue;
            };
            one.declared.insert(line.to_owned());
            let mut parts = line.split('"').skip(1).step_by(2);
            if let (true, Some(kind), Some(name)) =
                (*word == "resource", parts.next(), parts.next())
            {
                let place = one.resources.entry((kind.to_owned(), file.to_owned())).or_default();
                place.insert(format!("{kind}.{name}"));
            }
        }
        one.texts.push(text);
        Ok(one)
    }

    /// Takes another file of the same folder in, so that terraform starts less often; gives it
    /// back where the two cannot stand in one configuration.
    pub(super) fn take(&mut self, other: Self) -> Option<Self> {
        let folder = |files: &[String]| {
            files
                .first()
                .and_then(|file| file.rsplit_once('/'))
                .map(|(folder, _)| folder.to_owned())
        };
        let apart = folder(&self.files) != folder(&other.files)
            || !self.declared.is_disjoint(&other.declared);
        if apart {
            return Some(other);
        }
        self.files.extend(other.files);
        self.texts.extend(other.texts);
        self.updates |= other.updates;
        self.declared.extend(other.declared);
        self.resources.extend(other.resources);
        None
    }

    fn name(&self) -> String {
        let names = self.files.iter().map(|file| {
            file.trim_start_matches("tests/terraform/").trim_end_matches(".tf").replace('/', "-")
        });
        let name = names.collect::<Vec<_>>().join("+");
        // The names of folders are not as long as those of all files together may be.
        name.chars().take(LONGEST_NAME).collect()
    }

    /// Applies, plans, updates and destroys; what each step did for each type of resource.
    pub(super) fn run(&self, terraform: &Terraform, endpoint: &str) -> Outcome<Vec<Row>> {
        let folder = self.prepare(terraform)?;
        let run = |arguments: &[&str]| call(&folder, endpoint, arguments);
        let init = run(&["init"])?;
        if !init.status.success() {
            return Err(format!("{}: {}", self.name(), errors(&init)).into());
        }
        let mut rows = self.rows();
        let applied = run(&["apply", "-auto-approve"])?;
        self.note_applied(&mut rows, &folder, endpoint, Step::Apply, &applied)?;
        if applied.status.success() {
            self.note_planned(
                &mut rows,
                Step::Plan,
                &run(&["plan", "-json", "-detailed-exitcode"])?,
            );
            if self.updates {
                let updated = run(&["apply", "-auto-approve", "-var", "updated=true"])?;
                self.note_applied(&mut rows, &folder, endpoint, Step::Update, &updated)?;
                let plan = ["plan", "-json", "-detailed-exitcode", "-var", "updated=true"];
                self.note_planned(&mut rows, Step::Update, &run(&plan)?);
            }
        }
        let destroyed = run(&["destroy", "-auto-approve"])?;
        self.note_destroyed(&mut rows, &folder, endpoint, &destroyed)?;
        Ok(rows)
    }

    /// A folder with the configuration and what it needs beside it.
    fn prepare(&self, terraform: &Terraform) -> Outcome<PathBuf> {
        let folder = target().join("terraform").join(self.name());
        prepare_folder(&folder, terraform)?;
        for (number, text) in self.texts.iter().enumerate() {
            fs::write(folder.join(format!("part{number}.tf")), text)?;
        }
        if self.updates {
            let variable = format!("{UPDATED} {{\n  type    = bool\n  default = false\n}}\n");
            fs::write(folder.join("updated.tf"), variable)?;
        }
        Ok(folder)
    }

    /// The addresses of the resources that a row is about.
    fn addresses(&self, row: &Row) -> &BTreeSet<String> {
        &self.resources[&(row.resource.clone(), row.file.clone())]
    }

    fn rows(&self) -> Vec<Row> {
        self.resources.keys().map(|(kind, file)| Row::new(kind, file)).collect()
    }

    /// A step that leaves every resource in the state.
    fn note_applied(
        &self,
        rows: &mut [Row],
        folder: &Path,
        endpoint: &str,
        step: Step,
        output: &Output,
    ) -> Outcome {
        let failed = errors(output);
        let there = state(folder, endpoint)?;
        for row in rows {
            let wanted = self.addresses(row);
            let whole =
                wanted.iter().all(|address| there.iter().any(|found| is_of(found, address)));
            let named = wanted.iter().any(|address| failed.contains(address.as_str()));
            let ok = output.status.success() || (step == Step::Apply && whole && !named);
            row.note(step, ok, if named || !whole { &failed } else { "" });
        }
        Ok(())
    }

    /// A plan that changes nothing.
    fn note_planned(&self, rows: &mut [Row], step: Step, output: &Output) {
        let text = String::from_utf8_lossy(&output.stdout);
        let planned: Vec<String> = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|event| {
                matches!(event["type"].as_str(), Some("planned_change" | "resource_drift"))
            })
            .filter(|event| {
                event["change"]["action"] != "noop" && event["type"] == "planned_change"
            })
            .filter_map(|event| Some(event["change"]["resource"]["addr"].as_str()?.to_owned()))
            .collect();
        for row in rows {
            let wanted = self.addresses(row);
            let changes = planned.iter().any(|found| wanted.iter().any(|it| is_of(found, it)));
            let ok = output.status.code() != Some(1) && !changes;
            row.note(step, ok, if ok { "" } else { "the next plan is not empty" });
        }
    }

    /// A step that leaves no resource in the state.
    fn note_destroyed(
        &self,
        rows: &mut [Row],
        folder: &Path,
        endpoint: &str,
        output: &Output,
    ) -> Outcome {
        let failed = errors(output);
        let left = state(folder, endpoint)?;
        for row in rows {
            let wanted = self.addresses(row);
            let gone = !left.iter().any(|found| wanted.iter().any(|it| is_of(found, it)));
            row.note(Step::Destroy, gone, if gone { "" } else { &failed });
        }
        Ok(())
    }
}

/// An empty folder in which terraform finds the provider.
pub(super) fn prepare_folder(folder: &Path, terraform: &Terraform) -> Outcome {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder)?;
    let provider = "provider \"aws\" {\n  s3_use_path_style = true\n}\n";
    let versions =
        "terraform {\n  required_providers {\n    aws = { source = \"hashicorp/aws\" }\n  }\n}\n";
    fs::write(folder.join("provider.tf"), format!("{versions}{provider}"))?;
    let mirror = terraform.mirror.display();
    let settings = format!(
        "provider_installation {{\n  filesystem_mirror {{\n    path = \"{mirror}\"\n  }}\n}}\n"
    );
    fs::write(folder.join("cli.tfrc"), settings)?;
    Ok(())
}

/// Whether a file's resources of a type are different when it is updated, by themselves or by a
/// local value.
pub(super) fn changes(text: &str, kind: &str) -> bool {
    const CHANGED: &str = "var.updated";
    let mut blocks: Vec<String> = Vec::new();
    for line in text.lines() {
        match blocks.last_mut() {
            Some(block) if line.is_empty() || line.starts_with([' ', '}']) => block.push_str(line),
            _ => blocks.push(line.to_owned()),
        }
    }
    let of = |start: &str| -> Vec<&String> {
        blocks.iter().filter(|block| block.starts_with(start)).collect()
    };
    let locals = of("locals {").iter().any(|block| block.contains(CHANGED));
    let resources = of(&format!("resource \"{kind}\" "));
    resources.iter().any(|it| it.contains(CHANGED) || (locals && it.contains("local.")))
}

/// Whether an address is that of a resource, or of one of its instances.
fn is_of(found: &str, resource: &str) -> bool {
    found.strip_prefix(resource).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
}

/// The addresses in the state.
fn state(folder: &Path, endpoint: &str) -> Outcome<Vec<String>> {
    let output = call(folder, endpoint, &["state", "list"])?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// Runs terraform.
///
/// S3 Control's host names begin with an account, and those of directory buckets with a bucket. The
/// server is also the proxy for all names but `localhost` itself, so that none needs to resolve.
pub(super) fn call(folder: &Path, endpoint: &str, arguments: &[&str]) -> Outcome<Output> {
    let output = Command::new("terraform")
        .current_dir(folder)
        .args(&arguments[..1])
        .args(&arguments[1..])
        .env("TF_CLI_CONFIG_FILE", folder.join("cli.tfrc"))
        .env("TF_IN_AUTOMATION", "1")
        .env("TF_CLI_ARGS", "-no-color")
        .env("CHECKPOINT_DISABLE", "1")
        .env("AWS_ENDPOINT_URL", endpoint.replace("127.0.0.1", "localhost"))
        .env("HTTP_PROXY", endpoint)
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_MAX_ATTEMPTS", "2")
        .stdin(Stdio::null())
        .output()?;
    Ok(output)
}

/// What a failed run says, in one line; nothing of one that succeeded.
fn errors(output: &Output) -> String {
    if output.status.success() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let lines = text.lines().map(|line| line.trim_start_matches(['│', '╷', '╵', ' ']).trim());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
