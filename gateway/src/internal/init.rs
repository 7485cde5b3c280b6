//! Scripts that run at stages of the server's life, and how they went.
//!
//! They lie in `/etc/localstack/init/{boot,start,ready,shutdown}.d` and run in the order of their
//! names: files that end in `.sh`. `boot` comes before the server listens, `start` before services
//! are loaded, `ready` once requests are answered, `shutdown` before the services stop.

use std::path::PathBuf;
use std::sync::Arc;

use http::StatusCode;
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::{Answer, Refusal, json_response};
use crate::exchange::Exchange;

/// The stages by the name of their folder, without `.d`.
const STAGES: [&str; 4] = ["boot", "start", "ready", "shutdown"];

#[derive(Clone, Debug)]
struct Script {
    stage: &'static str,
    name: String,
    state: &'static str,
}

/// The stages that are over, and the scripts.
#[derive(Debug, Default)]
pub(crate) struct Init(Mutex<Progress>);

#[derive(Debug, Default)]
struct Progress {
    completed: Vec<&'static str>,
    scripts: Vec<Script>,
}

impl Init {
    /// Runs the scripts of a stage, one after the other; a script that fails is reported and does
    /// not stop the next.
    pub(crate) async fn run(self: &Arc<Self>, folder: &std::path::Path, stage: &'static str) {
        for path in scripts(&folder.join(format!("{stage}.d"))) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let at = {
                let mut progress = self.0.lock();
                progress.scripts.push(Script { stage, name, state: "RUNNING" });
                progress.scripts.len() - 1
            };
            let state = match tokio::process::Command::new("/bin/sh").arg(&path).status().await {
                Ok(status) if status.success() => "SUCCESSFUL",
                outcome => {
                    tracing::error!(script = %path.display(), ?outcome, "an init script failed");
                    "ERROR"
                }
            };
            self.0.lock().scripts[at].state = state;
        }
        self.0.lock().completed.push(stage);
    }
}

/// The scripts of a folder in the order of their names; other files are reported.
fn scripts(folder: &std::path::Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths.retain(|path| {
        let runs = path.extension().is_some_and(|extension| extension == "sh");
        if !runs && path.is_file() {
            tracing::warn!(file = %path.display(), "only shell scripts (.sh) run at init stages");
        }
        runs
    });
    paths
}

/// `init` and `init/STAGE`.
pub(super) async fn show(x: &mut Exchange, stage: &str) -> Answer {
    let progress = x.core.init.0.lock();
    let done = |stage: &str| progress.completed.contains(&stage);
    let rows = |wanted: Option<&str>| -> Value {
        let rows = progress.scripts.iter().filter(|row| wanted.is_none_or(|w| w == row.stage));
        rows.map(|row| {
            json!({ "stage": row.stage.to_uppercase(), "name": row.name, "state": row.state })
        })
        .collect()
    };
    if stage.is_empty() {
        let completed: serde_json::Map<String, Value> =
            STAGES.iter().map(|stage| (stage.to_uppercase(), done(stage).into())).collect();
        return Ok(json_response(&json!({ "completed": completed, "scripts": rows(None) })));
    }
    let stage = stage.to_ascii_lowercase();
    if !STAGES.contains(&stage.as_str()) {
        let message = format!("the stages are {}", STAGES.join(", "));
        return Err(Refusal(StatusCode::NOT_FOUND, message));
    }
    let shown = json!({ "completed": done(&stage), "scripts": rows(Some(&stage)) });
    Ok(json_response(&shown))
}
