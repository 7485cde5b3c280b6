//! `CreatePlatformEndpoint`, `DeleteEndpoint`, `ListEndpointsByPlatformApplication`,
//! `GetEndpointAttributes`, `SetEndpointAttributes`.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_sns::{
    CreateEndpointResponse, CreatePlatformEndpointInput, DeleteEndpointInput, Endpoint,
    GetEndpointAttributesInput, GetEndpointAttributesResponse,
    ListEndpointsByPlatformApplicationInput, ListEndpointsByPlatformApplicationResponse,
    SetEndpointAttributesInput,
};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::World;

use crate::delivery::{Accepted, Undelivered, Watched};
use crate::errors;
use crate::message::Message;
use crate::ops::{page, platform_applications};
use crate::store::{PlatformApplication, PlatformEndpoint, SnsStore};
use crate::topic::arn::Place;

/// The longest `CustomUserData`, in bytes.
const LONGEST_DATA: usize = 2_048;

/// An endpoint with what matters of its application.
pub(crate) struct Found {
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) application_enabled: bool,
}

/// Where an endpoint is: its store, its application's key there, its id.
fn locate(world: &World, arn: &str) -> Result<(Arc<SnsStore>, String, String), ServiceError> {
    let parameter = "EndpointArn";
    let place = Place::parse(arn, parameter)?;
    let parts: Vec<_> = place.resource.split('/').collect();
    match parts[..] {
        ["endpoint", platform, name, id] => {
            Ok((place.store(world), format!("{platform}/{name}"), id.to_owned()))
        }
        [_, _, _, _] => Err(errors::parameter(parameter)),
        _ => {
            let reason = "Wrong number of slashes in relative portion of the ARN.";
            Err(errors::reason(parameter, reason))
        }
    }
}

/// The push platform in an endpoint's ARN.
pub(crate) fn platform_of(arn: &str) -> &str {
    let resource = arn.split(':').nth(5).unwrap_or_default();
    resource.split('/').nth(1).unwrap_or_default()
}

/// The endpoint of an ARN; none when it is not there.
///
/// # Errors
/// `InvalidParameter` when the ARN is not one of an endpoint.
pub(crate) fn get(world: &World, arn: &str) -> Result<Option<Found>, ServiceError> {
    let (store, key, id) = locate(world, arn)?;
    let found = store.applications.read(key.as_str(), |application| {
        let endpoint = application.endpoints.get(&id)?;
        let enabled = application.attributes.get("Enabled").is_none_or(|it| it == "true");
        Some(Found { attributes: endpoint.attributes.clone(), application_enabled: enabled })
    });
    Ok(found.flatten())
}

/// Logs how a push message without a topic ended, where the application wants that.
///
/// # Errors
/// `InvalidParameter` when the ARN is not one of an endpoint.
pub(crate) fn log(
    world: &World,
    arn: &str,
    message: (&Message, &str),
    end: Result<&Accepted, &Undelivered>,
) -> Result<(), ServiceError> {
    let (store, key, id) = locate(world, arn)?;
    let watched = store.applications.read(key.as_str(), |application| {
        let token = application.endpoints.get(&id).and_then(|it| it.attributes.get("Token"));
        Watched::of_application(world, application, (arn, token), message)
    });
    if let Some(watched) = watched.flatten() {
        watched.ended(world, 1, end);
    }
    Ok(())
}

