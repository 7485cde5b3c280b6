//! The errors of KMS, with the codes and messages that AWS answers. All have status 400.

use fogbank_api_kms as api;
use fogbank_service::ServiceError;

use crate::key::spec::Usage;

/// `ValidationException`.
pub(crate) fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationException", 400, message.into())
}

/// `NotFoundException`.
pub(crate) fn not_found(message: impl Into<String>) -> ServiceError {
    api::NotFoundException::new(message).into()
}

/// A key that does not exist.
pub(crate) fn no_such_key(arn: &str) -> ServiceError {
    not_found(format!("Key '{arn}' does not exist"))
}

/// A text that cannot be the id of a key.
pub(crate) fn invalid_key_id(id: &str) -> ServiceError {
    not_found(format!("Invalid keyId '{id}'"))
}

/// An alias that does not exist.
pub(crate) fn no_such_alias(arn: &str) -> ServiceError {
    not_found(format!("Alias {arn} is not found."))
}

/// `InvalidArnException`.
pub(crate) fn invalid_arn(message: impl Into<String>) -> ServiceError {
    api::InvalidArnException::new(message).into()
}

/// A key that is disabled.
pub(crate) fn disabled(arn: &str) -> ServiceError {
    api::DisabledException::new(format!("{arn} is disabled.")).into()
}

/// `KMSInvalidStateException`.
pub(crate) fn invalid_state(message: impl Into<String>) -> ServiceError {
    api::KMSInvalidStateException::new(message).into()
}

/// A key whose usage does not go with the operation.
pub(crate) fn wrong_usage(arn: &str, usage: Usage, operation: &str) -> ServiceError {
    invalid_usage(format!(
        "{arn} key usage is {} which is not valid for {operation}.",
        usage.as_str()
    ))
}

/// An algorithm that the key's spec does not have.
pub(crate) fn incompatible_algorithm(algorithm: &str, spec: &str) -> ServiceError {
    invalid_usage(format!("Algorithm {algorithm} is incompatible with key spec {spec}."))
}

/// `InvalidKeyUsageException`.
pub(crate) fn invalid_usage(message: impl Into<String>) -> ServiceError {
    api::InvalidKeyUsageException::new(message).into()
}

/// `UnsupportedOperationException` with the reason that AWS gives.
pub(crate) fn unsupported(message: impl Into<String>) -> ServiceError {
    api::UnsupportedOperationException::new(message).into()
}

/// `UnsupportedOperationException` as AWS answers it about keys of another type: without words.
pub(crate) fn unsupported_type() -> ServiceError {
    api::UnsupportedOperationException::default().into()
}

/// An operation that keys of this origin do not have.
pub(crate) fn wrong_origin(arn: &str, origin: &str) -> ServiceError {
    unsupported(format!("{arn} origin is {origin} which is not valid for this operation."))
}

/// A ciphertext that is not one, or was made with another context or key.
pub(crate) fn invalid_ciphertext() -> ServiceError {
    api::InvalidCiphertextException::default().into()
}

/// A ciphertext of another key than the one that the request names.
pub(crate) fn incorrect_key() -> ServiceError {
    let message =
        "The key ID in the request does not identify a CMK that can perform this operation.";
    api::IncorrectKeyException::new(message).into()
}

/// A ciphertext whose key is not to be found.
pub(crate) fn unknown_ciphertext_key() -> ServiceError {
    ServiceError::new(
        "AccessDeniedException",
        400,
        "The ciphertext refers to a customer master key that does not exist, does not exist in \
         this region, or you are not allowed to access.",
    )
}

/// A dry run that went well.
pub(crate) fn dry_run() -> ServiceError {
    let message = "The request would have succeeded, but the DryRun option is set.";
    api::DryRunOperationException::new(message).into()
}

/// `MalformedPolicyDocumentException`.
pub(crate) fn malformed_policy(message: impl Into<String>) -> ServiceError {
    api::MalformedPolicyDocumentException::new(message).into()
}

/// `TagException`.
pub(crate) fn tag(message: impl Into<String>) -> ServiceError {
    api::TagException::new(message).into()
}

/// `LimitExceededException`.
pub(crate) fn limit_exceeded(message: impl Into<String>) -> ServiceError {
    api::LimitExceededException::new(message).into()
}

/// `InvalidMarkerException`.
pub(crate) fn invalid_marker() -> ServiceError {
    api::InvalidMarkerException::new("Could not deserialize marker").into()
}

/// `InvalidGrantTokenException`.
pub(crate) fn invalid_grant_token() -> ServiceError {
    api::InvalidGrantTokenException::default().into()
}

/// `IncorrectKeyMaterialException`.
pub(crate) fn incorrect_material(message: impl Into<String>) -> ServiceError {
    api::IncorrectKeyMaterialException::new(message).into()
}

/// A failure of the cryptographic library on material that it accepted before.
pub(crate) fn cryptography() -> ServiceError {
    ServiceError::internal("the cryptographic library refused key material")
}
