//! `CreateConnection`, `UpdateConnection`, `DeauthorizeConnection`, `DeleteConnection`,
//! `DescribeConnection`, `ListConnections`.
//!
//! What is secret of a connection is a secret of Secrets Manager, `events!connection/NAME/…`.

mod authorization;

use std::sync::Arc;
use std::time::Duration;

use fogbank_api_events::*;
use fogbank_api_secretsmanager as secrets;
use fogbank_api_secretsmanager::SecretsManagerClient;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::World;

use crate::delivery::{Courier, Post, http};
use crate::errors;
use crate::event::json::Json;
use crate::paging::page;
use crate::store::{self, Authorization, Connection as StoredConnection, EventsStore};
use authorization::Given;

/// The most connections of an account in a region.
const MOST: usize = 3_000;
/// How long it takes until an authorization server is asked.
const STEP: Duration = Duration::from_secs(1);

const AUTHORIZED: ConnectionState = ConnectionState::Authorized;
const AUTHORIZING: ConnectionState = ConnectionState::Authorizing;

fn missing(doing: &str, name: &str) -> ServiceError {
    errors::not_found(format!(
        "Failed to {doing} the connection(s). Connection '{name}' does not exist."
    ))
}

/// The state that a connection begins in: an authorization server has to be asked first.
fn first_state(authorization: &Authorization) -> ConnectionState {
    match authorization {
        Authorization::OAuth(_) => AUTHORIZING,
        Authorization::Basic(_) | Authorization::ApiKey(_) => AUTHORIZED,
    }
}

/// Creates a connection and its secret.
pub(crate) async fn create(
    courier: &Courier,
    cx: &RequestContext,
    input: CreateConnectionRequest,
) -> Result<CreateConnectionResponse, ServiceError> {
    let store = store::of(cx);
    let name = input.name;
    let given = Given::created(&input.authorization_type, input.auth_parameters)?;
    let exists = || {
        let message = format!("Connection '{name}' already exists.");
        ServiceError::from(ResourceAlreadyExistsException::new(message))
    };
    if store.connections.contains(&name) {
        return Err(exists());
    }
    if store.connections.len() >= MOST {
        return Err(errors::limit_exceeded());
    }
    let resource = input
        .invocation_connectivity_parameters
        .map(|it| it.resource_parameters.resource_configuration_arn);
    let connectivity = (resource, given.connectivity.clone());
    if connectivity.0.is_some() || connectivity.1.is_some() {
        cx.unheeded(&crate::CONNECTIVITY)?;
    }
    let arn = cx.arn("events", format!("connection/{name}/{}", cx.ids().uuid()));
    let request = secrets::CreateSecretRequest {
        name: format!("events!connection/{name}/{}", cx.ids().uuid()),
        client_request_token: Some(cx.ids().uuid()),
        secret_string: Some(given.secret.to_string()),
        kms_key_id: input.kms_key_identifier.clone(),
        ..Default::default()
    };
    let client = SecretsManagerClient::new(courier.caller(cx.account, &cx.region));
    let secret = client.create_secret(request).await?;
    let now = cx.now();
    let state = first_state(&given.authorization);
    let connection = StoredConnection {
        arn: arn.clone(),
        description: input.description,
        state: state.as_str().to_owned(),
        state_reason: None,
        authorization: given.authorization,
        invocation: given.invocation,
        secret: secret.arn,
        kms_key_identifier: input.kms_key_identifier,
        connectivity,
        created: now,
        modified: now,
        authorized: Some(now),
        revision: cx.ids().u64(),
    };
    let planned = connection.clone();
    store.connections.insert_new(name.clone(), connection).map_err(|_| exists())?;
    authorize_later(&cx.world, &courier.post, name, &planned);
    Ok(CreateConnectionResponse {
        connection_arn: Some(arn.to_string()),
        connection_state: Some(state),
        creation_time: Some(now.to_wire()),
        last_modified_time: Some(now.to_wire()),
    })
}

