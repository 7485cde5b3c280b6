//! `ReceiveMessage`.

use std::sync::Arc;
use std::time::Duration;

use fogbank_api_sqs::{ReceiveMessageRequest, ReceiveMessageResult};
use fogbank_context::{Arn, Timestamp};
use fogbank_schema::Protocol;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Edit;

use crate::delivery::MOST_IN_FLIGHT;
use crate::delivery::dead_letter;
use crate::delivery::fifo::{self, DEDUPLICATION_INTERVAL, ReceiveAttempt};
use crate::errors;
use crate::message::attributes::AttributeFilter;
use crate::message::{Received, SystemAttributes};
use crate::ops::message_visibility::{self, LONGEST};
use crate::queue::encryption;
use crate::queue::locate::Located;
use crate::store::Queue;

/// The most messages of a request.
const MOST_MESSAGES: i32 = 10;
/// The longest wait, in seconds.
const LONGEST_WAIT: i32 = 20;
const ATTEMPT_ID: &str = "ReceiveRequestAttemptId";
/// Asks for more messages than AWS gives; for functions that poll large batches.
const MESSAGES_HEADER: &str = "x-localstack-sqs-override-message-count";
/// Asks for a longer wait than AWS allows, which ends when all messages asked for have come.
const WAIT_HEADER: &str = "x-localstack-sqs-override-wait-time-seconds";

pub(crate) async fn run(
    cx: &RequestContext,
    input: ReceiveMessageRequest,
) -> Result<ReceiveMessageResult, ServiceError> {
    let at = Located::by_url(cx, &input.queue_url)?;
    let system = system_attributes(cx, &input)?;
    let user = AttributeFilter::new(input.message_attribute_names);
    let demand = Demand {
        most: most_messages(cx, input.max_number_of_messages)?,
        timeout: visibility_timeout(input.visibility_timeout)?,
        attempt: attempt_id(input.receive_request_attempt_id)?,
    };
    let wait = Wait::new(cx, input.wait_time_seconds)?;
    let (queue, received) = receive(cx, &at, demand, wait).await?;
    let messages: Vec<_> = received.iter().map(|it| it.to_wire(queue, &system, &user)).collect();
    Ok(ReceiveMessageResult { messages: Some(messages).filter(|list| !list.is_empty()) })
}

/// What a receiver wants.
struct Demand {
    /// The most messages.
    most: usize,
    /// The visibility timeout in seconds, unless it is the queue's.
    timeout: Option<u32>,
    /// The receive request attempt id.
    attempt: Option<Arc<str>>,
}

/// How long a receiver waits.
struct Wait {
    /// In seconds, unless it is the queue's.
    seconds: Option<u32>,
    /// Until all messages have come, not only the first.
    for_all: bool,
}

/// What a look at the queue gave.
enum Look {
    /// Messages, of the queue with this number that is (not) a FIFO queue.
    Messages((u64, bool), Vec<Received>),
    /// Some messages were received too often and belong into this queue.
    Redrive(Arn),
    /// Nothing can be received now.
    Nothing {
        /// When that may change by itself.
        next_event: Option<Timestamp>,
        /// How long the queue has receivers wait, in seconds.
        wait: u32,
        /// Too many messages are in flight.
        full: bool,
    },
}

