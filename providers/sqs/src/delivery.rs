//! How messages enter a queue, are handed out, come back and leave.
//!
//! Nothing here looks through the messages of a queue: each step costs a few look-ups in ordered
//! maps, however many messages there are.

pub(crate) mod dead_letter;
pub(crate) mod fifo;
pub(crate) mod index;
pub(crate) mod move_task;

use std::sync::Arc;
use std::time::Duration;

use fogbank_context::Timestamp;

use crate::delivery::index::{Index, Ready, is_waiting};
use crate::message::{Delivery, Message, Received};
use crate::store::Queue;

/// The most messages in flight.
pub(crate) const MOST_IN_FLIGHT: usize = 120_000;

impl Message {
    /// The group on a FIFO queue, where every message has one.
    pub(crate) fn group(&self) -> &Arc<str> {
        self.group.as_ref().expect("a message of a FIFO queue has a group")
    }
}

impl Queue {
    /// Puts a message at the end and returns its key.
    pub(crate) fn put(&mut self, message: Message, now: Timestamp) -> u64 {
        let key = self.take_key();
        let message = Arc::new(message);
        self.index.note_age(key, &message);
        let delayed = message.available_at > now;
        if delayed {
            self.index.delayed.insert((message.available_at, key));
        }
        match &mut self.index.ready {
            Ready::Standard(keys) if !delayed => {
                keys.insert(key);
            }
            Ready::Standard(_) => {}
            Ready::Fifo(groups) => groups.add(message.group(), key, !delayed),
        }
        self.messages.insert(key, message);
        key
    }

    /// Takes a message out, wherever it is.
    pub(crate) fn take(&mut self, key: u64) -> Option<(Arc<Message>, Option<Delivery>)> {
        let message = self.messages.remove(&key)?;
        let delivery = self.deliveries.remove(&key);
        let waited = match &delivery {
            Some(delivery) => self.index.in_flight.remove(&(delivery.visible_at, key)).is_some(),
            None => self.index.delayed.remove(&(message.available_at, key)).is_some(),
        };
        if !self.index.late.is_empty() {
            self.index.late.remove(&(message.sent, key));
        }
        match &mut self.index.ready {
            Ready::Standard(keys) => {
                if !waited {
                    keys.remove(&key);
                }
            }
            Ready::Fifo(groups) => {
                groups.remove(message.group(), key);
                self.refresh_group(message.group());
            }
        }
        Some((message, delivery))
    }

