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

use std::process::ExitCode;

use clap::Parser;
use fogbank_context::Stopwatch;

use crate::arguments::Arguments;

fn main() -> ExitCode {
    let started = Stopwatch::start();
    let arguments = Arguments::parse();
    match commands::run(arguments, started) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.print();
            failure.exit.into()
        }
    }
}
