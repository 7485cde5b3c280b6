//! Maintenance windows themselves.

use std::collections::BTreeMap;

use fogbank_api_ssm as api;
use fogbank_schedule::{Schedule, Zone};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::idempotency::Token;
use crate::kept::Kept;
use crate::ops::maintenance::window::{self, Window};
use crate::ops::tags;
use crate::page::page;
use crate::store::{Tags, store};

/// How many windows a page has usually.
const PAGE: usize = 100;
/// The most windows of an account and region.
const MOST: usize = 50;
/// How many executions ahead a schedule shows.
const AHEAD: usize = 100;

/// The key under which a window's tags are kept.
fn tags_key(id: &str) -> String {
    format!("MaintenanceWindow/{id}")
}

fn check(about: &api::GetMaintenanceWindowResult) -> Result<(), ServiceError> {
    let schedule = about.schedule.as_deref().unwrap_or_default();
    if Schedule::parse(schedule).is_none() {
        return Err(errors::validation(format!("Invalid schedule expression: {schedule}")));
    }
    let zone = Zone::named(about.schedule_timezone.as_deref()).ok_or_else(|| {
        let zone = about.schedule_timezone.as_deref().unwrap_or_default();
        errors::validation(format!("Invalid time zone: {zone}"))
    })?;
    let date = |name: &str, text: &Option<String>| {
        let read = text.as_ref().map(|text| zone.read(text).ok_or((name.to_owned(), text)));
        read.transpose().map_err(|(name, text)| {
            errors::validation(format!(
                "Invalid {name}: {text}. It must be in ISO-8601 Extended format."
            ))
        })
    };
    let dates = date("StartDate", &about.start_date)?.zip(date("EndDate", &about.end_date)?);
    if dates.is_some_and(|(start, end)| end <= start) {
        return Err(errors::validation("EndDate must be after StartDate."));
    }
    let is_cron = schedule.starts_with("cron");
    if about.schedule_offset.is_some() && !is_cron {
        return Err(errors::validation(
            "ScheduleOffset can be used only with a cron expression as the schedule.",
        ));
    }
    if let (Some(cutoff), Some(duration)) = (about.cutoff, about.duration)
        && cutoff >= duration
    {
        // The spelling is AWS's.
        return Err(errors::validation(format!(
            "Cuttoff was {cutoff} but must be smaller than {} (Duration - 1 )",
            duration - 1
        )));
    }
    Ok(())
}

pub(crate) fn create(
    cx: &RequestContext,
    input: api::CreateMaintenanceWindowRequest,
) -> Result<api::CreateMaintenanceWindowResult, ServiceError> {
    let store = store(cx);
    let token = Token::new("CreateMaintenanceWindow", input.client_token.as_deref(), &input);
    if let Some(id) = token.before(&store)? {
        return Ok(api::CreateMaintenanceWindowResult { window_id: Some(id) });
    }
    let about = api::GetMaintenanceWindowResult {
        name: Some(input.name),
        description: input.description,
        start_date: input.start_date.filter(|date| !date.is_empty()),
        end_date: input.end_date.filter(|date| !date.is_empty()),
        schedule: Some(input.schedule),
        schedule_timezone: input.schedule_timezone,
        schedule_offset: input.schedule_offset,
        duration: Some(input.duration),
        cutoff: Some(input.cutoff),
        allow_unassociated_targets: Some(input.allow_unassociated_targets),
        enabled: Some(true),
        created_date: Some(cx.now().to_wire()),
        modified_date: Some(cx.now().to_wire()),
        ..Default::default()
    };
    check(&about)?;
    let added = tags::checked(&BTreeMap::new(), input.tags.unwrap_or_default())?;
    if store.windows.len() >= MOST {
        return Err(errors::resource_limit(
            "Error returned when the caller has exceeded the default resource quotas. For example, \
             too many maintenance windows or patch baselines have been created.",
        ));
    }
    let id = format!("mw-0{}", cx.ids().hex(16));
    let window = Window {
        about: Kept(api::GetMaintenanceWindowResult { window_id: Some(id.clone()), ..about }),
        targets: BTreeMap::new(),
        tasks: BTreeMap::new(),
        executions: Vec::new(),
        followed: cx.now(),
    };
    store.windows.insert(id.clone(), window);
    if !added.is_empty() {
        store.tags.insert(tags_key(&id), Tags(added));
    }
    token.remember(&store, &id);
    Ok(api::CreateMaintenanceWindowResult { window_id: Some(id) })
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &api::GetMaintenanceWindowRequest,
) -> Result<api::GetMaintenanceWindowResult, ServiceError> {
    let window = window::find(cx, &store(cx), &input.window_id)?;
    Ok(window.shown(cx.now()))
}

