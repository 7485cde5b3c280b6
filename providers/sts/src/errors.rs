//! Errors with AWS's codes, messages and statuses.

use fogbank_service::ServiceError;

pub(crate) fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationError", 400, message.into())
}

/// A role ARN, or another parameter, that is not what it should be.
pub(crate) fn is_invalid(value: &str) -> ServiceError {
    validation(format!("{value} is invalid"))
}

pub(crate) fn duration_of_chained_role() -> ServiceError {
    validation(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role \
         chaining",
    )
}

pub(crate) fn longer_than_role_allows() -> ServiceError {
    validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
}

/// A federated user is not trusted by the role.
pub(crate) fn not_authorized(operation: &str) -> ServiceError {
    let message = format!("Not authorized to perform sts:{operation}");
    ServiceError::new("AccessDenied", 403, message)
}

/// A session cannot take another source identity than the one it came with.
pub(crate) fn source_identity_is_fixed(user: &str, role: &str) -> ServiceError {
    let message = format!(
        "User: {user} is not authorized to perform: sts:SetSourceIdentity on resource: {role}"
    );
    ServiceError::new("AccessDenied", 403, message)
}

fn invalid_parameter(message: &'static str) -> ServiceError {
    ServiceError::new("InvalidParameterValue", 400, message)
}

pub(crate) fn transitive_tag_not_requested() -> ServiceError {
    invalid_parameter("The specified transitive tag key must be included in the requested tags.")
}

pub(crate) fn transitive_tag_conflict() -> ServiceError {
    invalid_parameter(
        "One of the specified transitive tag keys can't be set because it conflicts with a \
         transitive tag key from the calling session.",
    )
}

pub(crate) fn duplicate_tag_keys() -> ServiceError {
    invalid_parameter("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
}

pub(crate) fn reserved_tag_key() -> ServiceError {
    invalid_parameter("Caller is not allowed to add system tags with the prefix aws:.")
}

pub(crate) fn session_credentials_cannot_call(operation: &str) -> ServiceError {
    let message = format!("Cannot call {operation} with session credentials");
    ServiceError::new("AccessDenied", 403, message)
}
