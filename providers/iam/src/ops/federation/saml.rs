//! SAML providers.

use std::sync::Arc;
use std::time::Duration;

use fogbank_api_iam::*;
use fogbank_context::Timestamp;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::crypto::pem;
use crate::store::{self, IamStore, SamlKey, key};
use crate::tags::Tags;
use crate::{arns, errors};

const QUOTA: usize = 100;
const KEYS: usize = 2;
/// How long metadata is valid that does not say so itself: a hundred years.
const VALIDITY: Duration = Duration::from_secs(36_525 * 86_400);

/// The key of the provider with this ARN.
pub(crate) fn key_of(cx: &RequestContext, arn: &str) -> Result<String, ServiceError> {
    Ok(key(&find(cx, arn)?.name))
}

fn find(cx: &RequestContext, arn: &str) -> Result<Arc<store::SamlProvider>, ServiceError> {
    let parsed = arns::parse(arn)?;
    let not_found = || errors::no_such_entity(format!("Manifest not found for arn {arn}"));
    let name = parsed.resource.strip_prefix("saml-provider/").filter(|_| parsed.service == "iam");
    let name = name.ok_or_else(|| errors::invalid_input(format!("Invalid ARN: {arn}")))?;
    if parsed.account_id() != Some(cx.account) {
        return Err(not_found());
    }
    let found = IamStore::of(cx).saml_providers.get(&key(name));
    found.filter(|provider| provider.name == name).ok_or_else(not_found)
}

fn arn(cx: &RequestContext, name: &str) -> String {
    arns::of(cx, "saml-provider", "/", name).to_string()
}

/// Until when metadata is valid, if it is metadata of an identity provider.
fn validity(cx: &RequestContext, metadata: &str) -> Result<Timestamp, ServiceError> {
    let unparsable = || errors::invalid_input("Could not parse metadata");
    let document = roxmltree::Document::parse(metadata).map_err(|_| unparsable())?;
    let root = document.root_element();
    if root.tag_name().name() != "EntityDescriptor" {
        return Err(unparsable());
    }
    let has_idp = root.children().any(|child| child.tag_name().name() == "IDPSSODescriptor");
    if !has_idp || root.attribute("entityID").is_none() {
        return Err(unparsable());
    }
    match root.attribute("validUntil") {
        None => Ok(cx.now() + VALIDITY),
        Some(text) => {
            let format = aws_smithy_types::date_time::Format::DateTimeWithOffset;
            let until = aws_smithy_types::DateTime::from_str(text, format);
            Ok(Timestamp::from_wire(&until.map_err(|_| unparsable())?))
        }
    }
}

fn new_key(cx: &RequestContext, text: String) -> Result<SamlKey, ServiceError> {
    let labels = ["PRIVATE KEY", "RSA PRIVATE KEY"];
    if labels.iter().all(|label| pem::read(&text, label).is_none()) {
        return Err(errors::invalid_input("The private key is not a valid PEM encoded key."));
    }
    Ok(SamlKey { id: cx.ids().upper_alphanumeric(22), key: text, uploaded: cx.now() })
}

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateSAMLProviderRequest,
) -> Result<CreateSAMLProviderResponse, ServiceError> {
    let store = IamStore::of(cx);
    let tags = Tags::new(input.tags)?;
    let valid_until = validity(cx, &input.saml_metadata_document)?;
    if store.saml_providers.len() >= QUOTA {
        return Err(errors::quota("SAMLProvidersPerAccount", QUOTA));
    }
    let name = input.name;
    let added = input.add_private_key.map(|key| new_key(cx, key)).transpose()?;
    let provider = store::SamlProvider {
        name: name.clone(),
        id: format!("ASPA{}", cx.ids().upper_alphanumeric(17)),
        metadata: input.saml_metadata_document,
        created: cx.now(),
        valid_until,
        encryption: input.assertion_encryption_mode.map(|mode| mode.as_str().to_owned()),
        keys: added.into_iter().collect(),
        tags,
    };
    let output = CreateSAMLProviderResponse {
        saml_provider_arn: Some(arn(cx, &name)),
        tags: provider.tags.some(),
    };
    store.saml_providers.insert_new(key(&name), provider).map_err(|_| {
        errors::already_exists(format!("Provider with name {name} already exists."))
    })?;
    Ok(output)
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetSAMLProviderRequest,
) -> Result<GetSAMLProviderResponse, ServiceError> {
    let provider = find(cx, &input.saml_provider_arn)?;
    let keys = provider.keys.iter().map(|key| SAMLPrivateKey {
        key_id: Some(key.id.clone()),
        timestamp: Some(key.uploaded.to_wire_secs()),
    });
    Ok(GetSAMLProviderResponse {
        saml_provider_uuid: Some(provider.id.clone()),
        saml_metadata_document: Some(provider.metadata.clone()),
        create_date: Some(provider.created.to_wire_secs()),
        valid_until: Some(provider.valid_until.to_wire_secs()),
        tags: provider.tags.some(),
        assertion_encryption_mode: provider.encryption.as_deref().map(Into::into),
        private_key_list: Some(keys.collect::<Vec<_>>()).filter(|keys| !keys.is_empty()),
    })
}

pub(crate) fn list(
    cx: &RequestContext,
    _input: &ListSAMLProvidersRequest,
) -> Result<ListSAMLProvidersResponse, ServiceError> {
    let store = IamStore::of(cx);
    let entries = store.saml_providers.iter().map(|(_, provider)| SAMLProviderListEntry {
        arn: Some(arn(cx, &provider.name)),
        valid_until: Some(provider.valid_until.to_wire_secs()),
        create_date: Some(provider.created.to_wire_secs()),
    });
    Ok(ListSAMLProvidersResponse { saml_provider_list: Some(entries.collect()) })
}

pub(crate) fn update(
    cx: &RequestContext,
    input: UpdateSAMLProviderRequest,
) -> Result<UpdateSAMLProviderResponse, ServiceError> {
    let found = key_of(cx, &input.saml_provider_arn)?;
    let metadata = match input.saml_metadata_document {
        Some(text) => Some((validity(cx, &text)?, text)),
        None => None,
    };
    let added = input.add_private_key.map(|key| new_key(cx, key)).transpose()?;
    let updated = IamStore::of(cx).saml_providers.try_update(&found, |provider| {
        if let Some((valid_until, text)) = metadata {
            provider.metadata = text;
            provider.valid_until = valid_until;
        }
        if let Some(mode) = input.assertion_encryption_mode {
            provider.encryption = Some(mode.as_str().to_owned());
        }
        if let Some(id) = input.remove_private_key {
            let before = provider.keys.len();
            provider.keys.retain(|key| key.id != id);
            if provider.keys.len() == before {
                return Err(errors::no_such_entity(format!("Private key {id} cannot be found.")));
            }
        }
        if let Some(key) = added {
            if provider.keys.len() >= KEYS {
                return Err(errors::quota("PrivateKeysPerSAMLProvider", KEYS));
            }
            provider.keys.push(key);
        }
        Ok(())
    });
    updated.transpose()?;
    Ok(UpdateSAMLProviderResponse { saml_provider_arn: Some(input.saml_provider_arn) })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteSAMLProviderRequest,
) -> Result<Unit, ServiceError> {
    let found = key_of(cx, &input.saml_provider_arn)?;
    IamStore::of(cx).saml_providers.remove(&found);
    Ok(Unit)
}