pub(crate) fn update(
    cx: &RequestContext,
    input: api::UpdateMaintenanceWindowRequest,
) -> Result<api::UpdateMaintenanceWindowResult, ServiceError> {
    let replace = input.replace == Some(true);
    let required = input.name.is_some()
        && input.schedule.is_some()
        && input.duration.is_some()
        && input.cutoff.is_some()
        && input.allow_unassociated_targets.is_some();
    if replace && !required {
        return Err(errors::validation(
            "When Replace is true, all fields that are required by CreateMaintenanceWindow are \
             required.",
        ));
    }
    window::edit(cx, &store(cx), &input.window_id, |window| {
        let mut old = window.about.0.clone();
        if replace {
            old.description = None;
            old.start_date = None;
            old.end_date = None;
            old.schedule_timezone = None;
            old.schedule_offset = None;
        }
        // An empty date takes the date away.
        let date =
            |new: Option<String>, old: Option<String>| new.or(old).filter(|date| !date.is_empty());
        let about = api::GetMaintenanceWindowResult {
            name: input.name.or(old.name),
            description: input.description.or(old.description),
            start_date: date(input.start_date, old.start_date),
            end_date: date(input.end_date, old.end_date),
            schedule: input.schedule.or(old.schedule),
            schedule_timezone: date(input.schedule_timezone, old.schedule_timezone),
            schedule_offset: input.schedule_offset.or(old.schedule_offset),
            duration: input.duration.or(old.duration),
            cutoff: input.cutoff.or(old.cutoff),
            allow_unassociated_targets: input
                .allow_unassociated_targets
                .or(old.allow_unassociated_targets),
            enabled: input.enabled.or(old.enabled),
            modified_date: Some(cx.now().to_wire()),
            ..window.about.0.clone()
        };
        check(&about)?;
        window.about = Kept(about.clone());
        Ok(api::UpdateMaintenanceWindowResult {
            window_id: about.window_id,
            name: about.name,
            description: about.description,
            start_date: about.start_date,
            end_date: about.end_date,
            schedule: about.schedule,
            schedule_timezone: about.schedule_timezone,
            schedule_offset: about.schedule_offset,
            duration: about.duration,
            cutoff: about.cutoff,
            allow_unassociated_targets: about.allow_unassociated_targets,
            enabled: about.enabled,
        })
    })
}

pub(crate) fn delete(
    cx: &RequestContext,
    input: &api::DeleteMaintenanceWindowRequest,
) -> Result<api::DeleteMaintenanceWindowResult, ServiceError> {
    let store = store(cx);
    store.windows.remove(&input.window_id);
    store.tags.remove(&tags_key(&input.window_id));
    Ok(api::DeleteMaintenanceWindowResult { window_id: Some(input.window_id.clone()) })
}

