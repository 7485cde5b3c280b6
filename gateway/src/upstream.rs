//! Requests that another server answers: signed anew, otherwise as they came, streaming both ways.

mod headers;
mod sign;

use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use fogbank_config::{Fallback, UpstreamUrl};
use fogbank_service::{ByteStream, ServiceError};
use fogbank_wire::Body;
use futures_util::StreamExt;
use http::{Request, Uri};
use hyper::body::{Body as _, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::exchange::{Exchange, Response, Stop};

/// How long a connection to an upstream server is kept for the next request.
const IDLE: Duration = Duration::from_secs(30);

/// The connections to upstream servers.
#[derive(Default)]
pub(crate) struct Upstream(OnceLock<Client<HttpConnector, Body>>);

impl Upstream {
    fn client(&self) -> &Client<HttpConnector, Body> {
        self.0.get_or_init(|| {
            let mut connector = HttpConnector::new();
            connector.set_nodelay(true);
            Client::builder(TokioExecutor::new())
                .pool_idle_timeout(IDLE)
                .pool_timer(TokioTimer::new())
                .build(connector)
        })
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
    if url.uri().scheme_str() != Some("http") {
        return Err(
            refused(501, "is not reached over http, and https is not there yet".into()).into()
        );
    }
    let uri = target(x, url.uri()).map_err(|error| refused(502, format!("has no URL: {error}")))?;
    let mut request = Request::new(Body::empty());
    *request.method_mut() = x.http().method.clone();
    *request.uri_mut() = uri;
    headers::copy(&x.http().headers, request.headers_mut(), body.length());
    let payload = body.as_bytes().cloned();
    sign::sign(x, &mut request, payload.as_deref())
        .map_err(|error| refused(502, format!("cannot be signed for: {error}")))?;
    *request.body_mut() = Body::stream(body);
    let limit = x.core.config.upstream_timeout;
    let response = x.core.upstream.client().request(request);
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
    Uri::builder().scheme("http").authority(authority).path_and_query(path).build()
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
