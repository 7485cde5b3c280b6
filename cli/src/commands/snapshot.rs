//! `fogbank snapshot`.

use std::fs::File;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use crate::arguments::Format;
use crate::arguments::worlds::{Snapshot, SnapshotCommand};
use crate::client::{Client, Method};
use crate::commands::world::text;
use crate::exit::{Exit, Failure};
use crate::style::{WARNING, note, say};

const SNAPSHOTS: &str = "/_fogbank/snapshots";

pub(crate) fn run(arguments: &Snapshot) -> Result<Exit, Failure> {
    let place = &arguments.place;
    let client = Client::patient(place.target.url()?);
    match &arguments.command {
        SnapshotCommand::Save { name, services } => {
            let mut body = json!({ "name": name });
            if !services.is_empty() {
                body["services"] = json!(services);
            }
            client.call(Method::Post, &place.path(SNAPSHOTS), Some(&body))?;
            say!("{name} is saved");
        }
        SnapshotCommand::Load { name } => {
            let path = place.path(&format!("{SNAPSHOTS}/{name}/load"));
            let report = client.call(Method::Post, &path, Some(&json!({})))?;
            for skipped in array(&report, "skipped") {
                let (service, reason) = (text(skipped, "service"), text(skipped, "reason"));
                note!("{WARNING}warning:{WARNING:#} {service} is not loaded: {reason}");
            }
            say!("{name} is loaded ({})", names(array(&report, "loaded")));
        }
        SnapshotCommand::List { format } => list(&client, *format)?,
        SnapshotCommand::Drop { names } => {
            for name in names {
                client.call(Method::Delete, &format!("{SNAPSHOTS}/{name}"), None)?;
                say!("{name} is gone");
            }
        }
        SnapshotCommand::Diff { from, to } => return diff(&client, from, to),
        SnapshotCommand::Export { name, file } => {
            export(&client, name, file)?;
            say!("{name} is written to {}", file.display());
        }
        SnapshotCommand::Import { file, name } => {
            let source = File::open(file).map_err(|error| file_failure(file, &error))?;
            client.upload(&format!("{SNAPSHOTS}/{name}"), source)?;
            say!("{name} is read from {}", file.display());
        }
    }
    Ok(Exit::Done)
}

fn list(client: &Client, format: Format) -> Result<(), Failure> {
    let answer = client.get(SNAPSHOTS)?;
    let snapshots = array(&answer, "snapshots");
    if format == Format::Json {
        say!("{:#}", Value::Array(snapshots.clone()));
        return Ok(());
    }
    let width = snapshots.iter().map(|one| text(one, "name").len()).max().unwrap_or(0);
    for one in snapshots {
        let services = names(array(one, "services"));
        say!("{:width$}  {}  {services}", text(one, "name"), text(one, "created"));
    }
    Ok(())
}

fn diff(client: &Client, from: &str, to: &str) -> Result<Exit, Failure> {
    let query = [("from", from), ("to", to)];
    let answer = client.get_with_query("/_fogbank/diff", &query)?;
    let differences = array(&answer, "differences");
    for one in differences {
        let sign = match text(one, "change") {
            "added" => '+',
            "removed" => '-',
            _ => '~',
        };
        say!("{sign} {}  {}", text(one, "service"), text(one, "resource"));
    }
    Ok(if differences.is_empty() { Exit::Done } else { Exit::Failed })
}

/// Writes beside the file first, so that a broken transfer leaves no half of a snapshot.
fn export(client: &Client, name: &str, file: &Path) -> Result<(), Failure> {
    let mut body = client.download(&format!("{SNAPSHOTS}/{name}"))?;
    let partial = file.with_extension("partial");
    let written = File::create(&partial)
        .and_then(|mut target| io::copy(&mut body, &mut target))
        .and_then(|_| std::fs::rename(&partial, file));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&partial);
        file_failure(file, &error)
    })
}

fn file_failure(file: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("{}: {error}", file.display()))
}

fn array<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    static NONE: Vec<Value> = Vec::new();
    value.get(key).and_then(Value::as_array).unwrap_or(&NONE)
}

fn names(values: &[Value]) -> String {
    values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
}
