//! Dead-letter queues: the redrive policy of a source, the redrive allow policy of a target.

use fogbank_context::Arn;
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::errors;

/// The attribute of a source queue.
pub(crate) const REDRIVE_POLICY: &str = "RedrivePolicy";
/// The attribute of a dead-letter queue.
pub(crate) const REDRIVE_ALLOW_POLICY: &str = "RedriveAllowPolicy";

const TARGET: &str = "deadLetterTargetArn";
const MAX_RECEIVES: &str = "maxReceiveCount";
const PERMISSION: &str = "redrivePermission";
const SOURCES: &str = "sourceQueueArns";
/// The most sources that a redrive allow policy names.
const MOST_SOURCES: usize = 10;

/// Where a queue moves messages that were received too often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RedrivePolicy {
    /// The dead-letter queue.
    pub(crate) target: Arn,
    /// How often a message may be received before it is moved; 1 to 1,000.
    pub(crate) max_receives: u32,
}

/// A policy's refusal, in AWS's form.
fn refuse(parameter: &str, text: &str, reason: impl std::fmt::Display) -> ServiceError {
    errors::invalid_value(text, parameter, reason)
}

fn read_map(parameter: &str, text: &str) -> Result<Map<String, Value>, ServiceError> {
    serde_json::from_str(text)
        .map_err(|_| refuse(parameter, text, "Redrive policy is not a valid JSON map."))
}

