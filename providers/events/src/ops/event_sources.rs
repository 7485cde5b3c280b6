//! `ActivateEventSource`, `DeactivateEventSource`, `DescribeEventSource`, `ListEventSources`: what
//! partners offer this account.

use fogbank_api_events::*;
use fogbank_context::Timestamp;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::paging::page;
use crate::store::{self, EventSource as StoredSource};

fn missing(name: &str) -> ServiceError {
    errors::no_such("Event source", name)
}

/// Changes the state of an event source that has a bus.
pub(crate) fn set_state(
    cx: &RequestContext,
    name: &str,
    state: &EventSourceState,
) -> Result<Unit, ServiceError> {
    let store = store::of(cx);
    let has_bus = store.buses.contains(name);
    let changed = store.event_sources.try_update(name, |source| {
        if source.state == EventSourceState::Deleted.as_str() || !has_bus {
            let message =
                format!("Event source {name} is not in a valid state for this operation.");
            return Err(ServiceError::from(InvalidStateException::new(message)));
        }
        state.as_str().clone_into(&mut source.state);
        Ok(Unit)
    });
    changed.ok_or_else(|| missing(name))?
}

/// Describes an event source.
pub(crate) fn describe(
    cx: &RequestContext,
    input: &DescribeEventSourceRequest,
) -> Result<DescribeEventSourceResponse, ServiceError> {
    let source =
        store::of(cx).event_sources.get(&input.name).ok_or_else(|| missing(&input.name))?;
    let it = shown(&input.name, &source);
    Ok(DescribeEventSourceResponse {
        arn: it.arn,
        created_by: it.created_by,
        creation_time: it.creation_time,
        expiration_time: it.expiration_time,
        name: it.name,
        state: it.state,
    })
}

fn shown(name: &str, source: &StoredSource) -> EventSource {
    EventSource {
        arn: Some(source.arn.to_string()),
        created_by: Some(source.created_by.clone()),
        creation_time: Some(source.created.to_wire()),
        expiration_time: source.expires.map(Timestamp::to_wire),
        name: Some(name.to_owned()),
        state: Some(source.state.as_str().into()),
    }
}

/// Lists event sources by name.
pub(crate) fn list(
    cx: &RequestContext,
    input: &ListEventSourcesRequest,
) -> Result<ListEventSourcesResponse, ServiceError> {
    let store = store::of(cx);
    let sources = store.event_sources.prefix(input.name_prefix.as_deref().unwrap_or_default());
    let sources = sources.map(|(name, source)| (name.clone(), shown(&name, &source)));
    let (sources, next) = page(sources, input.limit, input.next_token.as_deref())?;
    Ok(ListEventSourcesResponse { event_sources: Some(sources), next_token: next })
}
