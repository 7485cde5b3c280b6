//! Maintenance windows: what one is, and what its schedule has started.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_ssm as api;
use fogbank_context::Timestamp;
use fogbank_schedule::{Schedule, Zone};
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Resource;
use serde::{Deserialize, Serialize};

use crate::errors;
use crate::kept::Kept;
use crate::store::SsmStore;

/// The most executions that a window remembers.
const MOST_EXECUTIONS: usize = 100;

/// A maintenance window.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Window {
    /// All but the next execution.
    pub(crate) about: Kept<api::GetMaintenanceWindowResult>,
    /// The targets by id.
    pub(crate) targets: BTreeMap<String, Kept<api::MaintenanceWindowTarget>>,
    /// The tasks by id.
    pub(crate) tasks: BTreeMap<String, Kept<api::GetMaintenanceWindowTaskResult>>,
    /// What was started, the oldest first.
    pub(crate) executions: Vec<Arc<Execution>>,
    /// Up to when the schedule has been followed.
    pub(crate) followed: Timestamp,
}

impl Resource for Window {
    const VERSION: u32 = 1;
}

/// An execution of a window.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Execution {
    /// The execution.
    pub(crate) about: Kept<api::GetMaintenanceWindowExecutionResult>,
    /// Its tasks.
    pub(crate) tasks: Vec<Kept<api::GetMaintenanceWindowExecutionTaskResult>>,
}

impl Window {
    fn schedule(&self) -> Option<Schedule> {
        Schedule::parse(self.about.schedule.as_deref()?)
    }

    /// The zone of its schedule; UTC where it names none.
    pub(crate) fn zone(&self) -> Zone {
        let named = Zone::named(self.about.schedule_timezone.as_deref());
        named.or_else(|| Zone::named(None)).expect("there is always UTC")
    }

    fn bound(&self, text: Option<&String>) -> Option<Timestamp> {
        self.zone().read(text?)
    }

    /// The next time after `after` that the window opens, within its dates.
    pub(crate) fn next(&self, after: Timestamp) -> Option<Timestamp> {
        if self.about.enabled == Some(false) {
            return None;
        }
        let created = self.about.created_date.as_ref().map_or(after, Timestamp::from_wire);
        let start = self.bound(self.about.start_date.as_ref());
        let end = self.bound(self.about.end_date.as_ref());
        let offset = u64::try_from(self.about.schedule_offset.unwrap_or(0)).unwrap_or(0);
        let offset = std::time::Duration::from_secs(offset * 86_400);
        let from =
            start.map_or(after, |start| after.max(start - std::time::Duration::from_secs(1)));
        let zone = self.zone();
        let schedule = self.schedule()?;
        let next = schedule.next_in(&zone, start.unwrap_or(created), from - offset)? + offset;
        Some(next).filter(|next| end.is_none_or(|end| *next < end))
    }

    /// The window as `GetMaintenanceWindow` shows it.
    pub(crate) fn shown(&self, now: Timestamp) -> api::GetMaintenanceWindowResult {
        api::GetMaintenanceWindowResult {
            next_execution_time: self.next(now).map(|at| self.zone().minute(at)),
            ..self.about.0.clone()
        }
    }

    /// Notes what the schedule has started since it was last looked at: no task reaches a node, so
    /// each execution has failed.
    pub(crate) fn follow(&mut self, now: Timestamp, ids: &fogbank_context::IdSource) {
        let mut started = Vec::new();
        let mut after = self.followed;
        while let Some(at) = self.next(after).filter(|at| *at <= now) {
            started.push(at);
            after = at;
            if started.len() > MOST_EXECUTIONS {
                started.remove(0);
            }
        }
        self.followed = now;
        if self.tasks.is_empty() {
            return;
        }
        for at in started {
            let execution = self.failed(at, ids);
            self.executions.push(Arc::new(execution));
        }
        let surplus = self.executions.len().saturating_sub(MOST_EXECUTIONS);
        self.executions.drain(..surplus);
    }

