//! `PutDataProtectionPolicy` and `GetDataProtectionPolicy`.

use fogbank_api_sns::{
    GetDataProtectionPolicyInput, GetDataProtectionPolicyResponse, PutDataProtectionPolicyInput,
};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::ops::unheeded;
use crate::topic::arn::Located;
use crate::topic::data_protection;

pub(crate) fn put(
    cx: &RequestContext,
    input: PutDataProtectionPolicyInput,
) -> Result<Unit, ServiceError> {
    let at = Located::new(cx, &input.resource_arn, "ResourceArn")?;
    let policy = Some(input.data_protection_policy).filter(|text| !text.is_empty());
    if let Some(policy) = &policy {
        data_protection::check(policy)?;
        unheeded::data_protection(cx)?;
    }
    at.update(|topic| {
        topic.data_protection = policy;
        Ok(Unit)
    })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetDataProtectionPolicyInput,
) -> Result<GetDataProtectionPolicyResponse, ServiceError> {
    let topic = Located::new(cx, &input.resource_arn, "ResourceArn")?.get()?;
    Ok(GetDataProtectionPolicyResponse { data_protection_policy: topic.data_protection.clone() })
}
