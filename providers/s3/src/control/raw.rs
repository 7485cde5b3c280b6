//! The statuses of S3 Control's successes.

use fogbank_service::{
    BoxFuture, ByteStream, HttpRequest, RawHandler, RequestContext, ServiceError,
};
use fogbank_state::World;
use http::{HeaderMap, StatusCode};

/// What is deleted or tagged is answered without a body, and says so.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statuses;

impl RawHandler for Statuses {
    fn claims(&self, _: &World, _: &HttpRequest) -> Option<&'static str> {
        None
    }

    fn handle<'a>(
        &'a self,
        cx: &'a RequestContext,
        body: ByteStream,
    ) -> BoxFuture<'a, Result<http::Response<ByteStream>, ServiceError>> {
        drop(body);
        let error = ServiceError::not_implemented("s3control", cx.operation.name);
        Box::pin(std::future::ready(Err(error)))
    }

    fn finish(
        &self,
        _: &World,
        _: &HttpRequest,
        operation: Option<&str>,
        status: &mut StatusCode,
        _: &mut HeaderMap,
    ) {
        let empty = |name: &str| {
            (name.starts_with("Delete") && name != "DeleteMultiRegionAccessPoint")
                || ["TagResource", "UntagResource"].contains(&name)
        };
        if *status == StatusCode::OK && operation.is_some_and(empty) {
            *status = StatusCode::NO_CONTENT;
        }
    }
}