    fn failed(&self, at: Timestamp, ids: &fogbank_context::IdSource) -> Execution {
        let id = ids.uuid();
        let status = Some(api::MaintenanceWindowExecutionStatus::Failed);
        let tasks: Vec<_> = self
            .tasks
            .values()
            .map(|task| {
                Kept(api::GetMaintenanceWindowExecutionTaskResult {
                    window_execution_id: Some(id.clone()),
                    task_execution_id: Some(ids.uuid()),
                    task_arn: task.task_arn.clone(),
                    service_role: task.service_role_arn.clone(),
                    r#type: task.task_type.clone(),
                    task_parameters: task
                        .task_parameters
                        .clone()
                        .map(|parameters| vec![parameters]),
                    priority: task.priority,
                    max_concurrency: task.max_concurrency.clone(),
                    max_errors: task.max_errors.clone(),
                    status: status.clone(),
                    status_details: Some("No invocations to execute.".to_owned()),
                    start_time: Some(at.to_wire()),
                    end_time: Some(at.to_wire()),
                    alarm_configuration: task.alarm_configuration.clone(),
                    triggered_alarms: None,
                })
            })
            .collect();
        let about = api::GetMaintenanceWindowExecutionResult {
            window_execution_id: Some(id),
            task_ids: Some(
                tasks.iter().filter_map(|task| task.task_execution_id.clone()).collect(),
            ),
            status,
            status_details: Some("One or more tasks in the orchestration failed.".to_owned()),
            start_time: Some(at.to_wire()),
            end_time: Some(at.to_wire()),
        };
        Execution { about: Kept(about), tasks }
    }
}

/// A window that does not exist.
pub(crate) fn unknown(id: &str) -> ServiceError {
    errors::does_not_exist(format!("Maintenance window {id} does not exist"))
}

/// A window, its schedule followed up to now.
///
/// # Errors
/// `DoesNotExistException`.
pub(crate) fn find(
    cx: &RequestContext,
    store: &SsmStore,
    id: &str,
) -> Result<Arc<Window>, ServiceError> {
    let window = store.windows.get(id).ok_or_else(|| unknown(id))?;
    if window.next(window.followed).is_none_or(|next| next > cx.now()) {
        return Ok(window);
    }
    drop(window);
    store.windows.update(id, |window| window.follow(cx.now(), cx.ids()));
    store.windows.get(id).ok_or_else(|| unknown(id))
}

/// Changes a window; its schedule is followed up to now first.
///
/// # Errors
/// `DoesNotExistException`, and what the change answers.
pub(crate) fn edit<T>(
    cx: &RequestContext,
    store: &SsmStore,
    id: &str,
    change: impl FnOnce(&mut Window) -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    let edited = store.windows.try_update(id, |window| {
        window.follow(cx.now(), cx.ids());
        change(window)
    });
    edited.unwrap_or_else(|| Err(unknown(id)))
}

/// Checks the keys of the filters of a list.
///
/// # Errors
/// `ValidationException` when a key is none of `keys`.
pub(crate) fn check_keys(
    filters: Option<&Vec<api::MaintenanceWindowFilter>>,
    keys: &[&str],
) -> Result<(), ServiceError> {
    for filter in filters.into_iter().flatten() {
        let key = filter.key.as_deref().unwrap_or_default();
        if !keys.contains(&key) {
            return Err(errors::validation(format!(
                "The specified filter key {key} is not valid. Valid filter keys include: [{}].",
                keys.join(", ")
            )));
        }
    }
    Ok(())
}

/// Whether something passes the filters of a list; `value` gives what a key stands for.
pub(crate) fn passes(
    filters: Option<&Vec<api::MaintenanceWindowFilter>>,
    value: impl Fn(&str) -> Option<String>,
) -> bool {
    filters.into_iter().flatten().all(|filter| {
        let value = value(filter.key.as_deref().unwrap_or_default());
        filter.values.iter().flatten().any(|wanted| value.as_deref() == Some(wanted))
    })
}