pub(crate) fn describe(
    cx: &RequestContext,
    input: api::DescribeMaintenanceWindowsRequest,
) -> Result<api::DescribeMaintenanceWindowsResult, ServiceError> {
    window::check_keys(input.filters.as_ref(), &["Name", "Enabled"])?;
    let mut identities = Vec::new();
    for (_, window) in store(cx).windows.iter() {
        let about = window.shown(cx.now());
        let value = |key: &str| match key {
            "Name" => about.name.clone(),
            _ => about.enabled.map(|enabled| enabled.to_string()),
        };
        if !window::passes(input.filters.as_ref(), value) {
            continue;
        }
        identities.push(api::MaintenanceWindowIdentity {
            window_id: about.window_id,
            name: about.name,
            description: about.description,
            enabled: about.enabled,
            duration: about.duration,
            cutoff: about.cutoff,
            schedule: about.schedule,
            schedule_timezone: about.schedule_timezone,
            schedule_offset: about.schedule_offset,
            end_date: about.end_date,
            start_date: about.start_date,
            next_execution_time: about.next_execution_time,
        });
    }
    let (identities, next_token) = page(
        identities,
        |window: &api::MaintenanceWindowIdentity| window.window_id.clone().unwrap_or_default(),
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribeMaintenanceWindowsResult { window_identities: Some(identities), next_token })
}

/// Whether a window has a target that these targets name.
fn has(
    window: &Window,
    kind: Option<&api::MaintenanceWindowResourceType>,
    wanted: &[api::Target],
) -> bool {
    window.targets.values().any(|target| {
        target.resource_type.as_ref() == kind
            && target.targets.iter().flatten().any(|own| {
                wanted.iter().any(|wanted| {
                    let values = |target: &api::Target| target.values.clone().unwrap_or_default();
                    own.key == wanted.key
                        && values(own).iter().any(|value| values(wanted).contains(value))
                })
            })
    })
}

pub(crate) fn for_target(
    cx: &RequestContext,
    input: api::DescribeMaintenanceWindowsForTargetRequest,
) -> Result<api::DescribeMaintenanceWindowsForTargetResult, ServiceError> {
    let windows = store(cx).windows.iter().map(|(_, window)| window).collect::<Vec<_>>();
    let windows = windows
        .into_iter()
        .filter(|window| has(window, Some(&input.resource_type), &input.targets))
        .map(|window| api::MaintenanceWindowIdentityForTarget {
            window_id: window.about.window_id.clone(),
            name: window.about.name.clone(),
        });
    let (identities, next_token) = page(
        windows.collect(),
        |window: &api::MaintenanceWindowIdentityForTarget| {
            window.window_id.clone().unwrap_or_default()
        },
        input.max_results,
        PAGE,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribeMaintenanceWindowsForTargetResult {
        window_identities: Some(identities),
        next_token,
    })
}

pub(crate) fn schedule(
    cx: &RequestContext,
    input: api::DescribeMaintenanceWindowScheduleRequest,
) -> Result<api::DescribeMaintenanceWindowScheduleResult, ServiceError> {
    let store = store(cx);
    let windows = match &input.window_id {
        Some(id) => vec![window::find(cx, &store, id)?],
        None => store.windows.iter().map(|(_, window)| window).collect(),
    };
    let wanted = input.targets.as_deref().unwrap_or_default();
    let mut executions = Vec::new();
    for window in windows {
        if !wanted.is_empty() && !has(&window, input.resource_type.as_ref(), wanted) {
            continue;
        }
        let times = std::iter::successors(window.next(cx.now()), |at| window.next(*at));
        executions.extend(times.take(AHEAD).map(|at| (at, window.clone())));
    }
    executions.sort_by_key(|(at, _)| *at);
    let executions = executions.into_iter().map(|(at, window)| api::ScheduledWindowExecution {
        window_id: window.about.window_id.clone(),
        name: window.about.name.clone(),
        execution_time: Some(window.zone().minute(at)),
    });
    let (executions, next_token) = page(
        executions.collect(),
        |it: &api::ScheduledWindowExecution| {
            let (at, id) = (it.execution_time.as_deref(), it.window_id.as_deref());
            format!("{} {}", at.unwrap_or_default(), id.unwrap_or_default())
        },
        input.max_results,
        AHEAD,
        input.next_token.as_deref(),
    )?;
    Ok(api::DescribeMaintenanceWindowScheduleResult {
        scheduled_window_executions: Some(executions),
        next_token,
    })
}
