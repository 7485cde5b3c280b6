//! `cargo xtask conformance`: every operation of every service, against botocore's own serialisers
//! and parsers.

use std::process::Command;

use crate::root::{root, target};
use crate::server::Server;
use crate::{Outcome, regen};

/// Runs the command; arguments go to the driver. Without any, the whole catalog is run and the
/// report is written.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let server = Server::start(&[("FOGBANK_CONFORMANCE", "1")])?;
    let mut driver = Command::new(python()?);
    driver.current_dir(root().join("tests/python")).args(["-m", "conformance", &server.endpoint]);
    if arguments.is_empty() {
        driver.arg("--report").arg(root().join("docs/wire-conformance.md"));
    }
    regen::execute(driver.args(arguments))
}

/// The Python of the tests' environment, which is made where it is not there yet.
fn python() -> Outcome<std::path::PathBuf> {
    let environment = target().join("tests/python");
    let python = environment.join("bin/python");
    if !python.exists() {
        regen::execute(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    }
    let requirements = root().join("tests/python/requirements.txt");
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    regen::execute(Command::new(&python).args(install).arg(requirements))?;
    Ok(python)
}
