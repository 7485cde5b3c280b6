//! What many items cost: memory, and whether reads and writes of one item slow down. They are
//! measured by the server's CPU time, which does not depend on what else the machine does.

use std::io;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cases::{dynamodb, request};
use crate::connection::Connection;
use crate::items::create_table;
use crate::load::{Load, Requests};
use crate::server::Server;

/// Bytes of the value that each item carries beside its key.
const VALUE: usize = 1000;
/// The requests of a run.
const REQUESTS: usize = 50_000;
/// A run ends before, with its last request.
const LONGEST: Duration = Duration::from_secs(600);

/// Fills a table with a thousand items and then with `most`, and measures at both sizes.
pub(crate) async fn measure(binary: &str, most: usize) -> io::Result<()> {
    let fogbank = Server::fogbank(binary)?;
    println!("| items of 1 KB | GetItem, CPU µs | PutItem, CPU µs | resident MiB |");
    println!("|--:|--:|--:|--:|");
    let mut connection = Connection::open(fogbank.address).await?;
    create_table(&mut connection, "storage").await?;
    let mut filled = 0;
    for items in [1000.min(most), most] {
        fill(&mut connection, filled..items).await?;
        filled = items;
        let get = run(&fogbank, items, |number| {
            let get = json!({"TableName": "storage", "Key": key(number), "ConsistentRead": true});
            dynamodb("GetItem", &get)
        });
        let get = get.await?;
        let put = run(&fogbank, items, |number| {
            dynamodb("PutItem", &json!({"TableName": "storage", "Item": item(number)}))
        });
        let put = put.await?;
        println!("| {items} | {get:.1} | {put:.1} | {:.0} |", fogbank.resident_mib());
    }
    Ok(())
}

/// Fills a table of a server that keeps its state, kills the server, and measures how long another
/// takes from its start to its first answer, for which the journal is read, and to the first item,
/// for which the table is decoded.
pub(crate) async fn restart(binary: &str, items: usize) -> io::Result<()> {
    let data = tempfile::tempdir()?;
    let start = || Server::persistent(binary, data.path(), "everysec");
    let fogbank = start()?;
    let mut connection = Connection::open(fogbank.address).await?;
    create_table(&mut connection, "storage").await?;
    fill(&mut connection, 0..items).await?;
    let last = dynamodb("GetItem", &json!({"TableName": "storage", "Key": key(items - 1)}));
    let before = connection.call(&last, true).await?;
    drop(fogbank);
    let started = Instant::now();
    let fogbank = start()?;
    let mut connection = Connection::open(fogbank.address).await?;
    let after = connection.call(&last, true).await?;
    let (there, busy) = (started.elapsed(), fogbank.cpu());
    if after.body != before.body {
        return Err(io::Error::other("the last item is not as it was"));
    }
    println!(
        "{items} items of 1 KB: first answer after {:.2} s, first item after {:.2} s (CPU {:.2} s), \
         {:.0} MiB resident, at most {:.0}",
        fogbank.first_answer.as_secs_f64(),
        there.as_secs_f64(),
        busy.as_secs_f64(),
        fogbank.resident_mib(),
        fogbank.most_resident_mib()
    );
    Ok(())
}

/// CPU time of one request, in microseconds.
async fn run(server: &Server, items: usize, request: impl Fn(usize) -> Vec<u8>) -> io::Result<f64> {
    // A multiplier without a common factor walks over all items in no order.
    let scattered = |at: usize| (at * 7_919) % items;
    let requests = (0..REQUESTS).map(|at| request(scattered(at))).collect();
    let load = Load { address: server.address, requests: Requests::Each(requests) };
    let before = server.cpu();
    load.run(4, LONGEST).await?;
    Ok((server.cpu() - before).as_secs_f64() * 1e6 / REQUESTS as f64)
}

pub(crate) async fn fill(
    connection: &mut Connection,
    numbers: std::ops::Range<usize>,
) -> io::Result<()> {
    let all: Vec<usize> = numbers.collect();
    for some in all.chunks(25) {
        let puts: Vec<Value> =
            some.iter().map(|number| json!({"PutRequest": {"Item": item(*number)}})).collect();
        let batch = dynamodb("BatchWriteItem", &json!({"RequestItems": {"storage": puts}}));
        let answer = connection.call(&batch, false).await?;
        if answer.status >= 300 {
            return Err(io::Error::other(format!("the server answered {}", answer.status)));
        }
    }
    Ok(())
}

pub(crate) fn key(number: usize) -> Value {
    json!({"pk": {"S": format!("p{}", number % 1000)}, "sk": {"S": format!("s{number}")}})
}

pub(crate) fn item(number: usize) -> Value {
    let mut item = key(number);
    item["value"] = json!({"S": "x".repeat(VALUE)});
    item
}

/// The bucket that is listed.
const BUCKET: &str = "/bench-listing";
/// Keys of a folder.
const FOLDER: usize = 1000;
/// Keys that are put in one go.
const BATCH: usize = 100_000;
/// How often each page is asked for.
const PAGES: usize = 500;

/// Fills a bucket with this many objects, and measures how long its pages take to list: at the
/// beginning and deep inside, with a delimiter and without.
pub(crate) async fn list(binary: &str, keys: usize) -> io::Result<()> {
    let fogbank = Server::fogbank(binary)?;
    send(&fogbank, Requests::Each(vec![request("PUT", BUCKET, "s3", &[], b"")])).await?;
    for first in (0..keys).step_by(BATCH) {
        let numbers = first..keys.min(first + BATCH);
        let puts = numbers.map(|number| {
            request("PUT", &format!("{BUCKET}/{}", object_key(number)), "s3", &[], b"")
        });
        send(&fogbank, Requests::Each(puts.collect())).await?;
    }
    println!("{keys} keys, {:.0} MiB resident", fogbank.resident_mib());
    println!("| page of 1,000 | CPU ms | p50 ms | p99 ms |");
    println!("|---|--:|--:|--:|");
    let middle = object_key(keys / 2);
    let folder = middle.split_once('/').map_or(middle.as_str(), |(folder, _)| folder);
    for (name, query) in [
        ("the first", String::new()),
        ("from the middle", format!("&start-after={middle}")),
        ("of folders", "&delimiter=/".to_owned()),
        ("of folders, from the middle", format!("&delimiter=/&start-after={folder}/")),
        ("of one folder", format!("&delimiter=/&prefix={folder}/")),
        ("of one key", format!("&prefix={middle}")),
    ] {
        let list = request("GET", &format!("{BUCKET}?list-type=2{query}"), "s3", &[], b"");
        let requests = Requests::Each(vec![list; PAGES]);
        let before = fogbank.cpu();
        let measured = Load { address: fogbank.address, requests }.run(1, LONGEST).await?;
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let cpu = ms(fogbank.cpu() - before) / PAGES as f64;
        println!("| {name} | {cpu:.2} | {:.2} | {:.2} |", ms(measured.p50), ms(measured.p99));
    }
    Ok(())
}

async fn send(server: &Server, requests: Requests) -> io::Result<()> {
    let load = Load { address: server.address, requests };
    load.run(4, LONGEST).await.map(drop)
}

fn object_key(number: usize) -> String {
    format!("folder-{:06}/object-{:06}", number / FOLDER, number % FOLDER)
}
