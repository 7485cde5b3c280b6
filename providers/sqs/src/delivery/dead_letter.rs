//! Messages that were received too often go to the dead-letter queue.

use std::convert::Infallible;
use std::sync::Arc;

use fogbank_context::{Arn, Timestamp};
use fogbank_service::RequestContext;

use crate::message::Message;
use crate::queue::locate::Located;
use crate::queue::name::QueueName;
use crate::store::Queue;

/// Moves those of the next `most` messages of a queue that were received too often into its
/// dead-letter queue, both queues changing together. False when the dead-letter queue is gone: then
/// the messages stay where they are, as on AWS.
pub(crate) fn redrive(cx: &RequestContext, at: &Located, target: &Arn, most: usize) -> bool {
    let now = cx.now();
    let mut transaction = cx.world.transaction();
    let name = |text: &str| QueueName::unchecked(text);
    let dead_letter = transaction.lock(&at.store.queues, name(&target.resource));
    let source = transaction.lock(&at.store.queues, name(&at.name));
    let moved = transaction.run(|tx| {
        if tx.edit(dead_letter).is_none() {
            return Ok::<_, Infallible>(false);
        }
        let letters = tx.edit(source).map(|mut queue| queue.take_dead_letters(most, now));
        if let Some(mut queue) = tx.edit(dead_letter) {
            for letter in letters.into_iter().flatten() {
                queue.put(letter, now);
            }
        }
        Ok(true)
    });
    match moved {
        Ok(moved) => moved,
        Err(never) => match never {},
    }
}

impl Queue {
    /// Takes those of the next messages out that were received too often, as they enter the
    /// dead-letter queue.
    fn take_dead_letters(&mut self, most: usize, now: Timestamp) -> Vec<Message> {
        let Some(policy) = &self.attributes.redrive else { return Vec::new() };
        let limit = policy.max_receives;
        let source: Arc<str> = self.arn.to_string().into();
        let mut keys = self.candidates(most);
        keys.retain(|key| self.receives(*key) >= limit);
        let taken = keys.into_iter().filter_map(|key| self.take(key));
        taken
            .map(|(message, delivery)| message.dead_letter(&source, delivery.as_ref(), now))
            .collect()
    }
}
