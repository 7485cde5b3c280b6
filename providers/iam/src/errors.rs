//! The errors of IAM, with the codes, messages and statuses that AWS answers.

use std::fmt::Display;

use fogbank_api_iam as api;
use fogbank_service::ServiceError;

use crate::store::Entity;

/// `NoSuchEntity`.
pub(crate) fn no_such_entity(message: impl Into<String>) -> ServiceError {
    api::NoSuchEntityException::new(message.into()).into()
}

/// `NoSuchEntity` for a user, group or role.
pub(crate) fn cannot_be_found<E: Entity>(name: impl Display) -> ServiceError {
    no_such_entity(format!("The {} with name {name} cannot be found.", E::NOUN))
}

/// `NoSuchEntity` for a managed policy that is looked up.
pub(crate) fn policy_not_found(arn: impl Display) -> ServiceError {
    no_such_entity(format!("Policy {arn} was not found."))
}

/// `NoSuchEntity` for a managed policy that is to be attached.
pub(crate) fn policy_not_attachable(arn: impl Display) -> ServiceError {
    no_such_entity(format!("Policy {arn} does not exist or is not attachable."))
}

/// `EntityAlreadyExists`.
pub(crate) fn already_exists(message: impl Into<String>) -> ServiceError {
    api::EntityAlreadyExistsException::new(message.into()).into()
}

/// `DeleteConflict`.
pub(crate) fn delete_conflict(message: impl Into<String>) -> ServiceError {
    api::DeleteConflictException::new(message.into()).into()
}

/// `DeleteConflict` of an entity that still has something.
pub(crate) fn must_first(what: &str) -> ServiceError {
    delete_conflict(format!("Cannot delete entity, must {what} first."))
}

/// `LimitExceeded`.
pub(crate) fn limit_exceeded(message: impl Into<String>) -> ServiceError {
    api::LimitExceededException::new(message.into()).into()
}

/// `LimitExceeded` of one of the quotas that AWS names.
pub(crate) fn quota(name: &str, limit: usize) -> ServiceError {
    limit_exceeded(format!("Cannot exceed quota for {name}: {limit}"))
}

/// `InvalidInput`.
pub(crate) fn invalid_input(message: impl Into<String>) -> ServiceError {
    api::InvalidInputException::new(message.into()).into()
}

/// `MalformedPolicyDocument`.
pub(crate) fn malformed_policy(message: impl Into<String>) -> ServiceError {
    api::MalformedPolicyDocumentException::new(message.into()).into()
}

/// `ValidationError`, which the model does not list.
pub(crate) fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationError", 400, message.into())
}

/// An ARN that is none.
pub(crate) fn unparsable_arn() -> ServiceError {
    validation("Invalid ARN:  Could not be parsed!")
}

/// An operation that defaults to the calling user, called by somebody else.
pub(crate) fn must_specify_user_name() -> ServiceError {
    validation("Must specify userName when calling with non-User credentials")
}

/// A change of a service-linked role by somebody other than its service.
pub(crate) fn protected_role(name: &str) -> ServiceError {
    let message = format!(
        "Cannot perform the operation on the protected role '{name}' - this role is only \
         modifiable by AWS"
    );
    api::UnmodifiableEntityException::new(message).into()
}
