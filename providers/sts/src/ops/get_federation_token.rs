//! `GetFederationToken`.

use fogbank_api_sts::{FederatedUser, GetFederationTokenRequest, GetFederationTokenResponse};
use fogbank_context::Arn;
use fogbank_service::access_keys::KeySession;
use fogbank_service::{RequestContext, ServiceError};

use crate::credentials::{NewSession, calling_session, issue, policy_arns};
use crate::errors;
use crate::session_policy::packed_size;
use crate::session_tags::SessionTags;
use crate::store::SessionKind;

/// Seconds that a session lasts unless the request says otherwise.
const TWELVE_HOURS: i32 = 43_200;

pub(crate) fn run(
    cx: &RequestContext,
    input: GetFederationTokenRequest,
) -> Result<GetFederationTokenResponse, ServiceError> {
    if calling_session(cx).is_some() {
        return Err(errors::session_credentials_cannot_call("GetFederationToken"));
    }
    let tags = input.tags.unwrap_or_default();
    let transitive_tags = SessionTags::transitive(&tags, &[], &SessionTags::default())?;
    let packed = packed_size(input.policy.as_deref(), input.policy_arns.as_deref(), &tags)?;

    let account = cx.principal.account;
    let resource = format!("federated-user/{}", input.name);
    let arn = Arn::global(cx.partition(), "sts", account, resource);
    let id = format!("{account}:{}", input.name);
    let facts = KeySession {
        issuer: Some(cx.principal.arn.clone()),
        policy: input.policy,
        policy_arns: policy_arns(input.policy_arns),
        // Without a policy such a session may do nothing by its user's policies.
        limited: true,
        tags: tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        ..KeySession::default()
    };
    let session = NewSession {
        kind: SessionKind::Federated,
        account,
        arn: arn.clone(),
        user_id: id.clone(),
        duration: input.duration_seconds.unwrap_or(TWELVE_HOURS),
        transitive_tags,
        facts,
        minimum_token_size: input.minimum_session_token_size,
    };
    let issued = issue(cx, session)?;
    Ok(GetFederationTokenResponse {
        credentials: Some(issued.credentials),
        federated_user: Some(FederatedUser { federated_user_id: id, arn: arn.to_string() }),
        packed_policy_size: Some(packed.unwrap_or(0)),
        session_token_size: issued.token_size,
        ..Default::default()
    })
}
