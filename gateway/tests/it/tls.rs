//! HTTPS on the port of HTTP.

use std::net::SocketAddr;
use std::sync::Arc;

use fogbank_gateway::{Gateway, ServeError};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::client::{authorization, config, read, request, send, start};

/// Connects as a client that trusts this authority and speaks these protocols.
async fn connect(
    to: SocketAddr,
    pem: &str,
    name: &str,
    protocols: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate");
    roots.add(authority).expect("a certificate of an authority");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions that the provider has")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    let socket = TcpStream::connect(to).await?;
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, socket).await
}

#[tokio::test]
async fn one_port_speaks_http_and_https_for_every_name() {
    let gateway = start(Gateway::builder()).await;
    let answer = send(gateway.addr(), request("GET /_fogbank/ca.pem", &[], "")).await;
    assert_eq!(answer.header("content-type"), Some("application/x-pem-file"));
    let names = [
        "localhost",
        "127.0.0.1",
        "localhost.localstack.cloud",
        "sqs.eu-west-1.localhost.localstack.cloud",
        "bucket.s3.localhost.localstack.cloud",
        "bucket.with.dots.s3.localhost.localstack.cloud",
        "blue.localhost",
        "dynamodb.us-west-2.amazonaws.com",
    ];
    for name in names {
        let mut stream = connect(gateway.addr(), &answer.body, name, &["http/1.1"]).await.unwrap();
        let signed = authorization("test", "eu-west-1", "sqs");
        let lines = [
            "X-Amz-Target: AmazonSQS.CreateQueue",
            "Content-Type: application/x-amz-json-1.0",
            &signed,
        ];
        // Two requests on one connection.
        for _ in 0..2 {
            let body = "{\"QueueName\":\"q\"}";
            stream.write_all(&request("POST /", &lines, body)).await.unwrap();
            let answer = read(&mut stream).await;
            assert_eq!(answer.status, 200, "{name} {answer:?}");
        }
    }
}

#[tokio::test]
async fn clients_choose_http_2_by_alpn() {
    let gateway = start(Gateway::builder()).await;
    let pem = send(gateway.addr(), request("GET /_fogbank/ca.pem", &[], "")).await.body;
    let stream = connect(gateway.addr(), &pem, "localhost", &["h2", "http/1.1"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let io = hyper_util::rt::TokioIo::new(stream);
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut client, connection) =
        hyper::client::conn::http2::handshake(executor, io).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::get("https://localhost/_fogbank/health");
    let body = http_body_util::Empty::<bytes::Bytes>::new();
    let response = client.send_request(request.body(body).unwrap()).await.unwrap();
    assert_eq!(
        (response.status(), response.version()),
        (http::StatusCode::OK, http::Version::HTTP_2)
    );
}

#[tokio::test]
async fn a_certificate_of_the_settings_takes_the_place_of_the_authority() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.pem");
    let made = rcgen::generate_simple_self_signed(["fogbank.example".to_owned()]).unwrap();
    std::fs::write(&path, made.signing_key.serialize_pem() + &made.cert.pem()).unwrap();
    let mut settings = config();
    settings.tls_certificate = Some(path.clone());
    let gateway = start(Gateway::builder().config(settings)).await;
    let pem = made.cert.pem();
    connect(gateway.addr(), &pem, "fogbank.example", &[]).await.unwrap();
    let answer = send(gateway.addr(), request("GET /_fogbank/ca.pem", &[], "")).await;
    assert_eq!(answer.status, 404);
    // A file without a key is found at the start.
    std::fs::write(&path, pem).unwrap();
    let mut settings = config();
    settings.tls_certificate = Some(path);
    let refused = Gateway::builder().config(settings).start().await.err();
    assert!(matches!(refused, Some(ServeError::Tls(_))), "{refused:?}");
}

#[tokio::test]
async fn what_is_neither_http_nor_tls_is_closed() {
    let gateway = start(Gateway::builder()).await;
    let mut socket = TcpStream::connect(gateway.addr()).await.unwrap();
    socket.write_all(&[0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5]).await.unwrap();
    let mut rest = Vec::new();
    let reading = tokio::io::AsyncReadExt::read_to_end(&mut socket, &mut rest);
    let done = tokio::time::timeout(std::time::Duration::from_secs(10), reading).await;
    assert!(done.is_ok(), "the connection stays open");
}
