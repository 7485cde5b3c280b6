//! What is measured.

use std::io;
use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::connection::Connection;
use crate::items::{create_table, item, put_item, transact_write_items};
use crate::load::{Load, Requests};

/// One line of the table.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// Bytes of the bare server's answer and of the body sent to it.
    answer: usize,
    sent: usize,
    kind: Kind,
}

enum Kind {
    CallerIdentity,
    SendMessage,
    ReceiveMessage,
    DeleteMessage,
    /// Messages are received and are visible again at once, from a queue with so many.
    ReceiveAgain(usize),
    /// A message is published to so many queues.
    Publish(usize),
    PutItem,
    GetItem,
    Query(usize),
    TransactWriteItems,
    Scan,
    PutObject(usize),
    GetObject(usize),
    GetParameter,
    Encrypt,
}

/// Which of the two servers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Bare,
    /// Fogbank, or another server that answers the same requests.
    Emulator,
}

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

pub(crate) fn all() -> Vec<Case> {
    let case = |name, sent, answer, kind| Case { name, sent, answer, kind };
    vec![
        case("sts GetCallerIdentity", 43, 430, Kind::CallerIdentity),
        case("sqs SendMessage", 120, 100, Kind::SendMessage),
        case("sqs ReceiveMessage", 100, 400, Kind::ReceiveMessage),
        case("sqs DeleteMessage", 250, 0, Kind::DeleteMessage),
        case("sqs ReceiveMessage, 10 there", 100, 400, Kind::ReceiveAgain(10)),
        case("sqs ReceiveMessage, 1,000,000 there", 100, 400, Kind::ReceiveAgain(1_000_000)),
        case("sns Publish to 1 queue", 150, 290, Kind::Publish(1)),
        case("sns Publish to 100 queues", 150, 290, Kind::Publish(100)),
        case("dynamodb PutItem", 150, 2, Kind::PutItem),
        case("dynamodb GetItem", 70, 120, Kind::GetItem),
        case("dynamodb Query", 150, 1200, Kind::Query(10)),
        case("dynamodb Query of 100 items", 150, 12_000, Kind::Query(100)),
        case("dynamodb TransactWriteItems", 600, 2, Kind::TransactWriteItems),
        case("dynamodb Scan of 100,000 items, a page", 150, MIB, Kind::Scan),
        case("s3 PutObject 1 KiB", KIB, 0, Kind::PutObject(KIB)),
        case("s3 GetObject 1 KiB", 0, KIB, Kind::GetObject(KIB)),
        case("s3 PutObject 1 MiB", MIB, 0, Kind::PutObject(MIB)),
        case("s3 GetObject 1 MiB", 0, MIB, Kind::GetObject(MIB)),
        case("s3 PutObject 64 MiB", 64 * MIB, 0, Kind::PutObject(64 * MIB)),
        case("s3 GetObject 64 MiB", 0, 64 * MIB, Kind::GetObject(64 * MIB)),
        case("ssm GetParameter", 30, 250, Kind::GetParameter),
        case("kms Encrypt", 90, 400, Kind::Encrypt),
    ]
}

/// How many items are scanned.
const SCANNED: usize = 100_000;
/// Messages that a receiving or deleting run may use up; fewer than the 120,000 that a queue may
/// have in flight.
const MESSAGES: usize = 60_000;

impl Case {
    pub(crate) async fn prepare(
        &self,
        target: Target,
        address: SocketAddr,
        _connections: usize,
    ) -> io::Result<Load> {
        let requests = if target == Target::Bare {
            Requests::Same(bare_request(self.sent, self.answer))
        } else {
            Setup { connection: Connection::open(address).await? }.requests(&self.kind).await?
        };
        Ok(Load { address, requests })
    }
}

fn bare_request(sent: usize, answer: usize) -> Vec<u8> {
    let method = if sent == 0 { "GET" } else { "POST" };
    request(method, &format!("/{answer}"), "execute-api", &[], &vec![b'x'; sent])
}

pub(crate) fn request(
    method: &str,
    path: &str,
    signing_name: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Vec<u8> {
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost:4566\r\nuser-agent: bench\r\n\
         x-amz-date: 20260101T000000Z\r\nauthorization: AWS4-HMAC-SHA256 \
         Credential=000000000000/20260101/us-east-1/{signing_name}/aws4_request, \
         SignedHeaders=host;x-amz-date, Signature={:064}\r\ncontent-length: {}\r\n",
        0,
        body.len()
    );
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += "\r\n";
    [head.as_bytes(), body].concat()
}

fn json_request(service: &str, target: &str, body: &Value) -> Vec<u8> {
    let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target)];
    request("POST", "/", service, &headers, body.to_string().as_bytes())
}

fn ssm(operation: &str, body: &Value) -> Vec<u8> {
    json_request("ssm", &format!("AmazonSSM.{operation}"), body)
}

