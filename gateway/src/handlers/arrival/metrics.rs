//! Counts requests, and logs them when somebody listens.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::exchange::{Exchange, Response, Step};
use crate::gateway::Core;

/// Counters of a server.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    /// Requests that arrived.
    pub(crate) requests: AtomicU64,
    /// Requests that are under way.
    pub(crate) in_flight: AtomicU64,
    /// Responses with a status of 400 to 499.
    pub(crate) client_errors: AtomicU64,
    /// Responses with a status of 500 and above.
    pub(crate) server_errors: AtomicU64,
}

/// Counts the request.
pub(crate) fn handle(x: &mut Exchange) -> Step {
    x.core.metrics.requests.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

/// A request that is under way, until it is dropped.
pub(crate) struct InFlight(Arc<Core>);

impl InFlight {
    /// Counts a request as under way.
    pub(crate) fn enter(core: &Arc<Core>) -> Self {
        core.metrics.in_flight.fetch_add(1, Ordering::Relaxed);
        Self(core.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.metrics.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Counts the response and logs the request.
pub(crate) fn record(x: &Exchange, response: &Response) {
    let status = response.status();
    if status.is_client_error() {
        x.core.metrics.client_errors.fetch_add(1, Ordering::Relaxed);
    } else if status.is_server_error() {
        x.core.metrics.server_errors.fetch_add(1, Ordering::Relaxed);
    }
    if tracing::enabled!(tracing::Level::DEBUG) {
        let operation = x.label().and_then(|label| label.to_str().ok()).unwrap_or("-");
        let http = x.http();
        tracing::debug!(
            request_id = x.request_id(),
            status = status.as_u16(),
            method = %http.method,
            path = http.uri.path(),
            "{operation}"
        );
    }
}
