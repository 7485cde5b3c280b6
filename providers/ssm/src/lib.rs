//! Amazon Simple Systems Manager (SSM).
//!
//! Parameter Store is whole: hierarchies, versions and labels, history, both tiers and intelligent
//! tiering, policies, secure strings by way of KMS, secrets by way of Secrets Manager, data types,
//! patterns, both kinds of filters, tags, and AWS's public parameters.
//!
//! Knowingly different from AWS:
//!
//! - Changes and policies of parameters send no events; a notification policy becomes `Finished`
//!   when its event would be due.
//! - The value of a parameter with the data type `aws:ec2:image` is not compared with EC2's images.
//! - Public parameters are those of images of Amazon Linux, Windows, macOS, Bottlerocket, Ubuntu,
//!   Debian, ECS and EKS, and of the global infrastructure. Ids of images are made up.
//! - Resource policies of parameters are stored and share nothing.
//! - The undecrypted value of an advanced secure string is not a message of the AWS Encryption SDK.

mod errors;
mod ops;
mod page;
mod parameter;
mod provider;
mod store;

pub use provider::SsmProvider;

use std::sync::Arc;

/// The provider, ready for the gateway.
pub fn provider(_: &fogbank_config::Config) -> fogbank_service::Provider {
    fogbank_api_ssm::service(Arc::new(SsmProvider::new())).into()
}
