//! Parameter policies of the advanced tier.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use fogbank_api_ssm as api;
use fogbank_context::Timestamp;
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::errors;

/// The most policies of a parameter.
const MOST: usize = 10;

/// A policy as it was put.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Policy {
    r#type: String,
    version: String,
    attributes: BTreeMap<String, String>,
}

/// Types of policies and the attributes that each must have.
const TYPES: &[(&str, &[&str])] = &[
    (EXPIRATION, &["Timestamp"]),
    (EXPIRATION_NOTIFICATION, &["Before", "Unit"]),
    (NO_CHANGE_NOTIFICATION, &["After", "Unit"]),
];

const EXPIRATION: &str = "Expiration";
const EXPIRATION_NOTIFICATION: &str = "ExpirationNotification";
const NO_CHANGE_NOTIFICATION: &str = "NoChangeNotification";

/// The policies of a request: a JSON array; empty ones take the policies away.
///
/// # Errors
/// `InvalidPolicyTypeException`, `InvalidPolicyAttributeException`, `IncompatiblePolicyException`,
/// `PoliciesLimitExceededException`, `ValidationException`.
pub(crate) fn parse(text: &str, now: Timestamp) -> Result<Vec<Policy>, ServiceError> {
    let malformed = || {
        errors::validation(
            "Invalid policies input: the parameter policies must be a JSON array of policies.",
        )
    };
    let policies = match serde_json::from_str(text).map_err(|_| malformed())? {
        Value::Array(policies) => policies,
        Value::Object(policy) if policy.is_empty() => Vec::new(),
        _ => return Err(malformed()),
    };
    let is_empty = |policy: &Value| policy.as_object().is_some_and(serde_json::Map::is_empty);
    let mut parsed: Vec<Policy> = Vec::new();
    for policy in policies.into_iter().filter(|policy| !is_empty(policy)) {
        let policy = Policy::checked(&policy, now)?;
        if policy.r#type == EXPIRATION && parsed.iter().any(|other| other.r#type == EXPIRATION) {
            return Err(errors::incompatible_policy(
                "There is a conflict in the policies specified for this parameter. You can't, for \
                 example, specify two Expiration policies for a parameter. Review your policies, \
                 and try again.",
            ));
        }
        parsed.push(policy);
    }
    if parsed.len() > MOST {
        return Err(errors::policies_limit(
            "You specified more than the maximum number of allowed policies for the parameter. The \
             maximum is 10.",
        ));
    }
    let is = |kind: &'static str| move |policy: &Policy| policy.r#type == kind;
    if parsed.iter().any(is(EXPIRATION_NOTIFICATION)) && !parsed.iter().any(is(EXPIRATION)) {
        return Err(errors::incompatible_policy(
            "An ExpirationNotification policy requires an Expiration policy.",
        ));
    }
    Ok(parsed)
}

impl Policy {
    fn checked(policy: &Value, now: Timestamp) -> Result<Self, ServiceError> {
        let text = |name: &str| policy.get(name).and_then(Value::as_str).unwrap_or_default();
        let kind = text("Type");
        let Some((_, wanted)) = TYPES.iter().find(|row| row.0 == kind) else {
            return Err(errors::invalid_policy_type(
                "The policy type isn't supported. Parameter Store supports the following policy \
                 types: Expiration, ExpirationNotification, and NoChangeNotification.",
            ));
        };
        let invalid = |what: &str| {
            errors::invalid_policy_attribute(format!(
                "A policy attribute or its value is invalid: {what} of the {kind} policy."
            ))
        };
        if text("Version") != "1.0" {
            return Err(invalid("Version"));
        }
        let mut attributes = BTreeMap::new();
        for name in *wanted {
            let value = match policy.get("Attributes").and_then(|all| all.get(name)) {
                Some(Value::String(value)) => value.clone(),
                Some(Value::Number(value)) => value.to_string(),
                _ => return Err(invalid(name)),
            };
            attributes.insert((*name).to_owned(), value);
        }
        let parsed = Self { r#type: kind.to_owned(), version: "1.0".to_owned(), attributes };
        match kind {
            EXPIRATION if parsed.expiration().is_none_or(|at| at <= now) => {
                Err(invalid("Timestamp"))
            }
            EXPIRATION => Ok(parsed),
            _ if !matches!(parsed.attribute("Unit"), "Days" | "Hours") => Err(invalid("Unit")),
            _ if parsed.distance().is_none() => Err(invalid(wanted[0])),
            _ => Ok(parsed),
        }
    }

    fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    /// When an expiration policy deletes the parameter.
    pub(crate) fn expiration(&self) -> Option<Timestamp> {
        let text = self.attributes.get("Timestamp").filter(|_| self.r#type == EXPIRATION)?;
        let at = DateTime::from_str(text, Format::DateTimeWithOffset).ok()?;
        Some(Timestamp::from_wire(&at))
    }

    /// How long before the expiration, or after the last change, a notification is due.
    fn distance(&self) -> Option<Duration> {
        let number = self.attributes.get("Before").or_else(|| self.attributes.get("After"))?;
        let number: u32 = number.parse().ok().filter(|number| *number > 0)?;
        let hours = if self.attribute("Unit") == "Days" { 24 } else { 1 };
        Some(Duration::from_secs(u64::from(number) * hours * 3_600))
    }

    /// The policy as lists show it, with its status at this time.
    pub(crate) fn inline(
        &self,
        modified: Timestamp,
        expires: Option<Timestamp>,
        now: Timestamp,
    ) -> api::ParameterInlinePolicy {
        let distance = self.distance().unwrap_or_default();
        let due = match self.r#type.as_str() {
            EXPIRATION_NOTIFICATION => expires.map(|at| at - distance),
            NO_CHANGE_NOTIFICATION => Some(modified + distance),
            _ => expires,
        };
        let status = if due.is_some_and(|due| due <= now) { "Finished" } else { "Pending" };
        api::ParameterInlinePolicy {
            policy_text: serde_json::to_string(self).ok(),
            policy_type: Some(self.r#type.clone()),
            policy_status: Some(status.to_owned()),
        }
    }
}
