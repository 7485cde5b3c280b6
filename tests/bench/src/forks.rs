//! What forks cost: the time and the memory of one, the memory of many that each run a small
//! test, and whether dropping them gives it back: to the next forks, if not to the system.

use std::io;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cases::{dynamodb, request, sqs};
use crate::connection::Connection;
use crate::items::create_table;
use crate::server::Server;
use crate::storage::{fill, item, key};

/// How often all are forked and dropped.
const ROUNDS: usize = 3;

/// Forks a world with `items` items `forks` times; all of them are alive together.
pub(crate) async fn measure(binary: &str, forks: usize, items: usize) -> io::Result<()> {
    let fogbank = Server::fogbank(binary)?;
    let mut connection = Connection::open(fogbank.address).await?;
    create_table(&mut connection, "storage").await?;
    fill(&mut connection, 0..items).await?;
    // What is made with the first fork and the first queue is not the next one's.
    fork(&mut connection, "warm").await?;
    test(&mut connection, "warm", items).await?;
    drop_world(&mut connection, "warm").await?;
    let filled = fogbank.resident_mib();

    let mut times = Vec::new();
    for number in 0..forks {
        times.push(fork(&mut connection, &format!("fork-{number}")).await?);
    }
    times.sort_unstable();
    let forked = fogbank.resident_mib();
    let (mut tested, mut dropped) = (0.0, Vec::new());
    for round in 0..ROUNDS {
        for number in 0..forks {
            let name = format!("fork-{number}");
            if round > 0 {
                fork(&mut connection, &name).await?;
            }
            test(&mut connection, &name, items).await?;
        }
        if round == 0 {
            tested = fogbank.resident_mib();
        }
        for number in 0..forks {
            drop_world(&mut connection, &format!("fork-{number}")).await?;
        }
        let left = settled(&fogbank, &mut connection).await?;
        dropped.push(format!("{:.1}", left - filled));
    }

    let (median, worst) = (times[forks / 2], times[forks - 1]);
    println!("{items} items of 1 KB, {filled:.0} MiB resident; {forks} forks");
    println!("| | |");
    println!("|---|--:|");
    println!("| a fork, request and answer, median | {:.2} ms |", median.as_secs_f64() * 1e3);
    println!("| the slowest | {:.2} ms |", worst.as_secs_f64() * 1e3);
    let each = |more: f64| more * 1024.0 / forks as f64;
    println!("| memory of a fork | {:.1} KiB |", each(forked - filled));
    println!("| memory of a fork that ran a test | {:.1} KiB |", each(tested - filled));
    let dropped = dropped.join(", ");
    println!("| more than before, when all are dropped, round by round | {dropped} MiB |");
    Ok(())
}

/// The memory when it has not become less for a while.
async fn settled(fogbank: &Server, connection: &mut Connection) -> io::Result<f64> {
    let mut least = f64::MAX;
    for _ in 0..6 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        // The allocator gives memory back when it is used.
        connection.call(&request("GET", "/_fogbank/worlds", "s3", &[], b""), false).await?;
        least = least.min(fogbank.resident_mib());
    }
    Ok(least)
}

async fn fork(connection: &mut Connection, name: &str) -> io::Result<Duration> {
    let body = json!({ "name": name }).to_string();
    let fork = request("POST", "/_fogbank/worlds", "s3", &[], body.as_bytes());
    let started = Instant::now();
    let answer = connection.call(&fork, true).await?;
    expect(201, answer.status, &answer.body)?;
    Ok(started.elapsed())
}

async fn drop_world(connection: &mut Connection, name: &str) -> io::Result<()> {
    let path = format!("/_fogbank/worlds/{name}");
    let answer = connection.call(&request("DELETE", &path, "s3", &[], b""), true).await?;
    expect(204, answer.status, &answer.body)
}

/// Makes a queue, sends and receives a message, writes and reads an item, and puts an object.
async fn test(connection: &mut Connection, world: &str, items: usize) -> io::Result<()> {
    let url = "http://localhost:4566/000000000000/orders";
    let message = json!({ "QueueUrl": url, "MessageBody": "0123456789abcdef" });
    let put = json!({ "TableName": "storage", "Item": item(items) });
    let get = json!({ "TableName": "storage", "Key": key(items), "ConsistentRead": true });
    let requests = [
        sqs("CreateQueue", &json!({ "QueueName": "orders" })),
        sqs("SendMessage", &message),
        sqs("ReceiveMessage", &json!({ "QueueUrl": url })),
        dynamodb("PutItem", &put),
        dynamodb("GetItem", &get),
        request("PUT", "/orders-bucket", "s3", &[], b""),
        request("PUT", "/orders-bucket/object", "s3", &[], b"0123456789abcdef"),
    ];
    let mut last = Value::Null;
    for (number, request) in requests.iter().enumerate() {
        let answer = connection.call(&in_world(request, world), true).await?;
        expect(200, answer.status, &answer.body)?;
        if number == 4 {
            last = serde_json::from_slice(&answer.body).unwrap_or_default();
        }
    }
    if last["Item"]["sk"] == key(items)["sk"] { Ok(()) } else { Err(io::Error::other("no item")) }
}

/// The same request to another world.
fn in_world(request: &[u8], world: &str) -> Vec<u8> {
    let line = request.windows(2).position(|end| end == b"\r\n").map_or(0, |at| at + 2);
    let header = format!("x-fogbank-world: {world}\r\n");
    [&request[..line], header.as_bytes(), &request[line..]].concat()
}

fn expect(wanted: u16, status: u16, body: &[u8]) -> io::Result<()> {
    if status == wanted {
        return Ok(());
    }
    let text = String::from_utf8_lossy(body);
    Err(io::Error::other(format!("{status} instead of {wanted}: {text}")))
}
