//! AWS Secrets Manager.
//!
//! Secrets with versions and staging labels, binary and text values, tokens that make requests
//! idempotent, whole and partial ARNs; deletion windows on the clock, restoring; random passwords;
//! replication to regions; resource policies with their validation; tags; lists with filters,
//! sorting and pages; batches. A value is encrypted with a data key of the KMS key that its secret
//! names.
//!
//! Knowingly different from AWS:
//!
//! - Without Lambda no secret is rotated: requests are checked and answered as AWS answers about a
//!   function that it cannot invoke. Secrets of partners are not rotated either.
//! - A replica in another account is associated with `NoRestriction` only, because no organisation is
//!   there, and replicated with the permissions of whoever changes the primary secret, whatever
//!   role `ReplicationRoleARN` names.
//! - Secrets without a KMS key are not encrypted with the key `aws/secretsmanager`, which is not
//!   made for them.
//! - `RotationToken` of `PutSecretValue` is not looked at: no rotation hands one out.
//! - Replicas are in sync at once. At most 100 versions without labels are kept, whatever their age.
//! - Deleting by force, and listing what was changed, take effect at once.
//! - Policies decide where `IAM_ENFORCEMENT` asks for it.

mod access;
mod errors;
mod ops;
mod paging;
mod provider;
mod secret;
mod store;

pub use provider::SecretsManagerProvider;

use std::sync::Arc;

/// The provider, ready for the gateway.
pub fn provider(_: &fogbank_config::Config) -> fogbank_service::Provider {
    let service = fogbank_api_secretsmanager::service(Arc::new(SecretsManagerProvider::new()));
    fogbank_service::Provider::from(service)
        .with_resource_policies(Arc::new(access::SecretPolicies))
}
