//! Targets of maintenance windows.

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::idempotency::Token;
use crate::kept::Kept;
use crate::ops::maintenance::window;
use crate::page::page;
use crate::store::store;

/// The most targets of a window.
const MOST: usize = 100;
/// How many targets a page has usually.
const PAGE: usize = 100;

/// Targets name something.
fn check(targets: &[api::Target]) -> Result<(), ServiceError> {
    let empty = |target: &&api::Target| target.values.as_ref().is_none_or(Vec::is_empty);
    match targets.iter().find(empty) {
        // The two spaces are AWS's.
        Some(target) => Err(errors::validation(format!(
            "Please specify at least one target.  Filter values can't be null and {} is.",
            target.key.as_deref().unwrap_or("null")
        ))),
        None if targets.is_empty() => {
            Err(errors::validation("Please specify at least one target."))
        }
        None => Ok(()),
    }
}

fn unknown(window: &str, target: &str) -> ServiceError {
    errors::does_not_exist(format!(
        "Target {target} does not exist for maintenance window {window}"
    ))
}

pub(crate) fn register(
    cx: &RequestContext,
    input: api::RegisterTargetWithMaintenanceWindowRequest,
) -> Result<api::RegisterTargetWithMaintenanceWindowResult, ServiceError> {
    let store = store(cx);
    let token = Token::new("RegisterTarget", input.client_token.as_deref(), &input);
    if let Some(id) = token.before(&store)? {
        return Ok(api::RegisterTargetWithMaintenanceWindowResult { window_target_id: Some(id) });
    }
    check(&input.targets)?;
    let id = cx.ids().uuid();
    window::edit(cx, &store, &input.window_id, |window| {
        if window.targets.len() >= MOST {
            return Err(errors::resource_limit(
                "Error returned when the caller has exceeded the default resource quotas.",
            ));
        }
        let target = api::MaintenanceWindowTarget {
            window_id: Some(input.window_id.clone()),
            window_target_id: Some(id.clone()),
            resource_type: Some(input.resource_type),
            targets: Some(input.targets),
            owner_information: input.owner_information,
            name: input.name,
            description: input.description,
        };
        window.targets.insert(id.clone(), Kept(target));
        Ok(())
    })?;
    token.remember(&store, &id);
    Ok(api::RegisterTargetWithMaintenanceWindowResult { window_target_id: Some(id) })
}

pub(crate) fn update(
    cx: &RequestContext,
    input: api::UpdateMaintenanceWindowTargetRequest,
) -> Result<api::UpdateMaintenanceWindowTargetResult, ServiceError> {
    let replace = input.replace == Some(true);
    if replace && input.targets.is_none() {
        return Err(errors::validation("When Replace is true, Targets are required."));
    }
    if let Some(targets) = &input.targets {
        check(targets)?;
    }
    window::edit(cx, &store(cx), &input.window_id, |window| {
        let target = window.targets.get_mut(&input.window_target_id);
        let target = target.ok_or_else(|| unknown(&input.window_id, &input.window_target_id))?;
        let old = if replace { Default::default() } else { target.0.clone() };
        target.targets = input.targets.or(old.targets);
        target.owner_information = input.owner_information.or(old.owner_information);
        target.name = input.name.or(old.name);
        target.description = input.description.or(old.description);
        let target = target.0.clone();
        Ok(api::UpdateMaintenanceWindowTargetResult {
            window_id: target.window_id,
            window_target_id: target.window_target_id,
            targets: target.targets,
            owner_information: target.owner_information,
            name: target.name,
            description: target.description,
        })
    })
}

pub(crate) fn deregister(
    cx: &RequestContext,
    input: &api::DeregisterTargetFromMaintenanceWindowRequest,
) -> Result<api::DeregisterTargetFromMaintenanceWindowResult, ServiceError> {
    window::edit(cx, &store(cx), &input.window_id, |window| {
        let id = &input.window_target_id;
        if !window.targets.contains_key(id) {
            return Err(unknown(&input.window_id, id));
        }
        let used = window.tasks.values().any(|task| {
            let targets = task.targets.iter().flatten();
            targets
                .into_iter()
                .any(|target| target.values.iter().flatten().any(|value| value == id))
        });
        if input.safe == Some(true) && used {
            return Err(errors::target_in_use(
                "You specified the Safe option for the DeregisterTargetFromMaintenanceWindow \
                 operation, but the target is still referenced in a task.",
            ));
        }
        window.targets.remove(id);
        Ok(api::DeregisterTargetFromMaintenanceWindowResult {
            window_id: Some(input.window_id.clone()),
            window_target_id: Some(id.clone()),
        })
    })
}

pub(crate) fn describe(
    cx: &RequestContext,
    input: &api::DescribeMaintenanceWindowTargetsRequest,
) -> Result<api::DescribeMaintenanceWindowTargetsResult, ServiceError> {
    let window = window::find(cx, &store(cx), &input.window_id)?;
    let keys = ["Type", "WindowTargetId", "OwnerInformation"];
    window::check_keys(input.filters.as_ref(), &keys)?;
    let mut targets = Vec::new();
    for target in window.targets.values() {
        let value = |key: &str| match key {
            "Type" => target.resource_type.as_ref().map(|kind| kind.as_str().to_owned()),
            "WindowTargetId" => target.window_target_id.clone(),
            _ => target.owner_information.clone(),
        };
        if window::passes(input.filters.as_ref(), value) {
            targets.push(target.0.clone());
        }
    }
    let (targets, next_token) = page(
        targets,
        |target: &api::MaintenanceWindowTarget| target.window_target_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribeMaintenanceWindowTargetsResult { targets: Some(targets), next_token })
}
