//! `cargo xtask bench`: requests per second and latency of the release binary, each case also as a
//! ratio to a bare hyper server that the same run measures with the same load.
//!
//! The generator speaks HTTP/1.1 over plain sockets with requests prepared beforehand, so that the
//! client is not the bottleneck. Machines are noisy: the rounds of the two servers are interleaved,
//! the table shows the median round, and only the ratios are worth comparing between runs.

mod bare;
mod cases;
mod connection;
mod enforcement;
mod first;
mod forks;
mod items;
mod large;
mod load;
mod report;
mod server;
mod signed;
mod storage;
mod waiting;

use std::time::Duration;

use cases::{Case, Target};

/// What a run measures.
struct Settings {
    binary: String,
    rounds: usize,
    time: Duration,
    connections: Vec<usize>,
    only: Option<String>,
    first_requests: bool,
    /// Measure what it costs that policies decide, and nothing else.
    enforcement: bool,
    /// Other servers that answer the same requests: their names and addresses.
    beside: Vec<(String, std::net::SocketAddr)>,
    /// Also measure servers that keep their state, with each setting of durability.
    durability: bool,
    /// Measure how this many items are stored, and nothing else.
    storage: Option<usize>,
    /// Measure how long a server with this many items takes to come back, and nothing else.
    restart: Option<usize>,
    /// Fork a world with `items` items so many times, and nothing else.
    forks: Option<usize>,
    items: usize,
    /// Put and get an object of this many bytes, and nothing else.
    large: Option<u64>,
    /// Measure how a bucket with this many objects is listed, and nothing else.
    listing: Option<usize>,
}

const USAGE: &str = "usage: fogbank-bench --binary PATH [--rounds N] [--seconds S] \
                     [--connections 1,16] [--only SUBSTRING] [--first-requests] \
                     [--enforcement] [--beside NAME=ADDRESS]… [--durability] [--storage ITEMS] \
                     [--restart ITEMS] [--forks N [--items ITEMS]] [--large 5GiB] \
                     [--listing KEYS]";

impl Settings {
    fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut settings = Self {
            binary: "target/release/fogbank".to_owned(),
            rounds: 3,
            time: Duration::from_secs(2),
            connections: vec![1, 16],
            only: None,
            first_requests: false,
            enforcement: false,
            beside: Vec::new(),
            durability: false,
            storage: None,
            restart: None,
            forks: None,
            items: 1_000_000,
            large: None,
            listing: None,
        };
        while let Some(flag) = arguments.next() {
            match flag.as_str() {
                "--first-requests" => {
                    settings.first_requests = true;
                    continue;
                }
                "--enforcement" => {
                    settings.enforcement = true;
                    continue;
                }
                "--durability" => {
                    settings.durability = true;
                    continue;
                }
                _ => {}
            }
            let value = arguments.next().ok_or(USAGE)?;
            let wrong = |_| format!("{flag} {value}: not a number\n{USAGE}");
            match flag.as_str() {
                "--binary" => settings.binary = value,
                "--rounds" => settings.rounds = value.parse().map_err(wrong)?,
                "--seconds" => {
                    settings.time = Duration::from_secs(value.parse().map_err(wrong)?);
                }
                "--connections" => {
                    settings.connections = value
                        .split(',')
                        .map(str::parse)
                        .collect::<Result<_, _>>()
                        .map_err(wrong)?;
                }
                "--beside" => {
                    let (name, address) = value.split_once('=').ok_or(USAGE)?;
                    let address = address.parse().map_err(|_| USAGE)?;
                    settings.beside.push((name.to_owned(), address));
                }
                "--storage" => settings.storage = Some(value.parse().map_err(wrong)?),
                "--restart" => settings.restart = Some(value.parse().map_err(wrong)?),
                "--forks" => settings.forks = Some(value.parse().map_err(wrong)?),
                "--items" => settings.items = value.parse().map_err(wrong)?,
                "--large" => settings.large = Some(large::size(&value).ok_or(USAGE)?),
                "--listing" => settings.listing = Some(value.parse().map_err(wrong)?),
                "--only" => settings.only = Some(value),
                _ => return Err(format!("unknown flag {flag}\n{USAGE}")),
            }
        }
        Ok(settings)
    }

    fn wants(&self, case: &Case) -> bool {
        self.wants_name(case.name)
    }

    fn wants_name(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only.as_str()))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).peekable();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if arguments.peek().map(String::as_str) == Some("--serve-bare") {
        return Ok(runtime.block_on(bare::serve())?);
    }
    let settings = Settings::from_arguments(arguments)?;
    if settings.first_requests {
        return Ok(first::run(&settings.binary)?);
    }
    if settings.enforcement {
        let (binary, rounds, time) = (&settings.binary, settings.rounds, settings.time);
        return Ok(runtime.block_on(enforcement::measure(binary, rounds, time))?);
    }
    if let Some(items) = settings.storage {
        return Ok(runtime.block_on(storage::measure(&settings.binary, items))?);
    }
    if let Some(items) = settings.restart {
        return Ok(runtime.block_on(storage::restart(&settings.binary, items))?);
    }
    if let Some(forks) = settings.forks {
        let measured = forks::measure(&settings.binary, forks.max(1), settings.items);
        return Ok(runtime.block_on(measured)?);
    }
    if let Some(bytes) = settings.large {
        return Ok(runtime.block_on(large::measure(&settings.binary, bytes))?);
    }
    if let Some(keys) = settings.listing {
        return Ok(runtime.block_on(storage::list(&settings.binary, keys))?);
    }
    runtime.block_on(measure(&settings))
}