/// Receives messages, now or when some come.
async fn receive(
    cx: &RequestContext,
    at: &Located,
    mut demand: Demand,
    wait: Wait,
) -> Result<((u64, bool), Vec<Received>), ServiceError> {
    let start = cx.now();
    let mut redrive = true;
    let mut waits = false;
    let mut queue = (0, false);
    let mut received = Vec::new();
    loop {
        encryption::for_receiving(cx, at).await?;
        // The watch comes before the look, so that no change falls between them; who gets
        // something at once needs none.
        let watch = waits.then(|| at.store.queues.watch(at.name.as_str())).flatten();
        let (next_event, limit, full) =
            match at.update(cx, |q| look(q, &demand, redrive, cx.now()))? {
                Look::Redrive(target) => {
                    redrive = dead_letter::redrive(cx, at, &target, demand.most);
                    continue;
                }
                Look::Messages(of, messages) => {
                    queue = of;
                    demand.most -= messages.len();
                    received.extend(messages);
                    if demand.most == 0 || !wait.for_all {
                        return Ok((queue, received));
                    }
                    continue;
                }
                Look::Nothing { next_event, wait: queue_wait, full } => {
                    (next_event, wait.seconds.unwrap_or(queue_wait), full)
                }
            };
        // Receivers that wait are not told that too much is in flight.
        if full && limit == 0 {
            return Err(errors::over_limit(format!(
                "Too many messages in flight. The maximum number of in-flight messages is \
                 {MOST_IN_FLIGHT}."
            )));
        }
        let deadline = start + Duration::from_secs(limit.into());
        if cx.now() >= deadline {
            return Ok((queue, received));
        }
        if !std::mem::replace(&mut waits, true) {
            continue;
        }
        let until = next_event.map_or(deadline, |at| at.min(deadline));
        let sleep = cx.clock().sleep_until(until);
        match watch {
            Some(mut watch) => tokio::select! {
                () = sleep => {}
                () = watch.changed() => {}
            },
            None => sleep.await,
        }
    }
}

/// Takes what can be received.
///
/// # Errors
/// `InvalidParameterValue` when what an earlier request with the same receive request attempt id got
/// was changed since.
fn look(
    queue: &mut Edit<'_, Queue>,
    demand: &Demand,
    redrive: bool,
    now: Timestamp,
) -> Result<Look, ServiceError> {
    let of = (queue.number, queue.attributes.fifo);
    let timeout = demand.timeout.unwrap_or(queue.attributes.visibility_timeout);
    let attempt = demand.attempt.as_ref().filter(|_| queue.attributes.fifo);
    if let Some(id) = attempt
        && let Some(known) = queue.attempt(id, now)
    {
        let Some(receipts) = queue.repeatable(known) else {
            let reason = "The receiveRequestAttemptId is not valid anymore since the receive call \
                          is not retryable.";
            return Err(errors::invalid_value(id, ATTEMPT_ID, reason));
        };
        return Ok(Look::Messages(of, queue.repeat(id, &receipts, timeout, now)));
    }
    let room = MOST_IN_FLIGHT.saturating_sub(queue.index.in_flight.len());
    let keys = queue.candidates(demand.most.min(room));
    if keys.is_empty() {
        return Ok(Look::Nothing {
            next_event: queue.index.next_event(),
            wait: queue.attributes.wait,
            // FIFO queues do not tell.
            full: room == 0 && !queue.attributes.fifo,
        });
    }
    if let Some(policy) = queue.attributes.redrive.as_ref().filter(|_| redrive)
        && keys.iter().any(|key| queue.receives(*key) >= policy.max_receives)
    {
        return Ok(Look::Redrive(policy.target.clone()));
    }
    let queue = &mut **queue;
    let received = queue.deliver(&keys, timeout, now);
    if let Some(id) = attempt {
        queue.remember(id, &received, now);
    }
    Ok(Look::Messages(of, received))
}

impl Queue {
    /// An earlier request with this receive request attempt id, within the deduplication interval.
    fn attempt(&self, id: &Arc<str>, now: Timestamp) -> Option<&ReceiveAttempt> {
        self.attempts.get(id).filter(|attempt| now.since(attempt.at) < DEDUPLICATION_INTERVAL)
    }

    /// What an earlier request got, if none of it was deleted, hidden or given back since.
    fn repeatable(&self, attempt: &ReceiveAttempt) -> Option<Vec<(u64, u32)>> {
        let current = |(key, receipt): &(u64, u32)| {
            let delivery = self.deliveries.get(key);
            self.is_in_flight(*key)
                && delivery
                    .is_some_and(|it| it.count == *receipt && it.visible_at == attempt.visible_at)
        };
        attempt.receipts.iter().all(current).then(|| attempt.receipts.clone())
    }

