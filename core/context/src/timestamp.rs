//! A point in time with nanosecond resolution.

use std::time::Duration;

use aws_smithy_types::DateTime;
use serde::{Deserialize, Serialize};

/// Nanoseconds since the Unix epoch; covers the years 1677 to 2262.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The Unix epoch.
    pub const EPOCH: Timestamp = Timestamp(0);

    /// A point given in nanoseconds since the epoch.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// A point given in milliseconds since the epoch; saturates at the ends of the range.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// A point given in seconds since the epoch; saturates at the ends of the range.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1_000_000_000))
    }

    /// Nanoseconds since the epoch.
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since the epoch, rounded down.
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1_000_000_000)
    }

    /// The time from `earlier` to `self`; zero when `earlier` is later.
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration::from_nanos(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The same point as the wire layer's type.
    pub fn to_wire(self) -> DateTime {
        let nanos = u32::try_from(self.0.rem_euclid(1_000_000_000))
            .expect("a remainder below 10^9 fits into u32");
        DateTime::from_secs_and_nanos(self.as_secs(), nanos)
    }

    /// The same point as the wire layer's type, cut to whole seconds.
    pub fn to_wire_secs(self) -> DateTime {
        DateTime::from_secs(self.as_secs())
    }

    /// A point read from the wire; saturates at the ends of the range.
    pub fn from_wire(value: &DateTime) -> Self {
        let nanos = i64::from(value.subsec_nanos());
        Self(value.secs().saturating_mul(1_000_000_000).saturating_add(nanos))
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Timestamp;

    fn add(self, rhs: Duration) -> Timestamp {
        Timestamp(self.0.saturating_add(i64::try_from(rhs.as_nanos()).unwrap_or(i64::MAX)))
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Timestamp;

    fn sub(self, rhs: Duration) -> Timestamp {
        Timestamp(self.0.saturating_sub(i64::try_from(rhs.as_nanos()).unwrap_or(i64::MAX)))
    }
}
