//! The clock of a world.

use std::time::Duration;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use fogbank_context::{Clock, ClockMode, Ran, Timestamp};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Refusal, json_response, read_json};
use crate::exchange::Exchange;

#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "lowercase", deny_unknown_fields)]
enum Action {
    Freeze,
    Set { to: String },
    Advance { by: f64 },
    Scale { rate: f64 },
    Real,
}

/// A point in time as RFC 3339 says it.
pub(super) fn text(at: Timestamp) -> String {
    at.to_wire().fmt(Format::DateTime).unwrap_or_default()
}

/// Shows or moves the clock of the addressed world.
pub(super) async fn handle(x: &mut Exchange) -> Answer {
    let clock = x.world.clock().clone();
    if x.http().method == Method::GET {
        return Ok(json_response(&show(&clock)));
    }
    let malformed = |message: &str| Refusal(StatusCode::BAD_REQUEST, message.to_owned());
    let mut ran: Option<Vec<Ran>> = None;
    match read_json(x).await? {
        Action::Freeze => clock.freeze(),
        Action::Real => clock.resume(),
        Action::Scale { rate } if rate.is_finite() && rate >= 0.0 => clock.scale(rate),
        Action::Scale { .. } => return Err(malformed("the rate is a number of 0 or more")),
        Action::Advance { by } => {
            let by = Duration::try_from_secs_f64(by)
                .map_err(|_| malformed("by is a number of seconds of 0 or more"))?;
            ran = Some(clock.advance(by).await);
        }
        Action::Set { to } => {
            let to = DateTime::from_str(&to, Format::DateTimeWithOffset)
                .map_err(|_| malformed("to is a point in time such as 2026-01-31T12:00:00Z"))?;
            ran = Some(clock.set(Timestamp::from_wire(&to)).await);
        }
    }
    let kept = x.world.keep_clock();
    kept.map_err(|error| Refusal(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    let mut shown = show(&clock);
    if let Some(ran) = ran {
        let rows = ran.iter().map(|job| json!({ "due": text(job.at), "what": &*job.name }));
        shown["ran"] = rows.collect();
    }
    Ok(json_response(&shown))
}

fn show(clock: &Clock) -> Value {
    let (mode, rate) = match clock.mode() {
        ClockMode::Real => ("real", 1.0),
        ClockMode::Frozen => ("frozen", 0.0),
        ClockMode::Running { rate } => ("scaled", rate),
    };
    json!({ "now": text(clock.now()), "mode": mode, "rate": rate })
}