    /// Hands the same messages out under the same receipts, the visibility timeout starting anew.
    fn repeat(
        &mut self,
        id: &Arc<str>,
        receipts: &[(u64, u32)],
        timeout: u32,
        now: Timestamp,
    ) -> Vec<Received> {
        if let Some(attempt) = self.attempts.get_mut(id) {
            attempt.visible_at = now + Duration::from_secs(timeout.into());
        }
        let mut received = Vec::with_capacity(receipts.len());
        for &(key, _) in receipts {
            let message = self.messages.get(&key).map(Arc::clone);
            self.hide(key, timeout, now);
            let delivery = self.deliveries.get(&key).copied();
            if let (Some(message), Some(delivery)) = (message, delivery) {
                received.push(Received { key, message, delivery });
            }
        }
        received
    }

    /// Remembers what a request with a receive request attempt id got.
    fn remember(&mut self, id: &Arc<str>, received: &[Received], now: Timestamp) {
        self.forget_old(now);
        let receipts = received.iter().map(|got| (got.key, got.delivery.count)).collect();
        let visible_at = received.first().map_or(now, |got| got.delivery.visible_at);
        let attempt = ReceiveAttempt { at: now, visible_at, receipts };
        if let Some(old) = self.attempts.insert(Arc::clone(id), attempt) {
            self.index.attempt_ages.remove(&(old.at, Arc::clone(id)));
        }
        self.index.attempt_ages.insert((now, Arc::clone(id)));
    }
}

/// The system attributes that a request asks for.
///
/// JSON takes `MessageSystemAttributeNames` and its deprecated predecessor `AttributeNames`
/// together; in the query protocol the predecessor goes first.
fn system_attributes(
    cx: &RequestContext,
    input: &ReceiveMessageRequest,
) -> Result<SystemAttributes, ServiceError> {
    let names = input.message_system_attribute_names.iter().flatten().map(|name| name.as_str());
    let deprecated = input.attribute_names.iter().flatten().map(|name| name.as_str());
    let first_only = cx.protocol == Protocol::AwsQuery
        && input.attribute_names.as_ref().is_some_and(|names| !names.is_empty());
    if first_only {
        SystemAttributes::new(deprecated)
    } else {
        SystemAttributes::new(names.chain(deprecated))
    }
}

/// The value of a header that lifts a limit.
fn header(cx: &RequestContext, name: &str) -> Option<u32> {
    cx.http.headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

fn most_messages(cx: &RequestContext, asked: Option<i32>) -> Result<usize, ServiceError> {
    if let Some(count) = header(cx, MESSAGES_HEADER) {
        return Ok(count as usize);
    }
    let most = asked.unwrap_or(1);
    if (1..=MOST_MESSAGES).contains(&most) {
        return Ok(most.unsigned_abs() as usize);
    }
    let reason = format!("Must be between 1 and {MOST_MESSAGES}, if provided.");
    Err(errors::invalid_value(most, "MaxNumberOfMessages", reason))
}

fn visibility_timeout(asked: Option<i32>) -> Result<Option<u32>, ServiceError> {
    let Some(seconds) = asked else { return Ok(None) };
    let timeout = message_visibility::timeout(seconds);
    let reason = || format!("Must be >= 0 and <= {LONGEST}, if provided.");
    timeout.map(Some).ok_or_else(|| errors::invalid_value(seconds, "VisibilityTimeout", reason()))
}

impl Wait {
    fn new(cx: &RequestContext, asked: Option<i32>) -> Result<Self, ServiceError> {
        if let Some(seconds) = header(cx, WAIT_HEADER) {
            return Ok(Self { seconds: Some(seconds), for_all: true });
        }
        match asked {
            Some(seconds) if !(0..=LONGEST_WAIT).contains(&seconds) => {
                let reason = format!("Must be >= 0 and <= {LONGEST_WAIT}, if provided.");
                Err(errors::invalid_value(seconds, "WaitTimeSeconds", reason))
            }
            seconds => Ok(Self { seconds: seconds.map(i32::unsigned_abs), for_all: false }),
        }
    }
}

fn attempt_id(id: Option<String>) -> Result<Option<Arc<str>>, ServiceError> {
    let Some(id) = id.filter(|id| !id.is_empty()) else { return Ok(None) };
    fifo::check_id(ATTEMPT_ID, &id)?;
    Ok(Some(id.into()))
}
