//! Finds the protocol and the operation, and reads the body unless the operation streams it.

use fogbank_schema::Protocol;
use fogbank_service::ServiceError;
use fogbank_wire::{Body, protocol_of};
use http::{HeaderValue, Method, StatusCode, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::detection::{is_form, queue_path, signature};
use crate::exchange::{Exchange, Response, Step};

/// Finds protocol and operation.
pub(crate) async fn handle(x: &mut Exchange) -> Step {
    let slot = x.service()?.clone();
    let limit = x.core.config.max_body_size.as_len();
    let protocol = protocol_of(slot.model(), x.head());
    x.protocol = Some(protocol);
    let wire = slot.wire(protocol);
    if wire.detects_by_body() {
        x.body.read(limit).await?;
        check_fields(x)?;
        if slot.name() == "sqs" {
            name_queue(x)?;
        }
    }
    let operation = match wire.operation_of(x.head(), x.body.peek()) {
        Err(error) if sends_query_as_form(x, protocol) => {
            query_of_form(x).await?;
            wire.operation_of(x.head(), &[]).map_err(|_| error)?
        }
        found => found?,
    };
    x.operation = Some(operation);
    if !wire.streams_in(operation) {
        x.body.read(limit).await?;
    }
    Ok(())
}

/// Long queries of CloudSearch come as the form of a POST, as they do from HTML.
fn sends_query_as_form(x: &Exchange, protocol: Protocol) -> bool {
    matches!(protocol, Protocol::RestJson1 | Protocol::RestXml)
        && x.http().method == Method::POST
        && x.header(http::header::CONTENT_TYPE).is_some_and(is_form)
}

/// Makes the form the query of a GET.
async fn query_of_form(x: &mut Exchange) -> Step {
    let form = x.body.read(x.core.config.max_body_size.as_len()).await?;
    let head = x.head();
    let form = std::str::from_utf8(&form).unwrap_or_default();
    let target = match head.query {
        Some(query) => format!("{}?{query}&{form}", head.path),
        None => format!("{}?{form}", head.path),
    };
    x.target = Uri::try_from(target).ok();
    x.change_http(|http| http.method = Method::GET);
    x.body = bytes::Bytes::new().into();
    Ok(())
}

/// Refuses forms with more fields than the settings allow.
fn check_fields(x: &Exchange) -> Result<(), ServiceError> {
    let limit = x.core.config.max_form_fields;
    let query = x.head().query.unwrap_or_default();
    let separators = [query.as_bytes(), x.body.peek()];
    let fields: usize =
        separators.iter().map(|part| part.iter().filter(|byte| **byte == b'&').count()).sum();
    if fields < limit {
        return Ok(());
    }
    let message = format!("The request has more than {limit} parameters.");
    Err(ServiceError::new("MalformedQueryString", 400, message))
}

/// SQS: a request to a queue's URL need not name the queue again.
fn name_queue(x: &mut Exchange) -> Step {
    let http = x.http();
    if queue_path(http.uri.path()).is_none() {
        return Ok(());
    }
    let form = std::str::from_utf8(x.body.peek()).unwrap_or_default();
    let query = http.uri.query().unwrap_or_default();
    let has = |name| [query, form].iter().any(|part| signature::parameter(part, name).is_some());
    if !has("Action") {
        return Err(no_action().into());
    }
    if has("QueueUrl") {
        return Ok(());
    }
    let url = format!("{}://{}{}", http.scheme, http.host, http.uri.path());
    let parameter = format!("QueueUrl={}", utf8_percent_encode(&url, NON_ALPHANUMERIC));
    if http.method == Method::GET || form.is_empty() {
        let target = format!("{}?{query}&{parameter}", http.uri.path());
        x.target = Uri::try_from(target).ok();
    } else {
        let form = format!("{form}&{parameter}");
        x.body = bytes::Bytes::from(form).into();
    }
    Ok(())
}

/// What SQS answers to a queue's URL without an action.
fn no_action() -> Response {
    let mut response = Response::new(Body::from("<UnknownOperationException/>\n"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    let xml = HeaderValue::from_static("text/xml");
    response.headers_mut().insert(http::header::CONTENT_TYPE, xml);
    response
}
