//! `CreateEndpoint`, `UpdateEndpoint`, `DeleteEndpoint`, `DescribeEndpoint`, `ListEndpoints`: global
//! endpoints.

use fogbank_api_events::*;
use fogbank_service::shape::kept::Kept;
use fogbank_service::{RequestContext, ServiceError};

use crate::paging::page;
use crate::store::names::BusAddress;
use crate::store::{self, Endpoint as StoredEndpoint};
use crate::{FAILOVER, errors};

/// The most endpoints of an account in a region.
const MOST: usize = 100;

fn missing(name: &str) -> ServiceError {
    errors::no_such("Endpoint", name)
}

/// Checks the buses of an endpoint: two with one name, the first in this region.
fn check_buses(cx: &RequestContext, buses: &[EndpointEventBus]) -> Result<(), ServiceError> {
    let addresses: Option<Vec<BusAddress>> =
        buses.iter().map(|bus| BusAddress::of_arn(&bus.event_bus_arn)).collect();
    let Some(addresses) = addresses else {
        let reason = "Provided Arn is not in correct format.";
        return Err(errors::not_valid_because("EventBuses", reason));
    };
    let same = addresses.windows(2).all(|pair| {
        pair[0].name == pair[1].name
            && pair[0].account == pair[1].account
            && pair[0].region != pair[1].region
    });
    if !same || !addresses.iter().any(|bus| bus.region == cx.region) {
        let reason = "Event buses must have the same name and account and be in different regions.";
        return Err(errors::not_valid_because("EventBuses", reason));
    }
    for address in &addresses {
        address.find(&cx.world)?;
    }
    Ok(())
}

fn replicates(config: Option<&ReplicationConfig>) -> bool {
    let state = config.and_then(|config| config.state.as_ref());
    state.is_none_or(|state| *state == ReplicationState::Enabled)
}

/// Creates an endpoint.
pub(crate) fn create(
    cx: &RequestContext,
    input: CreateEndpointRequest,
) -> Result<CreateEndpointResponse, ServiceError> {
    let store = store::of(cx);
    let name = input.name;
    check_buses(cx, &input.event_buses)?;
    if replicates(input.replication_config.as_ref()) && input.role_arn.is_none() {
        return Err(errors::validation("RoleArn is required when event replication is enabled."));
    }
    if store.endpoints.len() >= MOST {
        return Err(errors::limit_exceeded());
    }
    cx.unheeded(&FAILOVER)?;
    let now = cx.now();
    let arn = cx.arn("events", format!("endpoint/{name}"));
    let lower = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let endpoint = StoredEndpoint {
        arn: arn.clone(),
        id: format!("{}.{}", cx.ids().alphanumeric(10, lower), cx.ids().alphanumeric(3, lower)),
        description: input.description,
        routing: Kept(input.routing_config.clone()),
        replication: input.replication_config.clone().map(Kept),
        buses: input.event_buses.iter().cloned().map(Kept).collect(),
        role_arn: input.role_arn.clone(),
        created: now,
        modified: now,
    };
    let exists = |_| errors::already_exists("Endpoint", &name);
    store.endpoints.insert_new(name.clone(), endpoint).map_err(exists)?;
    Ok(CreateEndpointResponse {
        name: Some(name),
        arn: Some(arn.to_string()),
        routing_config: Some(input.routing_config),
        replication_config: input.replication_config,
        event_buses: Some(input.event_buses),
        role_arn: input.role_arn,
        state: Some(EndpointState::Creating),
    })
}

fn url(cx: &RequestContext, id: &str) -> String {
    format!("https://{id}.endpoint.events.{}", cx.partition().dns_suffix())
}

fn buses(endpoint: &StoredEndpoint) -> Vec<EndpointEventBus> {
    endpoint.buses.iter().map(|bus| bus.0.clone()).collect()
}

