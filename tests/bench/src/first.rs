//! `--first-requests`: what the first request to a service costs, whose model is decoded for it.
//!
//! Each round starts a server of its own, lets it answer once, and sends the same request twice on one
//! connection. The second one is what the first would cost without the work of the first time.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::server::Server;

/// How many servers are started for each service.
const ROUNDS: usize = 15;

/// A service, and a small request to it: first line, headers, body.
type Row = (&'static str, &'static str, &'static [&'static str], &'static str);

const FORM: &str = "content-type: application/x-www-form-urlencoded";
const JSON: &str = "content-type: application/x-amz-json-1.1";

const ROWS: &[Row] = &[
    (
        "ec2 RunInstances",
        "POST /",
        &[FORM],
        "Action=RunInstances&Version=2016-11-15&MinCount=1&MaxCount=1&ImageId=ami-1",
    ),
    (
        "sagemaker CreateModel",
        "POST /",
        &[JSON, "x-amz-target: SageMaker.CreateModel"],
        "{\"ModelName\":\"m\"}",
    ),
    ("quicksight ListUsers", "GET /accounts/000000000000/namespaces/default/users", &[], ""),
    ("iam ListUsers", "POST /", &[FORM], "Action=ListUsers&Version=2010-05-08"),
    (
        "dynamodb ListTables",
        "POST /",
        &["content-type: application/x-amz-json-1.0", "x-amz-target: DynamoDB_20120810.ListTables"],
        "{}",
    ),
    (
        "sqs ListQueues",
        "POST /",
        &["content-type: application/x-amz-json-1.0", "x-amz-target: AmazonSQS.ListQueues"],
        "{}",
    ),
    ("s3 ListBuckets", "GET /", &[], ""),
    ("lambda ListFunctions", "GET /2015-03-31/functions", &[], ""),
];

/// Measures every row and prints the table.
pub(crate) fn run(binary: &str) -> io::Result<()> {
    println!("| first request | ms | second, ms | CPU of the first, ms | resident after it, MiB |");
    println!("|---|--:|--:|--:|--:|");
    for row in ROWS {
        let rounds: io::Result<Vec<Round>> = (0..ROUNDS).map(|_| round(binary, row)).collect();
        let mut rounds = rounds?;
        rounds.sort_by_key(|round| round.first);
        let median = &rounds[ROUNDS / 2];
        println!(
            "| {} | {:.2} | {:.2} | {:.1} | {:.1} |",
            row.0,
            milliseconds(median.first),
            milliseconds(median.second),
            rounds.iter().map(|round| milliseconds(round.cpu)).sum::<f64>() / ROUNDS as f64,
            median.resident,
        );
    }
    Ok(())
}

struct Round {
    first: Duration,
    second: Duration,
    cpu: Duration,
    resident: f64,
}

fn round(binary: &str, row: &Row) -> io::Result<Round> {
    let server = Server::fogbank(binary)?;
    let mut socket = TcpStream::connect(server.address)?;
    socket.set_nodelay(true)?;
    let request = request(row);
    let used = processor_time(&server)?;
    let first = exchange(&mut socket, &request)?;
    let cpu = processor_time(&server)?.saturating_sub(used);
    let resident = server.resident_mib();
    let second = exchange(&mut socket, &request)?;
    Ok(Round { first, second, cpu, resident })
}

/// The processor time of all threads of a server, to the nanosecond.
fn processor_time(server: &Server) -> io::Result<Duration> {
    let of_thread = |thread: io::Result<std::fs::DirEntry>| {
        let text = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    };
    let threads = std::fs::read_dir(format!("/proc/{}/task", server.process()))?;
    Ok(Duration::from_nanos(threads.filter_map(of_thread).sum()))
}

fn request((name, first, headers, body): &Row) -> Vec<u8> {
    let service = name.split(' ').next().unwrap_or_default();
    let mut text = format!(
        "{first} HTTP/1.1\r\nhost: localhost\r\nauthorization: AWS4-HMAC-SHA256 Credential=test/\
         20260101/us-east-1/{service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=00\r\n\
         content-length: {}\r\n",
        body.len()
    );
    for header in *headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// Sends a request, reads the whole answer, and says how long it took.
fn exchange(socket: &mut TcpStream, request: &[u8]) -> io::Result<Duration> {
    let started = Instant::now();
    socket.write_all(request)?;
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let count = socket.read(&mut piece)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        answer.extend_from_slice(&piece[..count]);
        if is_whole(&answer) {
            return Ok(started.elapsed());
        }
    }
}

fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    length.is_none_or(|length: usize| answer.len() >= end + 4 + length)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
