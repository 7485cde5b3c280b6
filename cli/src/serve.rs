//! The one place that calls the gateway.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use fogbank_config::Config;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;

/// A server that listens.
pub(crate) struct Server {
    listener: TcpListener,
    addresses: Vec<SocketAddr>,
}

/// Why no server could be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    /// The address is not free, or not ours.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address as it was configured.
        address: String,
        /// What the system says.
        source: io::Error,
    },
}

/// Begins to listen. Connections are accepted from now on and answered by [`Server::run`].
pub(crate) async fn bind(config: Arc<Config>) -> Result<Server, ServeError> {
    let listen = config.gateway_listen.first().expect("there is a default address");
    let failed = |source| ServeError::Listen { address: listen.to_string(), source };
    let addresses = listen.resolve().map_err(failed)?;
    let listener = TcpListener::bind(&*addresses).await.map_err(failed)?;
    let addresses = vec![listener.local_addr().map_err(failed)?];
    Ok(Server { listener, addresses })
}

impl Server {
    /// The addresses that it listens on, with the ports that the system chose.
    pub(crate) fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Answers until `stop` is ready.
    pub(crate) async fn run(self, stop: impl Future<Output = ()>) -> Result<(), ServeError> {
        tokio::pin!(stop);
        loop {
            let socket = tokio::select! {
                () = &mut stop => return Ok(()),
                accepted = self.listener.accept() => match accepted {
                    Ok((socket, _)) => socket,
                    Err(_) => continue,
                },
            };
            tokio::spawn(async move {
                let answer = service_fn(|_request| async {
                    let health = concat!(
                        r#"{"services":{},"version":""#,
                        env!("CARGO_PKG_VERSION"),
                        r#""}"#
                    );
                    let body = Full::new(Bytes::from_static(health.as_bytes()));
                    Ok::<_, std::convert::Infallible>(hyper::Response::new(body))
                });
                let server = auto::Builder::new(TokioExecutor::new());
                let _ = server.serve_connection(TokioIo::new(socket), answer).await;
            });
        }
    }
}
