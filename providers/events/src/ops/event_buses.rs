//! `CreateEventBus`, `UpdateEventBus`, `DeleteEventBus`, `DescribeEventBus`, `ListEventBuses`.

use fogbank_api_events::*;
use fogbank_service::shape::Unit;
use fogbank_service::shape::kept::Kept;
use fogbank_service::{RequestContext, ServiceError};

use super::tags;
use crate::paging::page;
use crate::store::names::{BusAddress, DEFAULT};
use crate::store::{self, EventBus as StoredBus};
use crate::{LOGS, errors};

/// The most buses of an account in a region.
const MOST: usize = 100;
/// What the name of a partner's event source begins with.
const PARTNER: &str = "aws.partner/";

/// Creates a bus; for a partner's events under the name of their source, which becomes active.
pub(crate) fn create(
    cx: &RequestContext,
    input: CreateEventBusRequest,
) -> Result<CreateEventBusResponse, ServiceError> {
    let name = input.name;
    let store = store::of(cx);
    match &input.event_source_name {
        Some(source) if *source != name => {
            let reason = "Event bus name must match event source name.";
            return Err(errors::not_valid_because("Name", reason));
        }
        Some(source) => {
            let state = store.event_sources.read(source, |source| source.state.clone());
            let state = state.ok_or_else(|| errors::no_such("Event source", source))?;
            if state != EventSourceState::Pending.as_str() {
                let message = format!("Event source {source} is not in PENDING state.");
                return Err(InvalidStateException::new(message).into());
            }
        }
        None if name.contains('/') || name.starts_with("aws.") => {
            let reason = if name.starts_with(PARTNER) {
                "EventSourceName must be specified for partner event buses."
            } else {
                "Event bus name must not contain '/' or start with 'aws.'."
            };
            return Err(errors::not_valid_because("Name", reason));
        }
        None => {}
    }
    let tags = tags::from_list(input.tags)?;
    if name == DEFAULT || store.buses.contains(&name) {
        return Err(errors::already_exists("Event bus", &name));
    }
    if store.buses.len() >= MOST {
        return Err(errors::limit_exceeded());
    }
    if input.log_config.as_ref().is_some_and(logs) {
        cx.unheeded(&LOGS)?;
    }
    let address = BusAddress::new(cx, Some(&name));
    let bus = StoredBus {
        description: input.description.clone(),
        kms_key_identifier: input.kms_key_identifier.clone(),
        dead_letter_config: input.dead_letter_config.clone().map(Kept),
        log_config: input.log_config.clone().map(Kept),
        tags,
        ..StoredBus::new(address.arn(), cx.now())
    };
    let exists = |_| errors::already_exists("Event bus", &name);
    store.buses.insert_new(name.clone(), bus).map_err(exists)?;
    if let Some(source) = &input.event_source_name {
        let active = EventSourceState::Active.as_str();
        store.event_sources.update(source, |source| active.clone_into(&mut source.state));
    }
    Ok(CreateEventBusResponse {
        event_bus_arn: Some(address.arn().to_string()),
        description: input.description,
        kms_key_identifier: input.kms_key_identifier,
        dead_letter_config: input.dead_letter_config,
        log_config: input.log_config,
    })
}

/// Whether something is logged.
fn logs(config: &LogConfig) -> bool {
    config.level.as_ref().is_some_and(|level| level.as_str() != "OFF")
}

/// Changes what is given of a bus.
pub(crate) fn update(
    cx: &RequestContext,
    input: UpdateEventBusRequest,
) -> Result<UpdateEventBusResponse, ServiceError> {
    let address = BusAddress::new(cx, input.name.as_deref());
    address.find(&cx.world)?;
    if input.log_config.as_ref().is_some_and(logs) {
        cx.unheeded(&LOGS)?;
    }
    let now = cx.now();
    let store = address.store(&cx.world);
    let updated = store.buses.update(&address.name, |bus| {
        let filled = |text: String| Some(text).filter(|text| !text.is_empty());
        if let Some(description) = input.description {
            bus.description = filled(description);
        }
        if let Some(key) = input.kms_key_identifier {
            bus.kms_key_identifier = filled(key);
        }
        if let Some(config) = input.dead_letter_config {
            bus.dead_letter_config = config.arn.is_some().then_some(Kept(config));
        }
        if let Some(config) = input.log_config {
            bus.log_config = Some(Kept(config));
        }
        bus.modified = now;
        UpdateEventBusResponse {
            arn: Some(bus.arn.to_string()),
            name: Some(address.name.clone()),
            kms_key_identifier: bus.kms_key_identifier.clone(),
            description: bus.description.clone(),
            dead_letter_config: bus.dead_letter_config.as_ref().map(|config| config.0.clone()),
            log_config: bus.log_config.as_ref().map(|config| config.0.clone()),
        }
    });
    updated.ok_or_else(|| errors::no_such("Event bus", &address.name))
}

/// Deletes a bus that has no rules. One that is not there is deleted already.
pub(crate) fn delete(
    cx: &RequestContext,
    input: DeleteEventBusRequest,
) -> Result<Unit, ServiceError> {
    let name = input.name;
    if name == DEFAULT {
        return Err(errors::validation("Cannot delete event bus default."));
    }
    let store = store::of(cx);
    let mut rules = store.rules.range((name.clone(), String::new())..);
    if rules.next().is_some_and(|((bus, _), _)| bus == name) {
        return Err(errors::validation("Event bus can't be deleted since it has rules."));
    }
    store.buses.remove(&name);
    if store.event_sources.contains(&name) {
        let pending = EventSourceState::Pending.as_str();
        store.event_sources.update(&name, |source| pending.clone_into(&mut source.state));
    }
    Ok(Unit)
}

/// Describes a bus.
pub(crate) fn describe(
    cx: &RequestContext,
    input: &DescribeEventBusRequest,
) -> Result<DescribeEventBusResponse, ServiceError> {
    let address = BusAddress::new(cx, input.name.as_deref());
    let bus = address.find(&cx.world)?;
    Ok(DescribeEventBusResponse {
        name: Some(address.name),
        arn: Some(bus.arn.to_string()),
        description: bus.description.clone(),
        kms_key_identifier: bus.kms_key_identifier.clone(),
        dead_letter_config: bus.dead_letter_config.as_ref().map(|config| config.0.clone()),
        policy: bus.policy.clone(),
        log_config: bus.log_config.as_ref().map(|config| config.0.clone()),
        creation_time: Some(bus.created.to_wire()),
        last_modified_time: Some(bus.modified.to_wire()),
        ..Default::default()
    })
}

/// Lists buses by name.
pub(crate) fn list(
    cx: &RequestContext,
    input: &ListEventBusesRequest,
) -> Result<ListEventBusesResponse, ServiceError> {
    BusAddress::new(cx, None).find(&cx.world)?;
    let store = store::of(cx);
    let buses = store.buses.prefix(input.name_prefix.as_deref().unwrap_or_default());
    let buses = buses.map(|(name, bus)| {
        let shown = EventBus {
            name: Some(name.clone()),
            arn: Some(bus.arn.to_string()),
            description: bus.description.clone(),
            policy: bus.policy.clone(),
            creation_time: Some(bus.created.to_wire()),
            last_modified_time: Some(bus.modified.to_wire()),
            ..Default::default()
        };
        (name, shown)
    });
    let (buses, next) = page(buses, input.limit, input.next_token.as_deref())?;
    Ok(ListEventBusesResponse { event_buses: Some(buses), next_token: next })
}
