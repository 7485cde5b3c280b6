//! Requests that another server answers.

use fogbank_config::UpstreamUrl;
use fogbank_service::ServiceError;

use crate::exchange::{Exchange, Response, Stop};

/// Passes a request on to the server that the configuration names for its service.
pub(crate) async fn forward(x: &mut Exchange, url: &UpstreamUrl) -> Result<Response, Stop> {
    let message =
        format!("requests of {} cannot be passed on to {} yet", x.service()?.name(), url.uri());
    Err(ServiceError::new("NotImplemented", 501, message).into())
}

/// Passes a request that is not emulated on to the configured server.
pub(crate) async fn fall_back(x: &mut Exchange, error: ServiceError) -> Result<Response, Stop> {
    let _ = x;
    Err(error.into())
}
