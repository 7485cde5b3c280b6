//! OpenID Connect providers.

use std::sync::Arc;

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Edit;

use crate::store::{self, IamStore};
use crate::tags::Tags;
use crate::{arns, errors};

const QUOTA: usize = 100;
const CLIENTS: usize = 100;
const THUMBPRINTS: usize = 5;

/// The key of the provider with this ARN, which is its URL without scheme.
pub(crate) fn key_of(cx: &RequestContext, arn: &str) -> Result<String, ServiceError> {
    Ok(find(cx, arn)?.url.clone())
}

fn find(cx: &RequestContext, arn: &str) -> Result<Arc<store::OidcProvider>, ServiceError> {
    let parsed = arns::parse(arn)?;
    let not_found = || {
        let message = format!("OpenIDConnect Provider not found for arn {arn}");
        errors::no_such_entity(message)
    };
    let url = parsed.resource.strip_prefix("oidc-provider/").filter(|_| parsed.service == "iam");
    let url = url.ok_or_else(|| errors::invalid_input(format!("Invalid ARN: {arn}")))?;
    if parsed.account_id() != Some(cx.account) {
        return Err(not_found());
    }
    IamStore::of(cx).oidc_providers.get(url).ok_or_else(not_found)
}

fn edit<T>(
    cx: &RequestContext,
    arn: &str,
    change: impl FnOnce(&mut Edit<'_, store::OidcProvider>) -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    let key = key_of(cx, arn)?;
    let changed = IamStore::of(cx).oidc_providers.try_update(&key, change);
    changed.unwrap_or_else(|| find(cx, arn).and_then(|_| Err(errors::invalid_input("Try again."))))
}

fn arn(cx: &RequestContext, url: &str) -> String {
    arns::of(cx, "oidc-provider", "/", url).to_string()
}

/// The URL without its scheme. A slash at its end is part of it.
fn without_scheme(url: &str) -> Result<String, ServiceError> {
    let invalid = || errors::validation("Invalid Open ID Connect Provider URL");
    let rest = url.strip_prefix("https://").ok_or_else(invalid)?;
    let host = rest.split('/').next().unwrap_or_default();
    let in_host = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    if host.is_empty() || !host.chars().all(in_host) || rest.contains(['?', '#', ' ']) {
        return Err(invalid());
    }
    Ok(rest.to_owned())
}

fn check_thumbprints(thumbprints: &[String]) -> Result<(), ServiceError> {
    if thumbprints.len() > THUMBPRINTS {
        return Err(errors::invalid_input(format!(
            "Thumbprint list must contain fewer than {THUMBPRINTS} entries."
        )));
    }
    let is_hex = |text: &String| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if thumbprints.iter().all(is_hex) {
        return Ok(());
    }
    Err(errors::validation("Thumbprint must be 40 hexadecimal characters."))
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateOpenIDConnectProviderRequest,
) -> Result<CreateOpenIDConnectProviderResponse, ServiceError> {
    let store = IamStore::of(cx);
    let tags = Tags::new(input.tags)?;
    let url = without_scheme(&input.url)?;
    let mut clients = Vec::new();
    for client in input.client_id_list.unwrap_or_default() {
        if !clients.contains(&client) {
            clients.push(client);
        }
    }
    if clients.len() > CLIENTS {
        return Err(errors::quota("ClientIdsPerOpenIdConnectProvider", CLIENTS));
    }
    let thumbprints = input.thumbprint_list.unwrap_or_default();
    check_thumbprints(&thumbprints)?;
    if store.oidc_providers.len() >= QUOTA {
        return Err(errors::quota("OpenIdConnectProvidersPerAccount", QUOTA));
    }
    let provider =
        store::OidcProvider { url: url.clone(), clients, thumbprints, created: cx.now(), tags };
    let output = CreateOpenIDConnectProviderResponse {
        open_id_connect_provider_arn: Some(arn(cx, &url)),
        tags: provider.tags.some(),
    };
    store.oidc_providers.insert_new(url, provider).map_err(|_| {
        errors::already_exists(format!("Provider with url {} already exists.", input.url))
    })?;
    Ok(output)
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetOpenIDConnectProviderRequest,
) -> Result<GetOpenIDConnectProviderResponse, ServiceError> {
    let provider = find(cx, &input.open_id_connect_provider_arn)?;
    Ok(GetOpenIDConnectProviderResponse {
        url: Some(provider.url.clone()),
        client_id_list: Some(provider.clients.clone()),
        thumbprint_list: Some(provider.thumbprints.clone()),
        create_date: Some(provider.created.to_wire_secs()),
        tags: provider.tags.some(),
    })
}

pub(crate) fn list(
    cx: &RequestContext,
    _input: &ListOpenIDConnectProvidersRequest,
) -> Result<ListOpenIDConnectProvidersResponse, ServiceError> {
    let urls = IamStore::of(cx).oidc_providers.keys();
    let entry = |url: String| OpenIDConnectProviderListEntry { arn: Some(arn(cx, &url)) };
    Ok(ListOpenIDConnectProvidersResponse {
        open_id_connect_provider_list: Some(urls.into_iter().map(entry).collect()),
    })
}

pub(crate) fn add_client(
    cx: &RequestContext,
    input: AddClientIDToOpenIDConnectProviderRequest,
) -> Result<Unit, ServiceError> {
    edit(cx, &input.open_id_connect_provider_arn, |provider| {
        if provider.clients.contains(&input.client_id) {
            return Ok(Unit);
        }
        if provider.clients.len() >= CLIENTS {
            return Err(errors::quota("ClientIdsPerOpenIdConnectProvider", CLIENTS));
        }
        provider.clients.push(input.client_id);
        Ok(Unit)
    })
}

pub(crate) fn remove_client(
    cx: &RequestContext,
    input: &RemoveClientIDFromOpenIDConnectProviderRequest,
) -> Result<Unit, ServiceError> {
    edit(cx, &input.open_id_connect_provider_arn, |provider| {
        provider.clients.retain(|client| *client != input.client_id);
        Ok(Unit)
    })
}

pub(crate) fn update_thumbprints(
    cx: &RequestContext,
    input: UpdateOpenIDConnectProviderThumbprintRequest,
) -> Result<Unit, ServiceError> {
    check_thumbprints(&input.thumbprint_list)?;
    edit(cx, &input.open_id_connect_provider_arn, |provider| {
        provider.thumbprints = input.thumbprint_list;
        Ok(Unit)
    })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteOpenIDConnectProviderRequest,
) -> Result<Unit, ServiceError> {
    // A provider that is not there is deleted already.
    match key_of(cx, &input.open_id_connect_provider_arn) {
        Ok(key) => {
            IamStore::of(cx).oidc_providers.remove(&key);
            Ok(Unit)
        }
        Err(error) if error.code() == "NoSuchEntity" => Ok(Unit),
        Err(error) => Err(error),
    }
}
