//! `PutResourcePolicy`, `GetResourcePolicy`, `DeleteResourcePolicy`.

use fogbank_api_dynamodb as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::engine::validation::Invalid;
use crate::store::{self, TableRef};
use crate::table::definition::TableDefinition;
use crate::table::features::ResourcePolicy;

/// The longest document, in bytes.
const LONGEST: usize = 20 * 1024;
/// What stands for no revision: the policy is put only where there is none.
const NO_POLICY: &str = "NO_POLICY";

/// The table, and whether the ARN is that of its stream.
fn resource(cx: &RequestContext, arn: &str) -> Result<(TableRef, bool), ServiceError> {
    super::tags::check_arn(arn)?;
    let table = store::table(cx, arn)?;
    let missing = || -> ServiceError {
        let message = format!("Requested resource not found: ResourceArn: {arn} not found");
        api::ResourceNotFoundException::new(message).into()
    };
    let stream = table
        .store()
        .tables
        .read(&table.name, |state| {
            let definition = &state.definition;
            let own = definition.stream.as_ref();
            let stream = own.map(|own| format!("{}/stream/{}", definition.arn, own.label));
            match arn {
                _ if arn == definition.arn => Some(false),
                _ if stream.as_deref() == Some(arn) => Some(true),
                _ => None,
            }
        })
        .flatten()
        .ok_or_else(missing)?;
    Ok((table, stream))
}

fn place(definition: &mut TableDefinition, stream: bool) -> &mut Option<ResourcePolicy> {
    let features = &mut definition.features;
    if stream { &mut features.stream_policy } else { &mut features.policy }
}

fn not_found(arn: &str) -> ServiceError {
    api::PolicyNotFoundException::new(format!(
        "Resource-based policy not found for the provided ResourceArn: {arn}"
    ))
    .into()
}

/// Refuses what is no policy document.
pub(super) fn check(document: &str) -> Result<(), Invalid> {
    if document.len() > LONGEST {
        return Err(Invalid::new(
            "One or more parameter values were invalid: Maximum policy size of 20480 bytes exceeded",
        ));
    }
    let json: Option<serde_json::Value> = serde_json::from_str(document).ok();
    let statements = json.as_ref().and_then(|json| json.get("Statement"));
    let statements = match statements {
        Some(serde_json::Value::Array(list)) => list.iter().collect(),
        Some(one @ serde_json::Value::Object(_)) => vec![one],
        _ => Vec::new(),
    };
    let complete = |statement: &&serde_json::Value| {
        let has = |name: &str| statement.get(name).is_some();
        has("Effect")
            && (has("Principal") || has("NotPrincipal"))
            && (has("Action") || has("NotAction"))
    };
    if statements.is_empty() || !statements.iter().all(complete) {
        return Err(Invalid::new("Invalid policy document: Syntax errors in policy."));
    }
    Ok(())
}

fn expected(known: Option<&ResourcePolicy>, asked: Option<&str>) -> bool {
    match (asked, known) {
        (None, _) | (Some(NO_POLICY), None) => true,
        (Some(asked), Some(known)) => asked == known.revision,
        (Some(_), None) => false,
    }
}

/// Puts a policy on a table or a stream, in place of any other.
pub fn put(
    cx: &RequestContext,
    input: api::PutResourcePolicyInput,
) -> Result<api::PutResourcePolicyOutput, ServiceError> {
    let (table, stream) = resource(cx, &input.resource_arn)?;
    check(&input.policy)?;
    let revision = table.redefine(|definition| {
        let policy = place(definition, stream);
        if !expected(policy.as_ref(), input.expected_revision_id.as_deref()) {
            return Err(not_found(&input.resource_arn));
        }
        if let Some(known) = policy.as_ref().filter(|known| *known.document == *input.policy) {
            return Ok(known.revision.clone());
        }
        let millis = cx.now().as_millis();
        let last = policy.as_ref().and_then(|known| known.revision.parse::<i64>().ok());
        let revision = last.map_or(millis, |last| millis.max(last + 1)).to_string();
        *policy =
            Some(ResourcePolicy { document: input.policy.into(), revision: revision.clone() });
        Ok(revision)
    })?;
    Ok(api::PutResourcePolicyOutput { revision_id: Some(revision) })
}

/// Shows the policy of a table or a stream.
pub fn get(
    cx: &RequestContext,
    input: &api::GetResourcePolicyInput,
) -> Result<api::GetResourcePolicyOutput, ServiceError> {
    let (table, stream) = resource(cx, &input.resource_arn)?;
    let policy = table.describe(|state| {
        let features = &state.definition.features;
        if stream { features.stream_policy.clone() } else { features.policy.clone() }
    })?;
    let policy = policy.ok_or_else(|| not_found(&input.resource_arn))?;
    Ok(api::GetResourcePolicyOutput {
        policy: Some(policy.document.to_string()),
        revision_id: Some(policy.revision),
    })
}

/// Takes the policy from a table or a stream; where there is none nothing happens.
pub fn delete(
    cx: &RequestContext,
    input: &api::DeleteResourcePolicyInput,
) -> Result<api::DeleteResourcePolicyOutput, ServiceError> {
    let (table, stream) = resource(cx, &input.resource_arn)?;
    let gone = table.redefine(|definition| {
        let policy = place(definition, stream);
        if !expected(policy.as_ref(), input.expected_revision_id.as_deref()) {
            return Err(not_found(&input.resource_arn));
        }
        Ok(policy.take())
    })?;
    Ok(api::DeleteResourcePolicyOutput { revision_id: gone.map(|policy| policy.revision) })
}
