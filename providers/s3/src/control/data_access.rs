//! What access grants give to who asks: which grants are theirs, and credentials for what one of
//! them is about.

use std::time::Duration;

use fogbank_api_s3control as api;
use fogbank_context::Arn;
use fogbank_service::{AccessKey, AccessKeyStore, KeySession, RequestContext, ServiceError};
use serde_json::json;

use super::store::{Grant, RegionalStore};
use super::{grants, page};
use crate::errors::{access_denied, error, invalid_request};

/// How long credentials hold unless the request says otherwise.
const HOUR: i32 = 3600;
/// The least and the most seconds that credentials can hold.
const SECONDS: std::ops::RangeInclusive<i32> = 900..=43_200;

fn store(cx: &RequestContext) -> std::sync::Arc<RegionalStore> {
    cx.world.regional::<RegionalStore>(cx.account, &cx.region)
}

/// The ARNs by which grants can name the caller: its own, and the role's of a session.
fn names(cx: &RequestContext) -> Vec<String> {
    let arn = &cx.principal.arn;
    let mut names = vec![arn.to_string()];
    if let Some(session) = arn.resource.strip_prefix("assumed-role/") {
        let role = session.split('/').next().unwrap_or(session);
        names.push(format!("arn:{}:iam::{}:role/{role}", cx.partition(), cx.principal.account));
    }
    names
}

/// Whether a grant is for one of these names; the roles of grants may have paths.
fn is_for(grant: &Grant, names: &[String]) -> bool {
    let (kind, identifier) = &grant.grantee;
    let Some(identifier) = identifier else { return false };
    let plain = |arn: &str| match arn.split_once(":role/") {
        Some((start, path)) => format!("{start}:role/{}", path.rsplit('/').next().unwrap_or(path)),
        None => arn.to_owned(),
    };
    kind.as_deref() == Some("IAM") && names.iter().any(|name| *name == plain(identifier))
}

/// Whether a scope, which may end in an asterisk, covers what is asked for.
fn covers(scope: &str, target: &str) -> bool {
    let target = target.strip_suffix('*').unwrap_or(target);
    match scope.strip_suffix('*') {
        Some(start) => target.starts_with(start),
        None => scope == target || (scope.ends_with('/') && target.starts_with(scope)),
    }
}

fn permits(granted: &str, wanted: &str) -> bool {
    granted == wanted || granted == "READWRITE"
}

pub(super) async fn instance_for_prefix(
    cx: &RequestContext,
    input: api::GetAccessGrantsInstanceForPrefixRequest,
) -> Result<api::GetAccessGrantsInstanceForPrefixResult, ServiceError> {
    grants::instance(cx, &input.account_id, |_| ())?;
    let found = store(cx).grants_locations.iter().any(|(_, location)| {
        let all = location.scope == grants::EVERYTHING;
        all || covers(&location.scope, &input.s3_prefix)
            || covers(
                &format!("{}/*", location.scope.trim_end_matches(['*', '/'])),
                &input.s3_prefix,
            )
    });
    if !found {
        return Err(grants::no_instance());
    }
    Ok(api::GetAccessGrantsInstanceForPrefixResult {
        access_grants_instance_arn: grants::arn(cx, ""),
        access_grants_instance_id: Some("default".to_owned()),
    })
}

pub(super) async fn list_of_caller(
    cx: &RequestContext,
    input: api::ListCallerAccessGrantsRequest,
) -> Result<api::ListCallerAccessGrantsResult, ServiceError> {
    grants::instance(cx, &input.account_id, |_| ())?;
    let names = names(cx);
    let store = store(cx);
    let wanted = |grant: &Grant| {
        is_for(grant, &names)
            && input
                .grant_scope
                .as_ref()
                .is_none_or(|scope| grant.scope.starts_with(scope.as_str()))
            && (input.allowed_by_application != Some(true) || grant.application.is_some())
    };
    let all = store.grants.iter().filter(|(_, grant)| wanted(grant)).map(|(id, grant)| {
        let shown = api::ListCallerAccessGrantsEntry {
            permission: Some(grant.permission.as_str().into()),
            grant_scope: Some(grant.scope.clone()),
            application_arn: Some(grant.application.clone().unwrap_or_else(|| "ALL".to_owned())),
            access_grants_instance_arn: grants::arn(cx, ""),
        };
        (id, shown)
    });
    let (list, next_token) = page(all, input.next_token.as_deref(), input.max_results)?;
    Ok(api::ListCallerAccessGrantsResult { next_token, caller_access_grants_list: Some(list) })
}

