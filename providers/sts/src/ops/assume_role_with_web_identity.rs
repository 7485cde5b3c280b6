//! `AssumeRoleWithWebIdentity`.

use fogbank_api_sts::{
    AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse, AssumedRoleUser,
};
use fogbank_config::IamEnforcement;
use fogbank_service::access_keys::KeySession;
use fogbank_service::{RequestContext, ServiceError};

use crate::credentials::{NewSession, issue, policy_arns};
use crate::federation;
use crate::principal_arn::Role;
use crate::session_policy::packed_size;
use crate::session_tags::SessionTags;
use crate::store::SessionKind;
use crate::web_identity::WebIdentity;
use crate::web_identity::keys::is_signed_here;

const HOUR: i32 = 3600;

pub(crate) async fn run(
    cx: &RequestContext,
    enforcement: IamEnforcement,
    input: AssumeRoleWithWebIdentityRequest,
) -> Result<AssumeRoleWithWebIdentityResponse, ServiceError> {
    let role = Role::find(cx, &input.role_arn).await?;
    if let Some(provider) = input.provider_id {
        // Only OAuth 2.0 access tokens come with a provider, and their issuers cannot be asked.
        let message = format!("Access tokens of {provider} cannot be validated");
        return Err(fogbank_api_sts::InvalidIdentityTokenException::new(message).into());
    }
    let identity = WebIdentity::parse(&input.web_identity_token, cx.now())?;
    if identity.is_of_sts()
        && !is_signed_here(&cx.world, &identity.key_id, &input.web_identity_token)
    {
        let message = "Couldn't retrieve verification key from your identity provider,  please \
                       reference AssumeRoleWithWebIdentity documentation for requirements";
        return Err(fogbank_api_sts::InvalidIdentityTokenException::new(message).into());
    }
    let duration = input.duration_seconds.unwrap_or(HOUR);
    role.check_duration(duration)?;
    let trusted = federation::web_identity(cx, &role, &identity, &input.role_session_name).await;
    federation::enforce(enforcement, trusted)?;
    let packed_policy_size =
        packed_size(input.policy.as_deref(), input.policy_arns.as_deref(), &[])?;

    let user = role.session(cx, &input.role_session_name);
    let facts = KeySession {
        issuer: Some(role.arn().clone()),
        policy: input.policy,
        policy_arns: policy_arns(input.policy_arns),
        federated_provider: Some(identity.provider(role.account)),
        ..KeySession::default()
    };
    let session = NewSession {
        kind: SessionKind::AssumedRole,
        account: role.account,
        arn: user.arn.clone(),
        user_id: user.id.clone(),
        duration,
        transitive_tags: SessionTags::default(),
        facts,
        minimum_token_size: input.minimum_session_token_size,
    };
    let issued = issue(cx, session)?;
    Ok(AssumeRoleWithWebIdentityResponse {
        credentials: Some(issued.credentials),
        subject_from_web_identity_token: Some(identity.subject),
        assumed_role_user: Some(AssumedRoleUser {
            assumed_role_id: user.id,
            arn: user.arn.to_string(),
        }),
        packed_policy_size,
        provider: Some(identity.issuer),
        audience: Some(identity.audience),
        session_token_size: issued.token_size,
        ..Default::default()
    })
}
