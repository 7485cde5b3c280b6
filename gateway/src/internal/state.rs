//! State as a whole: saved, loaded, emptied.

use http::StatusCode;
use serde_json::json;

use super::{Answer, Refusal, json_response};
use crate::exchange::Exchange;

/// `state/reset`, `state/save`, `state/load`.
pub(super) async fn handle(x: &mut Exchange, action: &str) -> Answer {
    match action {
        "reset" => {
            reset(x);
            Ok(json_response(&json!({ "status": "ok" })))
        }
        "save" | "load" => Err(Refusal(
            StatusCode::NOT_IMPLEMENTED,
            format!("state/{action} is not there yet; with PERSISTENCE=1 all state is kept"),
        )),
        other => Err(Refusal(StatusCode::NOT_FOUND, format!("there is no route state/{other}"))),
    }
}

/// Empties the addressed world.
pub(super) fn reset(x: &Exchange) {
    x.world.reset();
    for slot in x.core.services.iter() {
        if let Some(lifecycle) = slot.running().and_then(|provider| provider.lifecycle.clone()) {
            lifecycle.state_replaced(&x.world);
        }
    }
}
