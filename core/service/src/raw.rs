//! Requests that a service answers although its model does not describe them.

use bytes::Bytes;
use fogbank_state::World;

use crate::{BoxFuture, ByteStream, HttpRequest, RequestContext, ServiceError};

/// What a service answers beside its model, such as S3's CORS preflights, POST forms and static
/// websites.
///
/// The gateway asks once it knows the service and before it parses the request by the model.
pub trait RawHandler: Send + Sync + 'static {
    /// The operation of the model that such a request counts as, or none when the model describes
    /// the request. Looks at method, host, URI and headers only.
    fn claims(&self, world: &World, request: &HttpRequest) -> Option<&'static str>;

    /// Answers a claimed request; `cx.operation` is the claimed one. An error is written in the
    /// service's protocol.
    fn handle<'a>(
        &'a self,
        cx: &'a RequestContext,
        body: ByteStream,
    ) -> BoxFuture<'a, Result<http::Response<ByteStream>, ServiceError>>;

    /// Adjusts the head of every response of the service before it leaves, also of errors.
    /// `operation` is the name in the model, where the request got that far.
    fn finish(
        &self,
        world: &World,
        request: &HttpRequest,
        operation: Option<&str>,
        status: &mut http::StatusCode,
        headers: &mut http::HeaderMap,
    ) {
        let _ = (world, request, operation, status, headers);
    }
}

/// A raw response with a body in memory.
pub fn raw_response(
    status: http::StatusCode,
    body: impl Into<Bytes>,
) -> http::Response<ByteStream> {
    let mut response = http::Response::new(ByteStream::from(body.into()));
    *response.status_mut() = status;
    response
}
