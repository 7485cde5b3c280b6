//! Tasks of maintenance windows.

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::document;
use crate::errors;
use crate::idempotency::Token;
use crate::kept::Kept;
use crate::ops::maintenance::window::{self, Window};
use crate::page::page;
use crate::store::store;

/// The most tasks of a window.
const MOST: usize = 20;
/// The most targets that a task names by id.
const MOST_TARGETS: usize = 10;
/// The most instances that a task names.
const MOST_INSTANCES: usize = 50;
/// What AWS says of the targets of tasks.
const NEEDED: &str = "For Run Command tasks, you must specify at least one resource as the target of \
                      the task. You can specify between 1 and 50 instance IDs, or between 1 and 10 \
                      maintenance window target IDs";
/// How many tasks a page has usually.
const PAGE: usize = 100;

fn unknown(window: &str, task: &str) -> ServiceError {
    errors::does_not_exist(format!("Task {task} does not exist for maintenance window {window}"))
}

/// The role of tasks that name none.
fn service_role(cx: &RequestContext) -> String {
    format!(
        "arn:{}:iam::{}:role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForAmazonSSM",
        cx.partition(),
        cx.account
    )
}

/// Whether the targets that a task names by id are targets of its window.
fn check_targets(window: &Window, targets: Option<&Vec<api::Target>>) -> Result<(), ServiceError> {
    let named = targets.into_iter().flatten();
    for target in named.clone() {
        let key = target.key.as_deref().unwrap_or_default();
        let count = target.values.as_ref().map_or(0, Vec::len);
        let most = match key {
            "WindowTargetIds" => MOST_TARGETS,
            "InstanceIds" => MOST_INSTANCES,
            _ => {
                return Err(errors::validation(format!(
                    "{key} is an invalid window task target type, use WindowTargetIds or \
                     InstanceIds. {NEEDED}"
                )));
            }
        };
        if !(1..=most).contains(&count) {
            return Err(errors::validation(NEEDED));
        }
        if key == "InstanceIds" && window.about.allow_unassociated_targets == Some(false) {
            return Err(errors::validation(
                "The maintenance window does not allow unassociated targets: register the \
                 instances as targets of the window first.",
            ));
        }
    }
    let named = named.filter(|target| target.key.as_deref() == Some("WindowTargetIds"));
    let named: Vec<&String> = named.flat_map(|target| target.values.iter().flatten()).collect();
    for id in named {
        if !window.targets.contains_key(id) {
            let window = window.about.window_id.as_deref().unwrap_or_default();
            return Err(errors::does_not_exist(format!(
                "Target {id} does not exist for maintenance window {window}"
            )));
        }
    }
    Ok(())
}

pub(crate) fn register(
    cx: &RequestContext,
    input: api::RegisterTaskWithMaintenanceWindowRequest,
) -> Result<api::RegisterTaskWithMaintenanceWindowResult, ServiceError> {
    let store = store(cx);
    let token = Token::new("RegisterTask", input.client_token.as_deref(), &input);
    if let Some(id) = token.before(&store)? {
        return Ok(api::RegisterTaskWithMaintenanceWindowResult { window_task_id: Some(id) });
    }
    let is_document = matches!(
        input.task_type,
        api::MaintenanceWindowTaskType::RunCommand | api::MaintenanceWindowTaskType::Automation
    );
    if is_document && document::find(cx, &input.task_arn).is_err() {
        return Err(errors::validation(format!("Document {} does not exist.", input.task_arn)));
    }
    let has_targets = input.targets.as_ref().is_some_and(|targets| !targets.is_empty());
    if !has_targets && input.task_type == api::MaintenanceWindowTaskType::RunCommand {
        return Err(errors::validation(NEEDED));
    }
    let mut refused = Vec::new();
    for (name, value) in
        [("MaxErrors", &input.max_errors), ("MaxConcurrency", &input.max_concurrency)]
    {
        if !has_targets && value.is_some() {
            refused.push(format!(
                "Maintenance window tasks without targets do not support {name} values."
            ));
        }
    }
    if !refused.is_empty() {
        return Err(errors::validation(refused.join(" ")));
    }
    // What AWS puts in for tasks without targets.
    let usual = (!has_targets).then(|| "1".to_owned());
    let id = cx.ids().uuid();
    let role = service_role(cx);
    window::edit(cx, &store, &input.window_id, |window| {
        check_targets(window, input.targets.as_ref())?;
        if window.tasks.len() >= MOST {
            return Err(errors::resource_limit(
                "Error returned when the caller has exceeded the default resource quotas.",
            ));
        }
        let task = api::GetMaintenanceWindowTaskResult {
            window_id: Some(input.window_id.clone()),
            window_task_id: Some(id.clone()),
            targets: Some(input.targets.unwrap_or_default()),
            task_arn: Some(input.task_arn),
            service_role_arn: Some(input.service_role_arn.unwrap_or(role)),
            task_type: Some(input.task_type),
            task_parameters: Some(input.task_parameters.unwrap_or_default()),
            task_invocation_parameters: input.task_invocation_parameters,
            priority: Some(input.priority.unwrap_or(0)),
            max_concurrency: input.max_concurrency.or_else(|| usual.clone()),
            max_errors: input.max_errors.or(usual),
            logging_info: input.logging_info,
            name: input.name,
            description: input.description,
            cutoff_behavior: input.cutoff_behavior,
            alarm_configuration: input.alarm_configuration,
        };
        window.tasks.insert(id.clone(), Kept(task));
        Ok(())
    })?;
    token.remember(&store, &id);
    Ok(api::RegisterTaskWithMaintenanceWindowResult { window_task_id: Some(id) })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &api::GetMaintenanceWindowTaskRequest,
) -> Result<api::GetMaintenanceWindowTaskResult, ServiceError> {
    let window = window::find(cx, &store(cx), &input.window_id)?;
    let task = window.tasks.get(&input.window_task_id);
    let task = task.ok_or_else(|| unknown(&input.window_id, &input.window_task_id))?;
    Ok(task.0.clone())
}

