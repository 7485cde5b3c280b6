//! The errors of SQS, with the codes, messages and statuses that AWS answers.
//!
//! JSON sends an error's name as its type and the code in `x-amzn-query-error`; the query
//! protocol sends the code alone. The statuses are the same in both.

use fogbank_api_sqs as api;
use fogbank_schema::Protocol;
use fogbank_service::{ErrorShape, RequestContext, ServiceError};

/// The characters that bodies and attributes may contain, as AWS writes them.
const ALLOWED_CHARACTERS: &str =
    "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";

fn modeled<E: ErrorShape>(error: E, code: &'static str, status: u16) -> ServiceError {
    ServiceError::modeled(error).with_code(code).with_status(status)
}

/// `InvalidParameterValue`, the error of most parameters.
pub(crate) fn invalid_parameter(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidParameterValueException", 400, message.into())
        .with_code("InvalidParameterValue")
}

/// `InvalidParameterValue` for a parameter's value, with AWS's reason.
pub(crate) fn invalid_value(
    value: impl std::fmt::Display,
    parameter: &str,
    reason: impl std::fmt::Display,
) -> ServiceError {
    invalid_parameter(format!(
        "Value {value} for parameter {parameter} is invalid. Reason: {reason}"
    ))
}

/// `MissingParameter`.
pub(crate) fn missing_parameter(parameter: &str) -> ServiceError {
    let message = format!("The request must contain the parameter {parameter}.");
    ServiceError::new("MissingRequiredParameterException", 400, message)
        .with_code("MissingParameter")
}

/// The query protocol's `InvalidAction`, for operations that a queue's URL does not take.
pub(crate) fn invalid_action(action: &str) -> ServiceError {
    let message = format!("The action {action} is not valid for this endpoint.");
    ServiceError::new("InvalidAction", 400, message)
}

/// `QueueDoesNotExist`, in the words of the request's protocol.
pub(crate) fn queue_does_not_exist(cx: &RequestContext) -> ServiceError {
    no_such_queue(cx.protocol)
}

/// [`queue_does_not_exist`] where there is a protocol and no request.
pub(crate) fn no_such_queue(protocol: Protocol) -> ServiceError {
    let message = match protocol {
        Protocol::AwsQuery => "The specified queue does not exist for this wsdl version.",
        _ => "The specified queue does not exist.",
    };
    modeled(api::QueueDoesNotExist::new(message), NON_EXISTENT_QUEUE, 400)
}

/// The code of [`queue_does_not_exist`], also the reason of a message move task that failed.
pub(crate) const NON_EXISTENT_QUEUE: &str = "AWS.SimpleQueueService.NonExistentQueue";

/// A queue URL that names no queue.
pub(crate) fn invalid_address(url: &str) -> ServiceError {
    let message = format!("The address {url} is not valid for this endpoint.");
    modeled(api::InvalidAddress::new(message), "InvalidAddress", 404)
}

/// `CreateQueue` with the name of a queue that differs.
pub(crate) fn queue_already_exists(attribute: &str) -> ServiceError {
    let message = format!(
        "A queue already exists with the same name and a different value for attribute {attribute}"
    );
    modeled(api::QueueNameExists::new(message), "QueueAlreadyExists", 400)
}

/// `CreateQueue` with a name that was just deleted.
pub(crate) fn queue_deleted_recently() -> ServiceError {
    modeled(
        api::QueueDeletedRecently::new(
            "You must wait 60 seconds after deleting a queue before you can create another with \
             the same name.",
        ),
        "AWS.SimpleQueueService.QueueDeletedRecently",
        400,
    )
}

/// A second `PurgeQueue` within a minute.
pub(crate) fn purge_in_progress(queue: &str) -> ServiceError {
    modeled(
        api::PurgeQueueInProgress::new(format!(
            "Only one PurgeQueue operation on {queue} is allowed every 60 seconds."
        )),
        "AWS.SimpleQueueService.PurgeQueueInProgress",
        403,
    )
}

/// An attribute that the queue does not have, or that cannot be set.
pub(crate) fn unknown_attribute(name: &str) -> ServiceError {
    invalid_attribute_name(format!("Unknown Attribute {name}."))
}

/// `InvalidAttributeName`.
pub(crate) fn invalid_attribute_name(message: impl Into<String>) -> ServiceError {
    modeled(api::InvalidAttributeName::new(message.into()), "InvalidAttributeName", 400)
}

/// `InvalidAttributeValue`.
pub(crate) fn invalid_attribute_value(message: impl Into<String>) -> ServiceError {
    modeled(api::InvalidAttributeValue::new(message.into()), "InvalidAttributeValue", 400)
}

