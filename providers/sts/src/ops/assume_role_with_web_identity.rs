//! `AssumeRoleWithWebIdentity`.

use fogbank_api_sts::{
    AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse, AssumedRoleUser, Tag,
};
use fogbank_config::{IamEnforcement, WebIdentityVerification};
use fogbank_service::access_keys::KeySession;
use fogbank_service::{RequestContext, ServiceError};

use crate::credentials::{NewSession, issue, policy_arns};
use crate::federation;
use crate::principal_arn::Role;
use crate::session_policy::packed_size;
use crate::session_tags::SessionTags;
use crate::store::SessionKind;
use crate::web_identity::keys::is_signed_here;
use crate::web_identity::{WebIdentity, no_key};

const HOUR: i32 = 3600;

pub(crate) async fn run(
    cx: &RequestContext,
    enforcement: IamEnforcement,
    verification: WebIdentityVerification,
    input: AssumeRoleWithWebIdentityRequest,
) -> Result<AssumeRoleWithWebIdentityResponse, ServiceError> {
    let role = Role::find(cx, &input.role_arn).await?;
    if let Some(provider) = input.provider_id {
        // Only OAuth 2.0 access tokens come with a provider, and their issuers cannot be asked.
        let message = format!("Access tokens of {provider} cannot be validated");
        return Err(fogbank_api_sts::InvalidIdentityTokenException::new(message).into());
    }
    let identity = WebIdentity::parse(&input.web_identity_token, cx.now())?;
    if identity.is_of_sts() {
        if !is_signed_here(&cx.world, &identity.key_id, &input.web_identity_token) {
            return Err(no_key());
        }
    } else if identity.is_to_be_verified(verification) {
        let thumbprints = federation::thumbprints(cx, &role, &identity).await;
        identity.verify(&input.web_identity_token, verification, thumbprints).await?;
    }
    let duration = input.duration_seconds.unwrap_or(HOUR);
    role.check_duration(duration)?;
    let trusted = federation::web_identity(cx, &role, &identity, &input.role_session_name).await;
    federation::enforce(enforcement, trusted)?;
    let tag = |(key, value): &(String, String)| Tag { key: key.clone(), value: value.clone() };
    let tags: Vec<Tag> = identity.tags.iter().map(tag).collect();
    let packed_policy_size =
        packed_size(input.policy.as_deref(), input.policy_arns.as_deref(), &tags)?;
    let transitive_tags =
        SessionTags::transitive(&tags, &identity.transitive_tag_keys, &SessionTags::default())?;

    let user = role.session(cx, &input.role_session_name);
    let facts = KeySession {
        issuer: Some(role.arn().clone()),
        policy: input.policy,
        policy_arns: policy_arns(input.policy_arns),
        federated_provider: Some(identity.provider(role.account)),
        tags: tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        transitive_tag_keys: transitive_tags.iter().map(|(key, _)| key.to_owned()).collect(),
        source_identity: identity.source_identity.clone(),
        ..KeySession::default()
    };
    let session = NewSession {
        kind: SessionKind::AssumedRole,
        account: role.account,
        arn: user.arn.clone(),
        user_id: user.id.clone(),
        duration,
        transitive_tags,
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
        source_identity: identity.source_identity,
        session_token_size: issued.token_size,
        ..Default::default()
    })
}
