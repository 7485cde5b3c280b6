//! The clock of a world.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::Timestamp;

/// The time that a world sees. Clones share one clock.
#[derive(Clone, Debug, Default)]
pub struct Clock(());

impl Clock {
    /// The current time of the world.
    pub fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_nanos(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
    }
}
