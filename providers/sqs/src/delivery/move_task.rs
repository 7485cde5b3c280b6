//! Message move tasks: what is known of one, and how it goes on.
//!
//! A running task is a job of the world's clock, which moves some messages and puts itself back
//! for the next. What a task did is in its source queue; so a task survives a restart and is
//! carried on in a fork, once [`resume`] has made its job again.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fogbank_context::{Arn, Timestamp};
use fogbank_state::World;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::errors::NON_EXISTENT_QUEUE;
use crate::message::Message;
use crate::message::submission::random_id;
use crate::queue::locate::Located;
use crate::queue::name::QueueName;
use crate::store::{Queue, SqsStore};

/// The most tasks that a queue remembers.
const MOST_REMEMBERED: usize = 10;
/// The most messages that are moved under one lock.
const CHUNK: usize = 1_000;
/// Why a task fails that cannot tell where a message came from.
const UNKNOWN_SOURCE: &str = "CouldNotDetermineMessageSource";

/// A task that moves the messages of a dead-letter queue.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MoveTask {
    pub(crate) id: Uuid,
    /// Where to, or back to where each message came from.
    pub(crate) destination: Option<Arn>,
    /// The most messages a second; without a limit when none.
    pub(crate) rate: Option<u32>,
    pub(crate) started: Timestamp,
    /// Only messages with smaller keys are moved: those that were there at the start.
    before: u64,
    pub(crate) moved: u64,
    pub(crate) to_move: u64,
    pub(crate) status: Status,
    pub(crate) failure: Option<String>,
}

/// How a task is getting on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    Running,
    Completed,
    Cancelled,
    Failed,
}

impl Status {
    /// The status as it goes out.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Cancelled => "CANCELLED",
            Self::Failed => "FAILED",
        }
    }
}

/// What a task handle says: base64 of a JSON object, as on AWS.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaskHandle {
    pub(crate) task_id: Uuid,
    pub(crate) source_arn: Arc<str>,
}

impl TaskHandle {
    /// The handle as it goes out.
    pub(crate) fn encode(&self) -> String {
        STANDARD.encode(serde_json::to_string(self).expect("two texts are JSON"))
    }

    /// Reads a handle; none when the text is not one.
    pub(crate) fn decode(text: &str) -> Option<Self> {
        serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()
    }
}

impl MoveTask {
    /// A task that starts now.
    pub(crate) fn new(
        id: Uuid,
        queue: &Queue,
        destination: Option<Arn>,
        rate: Option<u32>,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            destination,
            rate,
            started: now,
            before: queue.next_key,
            moved: 0,
            to_move: queue.counts().0 as u64,
            status: Status::Running,
            failure: None,
        }
    }

    /// How many messages may be moved by now, and otherwise when the next may.
    fn allowance(&self, now: Timestamp) -> Result<usize, Timestamp> {
        let Some(rate) = self.rate else { return Ok(CHUNK) };
        let elapsed = now.since(self.started).as_nanos();
        let due = elapsed * u128::from(rate) / 1_000_000_000;
        let allowed = due.saturating_sub(u128::from(self.moved));
        match usize::try_from(allowed).unwrap_or(CHUNK).min(CHUNK) {
            0 => {
                let nanos = (u128::from(self.moved) + 1) * 1_000_000_000;
                let after = nanos.div_ceil(u128::from(rate));
                let after = Duration::from_nanos(u64::try_from(after).unwrap_or(u64::MAX));
                Err(self.started + after)
            }
            allowed => Ok(allowed),
        }
    }
}

/// What a task does next.
enum Next {
    /// Nothing: it is over.
    Stop,
    /// It goes on at this time.
    Wait(Timestamp),
    /// It moves these messages to this queue.
    Move(Arn, Vec<u64>),
}

impl Queue {
    /// Adds a task, forgetting the oldest.
    pub(crate) fn start_move_task(&mut self, task: MoveTask) {
        self.move_tasks.push(task);
        let surplus = self.move_tasks.len().saturating_sub(MOST_REMEMBERED);
        self.move_tasks.drain(..surplus);
    }

    fn task(&mut self, id: Uuid) -> Option<&mut MoveTask> {
        self.move_tasks.iter_mut().find(|task| task.id == id && task.status == Status::Running)
    }

    fn end_task(&mut self, id: Uuid, status: Status, failure: Option<&str>) -> Next {
        if let Some(task) = self.task(id) {
            task.status = status;
            task.failure = failure.map(str::to_owned);
        }
        Next::Stop
    }

