//! Requests that a service answers although its model does not describe them.

use fogbank_wire::Body;

use super::conformance;
use crate::exchange::{Exchange, Step};

/// Hands the request to the service's raw handler, if it claims it.
pub(crate) async fn handle(x: &mut Exchange) -> Step {
    let Some(raw) = x.provider.as_ref().and_then(|provider| provider.raw.clone()) else {
        return Ok(());
    };
    if conformance::is_meant(x) {
        return Ok(());
    }
    let Some(name) = raw.claims(&x.world, x.http()) else { return Ok(()) };
    let model = x.service()?.model();
    let operation =
        model.operation_index(name).expect("a raw handler claims operations of its model");
    x.operation = Some(operation);
    x.make_context(operation)?;
    let body = x.body.stream().await;
    let context = x.context.as_ref().expect("make_context has made it");
    let response = raw.handle(context, body).await?;
    Err(response.map(Body::stream).into())
}
