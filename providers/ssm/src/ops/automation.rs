//! Automation. Executions are recorded with their steps and stay pending: nothing runs them.

use std::collections::BTreeMap;

use fogbank_api_ssm as api;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::document::{self, content};
use crate::errors;
use crate::idempotency::Token;
use crate::kept::Kept;
use crate::ops::tags;
use crate::page::page;
use crate::store::{Tags, store};

/// How many executions or steps a page has usually.
const PAGE: usize = 50;

fn not_found(id: &str) -> ServiceError {
    errors::automation_not_found(format!("Automation execution {id} does not exist."))
}

/// The steps that a document describes.
fn steps(cx: &RequestContext, version: &document::DocumentVersion) -> Vec<api::StepExecution> {
    let format = version.description.document_format.clone().unwrap_or(api::DocumentFormat::Json);
    let content = content::value(&version.content, &format).unwrap_or_default();
    let steps = content.get("mainSteps").and_then(|steps| steps.as_array().cloned());
    let text = |step: &serde_json::Value, key: &str| {
        step.get(key).and_then(|value| value.as_str().map(str::to_owned))
    };
    let number = |step: &serde_json::Value, key: &str| step.get(key).and_then(|it| it.as_i64());
    let shown = |step: &serde_json::Value| api::StepExecution {
        step_name: text(step, "name"),
        action: text(step, "action"),
        timeout_seconds: number(step, "timeoutSeconds"),
        on_failure: text(step, "onFailure"),
        max_attempts: number(step, "maxAttempts").and_then(|it| i32::try_from(it).ok()),
        step_status: Some(api::AutomationExecutionStatus::Pending),
        step_execution_id: Some(cx.ids().uuid()),
        next_step: text(step, "nextStep"),
        is_end: step.get("isEnd").and_then(|it| it.as_bool()),
        is_critical: step.get("isCritical").and_then(|it| it.as_bool()),
        ..Default::default()
    };
    steps.iter().flatten().map(shown).collect()
}

pub(crate) fn start(
    cx: &RequestContext,
    input: api::StartAutomationExecutionRequest,
) -> Result<api::StartAutomationExecutionResult, ServiceError> {
    let store = store(cx);
    let token = Token::new("StartAutomationExecution", input.client_token.as_deref(), &input);
    if let Some(id) = token.before(&store)? {
        return Ok(api::StartAutomationExecutionResult { automation_execution_id: Some(id) });
    }
    let unknown = || {
        errors::automation_definition_not_found(format!(
            "An Automation runbook with the specified name couldn't be found: {}",
            input.document_name
        ))
    };
    let found = document::find(cx, &input.document_name).map_err(|_| unknown())?;
    let version = found.version(input.document_version.as_deref(), None).map_err(|_| {
        errors::automation_version_not_found(
            "An Automation runbook with the specified name and version couldn't be found.",
        )
    })?;
    if version.description.document_type != Some(api::DocumentType::Automation) {
        return Err(unknown());
    }
    let declared = version.description.parameters.clone().unwrap_or_default();
    let given = input.parameters.clone().unwrap_or_default();
    let known = |name: &str| declared.iter().any(|it| it.name.as_deref() == Some(name));
    if let Some(name) = given.keys().find(|name| !known(name)) {
        return Err(errors::invalid_automation_parameters(format!(
            "Parameter {name} is not declared in the document."
        )));
    }
    content::check_values(version, &given, input.target_parameter_name.as_deref())
        .map_err(errors::invalid_automation_parameters)?;
    let added = tags::checked(&BTreeMap::new(), input.tags.unwrap_or_default())?;
    let id = cx.ids().uuid();
    let execution = api::AutomationExecution {
        automation_execution_id: Some(id.clone()),
        document_name: Some(found.name.clone()),
        document_version: version.description.document_version.clone(),
        execution_start_time: Some(cx.now().to_wire()),
        automation_execution_status: Some(api::AutomationExecutionStatus::Pending),
        step_executions: Some(steps(cx, version)),
        step_executions_truncated: Some(false),
        parameters: Some(given),
        outputs: Some(BTreeMap::new()),
        mode: Some(input.mode.unwrap_or(api::ExecutionMode::Auto)),
        executed_by: Some(cx.principal.arn.to_string()),
        target_parameter_name: input.target_parameter_name,
        targets: Some(input.targets.unwrap_or_default()),
        target_maps: input.target_maps,
        resolved_targets: Some(api::ResolvedTargets {
            parameter_values: Some(Vec::new()),
            truncated: Some(false),
        }),
        max_concurrency: input.max_concurrency,
        max_errors: input.max_errors,
        target_locations: input.target_locations,
        alarm_configuration: input.alarm_configuration,
        target_locations_url: input.target_locations_url,
        ..Default::default()
    };
    store.automations.insert(id.clone(), Kept(execution));
    if !added.is_empty() {
        store.tags.insert(format!("Automation/{id}"), Tags(added));
    }
    token.remember(&store, &id);
    Ok(api::StartAutomationExecutionResult { automation_execution_id: Some(id) })
}

