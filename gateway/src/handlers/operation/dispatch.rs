//! Runs the operation.

use fogbank_config::Fallback;
use fogbank_service::{Input, ServiceError};
use fogbank_wire::RequestBody;
use tracing::Instrument;

use super::conformance;
use crate::exchange::{Exchange, Response, Stop};
use crate::services::Plan;

/// Calls the provider, or says that there is none, and writes the answer.
pub(crate) async fn handle(x: &mut Exchange) -> Result<Response, Stop> {
    let slot = x.service()?.clone();
    let operation = x.operation.expect("parse has found the operation");
    if let Some(echo) = conformance::answer(x).await? {
        return Ok(echo);
    }
    let Some(provider) = x.provider.clone() else {
        return match slot.plan() {
            Plan::Upstream(url) => Box::pin(crate::upstream::forward(x, url)).await,
            _ => not_emulated(x, operation).await,
        };
    };
    x.make_context(operation)?;
    let protocol = x.protocol.expect("parse has found the protocol");
    let wire = slot.wire(protocol);
    let body = if wire.streams_in(operation) {
        RequestBody::Stream(x.body.stream().await)
    } else {
        RequestBody::Bytes(x.body.take_read())
    };
    let kept = match &body {
        RequestBody::Bytes(bytes) if x.core.falls_back() => Some(bytes.clone()),
        _ => None,
    };
    let context = x.context.as_ref().expect("make_context has made it");
    let running = {
        // The input is read before `invoke` returns its future.
        let mut request = wire.request(operation, x.head(), body);
        provider.service.invoke(operation, context, Input::Wire(&mut request))
    };
    let result =
        if x.span.is_none() { running.await } else { running.instrument(x.span.clone()).await };
    match result {
        Ok(reply) => Ok(wire.response(operation, reply, x.ids())),
        Err(error) if error.status() == 501 && x.core.falls_back() => {
            Box::pin(crate::upstream::fall_back(x, kept, error)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Nobody in this process answers for the service.
async fn not_emulated(x: &mut Exchange, operation: usize) -> Result<Response, Stop> {
    let slot = x.service()?;
    let name = slot.model().operations[operation].name;
    let error = ServiceError::not_implemented(slot.name(), name);
    if let Fallback::Upstream(url) = &x.core.clone().config.fallback {
        return Box::pin(crate::upstream::forward(x, url)).await;
    }
    Err(error.into())
}
