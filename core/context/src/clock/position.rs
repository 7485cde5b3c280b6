//! Where a clock stands, to be kept over a restart.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Clock, ClockMode, real_now};
use crate::Timestamp;

/// The hands of a clock that does not show real time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockPosition {
    /// What the clock showed.
    pub at: Timestamp,
    /// Virtual seconds that pass in a real second; 0 when the clock stands still.
    pub rate: f64,
    /// What the machine's clock showed then.
    pub machine: Timestamp,
}

impl Clock {
    /// Where the clock stands; none when it shows real time.
    pub fn position(&self) -> Option<ClockPosition> {
        let rate = match self.mode() {
            ClockMode::Real => return None,
            ClockMode::Running { rate } => rate,
            ClockMode::Frozen => 0.0,
        };
        Some(ClockPosition { at: self.now(), rate, machine: real_now() })
    }

    /// Goes on from a position as if the clock had run since: a frozen clock stands where it
    /// stood. Waiting work sees the new time as after [`Clock::scale`].
    pub fn resume_from(&self, position: ClockPosition) {
        let ClockPosition { at, rate, machine } = position;
        let rate = if rate.is_finite() { rate.max(0.0) } else { 0.0 };
        let passed = real_now().since(machine).as_secs_f64() * rate;
        let passed = Duration::try_from_secs_f64(passed).unwrap_or(Duration::MAX);
        self.inner.show(at + passed, rate);
        self.inner.retime();
    }
}