/// Change Manager is closed to accounts that have not used it before.
pub(crate) fn start_change_request(
    _: &RequestContext,
    _: &api::StartChangeRequestExecutionRequest,
) -> Result<api::StartChangeRequestExecutionResult, ServiceError> {
    Err(errors::no_longer_supported(
        "The requested operation is no longer supported by Systems Manager.",
    ))
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &api::GetAutomationExecutionRequest,
) -> Result<api::GetAutomationExecutionResult, ServiceError> {
    let id = &input.automation_execution_id;
    let execution = store(cx).automations.get(id).ok_or_else(|| not_found(id))?;
    Ok(api::GetAutomationExecutionResult { automation_execution: Some(execution.0.clone()) })
}

fn is_over(execution: &api::AutomationExecution) -> bool {
    execution.automation_execution_status != Some(api::AutomationExecutionStatus::Pending)
}

fn cancel(execution: &mut api::AutomationExecution, now: Timestamp) {
    let cancelled = Some(api::AutomationExecutionStatus::Cancelled);
    execution.automation_execution_status = cancelled.clone();
    execution.execution_end_time = Some(now.to_wire());
    for step in execution.step_executions.iter_mut().flatten() {
        step.step_status = cancelled.clone();
    }
}

pub(crate) fn stop(
    cx: &RequestContext,
    input: &api::StopAutomationExecutionRequest,
) -> Result<api::StopAutomationExecutionResult, ServiceError> {
    let id = &input.automation_execution_id;
    let edited = store(cx).automations.try_update(id, |execution| {
        // Only what runs can be completed.
        if is_over(execution) || input.r#type == Some(api::StopType::Complete) {
            return Err(errors::invalid_automation_status(
                "The specified update status operation isn't valid.",
            ));
        }
        cancel(execution, cx.now());
        Ok(api::StopAutomationExecutionResult {})
    });
    edited.unwrap_or_else(|| Err(not_found(id)))
}

/// No execution is waiting for a signal, because none runs; a revocation or rejection ends it.
pub(crate) fn signal(
    cx: &RequestContext,
    input: &api::SendAutomationSignalRequest,
) -> Result<api::SendAutomationSignalResult, ServiceError> {
    let id = &input.automation_execution_id;
    let edited = store(cx).automations.try_update(id, |execution| {
        let ends = matches!(input.signal_type, api::SignalType::Reject | api::SignalType::Revoke);
        if is_over(execution) || !ends {
            return Err(errors::invalid_automation_signal(
                "The signal isn't valid for the current Automation execution.",
            ));
        }
        cancel(execution, cx.now());
        Ok(api::SendAutomationSignalResult {})
    });
    edited.unwrap_or_else(|| Err(not_found(id)))
}

fn time(text: &str) -> Option<Timestamp> {
    let format = aws_smithy_types::date_time::Format::DateTimeWithOffset;
    let at = aws_smithy_types::DateTime::from_str(text, format).ok();
    at.as_ref().map(Timestamp::from_wire)
}

