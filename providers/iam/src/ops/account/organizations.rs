//! Central management of root users in member accounts. No organisation is emulated, so the account
//! is in none.

use fogbank_api_iam::*;
use fogbank_service::{RequestContext, ServiceError};

/// The error of all of these operations in an account without an organisation.
fn none() -> ServiceError {
    let message = "The request failed because your account is not a member of an organization.";
    OrganizationNotFoundException::new(message).into()
}

macro_rules! operations {
    ($($name:ident($input:ident) -> $output:ident),* $(,)?) => {$(
        pub(crate) fn $name(_cx: &RequestContext, _input: &$input) -> Result<$output, ServiceError> {
            Err(none())
        }
    )*};
}

operations! {
    list_features(ListOrganizationsFeaturesRequest) -> ListOrganizationsFeaturesResponse,
    enable_credentials(EnableOrganizationsRootCredentialsManagementRequest)
        -> EnableOrganizationsRootCredentialsManagementResponse,
    disable_credentials(DisableOrganizationsRootCredentialsManagementRequest)
        -> DisableOrganizationsRootCredentialsManagementResponse,
    enable_sessions(EnableOrganizationsRootSessionsRequest)
        -> EnableOrganizationsRootSessionsResponse,
    disable_sessions(DisableOrganizationsRootSessionsRequest)
        -> DisableOrganizationsRootSessionsResponse,
}
