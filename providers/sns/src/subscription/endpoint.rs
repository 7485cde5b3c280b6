//! The protocols of subscriptions and what their endpoints look like.

use fogbank_service::{RequestContext, ServiceError};
use serde::{Deserialize, Serialize};

use crate::errors;
use crate::ops::endpoints;
use crate::topic::arn;

/// How a subscriber gets its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Protocol {
    Application,
    Email,
    EmailJson,
    Firehose,
    Http,
    Https,
    Lambda,
    Sms,
    Sqs,
}

const PROTOCOLS: [(Protocol, &str); 9] = [
    (Protocol::Application, "application"),
    (Protocol::Email, "email"),
    (Protocol::EmailJson, "email-json"),
    (Protocol::Firehose, "firehose"),
    (Protocol::Http, "http"),
    (Protocol::Https, "https"),
    (Protocol::Lambda, "lambda"),
    (Protocol::Sms, "sms"),
    (Protocol::Sqs, "sqs"),
];

impl Protocol {
    /// The protocol of this name.
    ///
    /// # Errors
    /// `InvalidParameter`.
    pub(crate) fn parse(name: &str) -> Result<Self, ServiceError> {
        PROTOCOLS.iter().find(|(_, known)| *known == name).map(|(it, _)| *it).ok_or_else(|| {
            errors::parameter(format!("Amazon SNS does not support this protocol string: {name}"))
        })
    }

    /// The name, which `MessageStructure` `json` uses too.
    pub(crate) fn as_str(self) -> &'static str {
        PROTOCOLS.iter().find(|(it, _)| *it == self).map_or("", |(_, name)| name)
    }

    /// Whether a subscriber has to confirm.
    pub(crate) fn needs_confirmation(self) -> bool {
        matches!(self, Self::Http | Self::Https | Self::Email | Self::EmailJson)
    }

    /// Whether messages can be delivered without an envelope.
    pub(crate) fn delivers_raw(self) -> bool {
        matches!(self, Self::Http | Self::Https | Self::Sqs | Self::Firehose)
    }

    /// Whether a FIFO topic takes it.
    fn of_fifo(self) -> bool {
        self == Self::Sqs
    }
}

/// Checks a subscriber's endpoint.
///
/// # Errors
/// `InvalidParameter`.
pub(crate) fn check(
    cx: &RequestContext,
    protocol: Protocol,
    endpoint: &str,
    fifo: bool,
) -> Result<(), ServiceError> {
    if fifo && !protocol.of_fifo() {
        let name = protocol.as_str();
        return Err(errors::parameter(format!("Invalid protocol type: {name}")));
    }
    match protocol {
        Protocol::Http | Protocol::Https => {
            let scheme = endpoint.split_once("://").map(|(scheme, _)| scheme);
            if scheme != Some(protocol.as_str()) {
                return Err(errors::parameter("Endpoint must match the specified protocol"));
            }
            let uri = endpoint.parse::<http::Uri>().ok();
            if uri.and_then(|uri| uri.host().map(str::len)).unwrap_or_default() == 0 {
                return Err(errors::parameter("Endpoint"));
            }
        }
        Protocol::Email | Protocol::EmailJson => {
            let (name, domain) = endpoint.rsplit_once('@').unwrap_or_default();
            let spaced = endpoint.contains(char::is_whitespace);
            if name.is_empty() || domain.is_empty() || spaced {
                return Err(errors::parameter("Email address"));
            }
        }
        Protocol::Sms => {
            if normal_phone(endpoint).is_none() {
                return Err(errors::invalid(format!("Invalid SMS endpoint: {endpoint}")));
            }
        }
        Protocol::Sqs => {
            if !is_arn_of(endpoint, "sqs") {
                return Err(errors::parameter("SQS endpoint ARN"));
            }
            if endpoint.ends_with(".fifo") && !fifo {
                return Err(errors::parameter(
                    "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to \
                     standard SNS topics",
                ));
            }
        }
        Protocol::Lambda => {
            if !is_arn_of(endpoint, "lambda") {
                return Err(errors::parameter("Lambda endpoint ARN"));
            }
        }
        Protocol::Firehose => {
            if !is_arn_of(endpoint, "firehose") {
                return Err(errors::parameter("Firehose endpoint ARN"));
            }
        }
        Protocol::Application => {
            let invalid =
                || errors::parameter(format!("Application endpoint arn invalid:{endpoint}"));
            let place = arn::Place::parse(endpoint, "Endpoint").map_err(|_| invalid())?;
            if !place.resource.starts_with("endpoint/") {
                return Err(invalid());
            }
            if endpoints::get(&cx.world, endpoint)?.is_none() {
                let reason = format!("Endpoint does not exist for endpoint {endpoint}");
                return Err(errors::reason("Endpoint", reason));
            }
        }
    }
    Ok(())
}

/// Whether a text is an ARN of a service, with something in each of its fields.
pub(crate) fn is_arn_of(text: &str, service: &str) -> bool {
    let fields: Vec<_> = text.split(':').collect();
    fields.len() >= 6
        && fields[0] == "arn"
        && fields[2] == service
        && fields[3..].iter().all(|field| !field.is_empty())
}

/// A phone number without the marks that people put between its digits; none when it is not one.
///
/// AWS takes `+12/34-567.890`, and neither two marks in a row nor one at an end.
pub(crate) fn normal_phone(text: &str) -> Option<String> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let mut number = String::from("+");
    let mut after_digit = false;
    for c in digits.chars() {
        match c {
            '0'..='9' => number.push(c),
            '-' | '.' | '/' | ' ' | '(' | ')' if after_digit => {}
            _ => return None,
        }
        after_digit = c.is_ascii_digit();
    }
    (after_digit && (2..=21).contains(&number.len())).then_some(number)
}

/// A phone number in the form of E.164, as `Publish` wants it.
pub(crate) fn is_e164(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (1..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_numbers_are_recognised() {
        for (text, valid) in [
            ("+1234567890", true),
            ("+12/34-567.890", true),
            ("15551234567", true),
            ("+15--551234567", false),
            ("NAA+15551234567", false),
            ("+15551234567.", false),
            ("/+15551234567", false),
            ("invalid-number", false),
            ("", false),
        ] {
            assert_eq!(normal_phone(text).is_some(), valid, "{text}");
        }
    }
}