/// Changes what is given of an endpoint.
pub(crate) fn update(
    cx: &RequestContext,
    input: UpdateEndpointRequest,
) -> Result<UpdateEndpointResponse, ServiceError> {
    let store = store::of(cx);
    let name = input.name;
    if !store.endpoints.contains(&name) {
        return Err(missing(&name));
    }
    if let Some(buses) = &input.event_buses {
        check_buses(cx, buses)?;
    }
    let now = cx.now();
    let updated = store.endpoints.update(&name, |endpoint| {
        if let Some(description) = input.description {
            endpoint.description = Some(description).filter(|text| !text.is_empty());
        }
        if let Some(routing) = input.routing_config {
            endpoint.routing = Kept(routing);
        }
        if let Some(replication) = input.replication_config {
            endpoint.replication = Some(Kept(replication));
        }
        if let Some(buses) = input.event_buses {
            endpoint.buses = buses.into_iter().map(Kept).collect();
        }
        if let Some(role) = input.role_arn {
            endpoint.role_arn = Some(role);
        }
        endpoint.modified = now;
        (**endpoint).clone()
    });
    let endpoint = updated.ok_or_else(|| missing(&name))?;
    Ok(UpdateEndpointResponse {
        name: Some(name),
        arn: Some(endpoint.arn.to_string()),
        routing_config: Some(endpoint.routing.0.clone()),
        replication_config: endpoint.replication.as_ref().map(|config| config.0.clone()),
        event_buses: Some(buses(&endpoint)),
        role_arn: endpoint.role_arn.clone(),
        endpoint_id: Some(endpoint.id.clone()),
        endpoint_url: Some(url(cx, &endpoint.id)),
        state: Some(EndpointState::Updating),
    })
}

/// Deletes an endpoint.
pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteEndpointRequest,
) -> Result<DeleteEndpointResponse, ServiceError> {
    let deleted = store::of(cx).endpoints.remove(&input.name);
    deleted.map(|_| DeleteEndpointResponse::default()).ok_or_else(|| missing(&input.name))
}

/// Describes an endpoint.
pub(crate) fn describe(
    cx: &RequestContext,
    input: &DescribeEndpointRequest,
) -> Result<DescribeEndpointResponse, ServiceError> {
    let endpoint = store::of(cx).endpoints.get(&input.name).ok_or_else(|| missing(&input.name))?;
    let it = shown(cx, &input.name, &endpoint);
    Ok(DescribeEndpointResponse {
        name: it.name,
        description: it.description,
        arn: it.arn,
        routing_config: it.routing_config,
        replication_config: it.replication_config,
        event_buses: it.event_buses,
        role_arn: it.role_arn,
        endpoint_id: it.endpoint_id,
        endpoint_url: it.endpoint_url,
        state: it.state,
        state_reason: it.state_reason,
        creation_time: it.creation_time,
        last_modified_time: it.last_modified_time,
    })
}

fn shown(cx: &RequestContext, name: &str, endpoint: &StoredEndpoint) -> Endpoint {
    Endpoint {
        name: Some(name.to_owned()),
        description: endpoint.description.clone(),
        arn: Some(endpoint.arn.to_string()),
        routing_config: Some(endpoint.routing.0.clone()),
        replication_config: endpoint.replication.as_ref().map(|config| config.0.clone()),
        event_buses: Some(buses(endpoint)),
        role_arn: endpoint.role_arn.clone(),
        endpoint_id: Some(endpoint.id.clone()),
        endpoint_url: Some(url(cx, &endpoint.id)),
        state: Some(EndpointState::Active),
        state_reason: None,
        creation_time: Some(endpoint.created.to_wire()),
        last_modified_time: Some(endpoint.modified.to_wire()),
    }
}

/// Lists endpoints by name.
pub(crate) fn list(
    cx: &RequestContext,
    input: &ListEndpointsRequest,
) -> Result<ListEndpointsResponse, ServiceError> {
    let store = store::of(cx);
    let home = input.home_region.as_deref();
    let endpoints = store
        .endpoints
        .prefix(input.name_prefix.as_deref().unwrap_or_default())
        .filter(|_| home.is_none_or(|home| home == cx.region.as_str()))
        .map(|(name, endpoint)| (name.clone(), shown(cx, &name, &endpoint)));
    let (endpoints, next) = page(endpoints, input.max_results, input.next_token.as_deref())?;
    Ok(ListEndpointsResponse { endpoints: Some(endpoints), next_token: next })
}
