//! `StartMessageMoveTask`, `CancelMessageMoveTask` and `ListMessageMoveTasks`.

use fogbank_api_sqs::{
    CancelMessageMoveTaskRequest, CancelMessageMoveTaskResult, ListMessageMoveTasksRequest,
    ListMessageMoveTasksResult, ListMessageMoveTasksResultEntry, StartMessageMoveTaskRequest,
    StartMessageMoveTaskResult,
};
use fogbank_context::Arn;
use fogbank_service::{RequestContext, ServiceError};

use crate::delivery::move_task::{self, MoveTask, Status, TaskHandle};
use crate::errors;
use crate::message::submission::random_id;
use crate::queue::locate::Located;
use crate::store::Queue;

/// The highest rate, in messages a second.
const HIGHEST_RATE: i32 = 500;
/// The most tasks of a list.
const MOST_LISTED: i32 = 10;

const SOURCE: &str = "SourceArn";
const DESTINATION: &str = "DestinationArn";

pub(crate) fn start(
    cx: &RequestContext,
    input: &StartMessageMoveTaskRequest,
) -> Result<StartMessageMoveTaskResult, ServiceError> {
    let (arn, source) = locate(cx, SOURCE, &input.source_arn)?;
    let rate = rate(input.max_number_of_messages_per_second)?;
    let found = source.store.queues.read(source.name.as_str(), |queue| queue.attributes.fifo);
    let fifo = found.ok_or_else(|| not_found(SOURCE))?;
    let names_it = |queue: &Queue| {
        queue.attributes.redrive.as_ref().is_some_and(|policy| policy.target == arn)
    };
    if !source.store.queues.iter().any(|(_, queue)| names_it(&queue)) {
        return Err(errors::invalid_parameter(
            "Source queue must be configured as a Dead Letter Queue.",
        ));
    }
    let destination = destination(cx, input.destination_arn.as_deref(), fifo)?;

    let id = random_id(cx.ids());
    let now = cx.now();
    let started = source.store.queues.update(source.name.as_str(), |queue| {
        if queue.move_tasks.iter().any(|task| task.status == Status::Running) {
            return Err(errors::invalid_parameter(
                "There is already a task running. Only one active task is allowed for a source \
                 queue arn at a given time.",
            ));
        }
        let queue = &mut **queue;
        queue.settle(now);
        let task = MoveTask::new(id, queue, destination, rate, now);
        queue.start_move_task(task);
        Ok(())
    });
    started.ok_or_else(|| not_found(SOURCE))??;
    let handle = TaskHandle { task_id: id, source_arn: arn.to_string().into() }.encode();
    move_task::schedule(&cx.world, arn, id, now);
    Ok(StartMessageMoveTaskResult { task_handle: Some(handle) })
}

pub(crate) fn cancel(
    cx: &RequestContext,
    input: &CancelMessageMoveTaskRequest,
) -> Result<CancelMessageMoveTaskResult, ServiceError> {
    let handle = TaskHandle::decode(&input.task_handle)
        .ok_or_else(|| errors::invalid_parameter("Value for parameter TaskHandle is invalid."))?;
    let (_, source) = locate(cx, SOURCE, &handle.source_arn)?;
    let moved = source.store.queues.update(source.name.as_str(), |queue| {
        let place = queue.move_tasks.iter().position(|task| task.id == handle.task_id);
        let place = place.ok_or_else(|| errors::resource_not_found("Task does not exist."))?;
        if queue.move_tasks[place].status != Status::Running {
            return Err(errors::unsupported(
                "A message movement task can only be cancelled while its status is RUNNING.",
            ));
        }
        let task = &mut queue.move_tasks[place];
        task.status = Status::Cancelled;
        Ok(task.moved)
    });
    let moved = moved.ok_or_else(|| not_found(SOURCE))??;
    Ok(CancelMessageMoveTaskResult { approximate_number_of_messages_moved: Some(count(moved)) })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListMessageMoveTasksRequest,
) -> Result<ListMessageMoveTasksResult, ServiceError> {
    let most = input.max_results.unwrap_or(1);
    if !(1..=MOST_LISTED).contains(&most) {
        let reason = format!("MaxResults must be an integer between 1 and {MOST_LISTED}.");
        return Err(errors::invalid_value(most, "MaxResults", reason));
    }
    let (arn, source) = locate(cx, SOURCE, &input.source_arn)?;
    let tasks = source.store.queues.read(source.name.as_str(), |queue| queue.move_tasks.clone());
    let tasks = tasks.ok_or_else(|| not_found(SOURCE))?;
    let newest = tasks.iter().rev().take(most.unsigned_abs() as usize);
    Ok(ListMessageMoveTasksResult { results: Some(newest.map(|task| entry(&arn, task)).collect()) })
}

fn entry(source: &Arn, task: &MoveTask) -> ListMessageMoveTasksResultEntry {
    let handle = || TaskHandle { task_id: task.id, source_arn: source.to_string().into() }.encode();
    ListMessageMoveTasksResultEntry {
        task_handle: (task.status == Status::Running).then(handle),
        status: Some(task.status.as_str().to_owned()),
        source_arn: Some(source.to_string()),
        destination_arn: task.destination.as_ref().map(Arn::to_string),
        max_number_of_messages_per_second: task.rate.and_then(|rate| i32::try_from(rate).ok()),
        approximate_number_of_messages_moved: Some(count(task.moved)),
        approximate_number_of_messages_to_move: Some(count(task.to_move)),
        failure_reason: task.failure.clone(),
        started_timestamp: Some(task.started.as_millis()),
    }
}

fn count(messages: u64) -> i64 {
    i64::try_from(messages).unwrap_or(i64::MAX)
}

fn rate(asked: Option<i32>) -> Result<Option<u32>, ServiceError> {
    match asked {
        Some(rate) if !(1..=HIGHEST_RATE).contains(&rate) => {
            let reason = format!("You must enter a value between 1 and {HIGHEST_RATE}.");
            Err(errors::invalid_value(rate, "MaxNumberOfMessagesPerSecond", reason))
        }
        rate => Ok(rate.map(i32::unsigned_abs)),
    }
}

fn locate(
    cx: &RequestContext,
    parameter: &str,
    text: &str,
) -> Result<(Arn, Located), ServiceError> {
    let arn = text.parse::<Arn>().ok();
    let located = arn.and_then(|arn| Some((Located::by_arn(&cx.world, &arn)?, arn)));
    let (located, arn) = located.ok_or_else(|| {
        errors::invalid_parameter(format!(
            "You must use this format to specify the {parameter}: \
             arn:<partition>:<service>:<region>:<account-id>:<resource-id>"
        ))
    })?;
    Ok((arn, located))
}

/// The queue that messages are to be moved to, which has to be there and of the same type.
fn destination(
    cx: &RequestContext,
    text: Option<&str>,
    fifo: bool,
) -> Result<Option<Arn>, ServiceError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let (arn, queue) = locate(cx, DESTINATION, text)?;
    match queue.store.queues.read(queue.name.as_str(), |queue| queue.attributes.fifo) {
        None => Err(not_found(DESTINATION)),
        Some(found) if found != fifo => Err(errors::invalid_parameter(
            "Source queue and destination queue must be of the same type.",
        )),
        Some(_) => Ok(Some(arn)),
    }
}

fn not_found(parameter: &str) -> ServiceError {
    errors::resource_not_found(format!(
        "The resource that you specified for the {parameter} parameter doesn't exist."
    ))
}
