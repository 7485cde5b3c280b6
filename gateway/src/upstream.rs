//! Requests that another server answers: signed anew, otherwise as they came, streaming both ways.

mod headers;
mod sign;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use fogbank_config::{Config, Fallback, UpstreamUrl};
use fogbank_service::{ByteStream, ServiceError};
use fogbank_wire::Body;
use futures_util::StreamExt;
use http::{Request, Uri};
use hyper::body::{Body as _, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;

use crate::exchange::{Exchange, Response, Stop};
use crate::server::tls::{self, TlsError};

/// How long a connection to an upstream server is kept for the next request.
const IDLE: Duration = Duration::from_secs(30);

type Connections = Client<HttpsConnector<HttpConnector>, Body>;

/// The connections to upstream servers.
pub(crate) struct Upstream {
    client: OnceLock<Connections>,
    /// Authorities that are trusted beside the public ones.
    authorities: Vec<CertificateDer<'static>>,
}

impl Upstream {
    /// Without connections yet; reads the authorities that the settings name.
    pub(crate) fn new(config: &Config) -> Result<Self, TlsError> {
        let authorities = config.upstream_authorities.as_deref().map(tls::certificates);
        Ok(Self {
            client: OnceLock::new(),
            authorities: authorities.transpose()?.unwrap_or_default(),
        })
    }

    fn client(&self) -> Result<&Connections, rustls::Error> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.enforce_http(false);
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.into() };
        for authority in &self.authorities {
            roots.add(authority.clone())?;
        }
        let config = rustls::ClientConfig::builder_with_provider(tls::crypto())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(Arc::new(roots))
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(connector);
        Ok(self.client.get_or_init(|| client))
    }
}

/// Passes a request on to the server that the configuration names for its service.
pub(crate) async fn forward(x: &mut Exchange, url: &UpstreamUrl) -> Result<Response, Stop> {
    let body = x.body.stream().await;
    send(x, url, body).await
}

/// Passes a request that is not emulated on to the configured server; `body` is what was read of
/// it. Without it, and without such a server, the answer is the error.
pub(crate) async fn fall_back(
    x: &mut Exchange,
    body: Option<Bytes>,
    error: ServiceError,
) -> Result<Response, Stop> {
    let core = x.core.clone();
    match (&core.config.fallback, body) {
        (Fallback::Upstream(url), Some(body)) => send(x, url, ByteStream::from(body)).await,
        _ => Err(error.into()),
    }
}

async fn send(x: &Exchange, url: &UpstreamUrl, body: ByteStream) -> Result<Response, Stop> {
    let service = x.service()?.name();
    let refused = |status, reason: String| {
        let message = format!("The upstream server {} of {service} {reason}.", url.uri());
        ServiceError::new("ServiceUnavailable", status, message)
    };
    let uri = target(x, url.uri()).map_err(|error| refused(502, format!("has no URL: {error}")))?;
    let mut request = Request::new(Body::empty());
    *request.method_mut() = x.http().method.clone();
    *request.uri_mut() = uri;
    // A compressed object is stored as it is; other bodies were inflated on their way in.
    let inflated = service != "s3";
    headers::copy(&x.http().headers, request.headers_mut(), body.length(), inflated);
    let payload = body.as_bytes().cloned();
    sign::sign(x, &mut request, payload.as_deref())
        .map_err(|error| refused(502, format!("cannot be signed for: {error}")))?;
    *request.body_mut() = Body::stream(body);
    let limit = x.core.config.upstream_timeout;
    let client = x.core.upstream.client();
    let client = client.map_err(|error| refused(502, format!("is not trusted: {error}")))?;
    let response = client.request(request);
    match tokio::time::timeout(limit, response).await {
        Ok(Ok(response)) => Ok(received(response)),
        Ok(Err(error)) => {
            tracing::warn!(service, upstream = %url.uri(), ?error, "no answer from upstream");
            let reason = if error.is_connect() { "cannot be reached" } else { "broke off" };
            Err(refused(502, reason.to_owned()).into())
        }
        Err(_) => Err(refused(504, format!("did not answer within {limit:?}")).into()),
    }
}

/// The request's path and query at the upstream server; buckets of host names are in the path.
fn target(x: &Exchange, upstream: &Uri) -> Result<Uri, http::Error> {
    let head = x.head();
    let mut path = upstream.path().trim_end_matches('/').to_owned();
    path.push_str(head.path);
    if let Some(query) = headers::without_signature(head.query) {
        path.push('?');
        path.push_str(&query);
    }
    let authority = upstream.authority().map_or("", |authority| authority.as_str());
    let scheme = upstream.scheme_str().unwrap_or("http");
    Uri::builder().scheme(scheme).authority(authority).path_and_query(path).build()
}

fn received(response: http::Response<Incoming>) -> Response {
    let (mut parts, body) = response.into_parts();
    headers::drop_hop_by_hop(&mut parts.headers);
    let remaining = body.size_hint().exact();
    let chunks = http_body_util::BodyStream::new(body).filter_map(|frame| {
        let data = match frame {
            Ok(frame) => frame.into_data().ok().map(Ok),
            Err(error) => Some(Err(std::io::Error::other(error))),
        };
        std::future::ready(data)
    });
    let body = match remaining {
        Some(0) => Body::empty(),
        remaining => Body::Stream { chunks: Box::pin(chunks), remaining },
    };
    Response::from_parts(parts, body)
}
