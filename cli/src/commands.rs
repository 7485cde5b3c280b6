//! What each command does, one file a command.

mod aws;
mod clock;
mod completions;
mod config;
mod detached;
mod iam;
mod logs;
mod snapshot;
mod start;
mod status;
mod stop;
mod wait;
mod world;

use fogbank_context::Stopwatch;

use crate::arguments::{Arguments, Command};
use crate::exit::{Exit, Failure};

/// Runs a command; `started` runs since the process began.
pub(crate) fn run(arguments: Arguments, started: Stopwatch) -> Result<Exit, Failure> {
    match arguments.command {
        Command::Start(arguments) if arguments.detached && arguments.in_background.is_none() => {
            detached::run(&arguments, started)
        }
        Command::Start(arguments) => start::run(&arguments, started),
        Command::Stop(arguments) => stop::run(&arguments),
        Command::Status(arguments) => status::run(&arguments),
        Command::Logs(arguments) => logs::run(&arguments),
        Command::Wait(arguments) => wait::run(&arguments),
        Command::Config { command } => config::run(&command),
        Command::World(arguments) => world::run(&arguments),
        Command::Clock(arguments) => clock::run(&arguments),
        Command::Snapshot(arguments) => snapshot::run(&arguments),
        Command::Iam(arguments) => iam::run(&arguments),
        Command::Aws(arguments) => aws::run(&arguments),
        Command::Completions { shell } => completions::run(shell),
    }
}
