//! `AssumeRoot`.

use fogbank_api_sts::{AssumeRootRequest, AssumeRootResponse};
use fogbank_context::{AccountId, Arn};
use fogbank_service::access_keys::KeySession;
use fogbank_service::{RequestContext, ServiceError};

use crate::credentials::{NewSession, issue};
use crate::errors;
use crate::session_tags::SessionTags;
use crate::store::SessionKind;

/// The longest session, and the one of a request that names no duration, in seconds.
const LONGEST: i32 = 900;
/// The managed policies that a root session can be scoped to.
const TASK_POLICIES: [&str; 5] = [
    "policy/root-task/IAMAuditRootUserCredentials",
    "policy/root-task/IAMCreateRootUserPassword",
    "policy/root-task/IAMDeleteRootUserCredentials",
    "policy/root-task/S3UnlockBucketPolicy",
    "policy/root-task/SQSUnlockQueuePolicy",
];

pub(crate) fn run(
    cx: &RequestContext,
    input: AssumeRootRequest,
) -> Result<AssumeRootResponse, ServiceError> {
    let account = target_account(&input.target_principal)
        .ok_or_else(|| errors::is_invalid(&input.target_principal))?;
    let policy = input.task_policy_arn.arn.unwrap_or_default();
    let known = |arn: Arn| TASK_POLICIES.contains(&arn.resource.as_str());
    if !policy.parse().is_ok_and(known) {
        return Err(errors::is_invalid(&policy));
    }
    let session = NewSession {
        kind: SessionKind::Root,
        account,
        arn: Arn::global(cx.partition(), "iam", account, "root"),
        user_id: account.to_string(),
        duration: input.duration_seconds.unwrap_or(LONGEST),
        transitive_tags: SessionTags::default(),
        facts: KeySession { policy_arns: vec![policy], limited: true, ..KeySession::default() },
        minimum_token_size: input.minimum_session_token_size,
    };
    let issued = issue(cx, session)?;
    Ok(AssumeRootResponse {
        credentials: Some(issued.credentials),
        session_token_size: issued.token_size,
        ..Default::default()
    })
}

/// An account id, or the ARN of an account's root.
fn target_account(principal: &str) -> Option<AccountId> {
    principal.parse().ok().or_else(|| {
        let arn: Arn = principal.parse().ok()?;
        if arn.service == "iam" && arn.resource == "root" { arn.account_id() } else { None }
    })
}
