//! AWS Identity and Access Management.
//!
//! Users, groups, roles, instance profiles and service-linked roles; managed and inline policies with
//! their grammar, versions and quotas; permissions boundaries; access keys that requests can be signed
//! with; passwords and their policy; virtual MFA devices with real seeds and codes; server and signing
//! certificates, SSH public keys, service-specific credentials; SAML and OpenID Connect providers;
//! tags on everything; alias, summary, credential report and authorisation details of the account;
//! simulation by the policy engine. Authorisation asks here what a principal's policies are.
//!
//! Knowingly different from AWS:
//!
//! - Changes work at once; AWS's take a moment.
//! - Of AWS's managed policies the well-known ones are here, with ids, versions and dates that are not
//!   AWS's. The documents of those that are used most are whole; of most others, `ReadOnlyAccess`,
//!   `SecurityAudit` and the job functions among them, they have the statements about services that
//!   are emulated, which is all that decides here. `GetPolicyVersion` of one that has no such
//!   statement answers `NotImplemented`.
//! - Principals of trust policies must be there when they are of the same account. When one is deleted,
//!   its unique id takes the place of its ARN in the trust policies of its own account only.
//! - When access keys and roles were last used is known to the minute, for each service; last-accessed
//!   reports name services and not actions, and passwords, with which nobody signs in, were never used.
//! - Product providers register policy templates and permissions boundaries with AWS when they are
//!   taken on; here they do with `PUT /_aws/iam/registered-policies/<ARN>`. Anybody may make delegation
//!   requests; one for a template that is not registered has no policy, and what its token is exchanged
//!   for may do nothing where policies are enforced. Summaries list the policy's statements, in English.
//!   A topic hears that a request expired from the server that made or last changed it. Sessions with
//!   session policies cannot accept requests. No role template is known.
//! - Jobs and tasks (reports, deletions of service-linked roles) are complete at once.
//! - MFA devices are virtual. The root user has no credentials of its own, and gets none.
//! - Thumbprints of OpenID Connect providers are kept as given; none is fetched.
//! - No organisation is there: features for member accounts answer as in an account without one.
//! - Simulations do not look at `ResourceHandlingOption`: they take the resources that they are given.
//! - The token version of STS's global endpoint and the account's properties are kept and returned.

mod crypto;
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

use resource::{arns, aws_managed, ids, page};

use std::sync::Arc;

/// The provider, ready for the gateway.
pub fn provider(_: &fogbank_config::Config) -> fogbank_service::Provider {
    let service = fogbank_api_iam::service(Arc::new(IamProvider::new()));
    fogbank_service::Provider::from(service)
        .with_identity_policies(Arc::new(identity::Identities))
        .with_resource_policies(Arc::new(identity::Identities))
        .with_route(ops::federation::delegation::registry::route())
}
