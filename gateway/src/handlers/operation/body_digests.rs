//! Bodies that are not those that were sent.

use super::conformance;
use crate::exchange::{Exchange, Step};

/// Asks the service's raw handler about a body that has been read whole.
pub(crate) fn handle(x: &mut Exchange) -> Step {
    let Some(raw) = x.provider.as_ref().and_then(|provider| provider.raw.as_ref()) else {
        return Ok(());
    };
    if conformance::is_meant(x) {
        return Ok(());
    }
    let slot = x.service()?;
    let protocol = x.protocol.expect("parse has found the protocol");
    let at = x.operation.expect("parse has found the operation");
    if !slot.wire(protocol).streams_in(at) {
        raw.check_body(x.http(), &slot.model().operations[at], x.body.peek())?;
    }
    Ok(())
}
