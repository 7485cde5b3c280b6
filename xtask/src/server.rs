//! A server of this repository's debug build, for commands that talk to one.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::root::{root, target};
use crate::{Outcome, regen};

/// A server on a free port; killed when it is dropped.
pub(crate) struct Server {
    process: Child,
    /// Its endpoint, such as `http://127.0.0.1:40001`.
    pub(crate) endpoint: String,
}

impl Server {
    /// Builds the binary and starts it with these environment variables.
    pub(crate) fn start(settings: &[(&str, &str)]) -> Outcome<Self> {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        regen::execute(cargo.current_dir(root()).args(["build", "--package", "fogbank"]))?;
        let mut process = Command::new(target().join("debug/fogbank"))
            .arg("start")
            .env("GATEWAY_LISTEN", "127.0.0.1:0")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = process.stdout.take().ok_or("the server has no output")?;
        let mut server = Self { process, endpoint: String::new() };
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            let address = line.split_whitespace().find(|word| word.starts_with("http://"));
            if let Some(address) = address {
                address.clone_into(&mut server.endpoint);
                return Ok(server);
            }
        }
        Err("the server did not start".into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
