//! `cargo xtask bench`: the load generator against the release binary.

use std::process::Command;

use crate::root::{root, target};
use crate::{Outcome, regen};

/// Runs the command; arguments go to the load generator.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let build = ["build", "--release", "--package", "fogbank", "--package", "fogbank-bench"];
    regen::execute(cargo().args(build))?;
    let folder = target().join("release");
    let mut bench = Command::new(folder.join("fogbank-bench"));
    bench.arg("--binary").arg(folder.join("fogbank")).args(arguments);
    regen::execute(bench.current_dir(root()))
}

fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}
