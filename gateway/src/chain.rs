//! The way of a request, handler by handler. This list is the specification of the pipeline.

use std::panic::AssertUnwindSafe;
use std::pin::pin;

use futures_util::FutureExt;

use crate::exchange::{Exchange, Response, Stop};
use crate::faults;
use crate::handlers::addressing::{
    account, missing_auth, presigned_urls, region, service_detection, signatures, trace_context,
};
use crate::handlers::arrival::{
    content_decoding, cors, internal_params, internal_routes, limits, metrics, shutdown_guard,
};
use crate::handlers::departure::{cors_headers, exceptions, identification, service_headers};
use crate::handlers::operation::{
    authorization, body_digests, conformance, custom, dispatch, parse, raw_requests,
    service_loading,
};

/// Answers a request.
pub(crate) async fn answer(mut x: Box<Exchange>) -> Response {
    let in_memory = !x.core.worlds.is_persistent();
    // Finalizer: runs however this function ends, also when the client goes away.
    let _in_flight = metrics::InFlight::enter(&x.core);
    let (outcome, ticket) = {
        let handled = pin!(AssertUnwindSafe(request_handlers(&mut x)).catch_unwind());
        fogbank_state::track(handled).await
    };
    let mut response = match outcome {
        Ok(Ok(response)) => response,
        Ok(Err(Stop::Answer(response))) => *response,
        Ok(Err(Stop::Fault(error))) => {
            conformance::failed(&x, &error);
            x.failed = Some(error.code().to_owned());
            exceptions::write(&x, &error)
        }
        Err(panic) => exceptions::write(&x, &exceptions::of_panic(&x, panic)),
    };
    // What was changed is durable before anybody hears of it.
    if !in_memory && let Err(error) = x.world.durable(ticket).await {
        response = exceptions::write(&x, &faults::not_durable(&error));
    }
    response_handlers(&x, &mut response);
    metrics::record(&x, &response);
    response
}

/// Request handlers, each of which goes on or stops with an answer or an error.
async fn request_handlers(x: &mut Exchange) -> Result<Response, Stop> {
    // The request as HTTP.
    internal_params::handle(x)?;
    shutdown_guard::handle(x)?;
    metrics::handle(x)?;
    limits::handle(x)?;
    cors::handle(x).await?;
    content_decoding::handle(x)?;
    internal_routes::handle(x).await?;
    // Who asks whom.
    service_detection::handle(x).await?;
    presigned_urls::handle(x)?;
    missing_auth::handle(x)?;
    region::handle(x)?;
    account::handle(x)?;
    signatures::handle(x).await?;
    trace_context::handle(x)?;
    // What is asked. A service is loaded before its request is parsed, because it may answer
    // requests that its model does not describe.
    service_loading::handle(x).await?;
    raw_requests::handle(x).await?;
    parse::handle(x).await?;
    authorization::handle(x).await?;
    body_digests::handle(x)?;
    custom::handle(x).await?;
    dispatch::handle(x).await
}

/// Response handlers, for answers and errors alike.
fn response_handlers(x: &Exchange, response: &mut Response) {
    identification::handle(x, response);
    cors_headers::handle(x, response);
    service_headers::handle(x, response);
}
