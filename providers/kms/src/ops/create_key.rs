//! `CreateKey`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use fogbank_api_kms::{
    CreateKeyRequest, CreateKeyResponse, CustomKeyStoreNotFoundException, OriginType,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::crypto::engine::Engine;
use crate::errors;
use crate::key::spec::{Family, KeySpec, Usage};
use crate::key::{new, policy};
use crate::ops::tags;
use crate::store::{Origin, State};

/// A tag whose value becomes the id of the key, as LocalStack has it.
const CUSTOM_ID: &str = "_custom_id_";
/// A tag whose value, in base64, becomes the material of the key, as LocalStack has it.
const CUSTOM_MATERIAL: &str = "_custom_key_material_";

pub(crate) async fn run(
    cx: &RequestContext,
    input: CreateKeyRequest,
) -> Result<CreateKeyResponse, ServiceError> {
    let spec = spec(&input)?;
    let usage = usage(&input, spec)?;
    let origin = origin(&input)?;
    let multi_region = input.multi_region == Some(true);
    let tags = tags::checked(Default::default(), input.tags.unwrap_or_default())?;
    if let Some(text) = &input.policy {
        let bypass = input.bypass_policy_lockout_safety_check == Some(true);
        policy::check(cx, cx.account, text, bypass)?;
    }

    let id = match tags.get(CUSTOM_ID) {
        Some(id) => id.clone(),
        None if multi_region => format!("mrk-{}", cx.ids().hex(32)),
        None => cx.ids().uuid(),
    };
    let mut key = new::key(cx, cx.account, &id, spec, usage);
    key.description = input.description.unwrap_or_default();
    key.origin = origin;
    if let Some(text) = input.policy {
        key.policy = text.into();
    }
    if multi_region {
        key = key.multi_region();
    }
    match origin {
        Origin::External => key.state = State::PendingImport,
        Origin::AwsKms => {
            let material = match tags.get(CUSTOM_MATERIAL) {
                Some(text) => custom_material(spec, text)?,
                None => new::material(cx, spec).await?,
            };
            key.adopt(material, None);
        }
    }
    key.tags = tags;
    let metadata = key.metadata();
    let store = cx.world.regional(cx.account, &cx.region);
    new::insert(&store, key)?;
    Ok(CreateKeyResponse { key_metadata: Some(metadata) })
}

fn spec(input: &CreateKeyRequest) -> Result<KeySpec, ServiceError> {
    let name = match (&input.key_spec, &input.customer_master_key_spec) {
        (Some(_), Some(_)) => {
            return Err(errors::validation(
                "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. \
                 CustomerMasterKeySpec is deprecated.",
            ));
        }
        (Some(spec), None) => spec.as_str(),
        (None, Some(spec)) => spec.as_str(),
        (None, None) => return Ok(KeySpec::symmetric()),
    };
    let spec = KeySpec::named(name)
        .ok_or_else(|| errors::unsupported(format!("KeySpec {name} is not supported.")))?;
    match spec.family {
        Family::Sm2 => {
            Err(errors::unsupported("The SM2 key spec is available only in China Regions."))
        }
        _ => Ok(spec),
    }
}

fn usage(input: &CreateKeyRequest, spec: KeySpec) -> Result<Usage, ServiceError> {
    let Some(usage) = &input.key_usage else {
        return if spec.is_symmetric() {
            Ok(Usage::EncryptDecrypt)
        } else {
            Err(errors::validation(
                "You must specify a KeyUsage value for all KMS keys except for symmetric \
                 encryption keys.",
            ))
        };
    };
    let name = usage.as_str();
    let usage = Usage::named(name).filter(|usage| spec.usages.contains(usage));
    usage.ok_or_else(|| {
        errors::validation(format!("KeyUsage {name} is not compatible with KeySpec {}", spec.name))
    })
}

fn origin(input: &CreateKeyRequest) -> Result<Origin, ServiceError> {
    let in_store =
        matches!(input.origin, Some(OriginType::AwsCloudhsm | OriginType::ExternalKeyStore));
    if let Some(store) = &input.custom_key_store_id {
        return Err(CustomKeyStoreNotFoundException::new(format!(
            "Custom key store with ID {store} could not be found."
        ))
        .into());
    }
    if in_store {
        return Err(errors::validation(
            "You must specify a CustomKeyStoreId when the Origin is AWS_CLOUDHSM or \
             EXTERNAL_KEY_STORE.",
        ));
    }
    if input.xks_key_id.is_some() {
        return Err(errors::validation(
            "XksKeyId is valid only for KMS keys with an Origin of EXTERNAL_KEY_STORE.",
        ));
    }
    Ok(match input.origin {
        Some(OriginType::External) => Origin::External,
        _ => Origin::AwsKms,
    })
}

fn custom_material(spec: KeySpec, text: &str) -> Result<Bytes, ServiceError> {
    let refused = || {
        errors::validation(format!(
            "The tag {CUSTOM_MATERIAL} does not hold material of a {} key in base64.",
            spec.name
        ))
    };
    let material = STANDARD.decode(text).map_err(|_| refused())?;
    Engine::new(spec, &material).ok_or_else(refused)?;
    Ok(Bytes::from(material))
}