fn kms(operation: &str, body: &Value) -> Vec<u8> {
    json_request("kms", &format!("TrentService.{operation}"), body)
}

pub(crate) fn sqs(operation: &str, body: &Value) -> Vec<u8> {
    json_request("sqs", &format!("AmazonSQS.{operation}"), body)
}

fn sns(operation: &str, parameters: &str) -> Vec<u8> {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = format!("Action={operation}&Version=2010-03-31{parameters}");
    request("POST", "/", "sns", &form, body.as_bytes())
}

pub(crate) fn dynamodb(operation: &str, body: &Value) -> Vec<u8> {
    json_request("dynamodb", &format!("DynamoDB_20120810.{operation}"), body)
}

/// Brings the emulator into the state that a case needs.
struct Setup {
    connection: Connection,
}

impl Setup {
    async fn requests(mut self, kind: &Kind) -> io::Result<Requests> {
        Ok(match kind {
            Kind::CallerIdentity => {
                let form = [("content-type", "application/x-www-form-urlencoded")];
                let body = b"Action=GetCallerIdentity&Version=2011-06-15";
                Requests::Same(request("POST", "/", "sts", &form, body))
            }
            Kind::SendMessage => {
                let url = self.queue("bench-send").await?;
                Requests::Same(sqs(
                    "SendMessage",
                    &json!({"QueueUrl": url, "MessageBody": "0123456789abcdef"}),
                ))
            }
            Kind::ReceiveMessage => {
                let url = self.filled_queue("bench-receive").await?;
                let receive = sqs("ReceiveMessage", &json!({"QueueUrl": url}));
                Requests::Each(vec![receive; MESSAGES])
            }
            Kind::DeleteMessage => Requests::Each(self.deletes().await?),
            Kind::ReceiveAgain(messages) => {
                let name = format!("bench-again-{messages}");
                let url = self.queue_with(&name, &json!({"VisibilityTimeout": "0"})).await?;
                self.fill(&url, *messages).await?;
                Requests::Same(sqs("ReceiveMessage", &json!({"QueueUrl": url})))
            }
            Kind::Publish(queues) => {
                let topic = self.topic(*queues).await?;
                let message = format!("&TopicArn={topic}&Message=0123456789abcdef");
                Requests::Same(sns("Publish", &message))
            }
            Kind::PutItem => {
                self.table().await?;
                Requests::Each((0..200_000).map(put_item).collect())
            }
            Kind::GetItem => {
                self.table().await?;
                let key = json!({"pk": {"S": "p7"}, "sk": {"S": "s7"}});
                let get = json!({"TableName": "bench", "Key": key, "ConsistentRead": true});
                Requests::Same(dynamodb("GetItem", &get))
            }
            Kind::Query(items) => {
                self.table().await?;
                Requests::Same(dynamodb(
                    "Query",
                    &json!({
                        "TableName": "bench",
                        "KeyConditionExpression": "pk = :pk",
                        "ExpressionAttributeValues": {":pk": {"S": "p7"}},
                        "Limit": items,
                    }),
                ))
            }
            Kind::TransactWriteItems => {
                self.table().await?;
                Requests::Round((0..20_000).map(transact_write_items).collect())
            }
            Kind::Scan => Requests::Round(self.scan_pages().await?),
            Kind::PutObject(size) => {
                self.ignoring_errors(&request("PUT", "/bench-bucket", "s3", &[], b"")).await?;
                Requests::Same(put_object(*size))
            }
            Kind::GetObject(size) => {
                self.ignoring_errors(&request("PUT", "/bench-bucket", "s3", &[], b"")).await?;
                self.ok(&put_object(*size)).await?;
                Requests::Same(request("GET", "/bench-bucket/object", "s3", &[], b""))
            }
            Kind::GetParameter => {
                let parameter = json!({
                    "Name": "/bench", "Value": "0123456789abcdef", "Type": "String",
                    "Overwrite": true,
                });
                self.ok(&ssm("PutParameter", &parameter)).await?;
                Requests::Same(ssm("GetParameter", &json!({"Name": "/bench"})))
            }
            Kind::Encrypt => {
                let key = self.ok(&kms("CreateKey", &json!({}))).await?;
                let id = &key["KeyMetadata"]["KeyId"];
                let plaintext = json!({"KeyId": id, "Plaintext": "MDEyMzQ1Njc4OWFiY2RlZg=="});
                Requests::Same(kms("Encrypt", &plaintext))
            }
        })
    }

