//! What receivers cost that wait.

use std::io;
use std::time::Duration;

use serde_json::json;

use crate::cases::sqs;
use crate::connection::Connection;
use crate::server::Server;

/// What it is called.
pub(crate) const NAME: &str = "sqs long polls";
/// How many receivers wait.
const RECEIVERS: usize = 1_000;

/// Has receivers wait at an empty queue and prints the processor time that this takes the server.
pub(crate) async fn measure(server: &Server, time: Duration) -> io::Result<()> {
    let mut setup = Connection::open(server.address).await?;
    let name = json!({"QueueName": "bench-waiting"});
    let created = setup.call(&sqs("CreateQueue", &name), true).await?;
    let created: serde_json::Value = serde_json::from_slice(&created.body)?;
    let input = json!({"QueueUrl": created["QueueUrl"], "WaitTimeSeconds": 20});
    let receive = sqs("ReceiveMessage", &input);
    let mut receivers = tokio::task::JoinSet::new();
    for _ in 0..RECEIVERS {
        let mut connection = Connection::open(server.address).await?;
        let receive = receive.clone();
        receivers.spawn(async move { connection.call(&receive, false).await });
    }
    // Until all of them have come in.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = server.processor_time()?;
    tokio::time::sleep(time).await;
    let spent = server.processor_time()?.saturating_sub(before);
    let (spent, time) = (spent.as_millis(), time.as_secs_f64());
    println!("{RECEIVERS} long polls waiting for {time} s: {spent} ms of processor time");
    Ok(())
}
