//! Key policies: the default one, and what AWS checks of others.

use fogbank_context::{AccountId, Partition};
use fogbank_service::{RequestContext, ServiceError};
use serde_json::Value;

use crate::errors;

/// The policy of keys that are created without one, in AWS's layout.
pub(crate) fn default_policy(partition: Partition, account: AccountId) -> String {
    format!(
        r#"{{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {{
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:{partition}:iam::{account}:root"
    }},
    "Action" : "kms:*",
    "Resource" : "*"
  }} ]
}}"#
    )
}

/// Checks a policy: that it is one, and that it lets somebody of the account change it.
pub(crate) fn check(
    cx: &RequestContext,
    account: AccountId,
    text: &str,
    bypass_safety_check: bool,
) -> Result<(), ServiceError> {
    let malformed = || errors::malformed_policy("The policy document is malformed.");
    let policy: Value = serde_json::from_str(text).map_err(|_| malformed())?;
    let policy = policy.as_object().ok_or_else(malformed)?;
    let known = |key: &String| matches!(key.as_str(), "Version" | "Id" | "Statement");
    if !policy.keys().all(known) {
        return Err(malformed());
    }
    if let Some(version) = policy.get("Version")
        && !matches!(version.as_str(), Some("2012-10-17" | "2008-10-17"))
    {
        return Err(malformed());
    }
    let statements = policy.get("Statement").map(list).unwrap_or_default();
    if statements.is_empty() {
        return Err(malformed());
    }
    for statement in &statements {
        check_statement(statement).ok_or_else(malformed)?;
    }
    let keeps_control = |statement: &&Value| allows_changes(cx, account, statement);
    if !bypass_safety_check && !statements.iter().any(keeps_control) {
        return Err(errors::malformed_policy(
            "The new key policy will not allow you to update the key policy in the future.",
        ));
    }
    Ok(())
}

fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(values) => values.iter().collect(),
        single => vec![single],
    }
}

fn check_statement(statement: &Value) -> Option<()> {
    let statement = statement.as_object()?;
    let has = |name: &str| statement.contains_key(name);
    let effect = statement.get("Effect")?.as_str()?;
    let known = |key: &String| {
        matches!(
            key.as_str(),
            "Sid"
                | "Effect"
                | "Principal"
                | "NotPrincipal"
                | "Action"
                | "NotAction"
                | "Resource"
                | "NotResource"
                | "Condition"
        )
    };
    let complete = (has("Principal") != has("NotPrincipal"))
        && (has("Action") != has("NotAction"))
        && (has("Resource") != has("NotResource"))
        && matches!(effect, "Allow" | "Deny")
        && statement.keys().all(known);
    complete.then_some(())
}

/// Whether a statement lets a principal of the account put another policy.
fn allows_changes(cx: &RequestContext, account: AccountId, statement: &Value) -> bool {
    if statement["Effect"] != "Allow" {
        return false;
    }
    let account = account.to_string();
    let of_account = |principal: &Value| {
        principal.as_str().is_some_and(|text| {
            text == "*"
                || text == account
                || text == cx.principal.arn.to_string()
                || text.split(':').nth(4) == Some(account.as_str())
        })
    };
    let principals = match statement.get("Principal") {
        Some(Value::Object(kinds)) => kinds.get("AWS").map(list).unwrap_or_default(),
        Some(single) => vec![single],
        // A NotPrincipal that allows leaves out some and lets all others.
        None => return true,
    };
    let matches_action = |action: &Value| {
        action.as_str().is_some_and(|pattern| {
            let pattern = pattern.to_ascii_lowercase();
            match pattern.split_once('*') {
                None => pattern == "kms:putkeypolicy",
                Some((start, _)) => "kms:putkeypolicy".starts_with(start),
            }
        })
    };
    let acts = match statement.get("Action") {
        Some(actions) => list(actions).into_iter().any(matches_action),
        None => true,
    };
    acts && principals.into_iter().any(of_account)
}