pub(crate) fn describe(
    cx: &RequestContext,
    input: &api::DescribeAutomationExecutionsRequest,
) -> Result<api::DescribeAutomationExecutionsResult, ServiceError> {
    let store = store(cx);
    let passes = |it: &api::AutomationExecution, filter: &api::AutomationExecutionFilter| {
        let started = it.execution_start_time.as_ref().map(Timestamp::from_wire);
        let mut values = filter.values.iter();
        match filter.key.as_str() {
            "DocumentNamePrefix" => values.any(|value| {
                it.document_name.as_ref().is_some_and(|name| name.starts_with(value.as_str()))
            }),
            "ExecutionStatus" => values.any(|value| {
                let status = it.automation_execution_status.as_ref();
                status.is_some_and(|status| status.as_str() == value)
            }),
            "ExecutionId" => values.any(|value| it.automation_execution_id.as_ref() == Some(value)),
            "StartTimeBefore" => values.any(|value| started < time(value)),
            "StartTimeAfter" => values.any(|value| started > time(value)),
            "AutomationType" => values.any(|value| value == "Local"),
            "TagKey" => {
                let id = it.automation_execution_id.as_deref().unwrap_or_default();
                let tags = store.tags.get(&format!("Automation/{id}"));
                tags.is_some_and(|tags| values.any(|value| tags.0.contains_key(value)))
            }
            _ => false,
        }
    };
    let mut executions: Vec<api::AutomationExecution> =
        store.automations.iter().map(|(_, it)| it.0.clone()).collect();
    executions.retain(|it| input.filters.iter().flatten().all(|filter| passes(it, filter)));
    executions.sort_by_key(|it| {
        let started = it.execution_start_time.as_ref().map(Timestamp::from_wire);
        (std::cmp::Reverse(started), it.automation_execution_id.clone())
    });
    let list = executions.into_iter().map(|it| api::AutomationExecutionMetadata {
        automation_execution_id: it.automation_execution_id,
        document_name: it.document_name,
        document_version: it.document_version,
        automation_execution_status: it.automation_execution_status,
        execution_start_time: it.execution_start_time,
        execution_end_time: it.execution_end_time,
        executed_by: it.executed_by,
        log_file: Some(String::new()),
        outputs: it.outputs,
        mode: it.mode,
        target_parameter_name: it.target_parameter_name,
        targets: it.targets,
        target_maps: it.target_maps,
        resolved_targets: it.resolved_targets,
        max_concurrency: it.max_concurrency,
        max_errors: it.max_errors,
        automation_type: Some(api::AutomationType::Local),
        alarm_configuration: it.alarm_configuration,
        target_locations_url: it.target_locations_url,
        ..Default::default()
    });
    let (list, next_token) = page(
        list.collect(),
        |it: &api::AutomationExecutionMetadata| {
            it.automation_execution_id.clone().unwrap_or_default()
        },
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribeAutomationExecutionsResult {
        automation_execution_metadata_list: Some(list),
        next_token,
    })
}

pub(crate) fn describe_steps(
    cx: &RequestContext,
    input: &api::DescribeAutomationStepExecutionsRequest,
) -> Result<api::DescribeAutomationStepExecutionsResult, ServiceError> {
    let id = &input.automation_execution_id;
    let execution = store(cx).automations.get(id).ok_or_else(|| not_found(id))?;
    let mut steps = execution.step_executions.clone().unwrap_or_default();
    steps.retain(|step| {
        input.filters.iter().flatten().all(|filter| {
            let value = match filter.key.as_str() {
                "StepExecutionStatus" => step.step_status.as_ref().map(|it| it.as_str()),
                "StepExecutionId" => step.step_execution_id.as_deref(),
                "StepName" => step.step_name.as_deref(),
                "Action" => step.action.as_deref(),
                _ => None,
            };
            value.is_some_and(|value| filter.values.iter().any(|wanted| wanted == value))
        })
    });
    if input.reverse_order == Some(true) {
        steps.reverse();
    }
    let (steps, next_token) = page(
        steps,
        |it: &api::StepExecution| it.step_execution_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribeAutomationStepExecutionsResult { step_executions: Some(steps), next_token })
}
