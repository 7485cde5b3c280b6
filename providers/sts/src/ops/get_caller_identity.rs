//! `GetCallerIdentity`.

use fogbank_api_sts::GetCallerIdentityResponse;
use fogbank_service::RequestContext;

pub(crate) fn run(cx: &RequestContext) -> GetCallerIdentityResponse {
    GetCallerIdentityResponse {
        user_id: Some(cx.principal.user_id.clone()),
        account: Some(cx.principal.account.to_string()),
        arn: Some(cx.principal.arn.to_string()),
    }
}
