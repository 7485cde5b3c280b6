//! A client that sends exactly the bytes it is given.

use std::net::SocketAddr;
use std::time::Duration;

use fogbank_config::{Config, Listen};
use fogbank_gateway::{Builder, Gateway};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request signed by nobody for this service.
pub(crate) fn authorization(access_key_id: &str, region: &str, service: &str) -> String {
    format!(
        "Authorization: AWS4-HMAC-SHA256 Credential={access_key_id}/20260101/{region}/{service}/\
         aws4_request, SignedHeaders=host;x-amz-date, Signature=00"
    )
}

/// A response as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Settings for a free port.
pub(crate) fn config() -> Config {
    let mut config = Config::default();
    config.gateway_listen = vec![Listen { host: "127.0.0.1".to_owned(), port: 0 }];
    config
}

/// Starts a gateway on a free port.
pub(crate) async fn start(builder: Builder) -> Gateway {
    builder.start().await.expect("a free port")
}

/// Sends bytes and reads one response.
pub(crate) async fn send(to: SocketAddr, request: impl AsRef<[u8]>) -> Answer {
    let mut socket = TcpStream::connect(to).await.expect("the server listens");
    socket.write_all(request.as_ref()).await.expect("the server reads");
    if request.as_ref().starts_with(b"HEAD ") {
        // The head states the length of a body that does not come.
        socket.shutdown().await.expect("the socket is open");
        let mut bytes = Vec::new();
        socket.read_to_end(&mut bytes).await.expect("the server writes");
        return parse(&bytes).expect("a response").0;
    }
    read(&mut socket).await
}

/// A request with a head of these lines and this body.
pub(crate) fn request(first: &str, lines: &[&str], body: &str) -> Vec<u8> {
    let mut text = format!("{first} HTTP/1.1\r\n");
    if !lines.iter().any(|line| line.to_ascii_lowercase().starts_with("host:")) {
        text.push_str("Host: localhost\r\n");
    }
    for line in lines {
        text.push_str(line);
        text.push_str("\r\n");
    }
    if !body.is_empty() {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// Reads one response, of a length that its head states or chunked.
pub(crate) async fn read(socket: &mut (impl AsyncRead + Unpin)) -> Answer {
    let reading = async {
        let mut bytes = Vec::new();
        loop {
            if let Some(answer) = complete(&bytes) {
                return answer;
            }
            let mut piece = [0; 4096];
            let count = socket.read(&mut piece).await.expect("the server writes");
            if count == 0 {
                return parse(&bytes).expect("a response before the end").0;
            }
            bytes.extend_from_slice(&piece[..count]);
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reading).await.expect("an answer in time")
}

fn parse(bytes: &[u8]) -> Option<(Answer, Vec<u8>)> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let body = bytes[end + 4..].to_vec();
    Some((Answer { status, head, body: String::from_utf8_lossy(&body).into_owned() }, body))
}

fn complete(bytes: &[u8]) -> Option<Answer> {
    let (answer, body) = parse(bytes)?;
    let whole = match answer.header("content-length") {
        Some(length) => body.len() >= length.parse::<usize>().ok()?,
        None if answer.header("transfer-encoding").is_some() => body.ends_with(b"0\r\n\r\n"),
        None => matches!(answer.status, 100 | 204 | 304),
    };
    whole.then_some(answer)
}
