//! AWS Identity and Access Management.
//!
//! Users, groups, roles, instance profiles, managed and inline policies with their grammar and
//! quotas, permissions boundaries, access keys that requests can be signed with, and tags.
//!
//! Knowingly different from AWS:
//!
//! - Changes work at once; AWS's take a moment.
//! - Of AWS's managed policies the names and paths of the well-known ones are here, and the documents
//!   of those that are used most; their ids, versions and dates are not AWS's. `GetPolicyVersion`
//!   of one whose document is not known answers `NotImplemented`, and it allows nothing.
//! - Principals of trust policies must be there when they are of the same account; a principal that is
//!   deleted later stays in the document as its ARN.

mod aws_managed;
mod document;
mod errors;
mod identity;
mod ops;
mod provider;
mod resource;
pub mod store;

pub use identity::policies_of;
pub use provider::IamProvider;
pub use resource::tags;

use resource::{arns, ids, page};

use std::sync::Arc;

/// The provider, ready for the gateway.
pub fn provider(_: &fogbank_config::Config) -> fogbank_service::Provider {
    let service = fogbank_api_iam::service(Arc::new(IamProvider::new()));
    fogbank_service::Provider::from(service)
        .with_identity_policies(Arc::new(identity::Identities))
        .with_resource_policies(Arc::new(identity::Identities))
}
