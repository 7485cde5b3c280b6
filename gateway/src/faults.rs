//! The gateway's own errors, in AWS's words.

use fogbank_service::ServiceError;

/// The code of most services for bodies that are too large.
const TOO_LARGE: &str = "RequestEntityTooLargeException";

/// One of these errors as a service words it that has words of its own.
pub(crate) fn in_words_of(service: &str, error: &ServiceError) -> Option<ServiceError> {
    (matches!(service, "s3" | "s3control") && error.code() == TOO_LARGE)
        .then(|| ServiceError::new("MaxMessageLengthExceeded", 400, "Your request was too large."))
}

/// The body is larger than is read whole.
pub(crate) fn body_too_large(limit: usize) -> ServiceError {
    ServiceError::new(
        TOO_LARGE,
        413,
        format!("The request body is larger than the limit of {limit} bytes."),
    )
}

/// The head is larger than allowed.
pub(crate) fn head_too_large(limit: usize) -> ServiceError {
    ServiceError::new(
        "RequestHeaderSectionTooLarge",
        400,
        "Your request header and metadata sections exceed the maximum allowed size.",
    )
    .with_member("MaxSizeAllowed", limit.to_string())
}

/// The client was too slow.
pub(crate) fn request_timeout() -> ServiceError {
    ServiceError::new(
        "RequestTimeout",
        400,
        "Your socket connection to the server was not read from or written to within the timeout \
         period.",
    )
}

/// The body ended before it was complete.
pub(crate) fn incomplete_body() -> ServiceError {
    ServiceError::new("IncompleteBody", 400, "The request body terminated unexpectedly")
}

/// The server is stopping.
pub(crate) fn stopping() -> ServiceError {
    ServiceError::new("ServiceUnavailable", 503, "The server is shutting down.")
}

/// Nothing in the request tells which service it is for.
pub(crate) fn unknown_service() -> ServiceError {
    ServiceError::new(
        "UnknownOperationException",
        404,
        "The request names no AWS service: it has no signature, no X-Amz-Target, no known host \
         name, no Action and no known path.",
    )
}

/// `SERVICES` leaves the service out.
pub(crate) fn service_disabled(service: &str) -> ServiceError {
    ServiceError::new(
        "ServiceUnavailable",
        501,
        format!(
            "Service '{service}' is not enabled. Please check your 'SERVICES' configuration variable."
        ),
    )
}

/// The service did not start.
pub(crate) fn service_failed(service: &str, reason: &str) -> ServiceError {
    ServiceError::new(
        "InternalFailure",
        500,
        format!("The service {service} did not start: {reason}"),
    )
}

/// The service is being stopped, or was.
pub(crate) fn service_stopped(service: &str) -> ServiceError {
    ServiceError::new("ServiceUnavailable", 503, format!("The service {service} is stopped."))
}

/// The service's configuration names a provider that there is not.
pub(crate) fn unknown_provider(service: &str, provider: &str) -> ServiceError {
    ServiceError::new(
        "InternalFailure",
        500,
        format!("The service {service} has no provider {provider:?}; see PROVIDER_OVERRIDE_*."),
    )
}

/// A handler or provider panicked.
pub(crate) fn panicked() -> ServiceError {
    ServiceError::new("InternalFailure", 500, "An internal error occurred.")
}

/// The world that the request names does not exist.
pub(crate) fn unknown_world(name: &str) -> ServiceError {
    ServiceError::new("UnknownWorld", 404, format!("There is no world {name:?}."))
}

/// The change was made in memory but could not be written to the journal.
pub(crate) fn not_durable(error: &fogbank_state::JournalError) -> ServiceError {
    let message = format!("The change could not be made durable: {error}.");
    ServiceError::new("InternalFailure", 500, message)
}