/// An attribute's value that is out of its range or not of its type.
pub(crate) fn bad_attribute(name: &str) -> ServiceError {
    invalid_attribute_value(format!("Invalid value for the parameter {name}."))
}

/// Characters that messages may not contain.
pub(crate) fn invalid_message_contents() -> ServiceError {
    modeled(
        api::InvalidMessageContents::new(format!(
            "Invalid characters found. Valid unicode characters are {ALLOWED_CHARACTERS}"
        )),
        "InvalidMessageContents",
        400,
    )
}

/// Characters that string values of message attributes may not contain.
pub(crate) fn invalid_attribute_characters(kind: &str, name: &str) -> ServiceError {
    invalid_parameter(format!(
        "Message ({kind}) attribute '{name}' value contains invalid characters. Valid unicode \
         characters are {ALLOWED_CHARACTERS}"
    ))
}

/// A receipt handle that this queue did not give out.
pub(crate) fn receipt_handle_is_invalid(handle: &str) -> ServiceError {
    modeled(
        api::ReceiptHandleIsInvalid::new(format!(
            "The input receipt handle \"{handle}\" is not a valid receipt handle."
        )),
        "ReceiptHandleIsInvalid",
        404,
    )
}

/// A change of visibility of a message that is visible by request.
pub(crate) fn message_not_in_flight() -> ServiceError {
    modeled(
        api::MessageNotInflight::new("The specified message isn't in flight."),
        "AWS.SimpleQueueService.MessageNotInflight",
        400,
    )
}

/// An error of KMS, as SQS passes it on.
pub(crate) fn of_kms(cx: &RequestContext, error: &ServiceError) -> ServiceError {
    let message = error.passed_on("AWSKMS", &cx.ids().uuid());
    match error.code() {
        "DisabledException" => {
            modeled(api::KmsDisabled::new(message), "KMS.DisabledException", 400)
        }
        "InvalidKeyUsageException" => {
            modeled(api::KmsInvalidKeyUsage::new(message), "KMS.InvalidKeyUsageException", 400)
        }
        "KMSInvalidStateException" => {
            modeled(api::KmsInvalidState::new(message), "KMS.InvalidStateException", 400)
        }
        "AccessDeniedException" => {
            modeled(api::KmsAccessDenied::new(message), "KMS.AccessDeniedException", 400)
        }
        _ => modeled(api::KmsNotFound::new(message), "KMS.NotFoundException", 400),
    }
}

/// `OverLimit`.
pub(crate) fn over_limit(message: impl Into<String>) -> ServiceError {
    modeled(api::OverLimit::new(message.into()), "OverLimit", 403)
}

/// `UnsupportedOperation`.
pub(crate) fn unsupported(message: impl Into<String>) -> ServiceError {
    modeled(
        api::UnsupportedOperation::new(message.into()),
        "AWS.SimpleQueueService.UnsupportedOperation",
        400,
    )
}

/// A message move task or its queues that do not exist.
pub(crate) fn resource_not_found(message: impl Into<String>) -> ServiceError {
    modeled(api::ResourceNotFoundException::new(message.into()), "ResourceNotFoundException", 404)
}

/// A batch without entries.
pub(crate) fn empty_batch(entry: &str) -> ServiceError {
    modeled(
        api::EmptyBatchRequest::new(format!(
            "There should be at least one {entry} in the request."
        )),
        "AWS.SimpleQueueService.EmptyBatchRequest",
        400,
    )
}

/// A batch with more than ten entries.
pub(crate) fn too_many_entries(count: usize) -> ServiceError {
    modeled(
        api::TooManyEntriesInBatchRequest::new(format!(
            "Maximum number of entries per request are 10. You have sent {count}."
        )),
        "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
        400,
    )
}

/// An entry's id that is empty, too long or has other characters.
pub(crate) fn invalid_batch_entry_id() -> ServiceError {
    modeled(
        api::InvalidBatchEntryId::new(
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. \
             It can be at most 80 letters long.",
        ),
        "AWS.SimpleQueueService.InvalidBatchEntryId",
        400,
    )
}

/// Two entries with the same id.
pub(crate) fn batch_ids_not_distinct(id: &str) -> ServiceError {
    modeled(
        api::BatchEntryIdsNotDistinct::new(format!("Id {id} repeated.")),
        "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
        400,
    )
}

/// A batch whose messages are too long together.
pub(crate) fn batch_too_long(limit: usize, sent: usize) -> ServiceError {
    modeled(
        api::BatchRequestTooLong::new(format!(
            "Batch requests cannot be longer than {limit} bytes. You have sent {sent} bytes."
        )),
        "AWS.SimpleQueueService.BatchRequestTooLong",
        400,
    )
}
