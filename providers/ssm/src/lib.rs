//! Amazon Simple Systems Manager (SSM).
//!
//! Parameter Store is whole: hierarchies, versions and labels, history, both tiers and intelligent
//! tiering, policies, secure strings by way of KMS, secrets by way of Secrets Manager, data types,
//! patterns, both kinds of filters, tags, and AWS's public parameters.
//!
//! What else holds state is recorded: documents (with some of Amazon's), commands, associations,
//! automation executions, maintenance windows, patch baselines and groups, activations, inventory,
//! compliance, resource data syncs, OpsItems, OpsMetadata, cloud connectors, service settings and
//! resource policies.
//!
//! Knowingly different from AWS:
//!
//! - **Nothing is executed.** There are no managed nodes, because only an agent registers one. A command
//!   is taken for any ids of instances, stays `Pending`, and is `TimedOut` when the time for its
//!   delivery is over. Associations stay `Pending`; so do automation executions until they are
//!   stopped. Maintenance windows follow their schedules, and their executions have `FAILED` for want
//!   of invocations. Sessions are refused: no target is connected.
//! - Policies of parameters send no events; a notification policy becomes `Finished` when its event would
//!   be due. Changes of parameters do, where EventBridge is used.
//! - The value of a parameter with the data type `aws:ec2:image` is not compared with EC2's images.
//! - Public parameters are those of images of Amazon Linux, Windows, macOS, Bottlerocket, Ubuntu,
//!   Debian, ECS and EKS, and of the global infrastructure. Ids of images are made up.
//! - A resource policy shares a parameter with the accounts that it names; what they may do with it is
//!   decided where `IAM_ENFORCEMENT` asks for it. Of a shared document every version is shared.
//! - The undecrypted value of an advanced secure string is not a message of the AWS Encryption SDK.
//! - Rates of maintenance windows count from their creation; an hour that clocks show twice counts
//!   once.
//! - Attachments of documents are named and not fetched. Of Amazon's documents there are the most
//!   used, with contents of our own.
//! - The ids of AWS's patch baselines are those of us-east-1 in every region, and some are made up.
//! - Roles that activations, windows and associations name are not looked up in IAM; buckets of
//!   outputs and data syncs are not looked up in S3, and nothing is written to them.
//! - Inventory is aggregated by attributes, not by groups.
//! - Events of change calendars are repeated by days, weeks, months or years, on days of the week; other
//!   rules of repetition are refused.
//! - Of the catalog of patches there are a few, and products are listed without AWS's newest.
//! - Requests for access to nodes are OpsItems that stay `Pending` until their status is changed;
//!   there is no node, so an approved one gives no credentials. Previews of executions judge steps
//!   by their actions. Cloud connectors are validated as if no other cloud could be reached.
//! - `StartChangeRequestExecution` is answered as to accounts that have not used Change Manager.

mod association;
mod document;
mod errors;
mod idempotency;
mod kept;
mod ops;
mod page;
mod parameter;
mod provider;
mod store;

pub use provider::SsmProvider;

use std::sync::Arc;

use fogbank_service::Unheeded;

/// The parameters that have less effect than at AWS.
static UNHEEDED: &[&Unheeded] =
    &[&ops::nodes::activations::REGISTRATION_METADATA, &ops::nodes::inventory::SUB_TYPE];

/// The provider, ready for the gateway.
pub fn provider(_: &fogbank_config::Config) -> fogbank_service::Provider {
    fogbank_service::Provider::from(fogbank_api_ssm::service(Arc::new(SsmProvider::new())))
        .with_unheeded(UNHEEDED)
        .with_resource_policies(Arc::new(parameter::access::ResourcePolicies))
}
