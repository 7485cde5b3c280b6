//! Opens the span under which the log shows what the request leads to.

use crate::exchange::{Exchange, Step};

/// Opens a span with what is known by now; costs nothing when nobody listens.
pub(crate) fn handle(x: &mut Exchange) -> Step {
    if tracing::enabled!(tracing::Level::DEBUG) {
        let service = x.service.as_ref().map_or("-", |slot| slot.name());
        let region = x.region.as_ref().map_or("-", |region| region.as_str());
        let trace = x.header("x-amzn-trace-id").unwrap_or("-");
        x.span = tracing::debug_span!(
            "request",
            id = x.request_id(),
            service,
            region,
            account = %x.account,
            trace
        );
    }
    Ok(())
}
