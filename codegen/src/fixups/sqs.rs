//! SQS.

use super::{Fixup, member, shape, structure};
use crate::model::ModelError;
use crate::model::ir::{Kind, Protocol, Service};

pub(super) const FIXUPS: &[Fixup] = &[
    Fixup {
        service: "sqs",
        reason: "SDKs from before November 2023 speak the query protocol, which AWS still serves; \
                 the model lists JSON only",
        apply: list_query_protocol,
    },
    Fixup {
        service: "sqs",
        reason: "the query protocol names the elements of flattened lists and maps in the singular",
        apply: name_elements,
    },
    Fixup {
        service: "sqs",
        reason: "the codes of errors in the query protocol and in x-amzn-query-error differ from \
                 the names of their shapes, and some errors are not 400",
        apply: set_error_codes,
    },
    Fixup {
        service: "sqs",
        reason: "the model requires both lists of a batch's results, and AWS leaves empty ones out",
        apply: leave_empty_results_out,
    },
];

fn leave_empty_results_out(service: &mut Service) -> Result<(), ModelError> {
    for result in
        ["ChangeMessageVisibilityBatchResult", "DeleteMessageBatchResult", "SendMessageBatchResult"]
    {
        for list in ["Successful", "Failed"] {
            member(service, result, list)?.required = false;
        }
    }
    Ok(())
}

fn list_query_protocol(service: &mut Service) -> Result<(), ModelError> {
    if !service.protocols.contains(&Protocol::AwsQuery) {
        service.protocols.push(Protocol::AwsQuery);
    }
    service.xml_namespace = Some("http://queue.amazonaws.com/doc/2012-11-05/".to_owned());
    for (name, operation) in &mut service.operations {
        if operation.output.is_some() {
            operation.result_wrapper = Some(format!("{name}Result"));
        }
    }
    Ok(())
}

/// Lists and the names of their elements.
const ELEMENTS: &[(&str, &str)] = &[
    ("AWSAccountIdList", "AWSAccountId"),
    ("ActionNameList", "ActionName"),
    ("AttributeNameList", "AttributeName"),
    ("BatchResultErrorEntryList", "BatchResultErrorEntry"),
    ("BinaryList", "BinaryListValue"),
    ("ChangeMessageVisibilityBatchRequestEntryList", "ChangeMessageVisibilityBatchRequestEntry"),
    ("ChangeMessageVisibilityBatchResultEntryList", "ChangeMessageVisibilityBatchResultEntry"),
    ("DeleteMessageBatchRequestEntryList", "DeleteMessageBatchRequestEntry"),
    ("DeleteMessageBatchResultEntryList", "DeleteMessageBatchResultEntry"),
    ("ListMessageMoveTasksResultEntryList", "ListMessageMoveTasksResultEntry"),
    ("MessageAttributeNameList", "MessageAttributeName"),
    ("MessageList", "Message"),
    ("MessageSystemAttributeList", "MessageSystemAttributeName"),
    ("QueueUrlList", "QueueUrl"),
    ("SendMessageBatchRequestEntryList", "SendMessageBatchRequestEntry"),
    ("SendMessageBatchResultEntryList", "SendMessageBatchResultEntry"),
    ("StringList", "StringListValue"),
    ("TagKeyList", "TagKey"),
];

/// A map, the names of its keys and values, and the members that hold it.
type Entries = (&'static str, &'static str, &'static str, &'static [Holder]);

/// A structure, its member, and the member's name in XML.
type Holder = (&'static str, &'static str, &'static str);

const ENTRIES: &[Entries] = &[
    (
        "MessageBodyAttributeMap",
        "Name",
        "Value",
        &[
            ("Message", "MessageAttributes", "MessageAttribute"),
            ("SendMessageBatchRequestEntry", "MessageAttributes", "MessageAttribute"),
            ("SendMessageRequest", "MessageAttributes", "MessageAttribute"),
        ],
    ),
    (
        "MessageBodySystemAttributeMap",
        "Name",
        "Value",
        &[
            ("SendMessageBatchRequestEntry", "MessageSystemAttributes", "MessageSystemAttribute"),
            ("SendMessageRequest", "MessageSystemAttributes", "MessageSystemAttribute"),
        ],
    ),
    ("MessageSystemAttributeMap", "Name", "Value", &[("Message", "Attributes", "Attribute")]),
    (
        "QueueAttributeMap",
        "Name",
        "Value",
        &[
            ("CreateQueueRequest", "Attributes", "Attribute"),
            ("GetQueueAttributesResult", "Attributes", "Attribute"),
            ("SetQueueAttributesRequest", "Attributes", "Attribute"),
        ],
    ),
    (
        "TagMap",
        "Key",
        "Value",
        &[
            ("CreateQueueRequest", "tags", "Tag"),
            ("ListQueueTagsResult", "Tags", "Tag"),
            ("TagQueueRequest", "Tags", "Tag"),
        ],
    ),
];

fn name_elements(service: &mut Service) -> Result<(), ModelError> {
    for (list, element) in ELEMENTS {
        if let Kind::List { member, flattened, .. } = &mut shape(service, list)?.kind {
            member.wire_name = Some((*element).to_owned());
            *flattened = true;
        }
    }
    for (map, key_name, value_name, members) in ENTRIES {
        if let Kind::Map { key, value, .. } = &mut shape(service, map)?.kind {
            key.wire_name = Some((*key_name).to_owned());
            value.wire_name = Some((*value_name).to_owned());
        }
        for (structure, name, xml_name) in *members {
            member(service, structure, name)?.xml_name = Some((*xml_name).to_owned());
        }
    }
    Ok(())
}

/// Errors with their codes and statuses.
const ERRORS: &[(&str, &str, u16)] = &[
    ("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", 400),
    ("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong", 400),
    ("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest", 400),
    ("InvalidAddress", "InvalidAddress", 404),
    ("InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId", 400),
    ("InvalidSecurity", "InvalidSecurity", 403),
    ("KmsAccessDenied", "KMS.AccessDeniedException", 400),
    ("KmsDisabled", "KMS.DisabledException", 400),
    ("KmsInvalidKeyUsage", "KMS.InvalidKeyUsageException", 400),
    ("KmsInvalidState", "KMS.InvalidStateException", 400),
    ("KmsNotFound", "KMS.NotFoundException", 400),
    ("KmsOptInRequired", "KMS.OptInRequired", 403),
    ("KmsThrottled", "KMS.ThrottlingException", 400),
    ("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight", 400),
    ("OverLimit", "OverLimit", 403),
    ("PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress", 403),
    ("QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently", 400),
    ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", 400),
    ("QueueNameExists", "QueueAlreadyExists", 400),
    ("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", 404),
    ("RequestThrottled", "RequestThrottled", 403),
    ("ResourceNotFoundException", "ResourceNotFoundException", 404),
    ("TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", 400),
    ("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation", 400),
];

fn set_error_codes(service: &mut Service) -> Result<(), ModelError> {
    for (name, code, status) in ERRORS {
        if let Some(error) = &mut structure(service, name)?.error {
            error.code = (*code).to_owned();
            error.status = *status;
        }
    }
    Ok(())
}
