//! The errors of EventBridge, with the codes and messages that AWS answers.

use fogbank_api_events as api;
use fogbank_service::ServiceError;

/// `ValidationException`, which the model does not list.
pub(crate) fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationException", 400, message.into())
}

/// A parameter that is not what it should be.
pub(crate) fn not_valid(parameter: &str) -> ServiceError {
    validation(format!("Parameter {parameter} is not valid."))
}

/// A parameter that is not what it should be, for a reason.
pub(crate) fn not_valid_because(parameter: &str, reason: &str) -> ServiceError {
    validation(format!("Parameter {parameter} is not valid. Reason: {reason}"))
}

/// A resource that does not exist.
pub(crate) fn not_found(message: impl Into<String>) -> ServiceError {
    api::ResourceNotFoundException::new(message).into()
}

/// A resource of a kind that does not exist.
pub(crate) fn no_such(kind: &str, name: &str) -> ServiceError {
    not_found(format!("{kind} {name} does not exist."))
}

/// A rule that does not exist.
pub(crate) fn no_such_rule(rule: &str, bus: &str) -> ServiceError {
    not_found(format!("Rule {rule} does not exist on EventBus {bus}."))
}

/// A resource that exists already.
pub(crate) fn already_exists(kind: &str, name: &str) -> ServiceError {
    api::ResourceAlreadyExistsException::new(format!("{kind} {name} already exists.")).into()
}

/// A quota that is used up.
pub(crate) fn limit_exceeded() -> ServiceError {
    api::LimitExceededException::new("The requested resource exceeds the maximum number allowed.")
        .into()
}

/// A pattern that is none.
pub(crate) fn invalid_pattern(reason: &str) -> ServiceError {
    let message = format!("Event pattern is not valid. Reason: {reason}");
    api::InvalidEventPatternException::new(message).into()
}

/// A rule that a service manages, and that is not to be changed by others.
pub(crate) fn managed_rule(rule: &str) -> ServiceError {
    api::ManagedRuleException::new(format!(
        "Rule {rule} is managed by an AWS service can only be modified if force is true."
    ))
    .into()
}
