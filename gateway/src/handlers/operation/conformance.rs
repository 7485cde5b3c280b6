//! Echoes for conformance tests: such a request meets no provider.

use fogbank_service::ServiceError;
use fogbank_wire::RequestBody;
use fogbank_wire::conformance::Conformance;

use crate::exchange::{Exchange, Response, Stop};

/// The request belongs to a conformance test, and such tests are on.
pub(crate) fn is_meant(x: &Exchange) -> bool {
    x.core.conformance.is_some() && Conformance::token_of(&x.http().headers).is_some()
}

/// Answers a parsed request as its test has registered; none when it belongs to no test.
pub(crate) async fn answer(x: &mut Exchange) -> Result<Option<Response>, Stop> {
    if !is_meant(x) {
        return Ok(None);
    }
    let (slot, core) = (x.service()?.clone(), x.core.clone());
    let operation = x.operation.expect("parse has found the operation");
    let protocol = x.protocol.expect("parse has found the protocol");
    let wire = slot.wire(protocol);
    let body = if wire.streams_in(operation) {
        RequestBody::Stream(x.body.stream().await)
    } else {
        RequestBody::Bytes(x.body.take_read())
    };
    let (Some(conformance), Some(token)) =
        (&core.conformance, Conformance::token_of(&x.http().headers))
    else {
        return Ok(None);
    };
    let request = wire.request(operation, x.head(), body);
    Ok(Some(conformance.answer(token, wire, operation, request, x.ids()).await))
}

/// Notes that a test's request came to nothing.
pub(crate) fn failed(x: &Exchange, error: &ServiceError) {
    if let (Some(conformance), Some(token)) =
        (&x.core.conformance, Conformance::token_of(&x.http().headers))
    {
        conformance.failed(token, error);
    }
}
