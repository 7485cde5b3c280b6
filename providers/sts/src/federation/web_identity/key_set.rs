//! The developer endpoint `/_aws/sts/jwks`: the keys that verify tokens of `GetWebIdentityToken`.

use std::sync::Arc;

use fogbank_service::{BoxFuture, ByteStream, Route, RouteAnswer, RouteHandler, RouteRequest};
use http::{HeaderValue, Method, Response, StatusCode, header};

use crate::web_identity::keys;

struct KeySet;

/// The route of the gateway.
pub(crate) fn route() -> Route {
    Route { path: "sts/jwks", handler: Arc::new(KeySet) }
}

impl RouteHandler for KeySet {
    fn handle(&self, request: RouteRequest) -> BoxFuture<'_, RouteAnswer> {
        let (status, body) = match request.http.method {
            Method::GET => (StatusCode::OK, keys::key_set(&request.world).to_string()),
            _ => (StatusCode::METHOD_NOT_ALLOWED, String::new()),
        };
        let mut response = Response::new(ByteStream::from(bytes::Bytes::from(body)));
        *response.status_mut() = status;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        Box::pin(std::future::ready(RouteAnswer::Http(response)))
    }
}
