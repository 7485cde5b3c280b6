//! HTTP as clients speak it, and as they should not.

use std::time::Duration;

use fogbank_gateway::Gateway;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{authorization, config, read, request, send, start};

const BODY: &str = "Action=GetCallerIdentity&Version=2011-06-15";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

#[tokio::test]
async fn a_connection_answers_many_requests() {
    let gateway = start(Gateway::builder()).await;
    let mut socket = TcpStream::connect(gateway.addr()).await.unwrap();
    for _ in 0..3 {
        socket.write_all(&request("POST /", &[FORM], BODY)).await.unwrap();
        assert_eq!(read(&mut socket).await.status, 200);
    }
}

#[tokio::test]
async fn expect_continue_is_answered_before_the_body_comes() {
    let gateway = start(Gateway::builder()).await;
    let mut socket = TcpStream::connect(gateway.addr()).await.unwrap();
    let length = format!("Content-Length: {}", BODY.len());
    let head = request("POST /", &[FORM, &length, "Expect: 100-continue"], "");
    socket.write_all(&head).await.unwrap();
    assert_eq!(read(&mut socket).await.status, 100);
    socket.write_all(BODY.as_bytes()).await.unwrap();
    assert_eq!(read(&mut socket).await.status, 200);
}

#[tokio::test]
async fn malformed_requests_are_answered_and_never_hang() {
    let gateway = start(Gateway::builder()).await;
    let cases: &[(&[u8], u16)] = &[
        (b"\r\n\r\n\r\nnonsense\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET  HTTP/1.1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: nine\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (b"GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHo st: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", 400),
    ];
    for (bytes, status) in cases {
        let answer = send(gateway.addr(), bytes).await;
        assert!(
            answer.status == *status || answer.status == 404,
            "{:?} {answer:?}",
            String::from_utf8_lossy(bytes)
        );
    }
    // It still answers.
    assert_eq!(send(gateway.addr(), request("POST /", &[FORM], BODY)).await.status, 200);
}

#[tokio::test]
async fn a_body_that_is_cut_short_disturbs_nobody() {
    let gateway = start(Gateway::builder()).await;
    let mut socket = TcpStream::connect(gateway.addr()).await.unwrap();
    socket
        .write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\nAction=")
        .await
        .unwrap();
    socket.shutdown().await.unwrap();
    let mut rest = Vec::new();
    tokio::time::timeout(Duration::from_secs(5), socket.read_to_end(&mut rest))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(send(gateway.addr(), request("POST /", &[FORM], BODY)).await.status, 200);
}

#[tokio::test]
async fn limits_of_head_and_body() {
    let mut config = config();
    config.max_header_count = 20;
    let gateway = start(Gateway::builder().config(config)).await;
    let lines: Vec<String> = (0..25).map(|n| format!("X-Number-{n}: {n}")).collect();
    let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    lines.push(FORM);
    let answer = send(gateway.addr(), request("POST /", &lines, BODY)).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.body.contains("RequestHeaderSectionTooLarge"), "{answer:?}");

    let long = format!("X-Long: {}", "x".repeat(100_000));
    let answer = send(gateway.addr(), request("POST /", &[&long, FORM], BODY)).await;
    assert_eq!(answer.status, 400, "{answer:?}");

    let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                Content-Length: 999999999999\r\n\r\n";
    let answer = send(gateway.addr(), head).await;
    assert_eq!(answer.status, 413, "{answer:?}");
}

#[tokio::test]
async fn too_many_form_fields_are_refused() {
    let gateway = start(Gateway::builder()).await;
    let body = format!("{BODY}{}", "&a=b".repeat(20_001));
    let answer = send(gateway.addr(), request("POST /", &[FORM], &body)).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.body.contains("MalformedQueryString"));
}

#[tokio::test]
async fn compressed_bodies_are_inflated() {
    use std::io::Write;
    let gateway = start(Gateway::builder()).await;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(BODY.as_bytes()).unwrap();
    let body = encoder.finish().unwrap();
    let send_body = |body: Vec<u8>| {
        let length = format!("Content-Length: {}", body.len());
        let mut bytes = request("POST /", &[FORM, "Content-Encoding: gzip", &length], "");
        bytes.extend_from_slice(&body);
        send(gateway.addr(), bytes)
    };
    assert_eq!(send_body(body.clone()).await.status, 200);
    let answer = send_body(body[..body.len() - 9].to_vec()).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    let answer = send_body(b"no gzip at all".to_vec()).await;
    assert_eq!(answer.status, 400, "{answer:?}");
}

#[tokio::test]
async fn http2_by_prior_knowledge() {
    use http_body_util::{BodyExt, Full};
    let gateway = start(Gateway::builder()).await;
    let socket = TcpStream::connect(gateway.addr()).await.unwrap();
    let executor = hyper_util::rt::TokioExecutor::new();
    let io = hyper_util::rt::TokioIo::new(socket);
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(executor, io).await.unwrap();
    tokio::spawn(connection);
    let signed = authorization("111122223333", "us-east-1", "sts");
    let signed = signed.split_once(": ").unwrap().1.to_owned();
    for _ in 0..3 {
        let request = http::Request::post("http://sts.localhost/")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", &signed)
            .body(Full::new(bytes::Bytes::from_static(BODY.as_bytes())))
            .unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["x-fogbank-operation"], "sts.GetCallerIdentity");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(String::from_utf8_lossy(&body).contains("<Account>111122223333</Account>"));
    }
}

#[tokio::test]
async fn shutting_down_finishes_what_is_under_way() {
    let gateway = start(Gateway::builder()).await;
    let addr = gateway.addr();
    let mut idle = TcpStream::connect(addr).await.unwrap();
    idle.write_all(&request("POST /", &[FORM], BODY)).await.unwrap();
    assert_eq!(read(&mut idle).await.status, 200);
    tokio::time::timeout(Duration::from_secs(4), gateway.shutdown()).await.unwrap().unwrap();
    assert!(TcpStream::connect(addr).await.is_err());
}
