//! `fogbank start --detached`: the server in a process of its own.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;
use std::{env, thread};

use fogbank_context::Stopwatch;

use crate::arguments::Start;
use crate::commands::start::{VERSION, address_in_use};
use crate::configuration;
use crate::exit::{Exit, Failure};
use crate::instance::{Instance, log_path, state_folder};
use crate::style::{FAINT, GOOD, STRONG, note, say};

/// How long a start may take before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often to look whether the server is ready.
const PAUSE: Duration = Duration::from_millis(2);

pub(crate) fn run(arguments: &Start, started: Stopwatch) -> Result<Exit, Failure> {
    // Read here too, so that what is wrong is said on this terminal.
    let loaded = configuration::load(&arguments.settings)?;
    configuration::show_notices(&loaded);
    let listen = loaded.config.gateway_listen.first();
    let port = listen.map_or(0, |listen| listen.port);
    if let (Some(listen), Some(_)) = (listen, Instance::on_port(port)) {
        return Err(address_in_use(&listen.to_string()));
    }
    let log = log_path(port);
    let mut child = spawn(&log).map_err(|error| {
        Failure::new(Exit::Failed, format!("cannot start in the background: {error}"))
    })?;
    loop {
        if let Some(instance) = Instance::all().into_iter().find(|found| found.pid == child.id()) {
            let elapsed = started.elapsed().as_millis();
            say!(
                "{GOOD}fogbank {VERSION}{GOOD:#} is ready on {STRONG}{}{STRONG:#} \
                 {FAINT}(in {elapsed} ms, process {}){FAINT:#}",
                instance.endpoint,
                instance.pid
            );
            return Ok(Exit::Done);
        }
        if let Ok(Some(status)) = child.try_wait() {
            return Err(ended_early(status, &log));
        }
        if started.elapsed() > PATIENCE {
            let _ = child.kill();
            let message = format!("the server was not ready after {PATIENCE:?}");
            return Err(
                Failure::new(Exit::Failed, message).hint(format!("its log is {}", log.display()))
            );
        }
        thread::sleep(PAUSE);
    }
}

/// Starts this program again with the same arguments and with the log for its output.
fn spawn(log: &Path) -> io::Result<Child> {
    fs::create_dir_all(state_folder())?;
    if log.exists() {
        fs::rename(log, previous(log))?;
    }
    let output = File::create(log)?;
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    Command::new(env::current_exe()?)
        .args(arguments)
        .arg("--in-background")
        .arg(log)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn()
}

/// Where the log of the run before goes.
fn previous(log: &Path) -> PathBuf {
    log.with_extension("log.1")
}

fn ended_early(status: ExitStatus, log: &Path) -> Failure {
    let said = fs::read_to_string(log).unwrap_or_default();
    for line in said.lines() {
        note!("  {line}");
    }
    let exit = match status.code() {
        Some(5) => Exit::AddressInUse,
        Some(3) => Exit::Configuration,
        _ => Exit::Failed,
    };
    Failure::new(exit, format!("the server did not start ({status})"))
}
