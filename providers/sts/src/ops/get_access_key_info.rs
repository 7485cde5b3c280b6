//! `GetAccessKeyInfo`.

use fogbank_api_sts::{GetAccessKeyInfoRequest, GetAccessKeyInfoResponse};
use fogbank_service::access_keys::AccessKey;
use fogbank_service::{RequestContext, ServiceError};

use crate::access_key_id::account_of_access_key_id;
use crate::errors;

pub(crate) fn run(
    cx: &RequestContext,
    input: GetAccessKeyInfoRequest,
) -> Result<GetAccessKeyInfoResponse, ServiceError> {
    let id = &input.access_key_id;
    let account = AccessKey::find(&cx.world, id)
        .map(|key| key.account)
        .or_else(|| account_of_access_key_id(id))
        .ok_or_else(|| errors::validation("The access key ID is not valid"))?;
    Ok(GetAccessKeyInfoResponse { account: Some(account.to_string()) })
}
