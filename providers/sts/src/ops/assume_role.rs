//! `AssumeRole`.

use fogbank_api_sts::{AssumeRoleRequest, AssumeRoleResponse, AssumedRoleUser};
use fogbank_config::IamEnforcement;
use fogbank_service::access_keys::KeySession;
use fogbank_service::{RequestContext, ServiceError};

use crate::credentials::{NewSession, calling_facts, calling_session, issue, policy_arns};
use crate::principal_arn::Role;
use crate::session_policy::packed_size;
use crate::session_tags::SessionTags;
use crate::store::SessionKind;
use crate::{errors, mfa};

/// Seconds that a session lasts unless the request says otherwise, and at most in a role chain.
const HOUR: i32 = 3600;

/// Makes a session of a role. Whether the role trusts the caller was decided before, with all
/// other policies.
pub(crate) async fn run(
    cx: &RequestContext,
    enforcement: IamEnforcement,
    input: AssumeRoleRequest,
) -> Result<AssumeRoleResponse, ServiceError> {
    let role = Role::find(cx, &input.role_arn).await?;
    let duration = input.duration_seconds.unwrap_or(HOUR);
    let chained = calling_session(cx).filter(|session| session.kind == SessionKind::AssumedRole);
    if chained.is_some() && duration > HOUR {
        return Err(errors::duration_of_chained_role());
    }
    role.check_duration(duration)?;
    let tags = input.tags.unwrap_or_default();
    let transitive = input.transitive_tag_keys.unwrap_or_default();
    let inherited = chained.map(|session| session.transitive_tags.clone()).unwrap_or_default();
    let transitive_tags = SessionTags::transitive(&tags, &transitive, &inherited)?;
    let packed_policy_size =
        packed_size(input.policy.as_deref(), input.policy_arns.as_deref(), &tags)?;
    let before = calling_facts(cx).and_then(|facts| facts.source_identity);
    if before.is_some() && input.source_identity.is_some() && before != input.source_identity {
        let user = cx.principal.arn.to_string();
        return Err(errors::source_identity_is_fixed(&user, &input.role_arn));
    }
    let source_identity = input.source_identity.or(before);
    let (serial, code) = (input.serial_number.as_deref(), input.token_code.as_deref());
    mfa::check(cx, enforcement, serial, code)?;

    let user = role.session(cx, &input.role_session_name);
    let handed_down = inherited.iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
    let facts = KeySession {
        issuer: Some(role.arn().clone()),
        policy: input.policy,
        policy_arns: policy_arns(input.policy_arns),
        tags: handed_down.chain(tags.into_iter().map(|tag| (tag.key, tag.value))).collect(),
        transitive_tag_keys: transitive_tags.iter().map(|(key, _)| key.to_owned()).collect(),
        source_identity: source_identity.clone(),
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
    Ok(AssumeRoleResponse {
        credentials: Some(issued.credentials),
        assumed_role_user: Some(AssumedRoleUser {
            assumed_role_id: user.id,
            arn: user.arn.to_string(),
        }),
        packed_policy_size,
        source_identity,
        session_token_size: issued.token_size,
        ..Default::default()
    })
}
