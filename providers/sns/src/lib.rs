//! Amazon Simple Notification Service.
//!
//! All 42 operations: standard and FIFO topics, subscriptions with filter policies, raw delivery,
//! redrive and delivery policies, publishing alone and in batches, signed notifications, SMS and its
//! sandbox, mobile push, archive and replay, permissions, policies, tags. Queues are reached in any
//! account and region, HTTP and HTTPS subscribers over the network; SMS, mails and push messages are
//! kept and can be read at `/_aws/sns/sms-messages`, `/_aws/sns/email-messages` and
//! `/_aws/sns/platform-endpoint-messages`, confirmation tokens at
//! `/_aws/sns/subscription-tokens/{arn}`, and what CloudWatch Logs would get of the status of
//! deliveries at `/_aws/sns/delivery-status`.
//!
//! Knowingly different from AWS:
//!
//! - Everything works at once: attributes, confirmations, deliveries to queues.
//! - Lambda and Firehose are not there: such deliveries fail, and go to the dead-letter queue.
//! - Traces are not recorded. The status of deliveries is logged with the documented members, all
//!   successes where no sample rate is set; carriers, prices and countries of phones are made up.
//! - Policies are looked at where `IAM_ENFORCEMENT` asks for it; data protection policies are checked
//!   for their form and not applied. Of a topic's key KMS is asked for a data key when messages are
//!   published; nothing is encrypted.
//! - Any certificate of an HTTPS subscriber is taken, and a subscriber is not looked for when it
//!   subscribes.
//! - A queue of another account does not need to confirm.
//! - Deleting a topic deletes its subscriptions at once.
//! - Deliveries to HTTP subscribers that wait for their turn or to be tried again end with the
//!   process.
//! - All notifications are signed with one key, which is the same for everybody; see
//!   `message/signing.rs`.
//! - The account is never in the SMS sandbox, whose numbers can nevertheless be managed; one-time
//!   passwords come by SMS. No number is charged, and there are no origination numbers.
//! - Credentials of push platforms are not verified.
//! - `SubscriptionPrincipal` of the root of an account is its user `fogbank`.

mod delivery;
mod errors;
mod message;
mod ops;
mod provider;
mod settings;
mod store;
mod subscription;
mod topic;

pub use provider::SnsProvider;
pub use settings::Settings;

use std::sync::Arc;

/// The provider, ready for the gateway.
pub fn provider(config: &fogbank_config::Config) -> fogbank_service::Provider {
    let settings = Settings::from(config);
    let provider = Arc::new(SnsProvider::with_settings(settings.clone()));
    let provider = fogbank_service::Provider::from(fogbank_api_sns::service(provider))
        .with_resource_policies(Arc::new(topic::access::TopicPolicies))
        .with_unheeded(ops::unheeded::ALL);
    delivery::inspect::routes(&settings).fold(provider, fogbank_service::Provider::with_route)
}
