//! Executions of maintenance windows.

use std::sync::Arc;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use fogbank_api_ssm as api;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::ops::maintenance::window::{self, Execution};
use crate::page::page;
use crate::store::store;

/// How many executions a page has usually.
const PAGE: usize = 100;

/// An execution by its id, whichever window's it is.
fn find(cx: &RequestContext, id: &str) -> Result<Arc<Execution>, ServiceError> {
    let store = store(cx);
    let is =
        |execution: &&Arc<Execution>| execution.about.window_execution_id.as_deref() == Some(id);
    let ids: Vec<String> = store.windows.keys();
    let found = ids.iter().find_map(|window| {
        let window = window::find(cx, &store, window).ok()?;
        window.executions.iter().find(is).cloned()
    });
    found.ok_or_else(|| {
        errors::does_not_exist(format!("Maintenance window execution {id} does not exist"))
    })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &api::GetMaintenanceWindowExecutionRequest,
) -> Result<api::GetMaintenanceWindowExecutionResult, ServiceError> {
    Ok(find(cx, &input.window_execution_id)?.about.0.clone())
}

pub(crate) fn get_task(
    cx: &RequestContext,
    input: &api::GetMaintenanceWindowExecutionTaskRequest,
) -> Result<api::GetMaintenanceWindowExecutionTaskResult, ServiceError> {
    let execution = find(cx, &input.window_execution_id)?;
    let mut tasks = execution.tasks.iter();
    let task = tasks.find(|task| task.task_execution_id.as_ref() == Some(&input.task_id));
    let task = task.ok_or_else(|| {
        errors::does_not_exist(format!("Task execution {} does not exist", input.task_id))
    })?;
    Ok(task.0.clone())
}

pub(crate) fn get_invocation(
    cx: &RequestContext,
    input: &api::GetMaintenanceWindowExecutionTaskInvocationRequest,
) -> Result<api::GetMaintenanceWindowExecutionTaskInvocationResult, ServiceError> {
    find(cx, &input.window_execution_id)?;
    Err(errors::does_not_exist(format!("Invocation {} does not exist", input.invocation_id)))
}

/// An execution that is over can't be cancelled; all are.
pub(crate) fn cancel(
    cx: &RequestContext,
    input: &api::CancelMaintenanceWindowExecutionRequest,
) -> Result<api::CancelMaintenanceWindowExecutionResult, ServiceError> {
    find(cx, &input.window_execution_id)?;
    Err(errors::validation(format!(
        "Maintenance window execution {} is not in progress.",
        input.window_execution_id
    )))
}

/// What a filter says of the start of executions: whether it is an upper bound, and which.
fn bound(filter: &api::MaintenanceWindowFilter) -> Result<(bool, Option<Timestamp>), ServiceError> {
    let before = match filter.key.as_deref() {
        Some("ExecutedBefore") => true,
        Some("ExecutedAfter") => false,
        key => {
            return Err(errors::validation(format!(
                "The specified filter key {} is not valid. Valid filter keys include: \
                 [ExecutedBefore, ExecutedAfter].",
                key.unwrap_or_default()
            )));
        }
    };
    let text = filter.values.iter().flatten().next().cloned().unwrap_or_default();
    let at = DateTime::from_str(&text, Format::DateTimeWithOffset)
        .map_err(|_| errors::validation(format!("Invalid time: {text}")))?;
    Ok((before, Some(Timestamp::from_wire(&at))))
}

pub(crate) fn describe(
    cx: &RequestContext,
    input: &api::DescribeMaintenanceWindowExecutionsRequest,
) -> Result<api::DescribeMaintenanceWindowExecutionsResult, ServiceError> {
    let store = store(cx);
    let window = window::find(cx, &store, &input.window_id).ok();
    let mut bounds = Vec::new();
    for filter in input.filters.iter().flatten() {
        bounds.push(bound(filter)?);
    }
    let within = |execution: &&Arc<Execution>| {
        let start = execution.about.start_time.as_ref().map(Timestamp::from_wire);
        bounds.iter().all(|(before, at)| if *before { start < *at } else { start > *at })
    };
    let executions = window.iter().flat_map(|window| window.executions.iter().rev());
    let executions = executions.filter(within).map(|execution| {
        let about = execution.about.0.clone();
        api::MaintenanceWindowExecution {
            window_id: Some(input.window_id.clone()),
            window_execution_id: about.window_execution_id,
            status: about.status,
            status_details: about.status_details,
            start_time: about.start_time,
            end_time: about.end_time,
        }
    });
    let (executions, next_token) = page(
        executions.collect(),
        |it: &api::MaintenanceWindowExecution| it.window_execution_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribeMaintenanceWindowExecutionsResult {
        window_executions: Some(executions),
        next_token,
    })
}

pub(crate) fn describe_tasks(
    cx: &RequestContext,
    input: &api::DescribeMaintenanceWindowExecutionTasksRequest,
) -> Result<api::DescribeMaintenanceWindowExecutionTasksResult, ServiceError> {
    let execution = find(cx, &input.window_execution_id)?;
    window::check_keys(input.filters.as_ref(), &["STATUS"])?;
    let mut tasks = Vec::new();
    for task in &execution.tasks {
        let status = |_: &str| task.status.as_ref().map(|status| status.as_str().to_owned());
        if !window::passes(input.filters.as_ref(), status) {
            continue;
        }
        let task = task.0.clone();
        tasks.push(api::MaintenanceWindowExecutionTaskIdentity {
            window_execution_id: task.window_execution_id,
            task_execution_id: task.task_execution_id,
            status: task.status,
            status_details: task.status_details,
            start_time: task.start_time,
            end_time: task.end_time,
            task_arn: task.task_arn,
            task_type: task.r#type,
            alarm_configuration: task.alarm_configuration,
            triggered_alarms: task.triggered_alarms,
        });
    }
    let (tasks, next_token) = page(
        tasks,
        |task: &api::MaintenanceWindowExecutionTaskIdentity| {
            task.task_execution_id.clone().unwrap_or_default()
        },
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribeMaintenanceWindowExecutionTasksResult {
        window_execution_task_identities: Some(tasks),
        next_token,
    })
}

/// The invocations of a task: there are none.
pub(crate) fn describe_invocations(
    cx: &RequestContext,
    input: &api::DescribeMaintenanceWindowExecutionTaskInvocationsRequest,
) -> Result<api::DescribeMaintenanceWindowExecutionTaskInvocationsResult, ServiceError> {
    let task = api::GetMaintenanceWindowExecutionTaskRequest {
        window_execution_id: input.window_execution_id.clone(),
        task_id: input.task_id.clone(),
    };
    get_task(cx, &task)?;
    Ok(api::DescribeMaintenanceWindowExecutionTaskInvocationsResult {
        window_execution_task_invocation_identities: Some(Vec::new()),
        next_token: None,
    })
}
