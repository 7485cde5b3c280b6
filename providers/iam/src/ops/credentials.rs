//! What users and servers prove themselves with.

pub(crate) mod access_keys;
pub(crate) mod login_profiles;
pub(crate) mod mfa_devices;
pub(crate) mod server_certificates;
pub(crate) mod service_credentials;
pub(crate) mod signing_certificates;
pub(crate) mod ssh_keys;

use fogbank_api_iam::StatusType;

use crate::store::KeyStatus;

/// The status as responses have it.
pub(crate) fn status(status: KeyStatus) -> StatusType {
    match status {
        KeyStatus::Active => StatusType::Active,
        KeyStatus::Inactive => StatusType::Inactive,
        KeyStatus::Expired => StatusType::Expired,
    }
}

/// The status of a request.
pub(crate) fn status_of(status: &StatusType) -> KeyStatus {
    match status.as_str() {
        "Active" => KeyStatus::Active,
        "Expired" => KeyStatus::Expired,
        _ => KeyStatus::Inactive,
    }
}
