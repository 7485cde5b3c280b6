//! A place of its own for each test: folders, environment, and the servers that run there.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A folder in which the command runs, with nothing of the tester's environment.
pub(crate) struct Place {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    /// A place whose servers listen on a free port.
    pub(crate) fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() };
        place.with("GATEWAY_LISTEN", "127.0.0.1:0")
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Path::new(env!("CARGO_BIN_EXE_fogbank")), arguments)
    }

    /// Another program, or this one by another name.
    pub(crate) fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap())
            .env("HOME", self.path())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.command(arguments).output().unwrap().into()
    }

    /// Starts a server in the background and returns its URL.
    pub(crate) fn start_detached(&self) -> String {
        let ended = self.run(&["start", "-d"]);
        assert_eq!(ended.code, 0, "{ended:?}");
        url_in(&ended.out)
    }

    /// Starts a server in the foreground.
    pub(crate) fn start(&self, arguments: &[&str]) -> Foreground {
        let mut command = self.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let banner = lines.next().expect("the server prints a line").unwrap();
        Foreground { url: url_in(&banner), child, banner, lines: Box::new(lines) }
    }

    /// The process of the server that runs here.
    pub(crate) fn pid(&self) -> String {
        let status = self.run(&["status", "--format", "json"]);
        let text = status.out.lines().find(|line| line.contains("\"pid\"")).unwrap();
        text.chars().filter(char::is_ascii_digit).collect()
    }
}

impl Drop for Place {
    /// No server outlives its test, whatever the test found.
    fn drop(&mut self) {
        let folder = self.path().join(".local/state/fogbank");
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().into_string().unwrap_or_default();
            if let Some(port) = name.strip_suffix(".json") {
                self.run(&["stop", "--force", "--timeout", "1", "--port", port]);
            }
        }
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A server in the foreground; killed when dropped.
pub(crate) struct Foreground {
    pub(crate) url: String,
    pub(crate) banner: String,
    pub(crate) child: Child,
    pub(crate) lines: Box<dyn Iterator<Item = std::io::Result<String>>>,
}

impl Foreground {
    pub(crate) fn port(&self) -> String {
        port_of(&self.url)
    }

    pub(crate) fn signal(&self, signal: &str) {
        signal_process(&self.child.id().to_string(), signal);
    }
}

impl Drop for Foreground {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn signal_process(pid: &str, signal: &str) {
    let kill = Command::new("kill").arg(format!("-{signal}")).arg(pid).status().unwrap();
    assert!(kill.success());
}

pub(crate) fn url_in(text: &str) -> String {
    let start = text.find("http://").unwrap_or_else(|| panic!("no URL in {text:?}"));
    text[start..].split_whitespace().next().unwrap().to_owned()
}

pub(crate) fn port_of(url: &str) -> String {
    url.rsplit(':').next().unwrap().to_owned()
}
