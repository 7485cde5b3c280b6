//! `AssumeRole`.

use fogbank_api_sts::{AssumeRoleRequest, AssumeRoleResponse, AssumedRoleUser};
use fogbank_service::{RequestContext, ServiceError};

use crate::credentials::{NewSession, calling_session, issue};
use crate::errors;
use crate::principal_arn::Role;
use crate::session_policy::packed_size;
use crate::session_tags::SessionTags;
use crate::store::SessionKind;

/// Seconds that a session lasts unless the request says otherwise, and at most in a role chain.
const HOUR: i32 = 3600;

pub(crate) fn run(
    cx: &RequestContext,
    input: AssumeRoleRequest,
) -> Result<AssumeRoleResponse, ServiceError> {
    let role = Role::parse(&input.role_arn)?;
    let duration = input.duration_seconds.unwrap_or(HOUR);
    let chained = calling_session(cx).filter(|session| session.kind == SessionKind::AssumedRole);
    if chained.is_some() && duration > HOUR {
        return Err(errors::duration_of_chained_role());
    }
    let tags = input.tags.unwrap_or_default();
    let transitive = input.transitive_tag_keys.unwrap_or_default();
    let inherited = chained.map(|session| session.transitive_tags.clone()).unwrap_or_default();
    let transitive_tags = SessionTags::transitive(&tags, &transitive, &inherited)?;
    let packed_policy_size =
        packed_size(input.policy.as_deref(), input.policy_arns.as_deref(), &tags)?;

    let user = role.session(cx, &input.role_session_name);
    let session = NewSession {
        kind: SessionKind::AssumedRole,
        account: role.account,
        arn: user.arn.clone(),
        user_id: user.id.clone(),
        duration,
        transitive_tags,
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
        source_identity: input.source_identity,
        session_token_size: issued.token_size,
        ..Default::default()
    })
}
