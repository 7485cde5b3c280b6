//! The `fogbank` command: starts the server and talks to a running one.

mod arguments;
mod client;
mod commands;
mod configuration;
mod exit;
mod instance;
mod logging;
mod serve;
mod setting_flags;
mod style;
mod target;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use fogbank_context::Stopwatch;

use crate::arguments::Arguments;

/// A request makes a few dozen small allocations, many of which another thread frees: with the C
/// library's allocator SendMessage took 21 µs of CPU time, with this one 15.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let started = Stopwatch::start();
    let arguments = Arguments::parse_from(command_line(std::env::args_os().collect()));
    match commands::run(arguments, started) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.print();
            failure.exit.into()
        }
    }
}

/// The command line; under the name `awslocal` the program is `fogbank aws`, so that scripts
/// written for LocalStack run as they are.
fn command_line(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let name = arguments.first().and_then(|program| Path::new(program).file_name());
    if name == Some(OsStr::new("awslocal")) {
        arguments.splice(0..1, ["fogbank".into(), "aws".into()]);
    }
    arguments
}
