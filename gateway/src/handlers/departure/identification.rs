//! Says who answered, and which operation.

use http::{HeaderName, HeaderValue, header};

use crate::exchange::{Exchange, Response};

/// The header that names service and operation.
const OPERATION: HeaderName = HeaderName::from_static("x-fogbank-operation");

/// Adds `x-fogbank-operation` once the operation is known, and `Server`.
pub(crate) fn handle(x: &Exchange, response: &mut Response) {
    let headers = response.headers_mut();
    if let Some(label) = x.label() {
        headers.insert(OPERATION, label.clone());
    }
    headers.entry(header::SERVER).or_insert(HeaderValue::from_static("fogbank"));
}
