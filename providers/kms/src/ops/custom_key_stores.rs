//! Custom key stores: nobody has a CloudHSM cluster or an external key store here, so AWS's
//! errors about those that cannot be found are the answers.

use fogbank_api_kms::{
    CloudHsmClusterNotFoundException, ConnectCustomKeyStoreRequest, ConnectCustomKeyStoreResponse,
    CreateCustomKeyStoreRequest, CreateCustomKeyStoreResponse, CustomKeyStoreNotFoundException,
    CustomKeyStoreType, DeleteCustomKeyStoreRequest, DeleteCustomKeyStoreResponse,
    DescribeCustomKeyStoresRequest, DescribeCustomKeyStoresResponse,
    DisconnectCustomKeyStoreRequest, DisconnectCustomKeyStoreResponse, UpdateCustomKeyStoreRequest,
    UpdateCustomKeyStoreResponse, XksProxyUriUnreachableException,
};
use fogbank_service::ServiceError;

use crate::errors;

fn missing(what: &str, store: &str) -> ServiceError {
    let message = format!("Custom key store with {what} {store} could not be found.");
    CustomKeyStoreNotFoundException::new(message).into()
}

pub(crate) fn create(
    input: &CreateCustomKeyStoreRequest,
) -> Result<CreateCustomKeyStoreResponse, ServiceError> {
    if input.custom_key_store_type == Some(CustomKeyStoreType::ExternalKeyStore) {
        let (Some(endpoint), Some(path), Some(_), Some(_)) = (
            &input.xks_proxy_uri_endpoint,
            &input.xks_proxy_uri_path,
            &input.xks_proxy_authentication_credential,
            &input.xks_proxy_connectivity,
        ) else {
            return Err(errors::validation(
                "XksProxyUriEndpoint, XksProxyUriPath, XksProxyAuthenticationCredential and \
                 XksProxyConnectivity are required when CustomKeyStoreType is EXTERNAL_KEY_STORE.",
            ));
        };
        let message = format!("The external key store proxy {endpoint}{path} cannot be reached.");
        return Err(XksProxyUriUnreachableException::new(message).into());
    }
    let (Some(cluster), Some(_), Some(_)) =
        (&input.cloud_hsm_cluster_id, &input.trust_anchor_certificate, &input.key_store_password)
    else {
        return Err(errors::validation(
            "CloudHsmClusterId, TrustAnchorCertificate and KeyStorePassword are required when \
             CustomKeyStoreType is AWS_CLOUDHSM.",
        ));
    };
    let message = format!("CloudHSM cluster with ID {cluster} could not be found.");
    Err(CloudHsmClusterNotFoundException::new(message).into())
}

pub(crate) fn describe(
    input: &DescribeCustomKeyStoresRequest,
) -> Result<DescribeCustomKeyStoresResponse, ServiceError> {
    match (&input.custom_key_store_id, &input.custom_key_store_name) {
        (Some(_), Some(_)) => Err(errors::validation(
            "You can specify either CustomKeyStoreId or CustomKeyStoreName, not both.",
        )),
        (Some(id), None) => Err(missing("ID", id)),
        (None, Some(name)) => Err(missing("name", name)),
        (None, None) if input.marker.is_some() => Err(errors::invalid_marker()),
        (None, None) => Ok(DescribeCustomKeyStoresResponse {
            custom_key_stores: Some(Vec::new()),
            next_marker: None,
            truncated: Some(false),
        }),
    }
}

pub(crate) fn connect(
    input: &ConnectCustomKeyStoreRequest,
) -> Result<ConnectCustomKeyStoreResponse, ServiceError> {
    Err(missing("ID", &input.custom_key_store_id))
}

pub(crate) fn disconnect(
    input: &DisconnectCustomKeyStoreRequest,
) -> Result<DisconnectCustomKeyStoreResponse, ServiceError> {
    Err(missing("ID", &input.custom_key_store_id))
}

pub(crate) fn update(
    input: &UpdateCustomKeyStoreRequest,
) -> Result<UpdateCustomKeyStoreResponse, ServiceError> {
    Err(missing("ID", &input.custom_key_store_id))
}

pub(crate) fn delete(
    input: &DeleteCustomKeyStoreRequest,
) -> Result<DeleteCustomKeyStoreResponse, ServiceError> {
    Err(missing("ID", &input.custom_key_store_id))
}
