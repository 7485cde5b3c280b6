//! The server's own routes, under `/_fogbank/` and compatible names.

use crate::detection::host::{Host, without_port};
use crate::exchange::{Exchange, Step};
use crate::internal;

/// Answers requests to the server's own routes.
///
/// Only hosts that say nothing have them: below a bucket's name such a path is an object's.
pub(crate) async fn handle(x: &mut Exchange) -> Step {
    let path = x.http().uri.path();
    if !path.starts_with("/_") && !path.starts_with("/moto-api/") {
        return Ok(());
    }
    let host = x.core.host(without_port(&x.http().host));
    if !matches!(host, Host::Plain | Host::Label(_)) {
        return Ok(());
    }
    let Some(route) = internal::route(path) else { return Ok(()) };
    // Boxed: the future of every request would carry the size of these.
    Err(Box::pin(internal::answer(x, route)).await.into())
}
