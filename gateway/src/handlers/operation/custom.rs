//! Handlers that somebody who embeds the gateway brings along.

use fogbank_service::BoxFuture;
use fogbank_wire::Body;

use crate::exchange::{Exchange, Step};

/// A request as a custom handler sees it: parsed, not yet dispatched.
#[derive(Debug)]
pub struct ParsedRequest<'x> {
    /// The HTTP request.
    pub http: &'x fogbank_service::HttpRequest,
    /// The service's name in botocore.
    pub service: &'static str,
    /// The operation's name in the model.
    pub operation: &'static str,
    /// The id of the request.
    pub request_id: &'x str,
}

/// A handler between parsing and dispatch, such as a test's fault injection.
pub trait CustomHandler: Send + Sync + 'static {
    /// Answers the request in the service's place, or lets it pass.
    ///
    /// # Errors
    ///
    /// An error is written in the service's protocol.
    fn handle<'a>(
        &'a self,
        request: ParsedRequest<'a>,
    ) -> BoxFuture<'a, Result<Option<http::Response<Body>>, fogbank_service::ServiceError>>;
}

/// Asks the custom handlers, in the order in which they were added.
pub(crate) async fn handle(x: &mut Exchange) -> Step {
    if x.core.custom.is_empty() {
        return Ok(());
    }
    let slot = x.service()?;
    let operation = x.operation.map_or("", |at| slot.model().operations[at].name);
    for handler in &x.core.custom {
        let request = ParsedRequest {
            http: x.http(),
            service: slot.name(),
            operation,
            request_id: x.request_id(),
        };
        if let Some(response) = handler.handle(request).await? {
            return Err(response.into());
        }
    }
    Ok(())
}
