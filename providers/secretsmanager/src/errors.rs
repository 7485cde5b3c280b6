//! The errors of Secrets Manager, with the codes and messages that AWS answers. All have status 400.

use fogbank_api_secretsmanager as api;
use fogbank_service::ServiceError;

/// `ResourceNotFoundException` about a secret.
pub(crate) fn no_such_secret() -> ServiceError {
    api::ResourceNotFoundException::new("Secrets Manager can't find the specified secret.").into()
}

/// `ResourceNotFoundException` about a version, by `VersionId` or `staging label`.
pub(crate) fn no_such_value(by: &str, name: &str) -> ServiceError {
    api::ResourceNotFoundException::new(format!(
        "Secrets Manager can't find the specified secret value for {by}: {name}"
    ))
    .into()
}

/// A name with characters that names do not have.
pub(crate) fn invalid_name() -> ServiceError {
    ServiceError::new(
        "ValidationException",
        400,
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the \
         following: -/_+=.@!",
    )
}

/// `InvalidRequestException`.
pub(crate) fn invalid_request(message: impl Into<String>) -> ServiceError {
    api::InvalidRequestException::new(message).into()
}

/// `InvalidParameterException`.
pub(crate) fn invalid_parameter(message: impl Into<String>) -> ServiceError {
    api::InvalidParameterException::new(message).into()
}

/// A request without the token that SDKs add.
pub(crate) fn missing_token() -> ServiceError {
    invalid_request("You must provide a ClientRequestToken value. We recommend a UUID-type value.")
}

/// A secret that is going to be deleted.
pub(crate) fn marked_for_deletion() -> ServiceError {
    invalid_request(
        "You can't perform this operation on the secret because it was marked for deletion.",
    )
}

/// A change of a replica.
pub(crate) fn replica() -> ServiceError {
    invalid_request(
        "Operation not permitted on a replica secret. Call must be made in primary secret's \
         region.",
    )
}

/// A secret with both kinds of value.
pub(crate) fn two_values() -> ServiceError {
    invalid_parameter(
        "You can't specify both a binary secret value and a string secret value in the same \
         secret.",
    )
}

/// `ResourceExistsException`.
pub(crate) fn exists(message: impl Into<String>) -> ServiceError {
    api::ResourceExistsException::new(message).into()
}

/// A token that stands for another value already.
pub(crate) fn token_in_use(token: &str, arn: &str) -> ServiceError {
    exists(format!(
        "You can't use ClientRequestToken {token} because that value is already in use for a \
         version of secret {arn}."
    ))
}

/// A value that another account cannot have, because the key is not shared.
pub(crate) fn default_key_across_accounts() -> ServiceError {
    invalid_request(
        "You can't access a secret from a different AWS account if you encrypt the secret with \
         the default KMS service key.",
    )
}

/// A KMS key that does not encrypt.
pub(crate) fn encryption(cause: &ServiceError) -> ServiceError {
    api::EncryptionFailure::new(format!(
        "Secrets Manager can't encrypt the protected secret text using the provided KMS key. {}",
        cause.message().unwrap_or_default()
    ))
    .into()
}

/// A KMS key that does not decrypt.
pub(crate) fn decryption(cause: &ServiceError) -> ServiceError {
    api::DecryptionFailure::new(format!(
        "Secrets Manager can't decrypt the protected secret text using the provided KMS key. {}",
        cause.message().unwrap_or_default()
    ))
    .into()
}

/// A KMS key that who asked may not use.
pub(crate) fn no_access_to_key() -> ServiceError {
    ServiceError::new("AccessDeniedException", 400, "Access to KMS is not allowed")
}

/// A policy that is not one.
pub(crate) fn malformed_policy(message: impl Into<String>) -> ServiceError {
    api::MalformedPolicyDocumentException::new(message).into()
}

/// A token that continues no list.
pub(crate) fn invalid_next_token() -> ServiceError {
    api::InvalidNextTokenException::new("The NextToken value is invalid.").into()
}