    fn next_step(&mut self, id: Uuid, now: Timestamp) -> Next {
        self.settle(now);
        let Some(task) = self.task(id).cloned() else { return Next::Stop };
        let allowed = match task.allowance(now) {
            Ok(allowed) => allowed,
            Err(at) if self.has_left(&task) => return Next::Wait(at),
            Err(_) => return self.end_task(id, Status::Completed, None),
        };
        let mut keys = self.candidates(allowed);
        keys.retain(|key| *key < task.before);
        let Some(first) = keys.first().copied() else {
            return self.end_task(id, Status::Completed, None);
        };
        let destination = |key: u64| match &task.destination {
            Some(destination) => Some(destination.clone()),
            None => self.messages.get(&key)?.origin.as_ref()?.queue.parse().ok(),
        };
        let Some(target) = destination(first) else {
            return self.end_task(id, Status::Failed, Some(UNKNOWN_SOURCE));
        };
        let elsewhere = |key: &u64| destination(*key).as_ref() != Some(&target);
        let run = keys.iter().position(elsewhere).unwrap_or(keys.len());
        keys.truncate(run);
        Next::Move(target, keys)
    }

    /// Takes messages out for a task; nothing, and the task fails, when its destination is not of
    /// the queue's type or not there.
    fn take_for_task(&mut self, id: Uuid, keys: &[u64], fifo: Option<bool>) -> Vec<Arc<Message>> {
        if fifo != Some(self.attributes.fifo) {
            self.end_task(id, Status::Failed, Some(NON_EXISTENT_QUEUE));
            return Vec::new();
        }
        let taken = keys.iter().filter_map(|key| self.take(*key));
        let taken: Vec<_> = taken.map(|(message, _)| message).collect();
        if let Some(task) = self.task(id) {
            task.moved += taken.len() as u64;
        }
        taken
    }

    fn has_left(&self, task: &MoveTask) -> bool {
        self.candidates(1).first().is_some_and(|key| *key < task.before)
    }
}

/// Has a task go on at this time.
pub(crate) fn schedule(world: &Arc<World>, source: Arn, id: Uuid, at: Timestamp) {
    let name = format!("sqs: move messages from {source}");
    world.schedule(at, name, move |world, due| async move { go_on(&world, source, id, due) });
}

/// Has the running tasks of a world go on: now, where it comes from a journal, and in its forks
/// and after restores.
pub(crate) fn carry_on(world: &Arc<World>) {
    world.background("sqs move tasks", resume);
}

/// Has all running tasks of a world go on, whose jobs are not there yet.
fn resume(world: &Arc<World>) {
    let now = world.clock().now();
    for (_, store) in world.stores::<SqsStore>() {
        for (_, queue) in store.queues.iter() {
            for task in queue.move_tasks.iter().filter(|task| task.status == Status::Running) {
                schedule(world, queue.arn.clone(), task.id, now);
            }
        }
    }
}

fn go_on(world: &Arc<World>, source: Arn, id: Uuid, now: Timestamp) {
    let Some(at) = Located::by_arn(world, &source) else { return };
    let next = at.store.queues.update(at.name.as_str(), |queue| queue.next_step(id, now));
    match next {
        None | Some(Next::Stop) => {}
        Some(Next::Wait(until)) => schedule(world, source, id, until),
        Some(Next::Move(target, keys)) => {
            move_messages(world, &at, &target, id, &keys, now);
            schedule(world, source, id, now);
        }
    }
}

/// Moves messages, both queues changing together; the task fails when its target is gone.
fn move_messages(
    world: &World,
    from: &Located,
    target: &Arn,
    id: Uuid,
    keys: &[u64],
    now: Timestamp,
) {
    let to = Located::by_arn(world, target);
    let to = to.as_ref().unwrap_or(from);
    let mut transaction = world.transaction();
    let source = transaction.lock(&from.store.queues, QueueName::unchecked(&from.name));
    let destination = transaction.lock(&to.store.queues, QueueName::unchecked(&target.resource));
    let outcome = transaction.run(|tx| {
        let fifo = tx.edit(destination).map(|queue| queue.attributes.fifo);
        let taken = tx.edit(source).map(|mut queue| queue.take_for_task(id, keys, fifo));
        if let Some(mut queue) = tx.edit(destination) {
            for message in taken.into_iter().flatten() {
                queue.put(message.moved(random_id(world.ids()), now), now);
            }
        }
        Ok::<_, Infallible>(())
    });
    match outcome {
        Ok(()) => {}
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_json_in_base64() {
        let arn = "arn:aws:sqs:us-east-1:000000000000:dead";
        let handle = TaskHandle { task_id: Uuid::from_u128(7), source_arn: arn.into() };
        let text = handle.encode();
        let json = STANDARD.decode(&text).expect("base64");
        let json = String::from_utf8(json).expect("UTF-8");
        let id = "00000000-0000-0000-0000-000000000007";
        assert_eq!(json, format!(r#"{{"taskId":"{id}","sourceArn":"{arn}"}}"#));
        let read = TaskHandle::decode(&text).expect("ours");
        assert_eq!((read.task_id, &*read.source_arn), (Uuid::from_u128(7), arn));
        for text in ["foobared", "", "e30="] {
            assert!(TaskHandle::decode(text).is_none(), "{text}");
        }
    }
}
