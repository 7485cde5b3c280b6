//! Clock, ids and AWS identifiers.
//!
//! **Invariant.** This crate is the only place of the workspace that asks the operating system
//! for the time or for random bytes. Everything else asks the [`Clock`] and the [`IdSource`] of
//! its world, so that time can be frozen and a run can be repeated.

mod arn;
mod clock;
mod date;
mod ids;
mod names;
mod timestamp;

pub use arn::{Arn, ParseArnError};
pub use clock::{Clock, ClockMode, ClockPosition, Elapsed, JobId, Ran, Sleep, Stopwatch, Timeout};
pub use date::Date;
pub use ids::IdSource;
pub use names::{AccountId, ParseAccountIdError, Partition, Region};
pub use timestamp::Timestamp;
