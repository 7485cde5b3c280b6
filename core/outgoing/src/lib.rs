//! HTTP requests that services send: SNS to its subscribers, EventBridge to API destinations.
//!
//! Connections are kept for the next request. Any certificate is taken, since there is nothing to protect
//! between programs on one machine.

mod certificates;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use certificates::AnyCertificate;

/// How long a connection is kept for the next request.
const IDLE: Duration = Duration::from_secs(20);
/// How much of an answer is read before the connection is given up.
const LONGEST_ANSWER: usize = 1 << 20;

type Connections = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// A client with its connections; clones share them.
#[derive(Clone, Default)]
pub struct Outgoing {
    connections: Arc<OnceLock<Connections>>,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outgoing")
    }
}

impl Outgoing {
    /// Sends a request over HTTP or HTTPS and reads the answer; of more than a megabyte, nothing.
    /// Nothing bounds the time.
    ///
    /// # Errors
    ///
    /// Why there is no answer.
    pub async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<Bytes>, String> {
        let client = self.connections.get_or_init(connections);
        let response = client.request(request).await.map_err(|error| {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            source.unwrap_or_else(|| error.to_string())
        })?;
        let (head, body) = response.into_parts();
        // The connection serves the next request once its answer is read.
        let body = Limited::new(body, LONGEST_ANSWER).collect().await;
        let body = body.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        Ok(Response::from_parts(head, body))
    }
}

fn connections() -> Connections {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = Arc::new(AnyCertificate(provider.signature_verification_algorithms));
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider supports TLS 1.2 and 1.3")
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    let connector =
        HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
    Client::builder(TokioExecutor::new())
        .pool_idle_timeout(IDLE)
        .pool_timer(TokioTimer::new())
        .build(connector)
}