/// Has an authorization server asked, where a connection waits for it.
fn authorize_later(world: &Arc<World>, post: &Post, name: String, connection: &StoredConnection) {
    if connection.state != AUTHORIZING.as_str() {
        return;
    }
    let (arn, revision, post) = (connection.arn.clone(), connection.revision, post.clone());
    let at = world.clock().now() + STEP;
    world.schedule(at, format!("events authorization {name}"), move |world, _| async move {
        let Some((account, region)) = arn.account_id().zip(arn.region.clone()) else { return };
        let store = world.regional::<EventsStore>(account, &region);
        let connection = store.connections.get(&name).filter(|it| it.revision == revision);
        let Some(connection) = connection else { return };
        let outcome = http::authorize(&Courier { post, world: world.clone() }, &connection).await;
        let now = world.clock().now();
        store.connections.update(&name, |connection| match outcome {
            _ if connection.revision != revision => {}
            Ok(()) => {
                AUTHORIZED.as_str().clone_into(&mut connection.state);
                connection.state_reason = None;
                connection.authorized = Some(now);
            }
            Err(failure) => {
                ConnectionState::Deauthorized.as_str().clone_into(&mut connection.state);
                connection.state_reason = Some(failure.message);
            }
        });
    });
}

/// Has the authorization servers asked that a world's connections wait for.
pub(crate) fn resume(world: &Arc<World>, post: &Post) {
    for (_, store) in world.stores::<EventsStore>() {
        for (name, connection) in store.connections.iter() {
            authorize_later(world, post, name, &connection);
        }
    }
}

/// Changes what is given of a connection, and its secret.
pub(crate) async fn update(
    courier: &Courier,
    cx: &RequestContext,
    input: UpdateConnectionRequest,
) -> Result<UpdateConnectionResponse, ServiceError> {
    let store = store::of(cx);
    let name = input.name;
    let old = store.connections.get(&name).ok_or_else(|| missing("describe", &name))?;
    let changes = input.authorization_type.is_some() || input.auth_parameters.is_some();
    let given = if changes {
        let secret = match http::credentials(courier, &old).await {
            Ok(credentials) => credentials.into_secret(),
            // Of a connection that was deauthorised nothing is left.
            Err(_) => Json::Object(Vec::new()),
        };
        let parameters = input.auth_parameters.unwrap_or_default();
        Some(Given::updated(&old, &secret, input.authorization_type.as_ref(), parameters)?)
    } else {
        None
    };
    let secret = match &given {
        Some(given) => Some(keep(courier, cx, &name, &old, given).await?),
        None => old.secret.clone(),
    };
    let (now, revision) = (cx.now(), cx.ids().u64());
    let updated = store.connections.update(&name, |connection| {
        if let Some(description) = input.description {
            connection.description = Some(description).filter(|text| !text.is_empty());
        }
        if let Some(given) = given {
            first_state(&given.authorization).as_str().clone_into(&mut connection.state);
            connection.state_reason = None;
            connection.authorization = given.authorization;
            connection.invocation = given.invocation;
            connection.authorized = Some(now);
            connection.revision = revision;
        }
        if let Some(key) = input.kms_key_identifier {
            connection.kms_key_identifier = Some(key).filter(|text| !text.is_empty());
        }
        connection.secret = secret;
        connection.modified = now;
        (**connection).clone()
    });
    let updated = updated.ok_or_else(|| missing("describe", &name))?;
    authorize_later(&cx.world, &courier.post, name, &updated);
    Ok(UpdateConnectionResponse {
        connection_arn: Some(updated.arn.to_string()),
        connection_state: Some(updated.state.as_str().into()),
        creation_time: Some(updated.created.to_wire()),
        last_modified_time: Some(updated.modified.to_wire()),
        last_authorized_time: updated.authorized.map(Timestamp::to_wire),
    })
}

/// Keeps what is secret of a connection, in its secret or a new one; the secret's ARN.
async fn keep(
    courier: &Courier,
    cx: &RequestContext,
    name: &str,
    connection: &StoredConnection,
    given: &Given,
) -> Result<String, ServiceError> {
    let client = SecretsManagerClient::new(courier.caller(cx.account, &cx.region));
    let token = Some(cx.ids().uuid());
    let text = Some(given.secret.to_string());
    if let Some(arn) = &connection.secret {
        let request = secrets::PutSecretValueRequest {
            secret_id: arn.clone(),
            client_request_token: token,
            secret_string: text,
            ..Default::default()
        };
        client.put_secret_value(request).await?;
        return Ok(arn.clone());
    }
    let request = secrets::CreateSecretRequest {
        name: format!("events!connection/{name}/{}", cx.ids().uuid()),
        client_request_token: token,
        secret_string: text,
        ..Default::default()
    };
    Ok(client.create_secret(request).await?.arn.unwrap_or_default())
}