/// Hands out credentials of the role behind a grant, limited to what the grant is about.
pub(super) async fn get(
    cx: &RequestContext,
    input: api::GetDataAccessRequest,
) -> Result<api::GetDataAccessResult, ServiceError> {
    grants::instance(cx, &input.account_id, |_| ())?;
    let permission = input.permission.as_str();
    if !api::Permission::VALUES.contains(&permission) {
        return Err(invalid_request("Invalid permission"));
    }
    if !input.target.starts_with(grants::EVERYTHING) {
        return Err(invalid_request("The target must begin with s3://"));
    }
    let seconds = input.duration_seconds.unwrap_or(HOUR);
    if !SECONDS.contains(&seconds) {
        return Err(invalid_request("DurationSeconds must be between 900 and 43200"));
    }
    let names = names(cx);
    let store = store(cx);
    let fits = |grant: &Grant| {
        is_for(grant, &names)
            && permits(&grant.permission, permission)
            && covers(&grant.scope, &input.target)
    };
    let all = store.grants.iter().filter(|(_, grant)| fits(grant)).map(|(_, grant)| grant);
    // The narrowest grant counts.
    let grant = all.max_by_key(|grant| grant.scope.len()).ok_or_else(access_denied)?;
    let role = store.grants_locations.read(grant.location.as_str(), |it| it.role.clone());
    let role = role.ok_or_else(access_denied)?;
    let minimal = input.privilege.as_ref().is_some_and(|it| it.as_str() == "Minimal");
    let matched = if minimal { input.target.clone() } else { grant.scope.clone() };
    let credentials = credentials(cx, &role, &matched, permission, seconds)?;
    Ok(api::GetDataAccessResult {
        credentials: Some(credentials),
        matched_grant_target: Some(matched),
        grantee: grants::grantee(&grant),
        matched_instance_arn: grants::arn(cx, ""),
    })
}

fn credentials(
    cx: &RequestContext,
    role: &str,
    scope: &str,
    permission: &str,
    seconds: i32,
) -> Result<api::Credentials, ServiceError> {
    let invalid = || error("InvalidRequest", 400, "The role of the location is not valid", &[]);
    let issuer: Arn = role.parse().map_err(|_| invalid())?;
    let name = role.rsplit('/').next().unwrap_or(role);
    let session = format!("access-grants-{}", cx.ids().uuid());
    let arn =
        Arn::global(cx.partition(), "sts", cx.account, format!("assumed-role/{name}/{session}"));
    let expires = cx.now() + Duration::from_secs(seconds.unsigned_abs().into());
    let id = format!("ASIA{}", cx.ids().upper_alphanumeric(16));
    let (secret, token) = (cx.ids().base62(40), cx.ids().base62(128));
    let key = AccessKey {
        secret: secret.clone(),
        session_token: Some(token.clone()),
        account: cx.account,
        user_id: format!("AROA{}:{session}", cx.ids().upper_alphanumeric(17)),
        arn,
        expires: Some(expires),
        session: Some(Box::new(KeySession {
            issuer: Some(issuer),
            issued: Some(cx.now()),
            policy: Some(policy(cx, scope, permission)),
            ..KeySession::default()
        })),
        inactive: false,
    };
    cx.world.global::<AccessKeyStore>().keys.insert(id.clone(), key);
    Ok(api::Credentials {
        access_key_id: Some(id),
        secret_access_key: Some(secret),
        session_token: Some(token),
        expiration: Some(expires.to_wire_secs()),
    })
}

/// The session policy of a grant.
fn policy(cx: &RequestContext, scope: &str, permission: &str) -> String {
    let path = scope.strip_prefix(grants::EVERYTHING).unwrap_or(scope);
    let objects = format!("arn:{}:s3:::{path}", cx.partition());
    let (bucket, prefix) = path.split_once('/').unwrap_or((path, "*"));
    let read = [
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:GetObjectAcl",
        "s3:GetObjectVersionAcl",
        "s3:ListMultipartUploadParts",
    ];
    let write = [
        "s3:PutObject",
        "s3:PutObjectAcl",
        "s3:PutObjectVersionAcl",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:AbortMultipartUpload",
    ];
    let mut actions: Vec<&str> = Vec::new();
    if permission != "WRITE" {
        actions.extend(read);
    }
    if permission != "READ" {
        actions.extend(write);
    }
    let mut statements =
        vec![json!({ "Effect": "Allow", "Action": actions, "Resource": [objects] })];
    if permission != "WRITE" {
        statements.push(json!({
            "Effect": "Allow",
            "Action": ["s3:ListBucket"],
            "Resource": [format!("arn:{}:s3:::{bucket}", cx.partition())],
            "Condition": { "StringLike": { "s3:prefix": [prefix] } },
        }));
    }
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes() {
        for (scope, target, covered) in [
            ("s3://b/*", "s3://b/a/key", true),
            ("s3://b/*", "s3://b/a/*", true),
            ("s3://b/a*", "s3://b/ab", true),
            ("s3://b/a*", "s3://b/*", false),
            ("s3://b/key", "s3://b/key", true),
            ("s3://b/key", "s3://b/key2", false),
            ("s3://*", "s3://any/thing", true),
        ] {
            assert_eq!(covers(scope, target), covered, "{scope} {target}");
        }
    }
}
