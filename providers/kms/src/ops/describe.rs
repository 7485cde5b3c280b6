//! `DescribeKey`, `ListKeys`, `GetPublicKey`, `GetKeyLastUsage`.

use fogbank_api_kms::{
    DescribeKeyRequest, DescribeKeyResponse, GetKeyLastUsageRequest, GetKeyLastUsageResponse,
    GetPublicKeyRequest, GetPublicKeyResponse, KeyLastUsageData, KeyListEntry, ListKeysRequest,
    ListKeysResponse, ResourceOwnerType,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::key::spec::Usage;
use crate::key::{due, locate};
use crate::ops::grants;
use crate::paging::page;
use crate::store::KmsStore;

pub(crate) fn describe(
    cx: &RequestContext,
    input: &DescribeKeyRequest,
) -> Result<DescribeKeyResponse, ServiceError> {
    let found = locate::find(cx, &input.key_id)?;
    grants::check_tokens(input.grant_tokens.as_ref())?;
    Ok(DescribeKeyResponse { key_metadata: Some(found.key.metadata()) })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListKeysRequest,
) -> Result<ListKeysResponse, ServiceError> {
    let store = cx.world.regional::<KmsStore>(cx.account, &cx.region);
    due::settle_all(cx, &store)?;
    // Nobody shares keys with other accounts here.
    let own = input.resource_owners.as_ref();
    let own = own.is_none_or(|owners| owners.contains(&ResourceOwnerType::SelfValue));
    let keys = store.keys.iter().filter(|_| own);
    let keys = keys.map(|(id, key)| {
        let arn = key.arn_text.to_string();
        (id.clone(), KeyListEntry { key_id: Some(id), key_arn: Some(arn) })
    });
    let page = page(keys, input.limit, 100, input.marker.as_deref())?;
    Ok(ListKeysResponse {
        truncated: page.truncated(),
        next_marker: page.next,
        keys: Some(page.items),
    })
}

pub(crate) fn public_key(
    cx: &RequestContext,
    input: &GetPublicKeyRequest,
) -> Result<GetPublicKeyResponse, ServiceError> {
    let found = locate::find(cx, &input.key_id)?;
    grants::check_tokens(input.grant_tokens.as_ref())?;
    let key = &found.key;
    if !key.spec.is_asymmetric() {
        return Err(errors::unsupported_type());
    }
    key.check_usable()?;
    let public_key = key.engine()?.public_key().ok_or_else(errors::cryptography)?;
    let spec = key.spec;
    Ok(GetPublicKeyResponse {
        key_id: found.arn_member(),
        public_key: Some(public_key),
        customer_master_key_spec: Some(spec.name.into()),
        key_spec: Some(spec.name.into()),
        key_usage: Some(key.usage.as_str().into()),
        encryption_algorithms: key.algorithms_for(Usage::EncryptDecrypt, spec.encryption),
        signing_algorithms: key.algorithms_for(Usage::SignVerify, spec.signing),
        key_agreement_algorithms: key.algorithms_for(Usage::KeyAgreement, spec.agreement),
        encapsulation_algorithms: key
            .algorithms_for(Usage::EncapsulateDecapsulate, spec.encapsulation),
    })
}

pub(crate) fn last_usage(
    cx: &RequestContext,
    input: &GetKeyLastUsageRequest,
) -> Result<GetKeyLastUsageResponse, ServiceError> {
    let found = locate::find_key(cx, &input.key_id)?;
    let usage = found.store.usages.get(found.key.id()).map(|usage| KeyLastUsageData {
        operation: Some(usage.operation.as_str().into()),
        timestamp: Some(usage.at.to_wire()),
        kms_request_id: Some(usage.request.clone()),
        ..KeyLastUsageData::default()
    });
    let created = Some(found.key.created.to_wire());
    Ok(GetKeyLastUsageResponse {
        key_id: found.arn_member(),
        key_last_usage: usage,
        tracking_start_date: created,
        key_creation_date: created,
    })
}