fn check(attributes: &BTreeMap<String, String>) -> Result<(), ServiceError> {
    let wrong = |reason: String| Err(errors::reason("Attributes", reason));
    for (name, value) in attributes {
        match name.as_str() {
            "CustomUserData" if value.len() > LONGEST_DATA => {
                return wrong(format!(
                    "Invalid value for attribute: {name}: must be at most {LONGEST_DATA} bytes \
                     long in UTF-8 encoding"
                ));
            }
            "Enabled" if !matches!(value.to_ascii_lowercase().as_str(), "true" | "false") => {
                return wrong(format!(
                    "Invalid value for attribute: {name}: must be true or false"
                ));
            }
            "Token" if value.is_empty() => {
                return wrong(format!("Invalid value for attribute: {name}: cannot be empty"));
            }
            "CustomUserData" | "Enabled" | "Token" => {}
            _ => return wrong(format!("Invalid attribute name: {name}")),
        }
    }
    Ok(())
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreatePlatformEndpointInput,
) -> Result<CreateEndpointResponse, ServiceError> {
    let (store, key) = platform_applications::locate(&cx.world, &input.platform_application_arn)?;
    if input.token.is_empty() {
        return Err(errors::reason("Token", "cannot be empty"));
    }
    let given = input.attributes.unwrap_or_default();
    check(&given)?;
    let mut attributes = BTreeMap::from([("Enabled".to_owned(), "true".to_owned())]);
    attributes.extend(input.custom_user_data.map(|data| ("CustomUserData".to_owned(), data)));
    attributes.extend(given);
    attributes.insert("Token".to_owned(), input.token);
    check(&attributes)?;
    let id = cx.ids().uuid();
    let arn_of = |application: &PlatformApplication, id: &str| {
        let arn = application.arn.to_string();
        format!("{}/{id}", arn.replacen(":app/", ":endpoint/", 1))
    };
    let created = store.applications.try_update(key.as_str(), |application| {
        let token = &attributes["Token"];
        let same = |endpoint: &PlatformEndpoint| endpoint.attributes.get("Token") == Some(token);
        if let Some((id, existing)) = application.endpoints.iter().find(|(_, it)| same(it)) {
            let arn = arn_of(application, id);
            if existing.attributes == attributes {
                return Ok(arn);
            }
            let reason = format!(
                "Endpoint {arn} already exists with the same Token, but different attributes."
            );
            return Err(errors::reason("Token", reason));
        }
        application.endpoints.insert(id.clone(), PlatformEndpoint { attributes });
        Ok(arn_of(application, &id))
    });
    let arn = created.unwrap_or_else(|| Err(errors::no_application()))?;
    Ok(CreateEndpointResponse { endpoint_arn: Some(arn) })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteEndpointInput,
) -> Result<Unit, ServiceError> {
    let (store, key, id) = locate(&cx.world, &input.endpoint_arn)?;
    store.applications.update(key.as_str(), |application| {
        if application.endpoints.contains_key(&id) {
            application.endpoints.remove(&id);
        }
    });
    Ok(Unit)
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListEndpointsByPlatformApplicationInput,
) -> Result<ListEndpointsByPlatformApplicationResponse, ServiceError> {
    let (store, key) = platform_applications::locate(&cx.world, &input.platform_application_arn)?;
    let application = store.applications.get(key.as_str()).ok_or_else(errors::no_application)?;
    let prefix = application.arn.to_string().replacen(":app/", ":endpoint/", 1);
    let all = application.endpoints.iter().map(|(id, endpoint)| {
        let entry = Endpoint {
            endpoint_arn: Some(format!("{prefix}/{id}")),
            attributes: Some(endpoint.attributes.clone()),
        };
        (id.clone(), entry)
    });
    let (endpoints, next_token) = page::page(all, input.next_token.as_deref(), page::SIZE)?;
    Ok(ListEndpointsByPlatformApplicationResponse { endpoints: Some(endpoints), next_token })
}

pub(crate) fn attributes(
    cx: &RequestContext,
    input: &GetEndpointAttributesInput,
) -> Result<GetEndpointAttributesResponse, ServiceError> {
    let found = get(&cx.world, &input.endpoint_arn)?.ok_or_else(errors::no_endpoint)?;
    Ok(GetEndpointAttributesResponse { attributes: Some(found.attributes) })
}

pub(crate) fn set(
    cx: &RequestContext,
    input: &SetEndpointAttributesInput,
) -> Result<Unit, ServiceError> {
    let (store, key, id) = locate(&cx.world, &input.endpoint_arn)?;
    let changed = store.applications.try_update(key.as_str(), |application| {
        let endpoint = application.endpoints.get(&id).cloned();
        let mut endpoint = endpoint.ok_or_else(errors::no_endpoint)?;
        check(&input.attributes)?;
        endpoint.attributes.extend(input.attributes.clone());
        application.endpoints.insert(id.clone(), endpoint);
        Ok(Unit)
    });
    changed.unwrap_or_else(|| Err(errors::no_endpoint()))
}
