//! Which messages of a queue are ready, delayed or in flight; derived from the queue's rows.
//!
//! All of it is persistent maps, so that a fork's first write to a queue copies a few nodes.

use std::sync::Arc;

use fogbank_context::Timestamp;
use imbl::{OrdMap, OrdSet};

use crate::delivery::fifo::DeduplicationKey;
use crate::message::Message;
use crate::store::Queue;

/// The derived side of a queue.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    /// What can be received.
    pub(crate) ready: Ready,
    /// Messages whose delay has not ended, by its end.
    pub(crate) delayed: OrdSet<(Timestamp, u64)>,
    /// Messages that were received, by the end of the visibility timeout.
    pub(crate) in_flight: OrdSet<(Timestamp, u64)>,
    /// Messages that were sent before one with a smaller key, by the time they were sent; all
    /// others are in the order of their keys. They came from other queues.
    pub(crate) late: OrdSet<(Timestamp, u64)>,
    /// The latest time at which a message in the order of the keys was sent.
    newest: Timestamp,
    /// The rows of `sent` by age.
    pub(crate) sent_ages: OrdSet<(Timestamp, DeduplicationKey)>,
    /// The rows of `attempts` by age.
    pub(crate) attempt_ages: OrdSet<(Timestamp, Arc<str>)>,
}

/// What can be received, in order.
#[derive(Clone, Debug)]
pub(crate) enum Ready {
    /// On a standard queue: the keys of the ready messages.
    Standard(OrdSet<u64>),
    /// On a FIFO queue: the message groups.
    Fifo(Groups),
}

impl Default for Ready {
    fn default() -> Self {
        Self::Standard(OrdSet::new())
    }
}

impl Index {
    /// The index of a queue without messages.
    pub(crate) fn new(fifo: bool) -> Self {
        let ready = if fifo { Ready::Fifo(Groups::default()) } else { Ready::default() };
        Self { ready, ..Self::default() }
    }

    /// The index of a queue's rows. What is due counts as waiting until the queue is settled.
    pub(crate) fn build(queue: &Queue) -> Self {
        let mut index = Self::new(queue.attributes.fifo);
        for (key, message) in queue.messages.iter() {
            index.note_age(*key, message);
            match queue.deliveries.get(key) {
                Some(delivery) if delivery.visible_at > delivery.last && !delivery.returned => {
                    index.in_flight.insert((delivery.visible_at, *key));
                }
                None if message.available_at > message.sent => {
                    index.delayed.insert((message.available_at, *key));
                }
                _ => index.add_ready(*key),
            }
        }
        let ages = queue.sent.iter().map(|(key, sent)| (sent.at, key.clone()));
        index.sent_ages = ages.collect();
        let ages = queue.attempts.iter().map(|(id, attempt)| (attempt.at, Arc::clone(id)));
        index.attempt_ages = ages.collect();
        if let Ready::Fifo(groups) = &mut index.ready {
            for (key, message) in queue.messages.iter() {
                let waits = is_waiting(&index.delayed, &index.in_flight, queue, *key);
                groups.add(message.group(), *key, !waits);
            }
        }
        index
    }

    /// Notes when a message was sent, for the retention period.
    pub(crate) fn note_age(&mut self, key: u64, message: &Message) {
        if message.sent < self.newest {
            self.late.insert((message.sent, key));
        } else {
            self.newest = message.sent;
        }
    }

    fn add_ready(&mut self, key: u64) {
        if let Ready::Standard(keys) = &mut self.ready {
            keys.insert(key);
        }
    }

    /// The next moment at which a message becomes ready by itself.
    pub(crate) fn next_event(&self) -> Option<Timestamp> {
        let first = |set: &OrdSet<(Timestamp, u64)>| set.get_min().map(|(at, _)| *at);
        first(&self.delayed).into_iter().chain(first(&self.in_flight)).min()
    }
}

/// Whether a message is delayed or in flight.
pub(crate) fn is_waiting(
    delayed: &OrdSet<(Timestamp, u64)>,
    in_flight: &OrdSet<(Timestamp, u64)>,
    queue: &Queue,
    key: u64,
) -> bool {
    match (queue.deliveries.get(&key), queue.messages.get(&key)) {
        (Some(delivery), _) => in_flight.contains(&(delivery.visible_at, key)),
        (None, Some(message)) => delayed.contains(&(message.available_at, key)),
        (None, None) => false,
    }
}

/// The message groups of a FIFO queue.
///
/// A group whose first message is ready has a turn; groups are served in the order of their turns,
/// and one that was served queues up again behind the others. As long as its first message is in
/// flight (or delayed), the group has no turn: so no message overtakes another of its group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    groups: OrdMap<Arc<str>, Group>,
    turns: OrdMap<u64, Arc<str>>,
    next_turn: u64,
}

#[derive(Clone, Debug, Default)]
struct Group {
    keys: OrdSet<u64>,
    turn: Option<u64>,
}

impl Groups {
    /// Adds a message, which is the group's last.
    pub(crate) fn add(&mut self, group: &Arc<str>, key: u64, ready: bool) {
        let keys = &mut self.groups.entry(Arc::clone(group)).or_default().keys;
        keys.insert(key);
        if keys.len() == 1 {
            self.set_turn(group, ready);
        }
    }

    /// Removes a message.
    pub(crate) fn remove(&mut self, group: &Arc<str>, key: u64) {
        let Some(found) = self.groups.get_mut(group) else { return };
        found.keys.remove(&key);
        if found.keys.is_empty() {
            self.set_turn(group, false);
            self.groups.remove(group);
        }
    }

    /// The first message of a group.
    pub(crate) fn first(&self, group: &Arc<str>) -> Option<u64> {
        self.groups.get(group)?.keys.get_min().copied()
    }

    /// Gives a group its turn behind all others, unless it has one, or takes it away.
    pub(crate) fn set_turn(&mut self, group: &Arc<str>, ready: bool) {
        let Some(found) = self.groups.get_mut(group) else { return };
        match (found.turn, ready) {
            (None, true) => {
                found.turn = Some(self.next_turn);
                self.turns.insert(self.next_turn, Arc::clone(group));
                self.next_turn += 1;
            }
            (Some(turn), false) => {
                found.turn = None;
                self.turns.remove(&turn);
            }
            _ => {}
        }
    }

    /// The groups that have a turn, in order, each with the keys of its messages.
    pub(crate) fn in_turn(&self) -> impl Iterator<Item = (&Arc<str>, &OrdSet<u64>)> {
        let keys = |group| self.groups.get(group).map(|found| (group, &found.keys));
        self.turns.values().filter_map(keys)
    }
}
