//! Errors and panics, written in the protocol of the service.

use std::any::Any;

use fogbank_service::{Fault, ServiceError};
use fogbank_wire::{Body, protocol_of, xml_escaped};
use http::{HeaderValue, StatusCode, header};

use crate::exchange::{Exchange, Response};
use crate::faults;

/// The answer to a request that made a handler or provider panic; the panic goes to the log.
pub(crate) fn of_panic(x: &Exchange, panic: Box<dyn Any + Send>) -> ServiceError {
    let reason = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown");
    let operation = x.label().and_then(|label| label.to_str().ok()).unwrap_or("-");
    tracing::error!(request_id = x.request_id(), operation, reason, "a request panicked");
    faults::panicked()
}

/// Writes an error.
pub(crate) fn write(x: &Exchange, error: &ServiceError) -> Response {
    if error.fault() == Fault::Server && error.status() != 501 {
        tracing::warn!(request_id = x.request_id(), ?error, "answered with a fault of the server");
    }
    let Some(slot) = &x.service else { return without_service(x, error) };
    let protocol = x.protocol.unwrap_or_else(|| protocol_of(slot.model(), x.head()));
    let own = faults::in_words_of(slot.name(), error);
    slot.wire(protocol).error(x.operation, own.as_ref().unwrap_or(error), x.ids())
}

/// Nobody knows the protocol: JSON for those who speak it, XML for all others.
fn without_service(x: &Exchange, error: &ServiceError) -> Response {
    let accepts = |name| x.header(name).is_some_and(|value| value.contains("json"));
    let json = accepts(header::CONTENT_TYPE) || accepts(header::ACCEPT);
    let message = error.message().unwrap_or_default();
    let (content_type, body) = if json {
        let document = serde_json::json!({ "__type": error.name(), "message": message });
        ("application/x-amz-json-1.1", document.to_string())
    } else {
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ErrorResponse><Error><Code>{}</Code>\
             <Message>{}</Message></Error><RequestId>{}</RequestId></ErrorResponse>",
            xml_escaped(error.code()),
            xml_escaped(message),
            x.request_id()
        );
        ("text/xml", text)
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::from_str(x.request_id()) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}
