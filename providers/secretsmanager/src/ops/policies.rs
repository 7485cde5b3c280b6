//! `GetResourcePolicy`, `PutResourcePolicy`, `DeleteResourcePolicy`, `ValidateResourcePolicy`,
//! `ListResourcePolicies`.

use fogbank_api_secretsmanager::{
    DeleteResourcePolicyRequest, DeleteResourcePolicyResponse, GetResourcePolicyRequest,
    GetResourcePolicyResponse, ListResourcePoliciesRequest, ListResourcePoliciesResponse,
    PublicPolicyException, PutResourcePolicyRequest, PutResourcePolicyResponse,
    ResourcePolicySummary, ValidateResourcePolicyRequest, ValidateResourcePolicyResponse,
    ValidationErrorsEntry,
};
use fogbank_service::{RequestContext, ServiceError};
use serde_json::Value;

use crate::errors;
use crate::paging::page;
use crate::secret::locate;

/// The policy without a name.
const UNNAMED: &str = "";

pub(crate) fn get(
    cx: &RequestContext,
    input: GetResourcePolicyRequest,
) -> Result<GetResourcePolicyResponse, ServiceError> {
    let found = locate::find(cx, &input.secret_id)?;
    found.check_alive()?;
    let name = input.policy_name.as_deref().unwrap_or(UNNAMED);
    Ok(GetResourcePolicyResponse {
        arn: found.arn(),
        name: found.name(),
        resource_policy: found.secret.policies.get(name).cloned(),
        policy_name: input.policy_name,
    })
}

pub(crate) fn put(
    cx: &RequestContext,
    input: PutResourcePolicyRequest,
) -> Result<PutResourcePolicyResponse, ServiceError> {
    let found = locate::find(cx, &input.secret_id)?;
    found.check_alive()?;
    let statements = parse(&input.resource_policy)?;
    if input.block_public_policy == Some(true) && statements.iter().any(is_public) {
        return Err(PublicPolicyException::new(
            "The BlockPublicPolicy parameter is set to true, and the resource policy did not \
             prevent broad access to the secret.",
        )
        .into());
    }
    let name = input.policy_name.clone().unwrap_or_else(|| UNNAMED.to_owned());
    found.change(|secret| {
        secret.policies.insert(name, input.resource_policy);
        Ok(())
    })?;
    Ok(PutResourcePolicyResponse {
        arn: found.arn(),
        name: found.name(),
        policy_name: input.policy_name,
    })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: DeleteResourcePolicyRequest,
) -> Result<DeleteResourcePolicyResponse, ServiceError> {
    let found = locate::find(cx, &input.secret_id)?;
    found.check_alive()?;
    found.change(|secret| {
        secret.policies.remove(input.policy_name.as_deref().unwrap_or(UNNAMED));
        Ok(())
    })?;
    Ok(DeleteResourcePolicyResponse {
        arn: found.arn(),
        name: found.name(),
        policy_name: input.policy_name,
    })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListResourcePoliciesRequest,
) -> Result<ListResourcePoliciesResponse, ServiceError> {
    let found = locate::find(cx, &input.secret_id)?;
    let names =
        found.secret.policies.keys().map(|name| ResourcePolicySummary {
            policy_name: (name != UNNAMED).then(|| name.clone()),
        });
    let token = input.next_token.as_deref();
    let (resource_policies, next_token) = page(names.collect(), input.max_results, 100, token)?;
    Ok(ListResourcePoliciesResponse { resource_policies, next_token })
}

pub(crate) fn validate(
    cx: &RequestContext,
    input: &ValidateResourcePolicyRequest,
) -> Result<ValidateResourcePolicyResponse, ServiceError> {
    if let Some(id) = &input.secret_id {
        locate::find(cx, id)?.check_alive()?;
    }
    let statements = parse(&input.resource_policy)?;
    let public = statements.iter().any(is_public);
    let finding = ValidationErrorsEntry {
        check_name: Some("PUBLIC_ACCESS".to_owned()),
        error_message: Some("The resource policy grants broad access to the secret.".to_owned()),
    };
    Ok(ValidateResourcePolicyResponse {
        policy_validation_passed: Some(!public),
        validation_errors: Some(if public { vec![finding] } else { Vec::new() }),
    })
}

/// The statements of a policy.
fn parse(text: &str) -> Result<Vec<Value>, ServiceError> {
    let malformed = || errors::malformed_policy("This resource policy contains a syntax error.");
    let policy: Value = serde_json::from_str(text).map_err(|_| malformed())?;
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(statement @ Value::Object(_)) => vec![statement.clone()],
        _ => return Err(malformed()),
    };
    let complete = |statement: &Value| {
        let has = |name: &str| statement.get(name).is_some();
        matches!(statement["Effect"].as_str(), Some("Allow" | "Deny"))
            && (has("Principal") || has("NotPrincipal"))
            && (has("Action") || has("NotAction"))
            && (has("Resource") || has("NotResource"))
    };
    if statements.is_empty() || !statements.iter().all(complete) {
        return Err(malformed());
    }
    Ok(statements)
}

/// Whether a statement lets everybody in, without a condition.
fn is_public(statement: &Value) -> bool {
    let everybody = |value: &Value| match value {
        Value::Array(values) => values.iter().any(|value| value == "*"),
        single => single == "*",
    };
    let principal = &statement["Principal"];
    statement["Effect"] == "Allow"
        && (everybody(principal) || everybody(&principal["AWS"]))
        && statement.get("Condition").is_none()
}