    async fn ok(&mut self, request: &[u8]) -> io::Result<Value> {
        let answer = self.connection.call(request, true).await?;
        if answer.status >= 300 {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            return Err(io::Error::other(format!("{}: {text}", answer.status)));
        }
        Ok(serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
    }

    async fn ignoring_errors(&mut self, request: &[u8]) -> io::Result<()> {
        self.connection.call(request, true).await.map(drop)
    }

    async fn queue(&mut self, name: &str) -> io::Result<Value> {
        self.queue_with(name, &json!({})).await
    }

    async fn queue_with(&mut self, name: &str, attributes: &Value) -> io::Result<Value> {
        let input = json!({"QueueName": name, "Attributes": attributes});
        let mut created = self.ok(&sqs("CreateQueue", &input)).await?;
        Ok(created["QueueUrl"].take())
    }

    /// A topic with new queues, which the messages of an earlier run do not make longer.
    async fn topic(&mut self, queues: usize) -> io::Result<String> {
        let unique = unique();
        let name = format!("bench-{unique}");
        self.ok(&sns("CreateTopic", &format!("&Name={name}"))).await?;
        let topic = format!("arn:aws:sns:us-east-1:000000000000:{name}");
        for number in 0..queues {
            let queue = format!("bench-{unique}-{number}");
            self.queue(&queue).await?;
            let endpoint = format!("arn:aws:sqs:us-east-1:000000000000:{queue}");
            let input = format!("&TopicArn={topic}&Protocol=sqs&Endpoint={endpoint}");
            self.ok(&sns("Subscribe", &input)).await?;
        }
        Ok(topic)
    }

    /// Sends messages until a queue has so many.
    async fn fill(&mut self, url: &Value, messages: usize) -> io::Result<()> {
        const COUNT: &str = "ApproximateNumberOfMessages";
        let input = json!({"QueueUrl": url, "AttributeNames": [COUNT]});
        let answer = self.ok(&sqs("GetQueueAttributes", &input)).await?;
        let there = answer["Attributes"][COUNT].as_str().and_then(|text| text.parse().ok());
        let batch = batch(url);
        for _ in (there.unwrap_or(0)..messages).step_by(10) {
            self.ok(&batch).await?;
        }
        Ok(())
    }

    /// A queue of its own for every run, because a run uses its messages up.
    async fn filled_queue(&mut self, prefix: &str) -> io::Result<Value> {
        let url = self.queue(&format!("{prefix}-{}", unique())).await?;
        self.fill(&url, MESSAGES).await?;
        Ok(url)
    }

    async fn deletes(&mut self) -> io::Result<Vec<Vec<u8>>> {
        let url = self.filled_queue("bench-delete").await?;
        let receive = sqs("ReceiveMessage", &json!({"QueueUrl": url, "MaxNumberOfMessages": 10}));
        let mut deletes = Vec::with_capacity(MESSAGES);
        while deletes.len() < MESSAGES {
            let received = self.ok(&receive).await?;
            let Some(messages) = received["Messages"].as_array() else { break };
            deletes.extend(messages.iter().map(|message| {
                let handle = &message["ReceiptHandle"];
                sqs("DeleteMessage", &json!({"QueueUrl": url, "ReceiptHandle": handle}))
            }));
        }
        Ok(deletes)
    }

    async fn table(&mut self) -> io::Result<()> {
        create_table(&mut self.connection, "bench").await?;
        for sort in 0..100 {
            self.ok(&put_item(7 + sort * 1000)).await?;
        }
        Ok(())
    }

    /// The requests for all pages of a table, which is filled when it is first asked for.
    async fn scan_pages(&mut self) -> io::Result<Vec<Vec<u8>>> {
        let page = |start: Option<Value>| {
            let mut scan = json!({"TableName": "bench-scan"});
            if let Some(start) = start {
                scan["ExclusiveStartKey"] = start;
            }
            dynamodb("Scan", &scan)
        };
        create_table(&mut self.connection, "bench-scan").await?;
        let count = json!({"TableName": "bench-scan", "Limit": 1});
        if self.ok(&dynamodb("Scan", &count)).await?["Count"] == 0 {
            for first in (0..SCANNED).step_by(25) {
                let puts: Vec<Value> = (first..first + 25)
                    .map(|number| json!({"PutRequest": {"Item": item(number)}}))
                    .collect();
                let batch = json!({"RequestItems": {"bench-scan": puts}});
                self.ok(&dynamodb("BatchWriteItem", &batch)).await?;
            }
        }
        let mut pages = vec![page(None)];
        loop {
            let mut answer = self.ok(&pages[pages.len() - 1]).await?;
            match answer["LastEvaluatedKey"].take() {
                Value::Null => return Ok(pages),
                last => pages.push(page(Some(last))),
            }
        }
    }
}

/// A number that no other run has.
fn unique() -> u128 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_nanos())
}

/// A request that sends ten messages.
fn batch(url: &Value) -> Vec<u8> {
    let entries: Vec<Value> =
        (0..10).map(|i| json!({"Id": i.to_string(), "MessageBody": "0123456789abcdef"})).collect();
    sqs("SendMessageBatch", &json!({"QueueUrl": url, "Entries": entries}))
}

fn put_object(size: usize) -> Vec<u8> {
    request("PUT", "/bench-bucket/object", "s3", &[], &vec![b'x'; size])
}
