//! Parameters that have less effect than at AWS.

use fogbank_service::{RequestContext, ServiceError, Unheeded};

static DATA_PROTECTION: Unheeded = Unheeded {
    operations: "CreateTopic, PutDataProtectionPolicy",
    parameter: "DataProtectionPolicy",
    effect: "checked and returned; messages are neither audited nor masked nor denied",
};
static TRACING: Unheeded = Unheeded {
    operations: "CreateTopic, SetTopicAttributes",
    parameter: "Attributes.TracingConfig",
    effect: "kept and returned; no traces are recorded",
};
static SUBSCRIBER: Unheeded = Unheeded {
    operations: "Subscribe",
    parameter: "Protocol=lambda, firehose",
    effect: "kept; deliveries fail and go to the dead-letter queue",
};
static SPENDING: Unheeded = Unheeded {
    operations: "SetSMSAttributes",
    parameter: "attributes.MonthlySpendLimit, UsageReportS3Bucket",
    effect: "kept and returned; nothing is charged and no reports are written",
};
static LANGUAGE: Unheeded = Unheeded {
    operations: "CreateSMSSandboxPhoneNumber",
    parameter: "LanguageCode",
    effect: "taken; the message with the password is in English",
};
static EVENTS: Unheeded = Unheeded {
    operations: "CreatePlatformApplication, SetPlatformApplicationAttributes",
    parameter: "Attributes.EventEndpointCreated, EventEndpointDeleted, EventEndpointUpdated, EventDeliveryFailure",
    effect: "kept and returned; no events are published",
};

/// All of them.
pub(crate) static ALL: &[&Unheeded] =
    &[&DATA_PROTECTION, &TRACING, &SUBSCRIBER, &SPENDING, &LANGUAGE, &EVENTS];

/// Reports a data protection policy.
///
/// # Errors
/// `NotImplemented` on a strict server, as with all of these.
pub(crate) fn data_protection(cx: &RequestContext) -> Result<(), ServiceError> {
    cx.unheeded(&DATA_PROTECTION)
}

/// Reports a subscriber that cannot be reached.
pub(crate) fn subscriber(cx: &RequestContext) -> Result<(), ServiceError> {
    cx.unheeded(&SUBSCRIBER)
}

/// Reports a language other than English.
pub(crate) fn language(cx: &RequestContext, code: &str) -> Result<(), ServiceError> {
    if code.starts_with("en-") { Ok(()) } else { cx.unheeded(&LANGUAGE) }
}

/// Reports an attribute of a topic, an application or of SMS.
pub(crate) fn attribute(cx: &RequestContext, name: &str, value: &str) -> Result<(), ServiceError> {
    let row = match name {
        "TracingConfig" if value == "Active" => &TRACING,
        "MonthlySpendLimit" | "UsageReportS3Bucket" => &SPENDING,
        "EventEndpointCreated"
        | "EventEndpointDeleted"
        | "EventEndpointUpdated"
        | "EventDeliveryFailure" => &EVENTS,
        _ => return Ok(()),
    };
    if value.is_empty() { Ok(()) } else { cx.unheeded(row) }
}
