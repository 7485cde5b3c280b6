//! State as a whole: saved, loaded, emptied.

use http::StatusCode;
use serde_json::json;

use super::{Answer, Refusal, json_response, snapshots};
use crate::exchange::Exchange;

/// `state/reset`, `state/save`, `state/load`.
pub(super) async fn handle(x: &mut Exchange, action: &str) -> Answer {
    match action {
        "reset" => {
            reset(x);
            Ok(json_response(&json!({ "status": "ok" })))
        }
        "save" => Ok(json_response(&snapshots::save(x, snapshots::SAVED, None).await?)),
        "load" => Ok(json_response(&snapshots::load(x, snapshots::SAVED).await?)),
        other => Err(Refusal(StatusCode::NOT_FOUND, format!("there is no route state/{other}"))),
    }
}

/// Empties the addressed world.
pub(super) fn reset(x: &Exchange) {
    x.world.reset();
    tell_replaced(x);
}

/// Tells the providers that the contents of the addressed world are others now.
pub(super) fn tell_replaced(x: &Exchange) {
    for slot in x.core.services.iter() {
        if let Some(lifecycle) = slot.running().and_then(|provider| provider.lifecycle.clone()) {
            lifecycle.state_replaced(&x.world);
        }
    }
}
