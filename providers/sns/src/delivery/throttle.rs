//! How many messages a second subscribers take.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use fogbank_context::Timestamp;
use parking_lot::Mutex;

/// From how many subscriptions on those are forgotten that wait for nothing.
const MANY: usize = 1_000;

/// When the next message may go to each subscription whose policy limits them.
///
/// Subscriptions are told apart by the world that they are in and their ARN.
#[derive(Clone, Default)]
pub(super) struct Throttle(Arc<Mutex<HashMap<(usize, String), Timestamp>>>);

impl Throttle {
    /// When a message may be sent that came now. It takes that place: the next one comes later.
    pub(super) fn turn(
        &self,
        world: usize,
        subscription: String,
        per_second: u32,
        now: Timestamp,
    ) -> Timestamp {
        let mut next = self.0.lock();
        if next.len() >= MANY {
            next.retain(|_, free| *free > now);
        }
        let free = next.entry((world, subscription)).or_insert(now);
        let turn = (*free).max(now);
        *free = turn + Duration::from_secs(1) / per_second.max(1);
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_keep_their_distance() {
        let throttle = Throttle::default();
        let at = |millis: i64| Timestamp::from_millis(1_000_000 + millis);
        let turn = |name: &str, now| throttle.turn(1, name.to_owned(), 4, at(now));
        assert_eq!(turn("a", 0), at(0));
        assert_eq!(turn("a", 0), at(250));
        assert_eq!(turn("b", 0), at(0));
        assert_eq!(turn("a", 100), at(500));
        assert_eq!(turn("a", 2_000), at(2_000));
    }
}