impl RedrivePolicy {
    /// Reads the attribute's value. Whether the target exists is asked elsewhere.
    ///
    /// # Errors
    /// `InvalidParameterValue`.
    pub(crate) fn parse(text: &str) -> Result<Self, ServiceError> {
        let refuse = |reason: String| refuse(REDRIVE_POLICY, text, reason);
        let map = read_map(REDRIVE_POLICY, text)?;
        for mandatory in [MAX_RECEIVES, TARGET] {
            if !map.contains_key(mandatory) {
                return Err(refuse(format!(
                    "Redrive policy does not contain mandatory attribute: {mandatory}."
                )));
            }
        }
        if map.len() > 2 {
            return Err(refuse(format!(
                "Only following attributes are supported: [{TARGET}, {MAX_RECEIVES}]."
            )));
        }
        let max_receives = match &map[MAX_RECEIVES] {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let max_receives = max_receives
            .and_then(|count| u32::try_from(count).ok())
            .filter(|count| (1..=1000).contains(count))
            .ok_or_else(|| {
                let given = match &map[MAX_RECEIVES] {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                refuse(format!(
                    "Invalid value for maxReceiveCount: {given}, valid values are from 1 to 1000 \
                     both inclusive."
                ))
            })?;
        let target = map[TARGET].as_str().and_then(|arn| arn.parse().ok());
        let target = target
            .filter(|arn: &Arn| arn.service == "sqs")
            .ok_or_else(|| refuse("Invalid value for deadLetterTargetArn.".to_owned()))?;
        Ok(Self { target, max_receives })
    }

    /// The attribute's value, in the form in which AWS returns it.
    pub(crate) fn to_json(&self) -> String {
        format!(r#"{{"{TARGET}":"{}","{MAX_RECEIVES}":{}}}"#, self.target, self.max_receives)
    }
}

/// Which queues may name a queue as their dead-letter queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RedriveAllowPolicy {
    /// All of the same account and region.
    AllowAll,
    /// None.
    DenyAll,
    /// These.
    ByQueue(Vec<Arn>),
}

impl RedriveAllowPolicy {
    /// Reads the attribute's value.
    ///
    /// # Errors
    /// `InvalidParameterValue`.
    pub(crate) fn parse(text: &str) -> Result<Self, ServiceError> {
        let refuse = |reason: String| refuse(REDRIVE_ALLOW_POLICY, text, reason);
        let map = read_map(REDRIVE_ALLOW_POLICY, text)?;
        if map.keys().any(|key| key != PERMISSION && key != SOURCES) {
            return Err(refuse(format!(
                "Only following attributes are supported: [{PERMISSION}, {SOURCES}]."
            )));
        }
        let permission = map.get(PERMISSION).and_then(Value::as_str);
        let sources = map.get(SOURCES);
        match (permission, sources) {
            (Some("allowAll"), None) => Ok(Self::AllowAll),
            (Some("denyAll"), None) => Ok(Self::DenyAll),
            (Some("byQueue"), Some(Value::Array(list)))
                if (1..=MOST_SOURCES).contains(&list.len()) =>
            {
                let arn = |value: &Value| value.as_str()?.parse::<Arn>().ok();
                let arns = list.iter().map(arn).collect::<Option<_>>();
                arns.map(Self::ByQueue)
                    .ok_or_else(|| refuse(format!("{SOURCES} must be a list of queue ARNs.")))
            }
            (Some("byQueue"), _) => Err(refuse(format!(
                "{SOURCES} must list 1 to {MOST_SOURCES} queue ARNs when {PERMISSION} is byQueue."
            ))),
            (Some("allowAll" | "denyAll"), Some(_)) => Err(refuse(format!(
                "{SOURCES} can only be specified when {PERMISSION} is byQueue."
            ))),
            _ => Err(refuse(format!("{PERMISSION} must be one of allowAll, denyAll and byQueue."))),
        }
    }

    /// The attribute's value.
    pub(crate) fn to_json(&self) -> String {
        match self {
            Self::AllowAll => format!(r#"{{"{PERMISSION}":"allowAll"}}"#),
            Self::DenyAll => format!(r#"{{"{PERMISSION}":"denyAll"}}"#),
            Self::ByQueue(arns) => {
                let arns: Vec<_> = arns.iter().map(|arn| format!("\"{arn}\"")).collect();
                format!(r#"{{"{PERMISSION}":"byQueue","{SOURCES}":[{}]}}"#, arns.join(","))
            }
        }
    }

    /// Whether the queue with this ARN may name the policy's queue as its dead-letter queue.
    pub(crate) fn allows(&self, source: &Arn) -> bool {
        match self {
            Self::AllowAll => true,
            Self::DenyAll => false,
            Self::ByQueue(arns) => arns.contains(source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:sqs:us-east-1:000000000000:dead";

    #[test]
    fn redrive_policies_are_normalised() {
        let expect = format!(r#"{{"deadLetterTargetArn":"{ARN}","maxReceiveCount":5}}"#);
        for text in [
            format!(r#"{{"maxReceiveCount":5,"deadLetterTargetArn":"{ARN}"}}"#),
            format!(r#"{{ "deadLetterTargetArn" : "{ARN}", "maxReceiveCount" : "5" }}"#),
        ] {
            assert_eq!(RedrivePolicy::parse(&text).expect("valid").to_json(), expect);
        }
    }

    #[test]
    fn redrive_policies_are_checked() {
        let counted =
            |count: &str| format!(r#"{{"deadLetterTargetArn":"{ARN}","maxReceiveCount":{count}}}"#);
        let extra = format!(r#"{{"deadLetterTargetArn":"{ARN}","maxReceiveCount":1,"x":1}}"#);
        let untargeted = r#"{"maxReceiveCount":1}"#.to_owned();
        let unparsable = r#"{"maxReceiveCount":1,"deadLetterTargetArn":"dummy"}"#.to_owned();
        let range = "valid values are from 1 to 1000 both inclusive.";
        for (text, reason) in [
            ("x".to_owned(), "Redrive policy is not a valid JSON map.".to_owned()),
            ("[]".to_owned(), "Redrive policy is not a valid JSON map.".to_owned()),
            (
                "{}".to_owned(),
                "Redrive policy does not contain mandatory attribute: maxReceiveCount.".to_owned(),
            ),
            (
                untargeted,
                "Redrive policy does not contain mandatory attribute: deadLetterTargetArn."
                    .to_owned(),
            ),
            (counted("0"), format!("Invalid value for maxReceiveCount: 0, {range}")),
            (counted("1001"), format!("Invalid value for maxReceiveCount: 1001, {range}")),
            (counted("\"x\""), format!("Invalid value for maxReceiveCount: x, {range}")),
            (counted("-1"), format!("Invalid value for maxReceiveCount: -1, {range}")),
            (
                extra,
                "Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount]."
                    .to_owned(),
            ),
            (unparsable, "Invalid value for deadLetterTargetArn.".to_owned()),
        ] {
            let error = RedrivePolicy::parse(&text).expect_err(&text);
            let message =
                format!("Value {text} for parameter RedrivePolicy is invalid. Reason: {reason}");
            assert_eq!(error.message(), Some(&*message));
            assert_eq!(error.code(), "InvalidParameterValue");
        }
    }

    #[test]
    fn redrive_allow_policies_say_who_may() {
        let source: Arn = ARN.parse().expect("an ARN");
        let other: Arn = "arn:aws:sqs:us-east-1:000000000000:other".parse().expect("an ARN");
        let by_queue = format!(r#"{{"redrivePermission":"byQueue","sourceQueueArns":["{ARN}"]}}"#);
        for (text, allows_source, allows_other) in [
            (r#"{"redrivePermission":"allowAll"}"#, true, true),
            (r#"{"redrivePermission":"denyAll"}"#, false, false),
            (&by_queue, true, false),
        ] {
            let policy = RedriveAllowPolicy::parse(text).expect(text);
            assert_eq!(policy.to_json(), text);
            assert_eq!(
                (policy.allows(&source), policy.allows(&other)),
                (allows_source, allows_other)
            );
        }
        let eleven = vec![format!("\"{ARN}\""); 11].join(",");
        let eleven = format!(r#"{{"redrivePermission":"byQueue","sourceQueueArns":[{eleven}]}}"#);
        for text in [
            "{}",
            "nonsense",
            r#"{"redrivePermission":"some"}"#,
            r#"{"redrivePermission":"byQueue"}"#,
            r#"{"redrivePermission":"byQueue","sourceQueueArns":["x"]}"#,
            r#"{"redrivePermission":"denyAll","sourceQueueArns":[]}"#,
            r#"{"redrivePermission":"denyAll","x":[]}"#,
            &eleven,
        ] {
            let error = RedriveAllowPolicy::parse(text).expect_err(text);
            assert_eq!(error.code(), "InvalidParameterValue");
        }
    }
}