pub(crate) fn update(
    cx: &RequestContext,
    input: api::UpdateMaintenanceWindowTaskRequest,
) -> Result<api::UpdateMaintenanceWindowTaskResult, ServiceError> {
    let replace = input.replace == Some(true);
    if replace && input.task_arn.is_none() {
        return Err(errors::validation("When Replace is true, TaskArn is required."));
    }
    let role = service_role(cx);
    window::edit(cx, &store(cx), &input.window_id, |window| {
        check_targets(window, input.targets.as_ref())?;
        let task = window.tasks.get_mut(&input.window_task_id);
        let task = task.ok_or_else(|| unknown(&input.window_id, &input.window_task_id))?;
        let old = if replace { Default::default() } else { task.0.clone() };
        let new = api::GetMaintenanceWindowTaskResult {
            window_id: task.window_id.clone(),
            window_task_id: task.window_task_id.clone(),
            targets: input.targets.or(old.targets).or_else(|| Some(Vec::new())),
            task_arn: input.task_arn.or(old.task_arn),
            service_role_arn: input.service_role_arn.or(old.service_role_arn).or(Some(role)),
            task_type: task.task_type.clone(),
            task_parameters: input
                .task_parameters
                .or(old.task_parameters)
                .or_else(|| Some(Default::default())),
            task_invocation_parameters: input
                .task_invocation_parameters
                .or(old.task_invocation_parameters),
            priority: input.priority.or(old.priority).or(Some(0)),
            max_concurrency: input.max_concurrency.or(old.max_concurrency),
            max_errors: input.max_errors.or(old.max_errors),
            logging_info: input.logging_info.or(old.logging_info),
            name: input.name.or(old.name),
            description: input.description.or(old.description),
            cutoff_behavior: input.cutoff_behavior.or(old.cutoff_behavior),
            alarm_configuration: input.alarm_configuration.or(old.alarm_configuration),
        };
        *task = Kept(new.clone());
        Ok(api::UpdateMaintenanceWindowTaskResult {
            window_id: new.window_id,
            window_task_id: new.window_task_id,
            targets: new.targets,
            task_arn: new.task_arn,
            service_role_arn: new.service_role_arn,
            task_parameters: new.task_parameters,
            task_invocation_parameters: new.task_invocation_parameters,
            priority: new.priority,
            max_concurrency: new.max_concurrency,
            max_errors: new.max_errors,
            logging_info: new.logging_info,
            name: new.name,
            description: new.description,
            cutoff_behavior: new.cutoff_behavior,
            alarm_configuration: new.alarm_configuration,
        })
    })
}

pub(crate) fn deregister(
    cx: &RequestContext,
    input: &api::DeregisterTaskFromMaintenanceWindowRequest,
) -> Result<api::DeregisterTaskFromMaintenanceWindowResult, ServiceError> {
    window::edit(cx, &store(cx), &input.window_id, |window| {
        let removed = window.tasks.remove(&input.window_task_id);
        removed.ok_or_else(|| unknown(&input.window_id, &input.window_task_id))?;
        Ok(api::DeregisterTaskFromMaintenanceWindowResult {
            window_id: Some(input.window_id.clone()),
            window_task_id: Some(input.window_task_id.clone()),
        })
    })
}

pub(crate) fn describe(
    cx: &RequestContext,
    input: &api::DescribeMaintenanceWindowTasksRequest,
) -> Result<api::DescribeMaintenanceWindowTasksResult, ServiceError> {
    let window = window::find(cx, &store(cx), &input.window_id)?;
    let keys = ["WindowTaskId", "TaskArn", "Priority", "TaskType"];
    window::check_keys(input.filters.as_ref(), &keys)?;
    let mut tasks = Vec::new();
    for task in window.tasks.values() {
        let value = |key: &str| match key {
            "WindowTaskId" => task.window_task_id.clone(),
            "TaskArn" => task.task_arn.clone(),
            "Priority" => task.priority.map(|priority| priority.to_string()),
            _ => task.task_type.as_ref().map(|kind| kind.as_str().to_owned()),
        };
        if !window::passes(input.filters.as_ref(), value) {
            continue;
        }
        let task = task.0.clone();
        tasks.push(api::MaintenanceWindowTask {
            window_id: task.window_id,
            window_task_id: task.window_task_id,
            task_arn: task.task_arn,
            r#type: task.task_type,
            targets: task.targets,
            task_parameters: task.task_parameters,
            priority: task.priority,
            logging_info: task.logging_info,
            service_role_arn: task.service_role_arn,
            max_concurrency: task.max_concurrency,
            max_errors: task.max_errors,
            name: task.name,
            description: task.description,
            cutoff_behavior: task.cutoff_behavior,
            alarm_configuration: task.alarm_configuration,
        });
    }
    let (tasks, next_token) = page(
        tasks,
        |task: &api::MaintenanceWindowTask| task.window_task_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribeMaintenanceWindowTasksResult { tasks: Some(tasks), next_token })
}
