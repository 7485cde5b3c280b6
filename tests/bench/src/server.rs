//! The two servers of a run, each a process of its own.

use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From the start of the process to its first answer.
    pub(crate) first_answer: Duration,
}

impl Server {
    pub(crate) fn bare() -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("--serve-bare");
        Self::start(command)
    }

    pub(crate) fn fogbank(binary: &str) -> io::Result<Self> {
        let mut command = Command::new(binary);
        command.arg("start").env("GATEWAY_LISTEN", "127.0.0.1:0").env_remove("DEBUG");
        Self::start(command)
    }

    /// A server with this setting of `IAM_ENFORCEMENT`.
    pub(crate) fn enforcing(binary: &str, enforcement: &str) -> io::Result<Self> {
        let mut command = Command::new(binary);
        command.arg("start").env("GATEWAY_LISTEN", "127.0.0.1:0").env_remove("DEBUG");
        command.env("IAM_ENFORCEMENT", enforcement);
        Self::start(command)
    }

    /// A server that keeps its state in this directory, as durable as this setting says.
    pub(crate) fn persistent(binary: &str, data: &Path, durability: &str) -> io::Result<Self> {
        let mut command = Command::new(binary);
        command.arg("start").env("GATEWAY_LISTEN", "127.0.0.1:0").env_remove("DEBUG");
        command.env("PERSISTENCE", "1").env("DATA_DIR", data).env("DURABILITY", durability);
        Self::start(command)
    }

    fn start(mut command: Command) -> io::Result<Self> {
        let started = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut lines = BufReader::new(stdout).lines();
        let address = loop {
            let line = lines.next().ok_or(io::ErrorKind::UnexpectedEof)??;
            if let Some(address) = address_in(&line) {
                break address;
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        answer_once(address)?;
        Ok(Self { child, address, first_answer: started.elapsed() })
    }

    /// The processor time that the process has used.
    pub(crate) fn processor_time(&self) -> io::Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name of the process, in parentheses, may contain spaces.
        let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
        let ticks: u64 =
            fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
        // Linux counts in hundredths of a second.
        Ok(Duration::from_millis(ticks * 10))
    }

    /// CPU time that the process has used; the kernel counts in hundredths of a second.
    pub(crate) fn cpu(&self) -> Duration {
        let path = format!("/proc/{}/stat", self.child.id());
        let stat = std::fs::read_to_string(path).unwrap_or_default();
        // Behind the name in parentheses; user and system time are the 14th and 15th field.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: u64 = fields.skip(11).take(2).filter_map(|it| it.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }

    /// Memory that the process holds, in MiB.
    pub(crate) fn resident_mib(&self) -> f64 {
        self.status_mib("VmRSS:")
    }

    /// The most memory that it held, in MiB.
    pub(crate) fn most_resident_mib(&self) -> f64 {
        self.status_mib("VmHWM:")
    }

    fn status_mib(&self, name: &str) -> f64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kib.unwrap_or(f64::NAN) / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let rest = line.split("http://").nth(1)?;
    let end = rest.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(rest.len());
    let port = rest[..end].rsplit(':').next()?.parse().ok()?;
    Some(SocketAddr::from(([127, 0, 0, 1], port)))
}

fn answer_once(address: SocketAddr) -> io::Result<()> {
    use std::io::{Read, Write};
    let mut socket = std::net::TcpStream::connect(address)?;
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    write!(
        socket,
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    socket.read_exact(&mut [0; 12])
}

impl Server {
    /// The process's number.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }
}
