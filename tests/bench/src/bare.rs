//! The limit that everything is compared to: hyper with nothing behind it.

use std::convert::Infallible;
use std::io;
use std::net::Ipv4Addr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;

/// Serves on a free port until the process is killed: it reads the body of a request and answers
/// with as many bytes as the path says (`/400`).
pub(crate) async fn serve() -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("http://{}", listener.local_addr()?);
    let large = Bytes::from(vec![b'x'; 64 << 20]);
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        let large = large.clone();
        tokio::spawn(async move {
            let service = hyper::service::service_fn(|request| answer(request, large.clone()));
            let server = auto::Builder::new(TokioExecutor::new());
            // A client that goes away is the end of its connection and of nothing else.
            let _ = server.serve_connection(TokioIo::new(socket), service).await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    large: Bytes,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let length = request.uri().path()[1..].parse().unwrap_or(0usize).min(large.len());
    let mut body = request.into_body();
    while let Some(Ok(_)) = body.frame().await {}
    Ok(Response::new(Full::new(large.slice(..length))))
}
