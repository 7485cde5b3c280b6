//! `cargo xtask terraform`: Terraform's AWS provider against the server, resource by resource.
//!
//! Each file `tests/terraform/SERVICE/NAME.tf` is a configuration without a provider: it is applied,
//! planned again (nothing may be left to do), applied with `updated = true` where it declares the
//! variable `updated`, planned again, and destroyed. `--sample` runs a few files that stand for all.

mod absent;
mod configuration;
mod report;

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::Outcome;
use crate::root::{files_below, read, target, write};
use crate::server::Server;
use configuration::Configuration;
use report::{Report, Row};

/// What stands for all, with different protocols and ways of waiting; it takes a minute or two.
const SAMPLE: [&str; 3] = ["sqs/queue.tf", "sqs/policies.tf", "s3/bucket.tf"];

/// The report.
const PAGE: &str = "docs/terraform.md";

/// Runs the command: all files or those whose path contains one of the arguments. The report is
/// renewed for the files that were run; a sample leaves it alone.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let sample = arguments.iter().any(|argument| argument == "--sample");
    let arguments: Vec<String> =
        if sample { SAMPLE.map(str::to_owned).to_vec() } else { arguments.to_vec() };
    let Some(terraform) = Terraform::find() else {
        println!("terraform, or a folder with its AWS provider, is not here: nothing was run");
        return Ok(());
    };
    let wanted = |path: &String| {
        path.ends_with(".tf")
            && (arguments.is_empty() || arguments.iter().any(|part| path.contains(part.as_str())))
    };
    let files: Vec<String> = files_below("tests/terraform")?.into_iter().filter(wanted).collect();
    let mut configurations: Vec<Configuration> = Vec::new();
    for file in &files {
        let mut left = Some(Configuration::read(file)?);
        for configuration in &mut configurations {
            left = left.and_then(|one| configuration.take(one));
        }
        configurations.extend(left);
    }
    // Without a file the page is renewed from what it says.
    let server = if files.is_empty() { None } else { Some(Server::start(&[])?) };
    let endpoint = server.as_ref().map_or("", |server| &server.endpoint);
    let mut report = Report::default();
    let run = |configuration: &Configuration| -> Outcome<Vec<Row>> {
        let rows = configuration.run(&terraform, endpoint)?;
        println!("{}: {}", configuration.files.join(" "), report::verdict(&rows));
        Ok(rows)
    };
    for configuration in &configurations {
        let rows = run(configuration)?;
        if configuration.files.len() == 1 || rows.iter().all(Row::is_good) {
            report.add(rows);
            continue;
        }
        // One file by itself tells what fails, and spares the others its failure.
        for file in &configuration.files {
            report.add(run(&Configuration::read(file)?)?);
        }
    }
    if !sample {
        report.keep(&read(PAGE).unwrap_or_default(), &files);
        report.confine_updates()?;
        report.complete(&terraform.resource_types()?);
        write(PAGE, report.page(&terraform.version).as_bytes())?;
    }
    report.outcome()
}

/// The program, and what it has to be told to work without a network.
struct Terraform {
    version: String,
    mirror: PathBuf,
}

impl Terraform {
    /// The provider's package in a mirror.
    const PROVIDER: &str = "registry.terraform.io/hashicorp/aws";

    /// Terraform on the path, with the mirror that `FOGBANK_TERRAFORM_MIRROR` names or that is in a
    /// usual place.
    fn find() -> Option<Self> {
        let output =
            Command::new("terraform").arg("version").stderr(Stdio::null()).output().ok()?;
        let version = String::from_utf8_lossy(&output.stdout).lines().next()?.to_owned();
        let mirror =
            Self::mirrors().into_iter().find(|folder| folder.join(Self::PROVIDER).is_dir());
        Some(Self { version, mirror: mirror? })
    }

    /// All types of resources that the provider offers.
    fn resource_types(&self) -> Outcome<Vec<String>> {
        let folder = target().join("terraform/schema");
        configuration::prepare_folder(&folder, self)?;
        let call =
            |arguments: &[&str]| configuration::call(&folder, "http://localhost:4566", arguments);
        call(&["init"])?;
        let schema = call(&["providers", "schema", "-json"])?;
        let schema: serde_json::Value = serde_json::from_slice(&schema.stdout)?;
        let types = schema["provider_schemas"][Self::PROVIDER]["resource_schemas"].as_object();
        Ok(types.ok_or("the provider has no schema")?.keys().cloned().collect())
    }

    fn mirrors() -> Vec<PathBuf> {
        let mut folders: Vec<PathBuf> =
            std::env::var_os("FOGBANK_TERRAFORM_MIRROR").map(PathBuf::from).into_iter().collect();
        if let Some(home) = std::env::var_os("HOME") {
            folders.push(PathBuf::from(home).join(".terraform.d/plugins"));
        }
        folders.push("/usr/local/share/terraform/plugins".into());
        folders.push("/usr/share/terraform/plugins".into());
        if let Ok(packages) = std::fs::read_dir("/opt") {
            folders.extend(packages.flatten().map(|package| package.path()));
        }
        folders
    }
}
