//! `--enforcement`: what it costs that policies decide. A user with 100 policies sends signed
//! requests to a server with `IAM_ENFORCEMENT=strict`, which verifies and decides, and to one
//! without; the rounds of the two are interleaved.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};

use crate::connection::Connection;
use crate::items::item;
use crate::load::{Load, Requests};
use crate::server::Server;
use crate::signed::{Key, post};

/// The policies of the user beside the one that allows what is measured.
const POLICIES: usize = 100;
/// The groups that have them.
const GROUPS: usize = 10;
/// The services that the policies speak of.
const SERVICES: [&str; 10] =
    ["s3", "dynamodb", "sqs", "sns", "kms", "ec2", "lambda", "iam", "logs", "events"];
const CONNECTIONS: usize = 16;

/// A server, and the key of its user.
struct Side {
    server: Server,
    user: Key,
    queue: String,
}

/// One round of a case.
struct Round {
    per_second: f64,
    /// CPU time of a request, in microseconds.
    cpu: f64,
}

/// Measures both servers and prints the table.
pub(crate) async fn measure(binary: &str, rounds: usize, time: Duration) -> io::Result<()> {
    let off = Side::new(binary, "off").await?;
    let strict = Side::new(binary, "strict").await?;
    println!(
        "| {POLICIES} policies | off, requests/s | strict, requests/s | throughput | CPU off, µs | CPU strict, µs |"
    );
    println!("|---|--:|--:|--:|--:|--:|");
    for case in ["sqs SendMessage", "dynamodb PutItem", "dynamodb GetItem"] {
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            without.push(off.round(case, time).await?);
            with.push(strict.round(case, time).await?);
        }
        let (without, with) = (median(without), median(with));
        println!(
            "| {case} | {:.0} | {:.0} | {:.2} | {:.1} | {:.1} |",
            without.per_second,
            with.per_second,
            with.per_second / without.per_second,
            without.cpu,
            with.cpu
        );
    }
    Ok(())
}

fn median(mut rounds: Vec<Round>) -> Round {
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    let middle = rounds.len() / 2;
    rounds.swap_remove(middle)
}

impl Side {
    async fn new(binary: &str, enforcement: &str) -> io::Result<Self> {
        let server = Server::enforcing(binary, enforcement)?;
        let root = Key { id: "test".to_owned(), secret: "test".to_owned() };
        let mut setup = Setup { connection: Connection::open(server.address).await?, root };
        let queue = setup.json("sqs", "AmazonSQS.CreateQueue", &json!({"QueueName": "b"})).await?;
        let key = |name: &str| json!({"AttributeName": name, "KeyType": "HASH"});
        let table = json!({
            "TableName": "bench",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [key("pk")],
        });
        setup.json("dynamodb", "DynamoDB_20120810.CreateTable", &table).await?;
        let user = setup.user().await?;
        let queue = queue["QueueUrl"].as_str().unwrap_or_default().to_owned();
        Ok(Self { server, user, queue })
    }

    fn request(&self, case: &str) -> Vec<u8> {
        let (target, body) = match case {
            "sqs SendMessage" => (
                "AmazonSQS.SendMessage",
                json!({"QueueUrl": self.queue, "MessageBody": "0123456789abcdef"}),
            ),
            "dynamodb PutItem" => {
                ("DynamoDB_20120810.PutItem", json!({"TableName": "bench", "Item": item(7)}))
            }
            _ => (
                "DynamoDB_20120810.GetItem",
                json!({"TableName": "bench", "Key": {"pk": {"S": "p7"}}, "ConsistentRead": true}),
            ),
        };
        let service = case.split(' ').next().unwrap_or_default();
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target)];
        post(&self.user, service, &headers, &body.to_string())
    }

    async fn round(&self, case: &str, time: Duration) -> io::Result<Round> {
        let requests = Requests::Same(self.request(case));
        let load = Load { address: self.server.address, requests };
        let before = self.server.cpu();
        let measured = load.run(CONNECTIONS, time).await?;
        let used = (self.server.cpu() - before).as_secs_f64();
        let requests = measured.per_second * time.as_secs_f64();
        Ok(Round { per_second: measured.per_second, cpu: used * 1e6 / requests })
    }
}

/// Brings a server into the state that is measured.
struct Setup {
    connection: Connection,
    root: Key,
}

impl Setup {
    async fn call(&mut self, request: &[u8]) -> io::Result<String> {
        let answer = self.connection.call(request, true).await?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        if answer.status >= 300 {
            return Err(io::Error::other(format!("the server answered {}: {text}", answer.status)));
        }
        Ok(text)
    }

    async fn json(&mut self, service: &str, target: &str, body: &Value) -> io::Result<Value> {
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target)];
        let request = post(&self.root, service, &headers, &body.to_string());
        Ok(serde_json::from_str(&self.call(&request).await?)?)
    }

    async fn iam(&mut self, operation: &str, parameters: &[(&str, &str)]) -> io::Result<String> {
        let mut body = format!("Action={operation}&Version=2010-05-08");
        for (name, value) in parameters {
            body += &format!("&{name}={}", escaped(value));
        }
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let request = post(&self.root, "iam", &headers, &body);
        self.call(&request).await
    }

    /// A user with all policies: one of its own, the others of its groups.
    async fn user(&mut self) -> io::Result<Key> {
        self.iam("CreateUser", &[("UserName", "u")]).await?;
        for group in 0..GROUPS {
            let group = format!("g{group}");
            self.iam("CreateGroup", &[("GroupName", &group)]).await?;
            self.iam("AddUserToGroup", &[("GroupName", &group), ("UserName", "u")]).await?;
        }
        for number in 0..POLICIES {
            let service = SERVICES[number % SERVICES.len()];
            let reads = [format!("{service}:Get{number}*"), format!("{service}:List{number}*")];
            let deletes = format!("{service}:Delete{number}*");
            let elsewhere = json!({"StringEquals": {"aws:RequestedRegion": "eu-west-9"}});
            let policy = json!({"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": reads, "Resource": "*"},
                {"Effect": "Deny", "Action": deletes, "Resource": "*", "Condition": elsewhere},
            ]});
            let (group, name) = (format!("g{}", number % GROUPS), format!("p{number}"));
            let document = policy.to_string();
            let policy = [("PolicyName", &*name), ("PolicyDocument", &*document)];
            let parameters = [&[("GroupName", &*group)], &policy[..]].concat();
            self.iam("PutGroupPolicy", &parameters).await?;
        }
        let measured = ["sqs:SendMessage", "dynamodb:PutItem", "dynamodb:GetItem"];
        let statement = json!({"Effect": "Allow", "Action": measured, "Resource": "*"});
        let own = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        let own = [("UserName", "u"), ("PolicyName", "own"), ("PolicyDocument", &*own)];
        self.iam("PutUserPolicy", &own).await?;
        let answer = self.iam("CreateAccessKey", &[("UserName", "u")]).await?;
        let part = |name: &str| {
            let start = answer.find(&format!("<{name}>"))? + name.len() + 2;
            let end = answer[start..].find('<')? + start;
            Some(answer[start..end].to_owned())
        };
        let key = part("AccessKeyId").zip(part("SecretAccessKey"));
        let (id, secret) = key.ok_or_else(|| io::Error::other("no access key was made"))?;
        Ok(Key { id, secret })
    }
}

/// A value of a form.
fn escaped(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(byte).collect()
}
