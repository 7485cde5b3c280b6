//! `StartExecutionPreview`, `GetExecutionPreview`: what the steps of a runbook would change.

use std::collections::BTreeMap;

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::document::{self, content};
use crate::errors;
use crate::kept::Kept;
use crate::store::store;

/// Actions that change nothing.
const NON_MUTATING: &[&str] = &[
    "aws:approve",
    "aws:assertAwsResourceProperty",
    "aws:branch",
    "aws:pause",
    "aws:sleep",
    "aws:updateVariable",
    "aws:waitForAwsResourceProperty",
];
/// Actions of which nobody knows before they run.
const UNDETERMINED: &[&str] =
    &["aws:executeScript", "aws:executeStateMachine", "aws:invokeLambdaFunction", "aws:loop"];

fn impact(step: &serde_json::Value) -> api::ImpactType {
    let action = step.get("action").and_then(|it| it.as_str()).unwrap_or_default();
    let call = step.get("inputs").and_then(|it| it.get("Api")?.as_str()).unwrap_or_default();
    let reads = ["describe", "get", "list"]
        .iter()
        .any(|verb| call.get(..verb.len()).is_some_and(|it| it.eq_ignore_ascii_case(verb)));
    if NON_MUTATING.contains(&action) || action == "aws:executeAwsApi" && reads {
        api::ImpactType::NonMutating
    } else if UNDETERMINED.contains(&action) {
        api::ImpactType::Undetermined
    } else {
        api::ImpactType::Mutating
    }
}

pub(crate) fn start(
    cx: &RequestContext,
    input: api::StartExecutionPreviewRequest,
) -> Result<api::StartExecutionPreviewResponse, ServiceError> {
    let refused =
        |error: ServiceError| errors::validation(error.message().unwrap_or_default().to_owned());
    let found = document::find(cx, &input.document_name).map_err(refused)?;
    let version = found.version(input.document_version.as_deref(), None).map_err(refused)?;
    if version.description.document_type != Some(api::DocumentType::Automation) {
        return Err(errors::validation(format!(
            "Document {} is not an Automation runbook.",
            input.document_name
        )));
    }
    let given = match input.execution_inputs {
        Some(api::ExecutionInputs::Automation(inputs)) => inputs,
        _ => api::AutomationExecutionInputs::default(),
    };
    let declared = version.description.parameters.clone().unwrap_or_default();
    let known = |name: &String| declared.iter().any(|it| it.name.as_ref() == Some(name));
    if let Some(name) = given.parameters.iter().flatten().map(|it| it.0).find(|it| !known(it)) {
        return Err(errors::validation(format!(
            "Parameter {name} is not declared in the document."
        )));
    }
    let format = version.description.document_format.clone().unwrap_or(api::DocumentFormat::Json);
    let parsed = content::value(&version.content, &format).unwrap_or_default();
    let steps = parsed.get("mainSteps").and_then(|steps| steps.as_array());
    let mut previews: BTreeMap<api::ImpactType, i32> = BTreeMap::new();
    for step in steps.into_iter().flatten() {
        *previews.entry(impact(step)).or_default() += 1;
    }
    let locations = given.target_locations.as_deref().unwrap_or_default();
    let mut regions: Vec<String> =
        locations.iter().flat_map(|it| it.regions.clone().unwrap_or_default()).collect();
    if regions.is_empty() {
        regions.push(cx.region.to_string());
    }
    let accounts = locations.iter().flat_map(|it| it.accounts.clone().unwrap_or_default()).count();
    let preview = api::AutomationExecutionPreview {
        step_previews: Some(previews),
        regions: Some(regions),
        target_previews: Some(Vec::new()),
        total_accounts: i32::try_from(accounts.max(1)).ok(),
    };
    let id = cx.ids().uuid();
    let preview = api::GetExecutionPreviewResponse {
        execution_preview_id: Some(id.clone()),
        ended_at: Some(cx.now().to_wire()),
        status: Some(api::ExecutionPreviewStatus::Success),
        status_message: None,
        execution_preview: Some(api::ExecutionPreview::Automation(preview)),
    };
    store(cx).previews.insert(id.clone(), Kept(preview));
    Ok(api::StartExecutionPreviewResponse { execution_preview_id: Some(id) })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &api::GetExecutionPreviewRequest,
) -> Result<api::GetExecutionPreviewResponse, ServiceError> {
    let id = &input.execution_preview_id;
    let preview = store(cx).previews.get(id);
    let preview = preview
        .ok_or_else(|| errors::resource_not_found(format!("Execution preview {id} not found.")))?;
    Ok(preview.0.clone())
}