async fn measure(settings: &Settings) -> Result<(), Box<dyn std::error::Error>> {
    let bare = server::Server::bare()?;
    let fogbank = server::Server::fogbank(&settings.binary)?;
    println!("first answer after {:.1} ms", fogbank.first_answer.as_secs_f64() * 1e3);
    println!("resident after the first answer: {:.1} MiB", fogbank.resident_mib());
    let mut beside = settings.beside.clone();
    let mut kept = Vec::new();
    for durability in ["everysec", "always"].into_iter().filter(|_| settings.durability) {
        let data = tempfile::tempdir()?;
        let server = server::Server::persistent(&settings.binary, data.path(), durability)?;
        beside.push((durability.to_owned(), server.address));
        kept.push((server, data));
    }
    let others: Vec<&str> = beside.iter().map(|(name, _)| name.as_str()).collect();
    let mut report = report::Report::new(&others);
    for case in cases::all().iter().filter(|case| settings.wants(case)) {
        for &connections in &settings.connections {
            for _ in 0..settings.rounds {
                let base = case.prepare(Target::Bare, bare.address, connections).await?;
                report.add("bare", case, connections, base.run(connections, settings.time).await?);
                let load = case.prepare(Target::Emulator, fogbank.address, connections).await?;
                let measured = load.run(connections, settings.time).await?;
                report.add("fogbank", case, connections, measured);
                for (name, address) in &beside {
                    // A server that cannot do it has no figure.
                    if let Ok(measured) = other(case, *address, connections, settings.time).await {
                        report.add(name, case, connections, measured);
                    }
                }
            }
            report.print_row(case, connections);
        }
    }
    if settings.wants_name(waiting::NAME) {
        waiting::measure(&fogbank, settings.time).await?;
    }
    println!("resident at the end: {:.1} MiB", fogbank.resident_mib());
    Ok(())
}

/// Measures a server of others.
async fn other(
    case: &Case,
    address: std::net::SocketAddr,
    connections: usize,
    time: Duration,
) -> std::io::Result<load::Measured> {
    case.prepare(Target::Emulator, address, connections).await?.run(connections, time).await
}
