//! `cargo xtask conformance`: every operation of every service, against botocore's own serialisers
//! and parsers.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::root::{root, target};
use crate::{Outcome, regen};

/// Runs the command; arguments go to the driver. Without any, the whole catalog is run and the
/// report is written.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    regen::execute(cargo.current_dir(root()).args(["build", "--package", "fogbank"]))?;
    let python = python()?;
    let mut server = Server::start()?;
    let endpoint = server.endpoint()?;
    let mut driver = Command::new(python);
    driver.current_dir(root().join("tests/python")).args(["-m", "conformance", &endpoint]);
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

/// The server under test; killed when it is dropped.
struct Server(Child);

impl Server {
    fn start() -> Outcome<Self> {
        let child = Command::new(target().join("debug/fogbank"))
            .arg("start")
            .env("GATEWAY_LISTEN", "127.0.0.1:0")
            .env("FOGBANK_CONFORMANCE", "1")
            .stdout(Stdio::piped())
            .spawn()?;
        Ok(Self(child))
    }

    fn endpoint(&mut self) -> Outcome<String> {
        let stdout = self.0.stdout.take().ok_or("the server has no output")?;
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            let address = line.split_whitespace().find(|word| word.starts_with("http://"));
            if let Some(address) = address {
                return Ok(address.to_owned());
            }
        }
        Err("the server did not start".into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