/// Deletes the secret of a connection.
async fn forget(courier: &Courier, cx: &RequestContext, connection: &StoredConnection) {
    let Some(arn) = &connection.secret else { return };
    let client = SecretsManagerClient::new(courier.caller(cx.account, &cx.region));
    let request = secrets::DeleteSecretRequest {
        secret_id: arn.clone(),
        force_delete_without_recovery: Some(true),
        ..Default::default()
    };
    if let Err(error) = client.delete_secret(request).await {
        tracing::warn!(secret = arn, %error, "the secret of a connection was not deleted");
    }
}

/// Takes the authorization of a connection away.
pub(crate) async fn deauthorize(
    courier: &Courier,
    cx: &RequestContext,
    input: &DeauthorizeConnectionRequest,
) -> Result<DeauthorizeConnectionResponse, ServiceError> {
    let store = store::of(cx);
    let name = &input.name;
    let old = store.connections.get(name).ok_or_else(|| missing("deauthorize", name))?;
    forget(courier, cx, &old).await;
    let (now, revision) = (cx.now(), cx.ids().u64());
    store.connections.update(name, |connection| {
        ConnectionState::Deauthorized.as_str().clone_into(&mut connection.state);
        connection.secret = None;
        connection.modified = now;
        connection.revision = revision;
    });
    Ok(DeauthorizeConnectionResponse {
        connection_arn: Some(old.arn.to_string()),
        connection_state: Some(ConnectionState::Deauthorizing),
        creation_time: Some(old.created.to_wire()),
        last_modified_time: Some(now.to_wire()),
        last_authorized_time: old.authorized.map(Timestamp::to_wire),
    })
}

/// Deletes a connection and its secret.
pub(crate) async fn delete(
    courier: &Courier,
    cx: &RequestContext,
    input: &DeleteConnectionRequest,
) -> Result<DeleteConnectionResponse, ServiceError> {
    let store = store::of(cx);
    let name = &input.name;
    let old = store.connections.remove(name).ok_or_else(|| missing("delete", name))?;
    forget(courier, cx, &old).await;
    Ok(DeleteConnectionResponse {
        connection_arn: Some(old.arn.to_string()),
        connection_state: Some(ConnectionState::Deleting),
        creation_time: Some(old.created.to_wire()),
        last_modified_time: Some(old.modified.to_wire()),
        last_authorized_time: old.authorized.map(Timestamp::to_wire),
    })
}

/// Describes a connection, without what is secret of it.
pub(crate) fn describe(
    cx: &RequestContext,
    input: &DescribeConnectionRequest,
) -> Result<DescribeConnectionResponse, ServiceError> {
    let connection = store::of(cx).connections.get(&input.name);
    let connection = connection.ok_or_else(|| missing("describe", &input.name))?;
    let invocation = authorization::connectivity(connection.connectivity.0.as_deref());
    Ok(DescribeConnectionResponse {
        connection_arn: Some(connection.arn.to_string()),
        name: Some(input.name.clone()),
        description: connection.description.clone(),
        invocation_connectivity_parameters: invocation,
        connection_state: Some(connection.state.as_str().into()),
        state_reason: connection.state_reason.clone(),
        authorization_type: Some(authorization::kind(&connection.authorization)),
        secret_arn: connection.secret.clone(),
        kms_key_identifier: connection.kms_key_identifier.clone(),
        auth_parameters: Some(authorization::shown(&connection)),
        creation_time: Some(connection.created.to_wire()),
        last_modified_time: Some(connection.modified.to_wire()),
        last_authorized_time: connection.authorized.map(Timestamp::to_wire),
    })
}

/// Lists connections by name.
pub(crate) fn list(
    cx: &RequestContext,
    input: &ListConnectionsRequest,
) -> Result<ListConnectionsResponse, ServiceError> {
    let store = store::of(cx);
    let state = input.connection_state.as_ref().map(AsRef::as_ref);
    let connections = store
        .connections
        .prefix(input.name_prefix.as_deref().unwrap_or_default())
        .filter(|(_, connection)| state.is_none_or(|state: &str| state == connection.state))
        .map(|(name, connection)| {
            let shown = Connection {
                connection_arn: Some(connection.arn.to_string()),
                name: Some(name.clone()),
                connection_state: Some(connection.state.as_str().into()),
                state_reason: connection.state_reason.clone(),
                authorization_type: Some(authorization::kind(&connection.authorization)),
                creation_time: Some(connection.created.to_wire()),
                last_modified_time: Some(connection.modified.to_wire()),
                last_authorized_time: connection.authorized.map(Timestamp::to_wire),
            };
            (name, shown)
        });
    let (connections, next) = page(connections, input.limit, input.next_token.as_deref())?;
    Ok(ListConnectionsResponse { connections: Some(connections), next_token: next })
}
