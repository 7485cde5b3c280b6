//! The errors of SNS, with the codes, messages and statuses that AWS answers.

use fogbank_api_sns as api;
use fogbank_service::ServiceError;

/// `InvalidParameter` with its message as it stands.
pub(crate) fn invalid(message: impl Into<String>) -> ServiceError {
    api::InvalidParameterException::new(message).into()
}

/// `InvalidParameter` of a parameter, or with what is wrong with one.
pub(crate) fn parameter(what: impl std::fmt::Display) -> ServiceError {
    invalid(format!("Invalid parameter: {what}"))
}

/// `InvalidParameter` of a parameter, for a reason.
pub(crate) fn reason(parameter: &str, reason: impl std::fmt::Display) -> ServiceError {
    invalid(format!("Invalid parameter: {parameter} Reason: {reason}"))
}

/// A parameter that has to be there.
pub(crate) fn no_value(parameter: &str) -> ServiceError {
    reason(parameter, "no value for required parameter")
}

/// `ParameterValueInvalid`, which SNS answers to message attributes.
pub(crate) fn invalid_value(message: impl Into<String>) -> ServiceError {
    api::InvalidParameterValueException::new(message).into()
}

/// `NotFound`: a topic, a subscription, an application, an endpoint.
pub(crate) fn does_not_exist(what: &str) -> ServiceError {
    api::NotFoundException::new(format!("{what} does not exist")).into()
}

/// A topic that is not there.
pub(crate) fn no_topic() -> ServiceError {
    does_not_exist("Topic")
}

/// A subscription that is not there.
pub(crate) fn no_subscription() -> ServiceError {
    does_not_exist("Subscription")
}

/// A platform application that is not there.
pub(crate) fn no_application() -> ServiceError {
    does_not_exist("PlatformApplication")
}

/// A platform endpoint that is not there.
pub(crate) fn no_endpoint() -> ServiceError {
    does_not_exist("Endpoint")
}

/// What tags or a data protection policy are asked of and is not there.
pub(crate) fn no_resource() -> ServiceError {
    api::ResourceNotFoundException::new("Resource does not exist").into()
}

/// What is wrong with the value of an attribute; how it is told depends on the operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong(pub(crate) String);

impl Wrong {
    /// What is wrong.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    /// As the operations that create tell it.
    pub(crate) fn in_attributes(self) -> ServiceError {
        reason("Attributes", self.0)
    }

    /// As the operations that set one attribute tell it.
    pub(crate) fn alone(self) -> ServiceError {
        parameter(self.0)
    }
}