    /// Whether something is to be settled.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.index.next_event().is_some_and(|at| at <= now) || self.oldest_expired(now).is_some()
    }

    /// Brings the queue to this time: what was delayed or in flight becomes ready, what is older
    /// than the retention period is gone.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        while let Some(&(at, key)) = self.index.in_flight.get_min().filter(|(at, _)| *at <= now) {
            self.index.in_flight.remove(&(at, key));
            self.make_ready(key);
        }
        while let Some(&(at, key)) = self.index.delayed.get_min().filter(|(at, _)| *at <= now) {
            self.index.delayed.remove(&(at, key));
            self.make_ready(key);
        }
        while let Some(key) = self.oldest_expired(now) {
            self.take(key);
        }
    }

    /// The oldest message, if it is older than the retention period.
    fn oldest_expired(&self, now: Timestamp) -> Option<u64> {
        let limit = now - Duration::from_secs(self.attributes.retention.into());
        let late = self.index.late.get_min().filter(|(sent, _)| *sent <= limit);
        let first = self.messages.first().filter(|(_, message)| message.sent <= limit);
        late.map(|(_, key)| *key).or(first.map(|(key, _)| *key))
    }

    fn make_ready(&mut self, key: u64) {
        match &mut self.index.ready {
            Ready::Standard(keys) => {
                keys.insert(key);
            }
            Ready::Fifo(_) => {
                let group = self.messages.get(&key).map(|message| Arc::clone(message.group()));
                if let Some(group) = group {
                    self.refresh_group(&group);
                }
            }
        }
    }

    /// Gives or takes a message group its turn after one of its messages changed.
    fn refresh_group(&mut self, group: &Arc<str>) {
        let Ready::Fifo(groups) = &self.index.ready else { return };
        let ready = groups.first(group).is_some_and(|key| !self.is_waiting(key));
        if let Ready::Fifo(groups) = &mut self.index.ready {
            groups.set_turn(group, ready);
        }
    }

    fn is_waiting(&self, key: u64) -> bool {
        is_waiting(&self.index.delayed, &self.index.in_flight, self, key)
    }

    /// The next messages to hand out, at most `most`.
    pub(crate) fn candidates(&self, most: usize) -> Vec<u64> {
        match &self.index.ready {
            Ready::Standard(keys) => keys.iter().take(most).copied().collect(),
            Ready::Fifo(groups) => groups
                .in_turn()
                .flat_map(|(_, keys)| keys.iter().take_while(|key| !self.is_waiting(**key)))
                .take(most)
                .copied()
                .collect(),
        }
    }

    /// How often this queue handed a message out.
    pub(crate) fn receives(&self, key: u64) -> u32 {
        self.deliveries.get(&key).map_or(0, |delivery| delivery.count)
    }

    /// Hands messages out and hides them for the visibility timeout, in seconds.
    pub(crate) fn deliver(&mut self, keys: &[u64], timeout: u32, now: Timestamp) -> Vec<Received> {
        let visible_at = now + Duration::from_secs(timeout.into());
        let mut received = Vec::with_capacity(keys.len());
        for &key in keys {
            let Some(message) = self.messages.get(&key).map(Arc::clone) else { continue };
            let before = self.deliveries.get(&key);
            let delivery = Delivery {
                count: before.map_or(0, |before| before.count) + 1,
                first: before.map_or(now, |before| before.first),
                last: now,
                visible_at,
                returned: false,
            };
            self.deliveries.insert(key, delivery);
            if timeout > 0 {
                self.index.in_flight.insert((visible_at, key));
                if let Ready::Standard(keys) = &mut self.index.ready {
                    keys.remove(&key);
                }
            }
            received.push(Received { key, message, delivery });
        }
        if let Ready::Fifo(groups) = &mut self.index.ready {
            // Whoever was served queues up again, in the order of serving.
            received.iter().for_each(|got| groups.set_turn(got.message.group(), false));
            received.iter().for_each(|got| self.refresh_group(got.message.group()));
        }
        received
    }

    /// Hides a message that was received until the visibility timeout ends, counted from now; zero
    /// gives it back at once. None when there is no such message.
    pub(crate) fn hide(&mut self, key: u64, timeout: u32, now: Timestamp) -> Option<()> {
        let delivery = self.deliveries.get_mut(&key)?;
        let was_in_flight = self.index.in_flight.remove(&(delivery.visible_at, key)).is_some();
        delivery.visible_at = now + Duration::from_secs(timeout.into());
        delivery.returned = timeout == 0;
        let visible_at = delivery.visible_at;
        if timeout == 0 {
            self.make_ready(key);
            return Some(());
        }
        self.index.in_flight.insert((visible_at, key));
        match &mut self.index.ready {
            Ready::Standard(keys) => {
                if !was_in_flight {
                    keys.remove(&key);
                }
            }
            Ready::Fifo(_) => self.make_ready(key),
        }
        Some(())
    }

    /// Whether a message is in flight.
    pub(crate) fn is_in_flight(&self, key: u64) -> bool {
        let delivery = self.deliveries.get(&key);
        delivery.is_some_and(|it| self.index.in_flight.contains(&(it.visible_at, key)))
    }

    /// Removes all messages and what is remembered of earlier ones.
    pub(crate) fn purge(&mut self, now: Timestamp) {
        self.messages.clear();
        self.deliveries.clear();
        self.sent.clear();
        self.attempts.clear();
        self.index = Index::new(self.attributes.fifo);
        self.purged = Some(now);
    }

    /// How many messages can be received, are delayed, and are in flight.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        let (delayed, in_flight) = (self.index.delayed.len(), self.index.in_flight.len());
        (self.messages.len() - delayed - in_flight, delayed, in_flight)
    }
}
