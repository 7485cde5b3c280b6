//! `GetAccountSummary`.

use fogbank_api_iam::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::store::IamStore;

/// The quotas of an account, as AWS grants them.
const QUOTAS: &[(&str, i32)] = &[
    ("AccessKeysPerUserQuota", 2),
    ("AssumeRolePolicySizeQuota", 2048),
    ("AttachedPoliciesPerGroupQuota", 10),
    ("AttachedPoliciesPerRoleQuota", 10),
    ("AttachedPoliciesPerUserQuota", 10),
    ("GroupPolicySizeQuota", 5120),
    ("GroupsPerUserQuota", 10),
    ("GroupsQuota", 300),
    ("InstanceProfilesQuota", 1000),
    ("PoliciesQuota", 1500),
    ("PolicySizeQuota", 6144),
    ("PolicyVersionsInUseQuota", 10_000),
    ("RolePolicySizeQuota", 10_240),
    ("RolesQuota", 1000),
    ("ServerCertificatesQuota", 20),
    ("SigningCertificatesPerUserQuota", 2),
    ("UserPolicySizeQuota", 2048),
    ("UsersQuota", 5000),
    ("VersionsPerPolicyQuota", 5),
];

pub(crate) fn get(cx: &RequestContext, _: Unit) -> Result<GetAccountSummaryResponse, ServiceError> {
    let store = IamStore::of(cx);
    let account = store.account();
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let versions = store.policies.iter().map(|(_, policy)| policy.versions.len()).sum();
    let enabled = store.mfa_devices.iter().filter(|(_, device)| device.user.is_some()).count();
    let counts = [
        ("AccountAccessKeysPresent", 0),
        ("AccountMFAEnabled", 0),
        ("AccountPasswordPresent", 1),
        ("AccountSigningCertificatesPresent", 0),
        ("GlobalEndpointTokenVersion", i32::from(account.token_version.unwrap_or(1))),
        ("Groups", count(store.groups.len())),
        ("InstanceProfiles", count(store.instance_profiles.len())),
        ("MFADevices", count(store.mfa_devices.len())),
        ("MFADevicesInUse", count(enabled)),
        ("Policies", count(store.policies.len())),
        ("PolicyVersionsInUse", count(versions)),
        ("Providers", count(store.saml_providers.len() + store.oidc_providers.len())),
        ("Roles", count(store.roles.len())),
        ("ServerCertificates", count(store.server_certificates.len())),
        ("Users", count(store.users.len())),
    ];
    let all = QUOTAS.iter().copied().chain(counts);
    let summary = all.map(|(key, value)| (SummaryKeyType::from(key), value)).collect();
    Ok(GetAccountSummaryResponse { summary_map: Some(summary) })
}
