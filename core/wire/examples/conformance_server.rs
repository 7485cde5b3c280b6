//! Serves the conformance seam for every service without the gateway: the service is the one that
//! the case was registered for, everything else is the wire.
//!
//! `cargo run -p fogbank-wire --example conformance_server -- 127.0.0.1:4575`, then
//! `python -m conformance http://127.0.0.1:4575` in `tests/python`.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use fogbank_schema::Schemas;
use fogbank_wire::conformance::Conformance;
use fogbank_wire::{Body, RequestHead, RequestIds, ServiceWire, protocol_of};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};

#[derive(Default)]
struct Server {
    conformance: Conformance,
    services: Mutex<HashMap<String, String>>,
    schemas: Mutex<HashMap<String, &'static Schemas>>,
}

impl Server {
    fn schemas(&self, service: &str) -> &'static Schemas {
        let mut schemas = self.schemas.lock().expect("no one panics with the lock");
        schemas.entry(service.to_owned()).or_insert_with(|| {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../generated/index/models");
            let bytes = std::fs::read(format!("{folder}/{service}.bin")).expect("a known service");
            Box::leak(Box::new(Schemas::new(Vec::leak(bytes))))
        })
    }

    async fn serve(&self, request: Request<Incoming>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let Ok(body) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
            return status(StatusCode::BAD_REQUEST);
        };
        let path = parts.uri.path();
        if let Some(rest) = path.strip_prefix("/_fogbank/conformance") {
            return self.internal(rest.trim_start_matches('/'), &body);
        }
        let Some(token) = Conformance::token_of(&parts.headers) else {
            return status(StatusCode::NOT_FOUND);
        };
        let service =
            self.services.lock().expect("no one panics with the lock").get(token).cloned();
        let Some(service) = service else { return status(StatusCode::NOT_FOUND) };
        let schemas = self.schemas(&service);
        let head = RequestHead::from(&parts);
        let wire = ServiceWire::for_service(schemas, protocol_of(schemas.model(), head));
        let ids = RequestIds::of("00000000-0000-4000-8000-000000000000", head);
        match wire.operation_of(head, &body) {
            Ok(op) => {
                let request = wire.request(op, head, body);
                self.conformance.answer(token, &wire, op, request, ids).await
            }
            Err(error) => {
                self.conformance.failed(token, &error);
                wire.error(None, &error, ids)
            }
        }
    }

    fn internal(&self, token: &str, body: &Bytes) -> Response<Body> {
        if !token.is_empty() {
            return match self.conformance.report(token) {
                Some(report) => Response::new(Body::from(report.to_string())),
                None => status(StatusCode::NOT_FOUND),
            };
        }
        let Ok(registered) = self.conformance.register(body) else {
            return status(StatusCode::BAD_REQUEST);
        };
        let case: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        let token = registered["token"].as_str().unwrap_or_default().to_owned();
        let service = case["service"].as_str().unwrap_or_default().to_owned();
        self.services.lock().expect("no one panics with the lock").insert(token, service);
        Response::new(Body::from(registered.to_string()))
    }
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:4575".to_owned());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    println!("http://{address}");
    let server = Arc::new(Server::default());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let server = server.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let server = server.clone();
                async move { Ok::<_, Infallible>(server.serve(request).await) }
            });
            let builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
