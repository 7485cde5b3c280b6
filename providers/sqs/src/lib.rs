//! Amazon Simple Queue Service.
//!
//! All 23 operations, in both protocols: standard and FIFO queues, visibility timeouts, delays,
//! retention, long polling, batches, dead-letter queues with redrive policies and redrive allow
//! policies, message move tasks, attributes with their digests, deduplication, receive request
//! attempts, tags, stored policies, purging. All of it happens on the world's clock.
//!
//! Knowingly different from AWS:
//!
//! - A queue is one ordered queue: standard queues deliver each message once and in order, and
//!   short polls see all messages. The numbers of messages are exact, at once.
//! - Attributes work as soon as they are set. Only a changed deduplication scope takes its 60
//!   seconds, because AWS's tests of it depend on that.
//! - A queue can be purged twice a minute and created again right after it was deleted, unless
//!   `SQS_DELAY_PURGE_RETRY` and `SQS_DELAY_RECENTLY_DELETED` ask for AWS's minute.
//! - Policies are looked at where `IAM_ENFORCEMENT` asks for it. KMS is asked for the data keys of a
//!   queue's key, other than SQS's own; nothing is encrypted. Throughput quotas and the fair
//!   scheduling of standard queues with message groups are not emulated.
//! - A queue URL is understood under any host name, and a queue's bare name is taken for its URL.
//! - On a standard queue every receipt handle of a message deletes it, not only the latest.
//! - A cancelled message move task is `CANCELLED` at once, never `CANCELLING`.
//! - The header `x-localstack-sqs-override-message-count` lifts the limit of ten messages, and
//!   `x-localstack-sqs-override-wait-time-seconds` that of twenty seconds.

mod access;
mod delivery;
mod errors;
mod message;
mod ops;
mod peek;
mod provider;
mod queue;
mod settings;
mod store;

pub use provider::SqsProvider;
pub use settings::Settings;

use std::sync::Arc;

/// Messages of groups in a standard queue.
pub(crate) static FAIRNESS: fogbank_service::Unheeded = fogbank_service::Unheeded {
    operations: "SendMessage, SendMessageBatch",
    parameter: "MessageGroupId (of a standard queue)",
    effect: "kept and returned; a group with many messages can delay those of others",
};

/// FIFO queues of high throughput.
pub(crate) static THROUGHPUT: fogbank_service::Unheeded = fogbank_service::Unheeded {
    operations: "CreateQueue, SetQueueAttributes",
    parameter: "Attributes.FifoThroughputLimit",
    effect: "kept and returned; throughput is not limited",
};

/// Parameters that have less effect than at AWS.
static UNHEEDED: &[&fogbank_service::Unheeded] = &[&FAIRNESS, &THROUGHPUT];

/// The provider, ready for the gateway.
pub fn provider(config: &fogbank_config::Config) -> fogbank_service::Provider {
    let settings = Settings::from(config);
    let provider = Arc::new(SqsProvider::with_settings(settings.clone()));
    fogbank_service::Provider::from(fogbank_api_sqs::service(provider))
        .with_background(|world, _| delivery::move_task::carry_on(world))
        .with_route(peek::route(settings))
        .with_resource_policies(Arc::new(access::QueuePolicies))
        .with_unheeded(UNHEEDED)
        .with_late_texts()
}
