//! `TestEventPattern`.

use fogbank_api_events::*;
use fogbank_service::ServiceError;

use crate::errors;
use crate::event::json::Json;
use crate::pattern::Pattern;

/// The members that an event has to have.
const REQUIRED: &[&str] = &["id", "account", "source", "time", "region", "detail-type"];

/// Whether an event matches a pattern.
pub(crate) fn run(
    input: &TestEventPatternRequest,
) -> Result<TestEventPatternResponse, ServiceError> {
    let event = Json::parse(&input.event)
        .filter(|event| REQUIRED.iter().all(|name| event.get(name).is_some()))
        .ok_or_else(|| errors::not_valid("Event"))?;
    let pattern = Pattern::parse(&input.event_pattern)
        .map_err(|error| errors::invalid_pattern(error.reason()))?;
    Ok(TestEventPatternResponse { result: Some(pattern.matches(&event)) })
}
