//! `CreateApiDestination`, `UpdateApiDestination`, `DeleteApiDestination`, `DescribeApiDestination`,
//! `ListApiDestinations`.

use fogbank_api_events::*;
use fogbank_context::{Arn, Timestamp};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::paging::page;
use crate::store::{self, ApiDestination as StoredDestination, EventsStore};

/// The requests a second where nothing is said.
const RATE: i32 = 300;
/// The most destinations of an account in a region.
const MOST: usize = 3_000;

fn missing(doing: &str, name: &str) -> ServiceError {
    errors::not_found(format!(
        "Failed to {doing} the api-destination(s). An api-destination '{name}' does not exist."
    ))
}

/// Whether requests can be sent: the connection is authorised.
fn state(store: &EventsStore, connection: &str) -> ApiDestinationState {
    let name = connection.split('/').nth(1).unwrap_or_default();
    let authorized = store.connections.read(name, |connection| connection.state == "AUTHORIZED");
    match authorized {
        Some(true) => ApiDestinationState::Active,
        _ => ApiDestinationState::Inactive,
    }
}

/// Checks that a connection is there.
fn check_connection(store: &EventsStore, arn: &str) -> Result<(), ServiceError> {
    let parsed: Option<Arn> = arn.parse().ok();
    let name = parsed.as_ref().and_then(|arn| arn.resource.split('/').nth(1)).unwrap_or_default();
    let there = store.connections.read(name, |connection| connection.arn.to_string() == arn);
    if there == Some(true) {
        Ok(())
    } else {
        Err(errors::not_found(format!("Connection '{name}' does not exist.")))
    }
}

fn check_endpoint(url: &str) -> Result<(), ServiceError> {
    let known = url.starts_with("https://") || url.starts_with("http://");
    if known { Ok(()) } else { Err(errors::not_valid("InvocationEndpoint")) }
}

/// Creates a destination.
pub(crate) fn create(
    cx: &RequestContext,
    input: CreateApiDestinationRequest,
) -> Result<CreateApiDestinationResponse, ServiceError> {
    let store = store::of(cx);
    let name = input.name;
    check_connection(&store, &input.connection_arn)?;
    check_endpoint(&input.invocation_endpoint)?;
    if store.api_destinations.len() >= MOST {
        return Err(errors::limit_exceeded());
    }
    let now = cx.now();
    let arn = cx.arn("events", format!("api-destination/{name}/{}", cx.ids().uuid()));
    let state = state(&store, &input.connection_arn);
    let destination = StoredDestination {
        arn: arn.clone(),
        description: input.description,
        connection: input.connection_arn,
        endpoint: input.invocation_endpoint,
        method: input.http_method.as_str().to_owned(),
        rate_limit: input.invocation_rate_limit_per_second.unwrap_or(RATE),
        created: now,
        modified: now,
        free_at: Timestamp::EPOCH,
    };
    let exists = |_| {
        let message = format!("An api-destination '{name}' already exists.");
        ServiceError::from(ResourceAlreadyExistsException::new(message))
    };
    store.api_destinations.insert_new(name.clone(), destination).map_err(exists)?;
    Ok(CreateApiDestinationResponse {
        api_destination_arn: Some(arn.to_string()),
        api_destination_state: Some(state),
        creation_time: Some(now.to_wire()),
        last_modified_time: Some(now.to_wire()),
    })
}

/// Changes what is given of a destination.
pub(crate) fn update(
    cx: &RequestContext,
    input: UpdateApiDestinationRequest,
) -> Result<UpdateApiDestinationResponse, ServiceError> {
    let store = store::of(cx);
    let name = &input.name;
    if !store.api_destinations.contains(name) {
        return Err(missing("describe", name));
    }
    if let Some(connection) = &input.connection_arn {
        check_connection(&store, connection)?;
    }
    if let Some(endpoint) = &input.invocation_endpoint {
        check_endpoint(endpoint)?;
    }
    let now = cx.now();
    let updated = store.api_destinations.update(name, |destination| {
        if let Some(description) = input.description {
            destination.description = Some(description).filter(|text| !text.is_empty());
        }
        if let Some(connection) = input.connection_arn {
            destination.connection = connection;
        }
        if let Some(endpoint) = input.invocation_endpoint {
            destination.endpoint = endpoint;
        }
        if let Some(method) = input.http_method {
            method.as_str().clone_into(&mut destination.method);
        }
        if let Some(rate) = input.invocation_rate_limit_per_second {
            destination.rate_limit = rate;
        }
        destination.modified = now;
        (**destination).clone()
    });
    let updated = updated.ok_or_else(|| missing("describe", name))?;
    Ok(UpdateApiDestinationResponse {
        api_destination_arn: Some(updated.arn.to_string()),
        api_destination_state: Some(state(&store, &updated.connection)),
        creation_time: Some(updated.created.to_wire()),
        last_modified_time: Some(updated.modified.to_wire()),
    })
}

/// Deletes a destination.
pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteApiDestinationRequest,
) -> Result<DeleteApiDestinationResponse, ServiceError> {
    let deleted = store::of(cx).api_destinations.remove(&input.name);
    deleted
        .map(|_| DeleteApiDestinationResponse::default())
        .ok_or_else(|| missing("delete", &input.name))
}

/// Describes a destination.
pub(crate) fn describe(
    cx: &RequestContext,
    input: &DescribeApiDestinationRequest,
) -> Result<DescribeApiDestinationResponse, ServiceError> {
    let store = store::of(cx);
    let destination = store.api_destinations.get(&input.name);
    let destination = destination.ok_or_else(|| missing("describe", &input.name))?;
    Ok(DescribeApiDestinationResponse {
        api_destination_arn: Some(destination.arn.to_string()),
        name: Some(input.name.clone()),
        description: destination.description.clone(),
        api_destination_state: Some(state(&store, &destination.connection)),
        connection_arn: Some(destination.connection.clone()),
        invocation_endpoint: Some(destination.endpoint.clone()),
        http_method: Some(destination.method.as_str().into()),
        invocation_rate_limit_per_second: Some(destination.rate_limit),
        creation_time: Some(destination.created.to_wire()),
        last_modified_time: Some(destination.modified.to_wire()),
    })
}

/// Lists destinations by name.
pub(crate) fn list(
    cx: &RequestContext,
    input: &ListApiDestinationsRequest,
) -> Result<ListApiDestinationsResponse, ServiceError> {
    let store = store::of(cx);
    let wanted = input.connection_arn.as_deref();
    let destinations = store
        .api_destinations
        .prefix(input.name_prefix.as_deref().unwrap_or_default())
        .filter(|(_, destination)| wanted.is_none_or(|arn| arn == destination.connection))
        .map(|(name, destination)| {
            let shown = ApiDestination {
                api_destination_arn: Some(destination.arn.to_string()),
                name: Some(name.clone()),
                api_destination_state: Some(state(&store, &destination.connection)),
                connection_arn: Some(destination.connection.clone()),
                invocation_endpoint: Some(destination.endpoint.clone()),
                http_method: Some(destination.method.as_str().into()),
                invocation_rate_limit_per_second: Some(destination.rate_limit),
                creation_time: Some(destination.created.to_wire()),
                last_modified_time: Some(destination.modified.to_wire()),
            };
            (name, shown)
        });
    let (destinations, next) = page(destinations, input.limit, input.next_token.as_deref())?;
    Ok(ListApiDestinationsResponse { api_destinations: Some(destinations), next_token: next })
}
