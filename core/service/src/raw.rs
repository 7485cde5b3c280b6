//! Requests that a service answers although its model does not describe them.

use std::sync::Arc;

use bytes::Bytes;
use fogbank_schema::Operation;
use fogbank_state::World;

use crate::{BoxFuture, ByteStream, HttpRequest, Principal, RequestContext, ServiceError};

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

    /// Looks at the body of a request as it came, once its operation is known and allowed; not
    /// asked where the operation streams the body.
    ///
    /// # Errors
    ///
    /// The service's answer to a body that is not the one that was sent.
    fn check_body(
        &self,
        request: &HttpRequest,
        operation: &Operation<'_>,
        body: &[u8],
    ) -> Result<(), ServiceError> {
        let _ = (request, operation, body);
        Ok(())
    }

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

    /// Takes note of a request whose answer is about to leave.
    fn served(&self, world: &Arc<World>, served: &Served<'_>) {
        let _ = (world, served);
    }
}

/// A request and the head of its answer.
#[derive(Clone, Copy, Debug)]
pub struct Served<'a> {
    /// The request.
    pub request: &'a HttpRequest,
    /// The operation's name in the model, where the request got that far.
    pub operation: Option<&'a str>,
    /// Who asked, where that is known.
    pub principal: Option<&'a Principal>,
    /// The status of the answer.
    pub status: http::StatusCode,
    /// The head of the answer.
    pub headers: &'a http::HeaderMap,
    /// The code of the error that was answered.
    pub error: Option<&'a str>,
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
