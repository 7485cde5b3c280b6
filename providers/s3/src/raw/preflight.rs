//! CORS preflights.

use fogbank_service::{ByteStream, RequestContext, ServiceError};

use super::{Target, cors_rules};
use crate::cors::{self, Request, forbidden};

/// Answers `OPTIONS` by the rules of the bucket.
pub(super) fn answer(
    cx: &RequestContext,
    target: &Target,
) -> Result<http::Response<ByteStream>, ServiceError> {
    cors::check_origin(&cx.http.headers)?;
    let Some(rules) = cors_rules(&cx.world, &target.bucket) else {
        return Err(forbidden("Bucket not found", "OPTIONS", "BUCKET"));
    };
    if rules.is_empty() {
        let method = cx.http.headers.get(http::header::ACCESS_CONTROL_REQUEST_METHOD);
        let method = method.and_then(|value| value.to_str().ok()).unwrap_or("OPTIONS");
        return Err(forbidden("CORS is not enabled for this bucket.", method, "BUCKET"));
    }
    let request = Request::preflight(&cx.http.headers)?;
    let headers = request.answer(&rules);
    let headers = headers
        .ok_or_else(|| forbidden(cors::NOT_ALLOWED, request.method(), target.resource_type()))?;
    let mut response = fogbank_service::raw_response(http::StatusCode::OK, "");
    response.headers_mut().extend(headers);
    Ok(response)
}
