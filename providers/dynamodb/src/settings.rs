//! The settings that DynamoDB has: requests that fail on purpose, and how soon items expire.

mod throttling;

use std::time::Duration;

use fogbank_api_dynamodb::ProvisionedThroughputExceededException;
use fogbank_config::Config;
use fogbank_service::{RequestContext, ServiceError};

use crate::routes;

/// Chances are counted in millionths.
const MILLION: u64 = 1_000_000;

/// What a request does to items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It only reads.
    Read,
    /// It may write.
    Write,
}

/// The settings of a provider.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// How many of a million reads fail.
    pub failing_reads: u64,
    /// How many of a million writes fail.
    pub failing_writes: u64,
    /// Whether items are deleted as soon as they expire, and not only some time later.
    pub remove_expired_items: bool,
    /// How long global indexes that are added to a table or taken from it need for that.
    pub index_delay: Duration,
    /// Whether throughput has an end, and changes can be too many.
    pub throttles: bool,
}

fn millionths(probability: f64) -> u64 {
    (probability.clamp(0.0, 1.0) * MILLION as f64) as u64
}

impl From<&Config> for Settings {
    fn from(config: &Config) -> Self {
        let any = config.dynamodb_error_probability.get();
        Self {
            failing_reads: millionths(any.max(config.dynamodb_read_error_probability.get())),
            failing_writes: millionths(any.max(config.dynamodb_write_error_probability.get())),
            remove_expired_items: config.dynamodb_remove_expired_items,
            index_delay: config.dynamodb_index_delay,
            throttles: config.dynamodb_throttling,
        }
    }
}

impl Settings {
    /// What comes before every request about items.
    ///
    /// # Errors
    /// As often as the settings say, that the throughput of the table was exceeded.
    pub fn before(&self, cx: &RequestContext, access: Access) -> Result<(), ServiceError> {
        let failing = match access {
            Access::Read => self.failing_reads,
            Access::Write => self.failing_writes,
        };
        if failing > 0 && cx.ids().below(MILLION) < failing {
            return Err(ProvisionedThroughputExceededException::new(
                "The level of configured provisioned throughput for the table was exceeded. \
                 Consider increasing your provisioning level with the UpdateTable API.",
            )
            .into());
        }
        if self.remove_expired_items {
            routes::remove_expired(&cx.world);
        }
        Ok(())
    }
}
