//! The command line.

pub(crate) mod iam;
pub(crate) mod worlds;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::exit::EXIT_CODES;
use crate::setting_flags::SettingFlags;
use crate::target::Target;

/// The AWS cloud at ground level: one binary that answers the AWS APIs.
#[derive(Debug, Parser)]
#[command(name = "fogbank", version, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the server
    Start(Start),
    /// Stop the server that runs on this machine
    Stop(Stop),
    /// Show whether the server runs, and its services
    Status(Status),
    /// Show the log of a server that was started with --detached
    Logs(Logs),
    /// Wait until the server answers
    Wait(Wait),
    /// Show or check the configuration
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Fork worlds of the server, and throw them away
    World(worlds::World),
    /// Move the time of a world
    Clock(worlds::Clock),
    /// Keep the state of a world, and return to it
    Snapshot(worlds::Snapshot),
    /// Ask why a request was denied, and which policy a principal needs
    Iam(iam::Iam),
    /// Run the AWS CLI against the server
    #[command(disable_help_flag = true)]
    Aws(Aws),
    /// Write the completions of a shell to standard output
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Start {
    /// Run in the background; return when the server is ready
    #[arg(short, long)]
    pub(crate) detached: bool,
    /// Set by --detached for the process in the background, with the path of its log
    #[arg(long, hide = true)]
    pub(crate) in_background: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: SettingFlags,
}

#[derive(Debug, Args)]
pub(crate) struct Stop {
    /// Port of the server
    #[arg(short, long)]
    pub(crate) port: Option<u16>,
    /// How long to wait for the end of the process; after that it is a failure
    #[arg(short, long, value_name = "SECONDS", value_parser = seconds, default_value = "10")]
    pub(crate) timeout: Duration,
    /// Kill the process when the time is over
    #[arg(short, long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    /// What to show
    #[arg(value_enum, default_value = "server")]
    pub(crate) what: StatusOf,
    /// How to show it
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) target: Target,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatusOf {
    /// The server, and how many services are in which state
    Server,
    /// Every service with its state
    Services,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Logs {
    /// Go on with what is added, until the server ends
    #[arg(short, long)]
    pub(crate) follow: bool,
    /// Show this many lines from the end only
    #[arg(short = 'n', long, value_name = "NUMBER")]
    pub(crate) lines: Option<usize>,
    /// Port of the server
    #[arg(short, long)]
    pub(crate) port: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct Wait {
    /// How long to wait; after that it is a failure
    #[arg(short, long, value_name = "SECONDS", value_parser = seconds, default_value = "60")]
    pub(crate) timeout: Duration,
    #[command(flatten)]
    pub(crate) target: Target,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// List every setting with its value and where the value came from
    List {
        /// How to show it
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
        #[command(flatten)]
        settings: SettingFlags,
    },
    /// Check the configuration without starting
    Validate {
        #[command(flatten)]
        settings: SettingFlags,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Aws {
    /// Arguments of the AWS CLI
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    pub(crate) arguments: Vec<OsString>,
}

/// Reads a number of seconds, which may have a fraction.
fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(number).map_err(|error| error.to_string())
}
