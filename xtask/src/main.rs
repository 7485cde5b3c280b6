//! The commands of this repository: `cargo xtask`.

mod bench;
mod conformance;
mod coverage;
mod regen;
mod root;
mod scaffold;
mod server;
mod terraform;
mod tidy;

use std::process::ExitCode;

/// What a command returns: nothing, or why it failed, ready to be printed.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A command of `cargo xtask`.
struct Command {
    name: &'static str,
    arguments: &'static str,
    summary: &'static str,
    run: fn(&[String]) -> Outcome,
}

/// All commands.
const COMMANDS: &[Command] = &[
    Command {
        name: "regen",
        arguments: "[SERVICE...] [--models DIR] [--check] [--update [VERSION]]",
        summary: "generate everything that comes from AWS's models and from registry.toml",
        run: regen::run,
    },
    Command {
        name: "new-service",
        arguments: "NAME",
        summary: "scaffold a provider in providers/NAME and register it",
        run: scaffold::new_service::run,
    },
    Command {
        name: "new-op",
        arguments: "SERVICE OPERATION",
        summary: "scaffold a file for an operation and delegate to it",
        run: scaffold::new_op::run,
    },
    Command {
        name: "bench",
        arguments: "[ARGUMENTS of the load generator]",
        summary: "build the release binary and measure it beside a bare hyper server",
        run: bench::run,
    },
    Command {
        name: "conformance",
        arguments: "[ARGUMENTS of the driver]",
        summary: "run every operation of the catalog past botocore, into docs/wire-conformance.md",
        run: conformance::run,
    },
    Command {
        name: "coverage",
        arguments: "",
        summary: "count the operations that providers implement, into docs/coverage.md and README.md",
        run: coverage::run,
    },
    Command {
        name: "terraform",
        arguments: "[PART OF A PATH...]",
        summary: "apply, plan, change and destroy tests/terraform, into docs/terraform.md",
        run: terraform::run,
    },
    Command {
        name: "tidy",
        arguments: "",
        summary: "check the rules of the house that no compiler checks",
        run: tidy::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let name = arguments.first().map(String::as_str);
    let Some(command) = COMMANDS.iter().find(|command| Some(command.name) == name) else {
        usage();
        return match name {
            Some("help" | "--help" | "-h") => ExitCode::SUCCESS,
            _ => ExitCode::from(2),
        };
    };
    match (command.run)(&arguments[1..]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {}: {error}", command.name);
            ExitCode::FAILURE
        }
    }
}

fn usage() {
    println!("usage: cargo xtask COMMAND\n");
    for command in COMMANDS {
        println!("  {} {}\n      {}", command.name, command.arguments, command.summary);
    }
}
