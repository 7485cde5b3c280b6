//! The attributes of a queue that can be set: one table says of each how it is read and written.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use fogbank_api_sqs::QueueAttributeName;
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};

use crate::delivery::fifo::DeduplicationScope;
use crate::errors;
use crate::queue::policy::Policy;
use crate::queue::redrive::{
    REDRIVE_ALLOW_POLICY, REDRIVE_POLICY, RedriveAllowPolicy, RedrivePolicy,
};

/// The attributes of a queue that can be set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct QueueAttributes {
    /// `DelaySeconds`.
    pub(crate) delay: u32,
    /// `MaximumMessageSize`, in bytes.
    pub(crate) maximum_message_size: u32,
    /// `MessageRetentionPeriod`, in seconds.
    pub(crate) retention: u32,
    /// `ReceiveMessageWaitTimeSeconds`.
    pub(crate) wait: u32,
    /// `VisibilityTimeout`, in seconds.
    pub(crate) visibility_timeout: u32,
    /// `Policy`.
    pub(crate) policy: Option<Policy>,
    /// `RedrivePolicy`.
    pub(crate) redrive: Option<RedrivePolicy>,
    /// `RedriveAllowPolicy`.
    pub(crate) redrive_allow: Option<RedriveAllowPolicy>,
    /// `KmsMasterKeyId`.
    kms_key: Option<String>,
    /// `KmsDataKeyReusePeriodSeconds`.
    kms_reuse: u32,
    /// `SqsManagedSseEnabled`.
    managed_encryption: bool,
    /// `FifoQueue`.
    pub(crate) fifo: bool,
    /// `ContentBasedDeduplication`.
    pub(crate) content_based_deduplication: bool,
    /// `DeduplicationScope`.
    pub(crate) deduplication_scope: DeduplicationScope,
    /// `FifoThroughputLimit`.
    throughput_limit: ThroughputLimit,
}

/// What the throughput quota of a FIFO queue applies to. Quotas of throughput are not emulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum ThroughputLimit {
    PerQueue,
    PerMessageGroupId,
}

/// An attribute that can be set.
struct Attribute {
    name: &'static str,
    /// Only FIFO queues have it.
    fifo: bool,
    /// The value, or none when there is nothing to show.
    read: fn(&QueueAttributes) -> Option<String>,
    write: fn(&mut QueueAttributes, &str) -> Result<(), ServiceError>,
}

const FIFO_QUEUE: &str = "FifoQueue";
const DEDUPLICATION_SCOPE: &str = "DeduplicationScope";
const THROUGHPUT_LIMIT: &str = "FifoThroughputLimit";
const KMS_KEY: &str = "KmsMasterKeyId";
const KMS_REUSE: &str = "KmsDataKeyReusePeriodSeconds";
const MANAGED_ENCRYPTION: &str = "SqsManagedSseEnabled";

/// An attribute that is a number within a range.
macro_rules! number {
    ($name:expr, $field:ident, $range:expr) => {
        Attribute {
            name: $name,
            fifo: false,
            read: |attributes| Some(attributes.$field.to_string()),
            write: |attributes, text| {
                attributes.$field = number($name, text, $range)?;
                Ok(())
            },
        }
    };
}

/// An attribute that an empty text takes away.
macro_rules! document {
    ($name:expr, $field:ident, $parse:path) => {
        Attribute {
            name: $name,
            fifo: false,
            read: |attributes| attributes.$field.as_ref().map(|document| document.to_json()),
            write: |attributes, text| {
                attributes.$field = if text.is_empty() { None } else { Some($parse(text)?) };
                Ok(())
            },
        }
    };
}

/// All attributes that can be set.
static ATTRIBUTES: [Attribute; 15] = [
    number!("DelaySeconds", delay, 0..=900),
    number!("MaximumMessageSize", maximum_message_size, 1_024..=1_048_576),
    number!("MessageRetentionPeriod", retention, 60..=1_209_600),
    number!("ReceiveMessageWaitTimeSeconds", wait, 0..=20),
    number!("VisibilityTimeout", visibility_timeout, 0..=43_200),
    document!("Policy", policy, Policy::parse),
    document!(REDRIVE_POLICY, redrive, RedrivePolicy::parse),
    document!(REDRIVE_ALLOW_POLICY, redrive_allow, RedriveAllowPolicy::parse),
    Attribute {
        name: KMS_KEY,
        fifo: false,
        read: |attributes| attributes.kms_key.clone(),
        write: |attributes, text| {
            attributes.kms_key = Some(text.to_owned()).filter(|key| !key.is_empty());
            if attributes.kms_key.is_some() {
                attributes.managed_encryption = false;
            }
            Ok(())
        },
    },
    Attribute {
        name: KMS_REUSE,
        fifo: false,
        read: |attributes| attributes.kms_key.as_ref().map(|_| attributes.kms_reuse.to_string()),
        write: |attributes, text| {
            attributes.kms_reuse = number(KMS_REUSE, text, 60..=86_400)?;
            Ok(())
        },
    },
    Attribute {
        name: MANAGED_ENCRYPTION,
        fifo: false,
        read: |attributes| Some(attributes.managed_encryption.to_string()),
        write: |attributes, text| {
            attributes.managed_encryption = flag(MANAGED_ENCRYPTION, text)?;
            if attributes.managed_encryption {
                attributes.kms_key = None;
            }
            Ok(())
        },
    },
    Attribute {
        name: FIFO_QUEUE,
        fifo: true,
        read: |attributes| attributes.fifo.then(|| "true".to_owned()),
        write: |attributes, text| match flag(FIFO_QUEUE, text)? == attributes.fifo {
            true => Ok(()),
            false => Err(errors::invalid_attribute_value(
                "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not \
                 supported.",
            )),
        },
    },
    Attribute {
        name: "ContentBasedDeduplication",
        fifo: true,
        read: |attributes| Some(attributes.content_based_deduplication.to_string()),
        write: |attributes, text| {
            attributes.content_based_deduplication = flag("ContentBasedDeduplication", text)?;
            Ok(())
        },
    },
    Attribute {
        name: DEDUPLICATION_SCOPE,
        fifo: true,
        read: |attributes| {
            let scope = match attributes.deduplication_scope {
                DeduplicationScope::Queue => "queue",
                DeduplicationScope::MessageGroup => "messageGroup",
            };
            Some(scope.to_owned())
        },
        write: |attributes, text| {
            attributes.deduplication_scope = match text {
                "queue" => DeduplicationScope::Queue,
                "messageGroup" => DeduplicationScope::MessageGroup,
                _ => return Err(errors::bad_attribute(DEDUPLICATION_SCOPE)),
            };
            Ok(())
        },
    },
    Attribute {
        name: THROUGHPUT_LIMIT,
        fifo: true,
        read: |attributes| {
            let limit = match attributes.throughput_limit {
                ThroughputLimit::PerQueue => "perQueue",
                ThroughputLimit::PerMessageGroupId => "perMessageGroupId",
            };
            Some(limit.to_owned())
        },
        write: |attributes, text| {
            attributes.throughput_limit = match text {
                "perQueue" => ThroughputLimit::PerQueue,
                "perMessageGroupId" => ThroughputLimit::PerMessageGroupId,
                _ => return Err(errors::bad_attribute(THROUGHPUT_LIMIT)),
            };
            Ok(())
        },
    },
];

fn number<T: FromStr + PartialOrd + Display>(
    name: &str,
    text: &str,
    range: RangeInclusive<T>,
) -> Result<T, ServiceError> {
    let value = text.trim().parse().ok().filter(|value| range.contains(value));
    value.ok_or_else(|| errors::bad_attribute(name))
}

fn flag(name: &str, text: &str) -> Result<bool, ServiceError> {
    match () {
        () if text.eq_ignore_ascii_case("true") => Ok(true),
        () if text.eq_ignore_ascii_case("false") => Ok(false),
        () => Err(errors::bad_attribute(name)),
    }
}

/// The attributes that a request sets.
pub(crate) type Requested = BTreeMap<QueueAttributeName, String>;

/// Whether a request for a new queue asks for a FIFO queue.
pub(crate) fn asks_for_fifo(requested: &Requested) -> bool {
    let value = requested.get(&QueueAttributeName::FifoQueue);
    value.is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

impl QueueAttributes {
    /// The attributes of a queue whose creator sets none.
    pub(crate) fn new(fifo: bool) -> Self {
        Self {
            delay: 0,
            maximum_message_size: 1_048_576,
            retention: 345_600,
            wait: 0,
            visibility_timeout: 30,
            policy: None,
            redrive: None,
            redrive_allow: None,
            kms_key: None,
            kms_reuse: 300,
            managed_encryption: true,
            fifo,
            content_based_deduplication: false,
            deduplication_scope: DeduplicationScope::Queue,
            throughput_limit: ThroughputLimit::PerQueue,
        }
    }

    /// The key of KMS that protects the messages, and how long a data key of it is used.
    pub(crate) fn encryption(&self) -> Option<(&str, Duration)> {
        let period = Duration::from_secs(self.kms_reuse.into());
        self.kms_key.as_deref().map(|key| (key, period))
    }

    /// These attributes with what a request changes.
    ///
    /// # Errors
    /// `InvalidAttributeName`, `InvalidAttributeValue`, and `InvalidParameterValue` for policies.
    pub(crate) fn with(&self, requested: &Requested) -> Result<Self, ServiceError> {
        let value = |name: QueueAttributeName| requested.get(&name).map_or("", String::as_str);
        let kms = !value(QueueAttributeName::KmsMasterKeyId).is_empty();
        let managed = value(QueueAttributeName::SqsManagedSseEnabled);
        if kms && managed.eq_ignore_ascii_case("true") {
            return Err(errors::invalid_attribute_name(
                "You can use one type of server-side encryption (SSE) at one time. You can either \
                 enable KMS SSE or SQS SSE.",
            ));
        }
        let mut changed = self.clone();
        for (name, value) in requested {
            let attribute = changed.find(name.as_str())?;
            (attribute.write)(&mut changed, value)?;
        }
        let per_group = changed.throughput_limit == ThroughputLimit::PerMessageGroupId;
        if per_group && changed.deduplication_scope == DeduplicationScope::Queue {
            return Err(errors::invalid_attribute_value(
                "The perMessageGroupId value for FifoThroughputLimit is allowed only when the \
                 value for DeduplicationScope is messageGroup.",
            ));
        }
        Ok(changed)
    }

    /// The attribute with this name, if the queue's type has it and it can be set.
    fn find(&self, name: &str) -> Result<&'static Attribute, ServiceError> {
        let found = ATTRIBUTES.iter().find(|attribute| attribute.name == name);
        match found {
            Some(attribute) if !attribute.fifo || self.fifo => Ok(attribute),
            Some(&Attribute { name: name @ (DEDUPLICATION_SCOPE | THROUGHPUT_LIMIT), .. }) => {
                Err(errors::invalid_attribute_name(format!(
                    "You can specify the {name} only when FifoQueue is set to true."
                )))
            }
            _ => Err(errors::unknown_attribute(name)),
        }
    }

    /// The first attribute in which a queue differs from what a request asks for.
    ///
    /// # Errors
    /// As [`QueueAttributes::with`].
    pub(crate) fn difference(&self, requested: &Requested) -> Result<Option<String>, ServiceError> {
        let wanted = self.with(requested)?;
        let differs = |name: &&QueueAttributeName| {
            let attribute = ATTRIBUTES.iter().find(|attribute| attribute.name == name.as_str());
            attribute.is_some_and(|attribute| (attribute.read)(self) != (attribute.read)(&wanted))
        };
        Ok(requested.keys().find(differs).map(|name| name.as_str().to_owned()))
    }

    /// The value of an attribute: none when it is not set, or when queues of this type have none.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let attribute = ATTRIBUTES.iter().find(|attribute| attribute.name == name)?;
        if attribute.fifo && !self.fifo { None } else { (attribute.read)(self) }
    }

    /// Names and values of all attributes that have a value.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, String)> {
        ATTRIBUTES.iter().filter_map(|attribute| Some((attribute.name, self.get(attribute.name)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requested(pairs: &[(&str, &str)]) -> Requested {
        pairs.iter().map(|(name, value)| ((*name).into(), (*value).to_owned())).collect()
    }

    fn check(fifo: bool, pairs: &[(&str, &str)], expect: Result<&[(&str, Option<&str>)], &str>) {
        let result = QueueAttributes::new(fifo).with(&requested(pairs));
        match (result, expect) {
            (Ok(attributes), Ok(values)) => {
                for (name, value) in values {
                    assert_eq!(attributes.get(name).as_deref(), *value, "{name} after {pairs:?}");
                }
            }
            (Err(error), Err(expect)) => assert_eq!(error.to_string(), expect, "{pairs:?}"),
            (Ok(_), Err(expect)) => panic!("{pairs:?} was accepted, not {expect}"),
            (Err(error), Ok(_)) => panic!("{pairs:?}: {error}"),
        }
    }

    #[test]
    fn numbers_have_ranges() {
        for (name, low, high) in [
            ("DelaySeconds", 0_u32, 900),
            ("MaximumMessageSize", 1024, 1_048_576),
            ("MessageRetentionPeriod", 60, 1_209_600),
            ("ReceiveMessageWaitTimeSeconds", 0, 20),
            ("VisibilityTimeout", 0, 43_200),
        ] {
            for good in [low, high] {
                let good = good.to_string();
                check(false, &[(name, &good)], Ok(&[(name, Some(&good))]));
            }
            let refusal = format!("InvalidAttributeValue: Invalid value for the parameter {name}.");
            let above = (high + 1).to_string();
            let below = (i64::from(low) - 1).to_string();
            for bad in [&*above, &*below, "", "x", "1.5", "99999999999999999999"] {
                check(false, &[(name, bad)], Err(&refusal));
            }
        }
    }

    #[test]
    fn fifo_attributes_need_a_fifo_queue() {
        for name in ["FifoQueue", "ContentBasedDeduplication", "NoSuchThing", "QueueArn", "All"] {
            let refusal = format!("InvalidAttributeName: Unknown Attribute {name}.");
            check(false, &[(name, "true")], Err(&refusal));
        }
        for (name, value) in [("DeduplicationScope", "queue"), ("FifoThroughputLimit", "perQueue")]
        {
            let refusal = format!(
                "InvalidAttributeName: You can specify the {name} only when FifoQueue is set to true."
            );
            check(false, &[(name, value)], Err(&refusal));
            check(true, &[(name, value)], Ok(&[(name, Some(value))]));
        }
        check(
            true,
            &[("FifoQueue", "True"), ("ContentBasedDeduplication", "TRUE")],
            Ok(&[("FifoQueue", Some("true")), ("ContentBasedDeduplication", Some("true"))]),
        );
        check(
            true,
            &[("FifoQueue", "false")],
            Err("InvalidAttributeValue: Invalid value for the parameter FifoQueue. Reason: \
                 Modifying queue type is not supported."),
        );
        check(
            true,
            &[("FifoThroughputLimit", "perMessageGroupId")],
            Err("InvalidAttributeValue: The perMessageGroupId value for FifoThroughputLimit is \
                 allowed only when the value for DeduplicationScope is messageGroup."),
        );
        check(
            true,
            &[("DeduplicationScope", "messageGroup"), ("FifoThroughputLimit", "perMessageGroupId")],
            Ok(&[("FifoThroughputLimit", Some("perMessageGroupId"))]),
        );
        check(
            true,
            &[("DeduplicationScope", "world")],
            Err("InvalidAttributeValue: Invalid value for the parameter DeduplicationScope."),
        );
    }

    #[test]
    fn one_encryption_excludes_the_other() {
        let kms = [("KmsMasterKeyId", "alias/k")];
        check(false, &[], Ok(&[("SqsManagedSseEnabled", Some("true")), ("KmsMasterKeyId", None)]));
        check(
            false,
            &kms,
            Ok(&[
                ("SqsManagedSseEnabled", Some("false")),
                ("KmsMasterKeyId", Some("alias/k")),
                ("KmsDataKeyReusePeriodSeconds", Some("300")),
            ]),
        );
        check(
            false,
            &[("KmsMasterKeyId", ""), ("KmsDataKeyReusePeriodSeconds", "300")],
            Ok(&[("KmsMasterKeyId", None), ("KmsDataKeyReusePeriodSeconds", None)]),
        );
        check(
            false,
            &[("KmsMasterKeyId", "k"), ("SqsManagedSseEnabled", "true")],
            Err(
                "InvalidAttributeName: You can use one type of server-side encryption (SSE) at one \
                 time. You can either enable KMS SSE or SQS SSE.",
            ),
        );
        let encrypted = QueueAttributes::new(false).with(&requested(&kms)).expect("valid");
        let managed = encrypted.with(&requested(&[("SqsManagedSseEnabled", "true")]));
        let managed = managed.expect("valid");
        assert_eq!(managed.get("KmsMasterKeyId"), None);
        assert_eq!(managed.get("SqsManagedSseEnabled").as_deref(), Some("true"));
    }

    #[test]
    fn an_empty_document_takes_it_away() {
        let arn = "arn:aws:sqs:us-east-1:000000000000:dead";
        let policy = format!(r#"{{"deadLetterTargetArn":"{arn}","maxReceiveCount":3}}"#);
        let with = QueueAttributes::new(false)
            .with(&requested(&[("RedrivePolicy", &policy), ("Policy", "{}")]))
            .expect("valid");
        assert_eq!(with.get("RedrivePolicy"), Some(policy));
        let without = with.with(&requested(&[("RedrivePolicy", ""), ("Policy", "")]));
        let without = without.expect("valid");
        assert_eq!((without.get("RedrivePolicy"), without.get("Policy")), (None, None));
    }

    #[test]
    fn a_difference_is_found_by_its_meaning() {
        let queue = QueueAttributes::new(true);
        for (pairs, expect) in [
            (&[][..], None),
            (&[("DelaySeconds", "0"), ("FifoQueue", "TRUE")], None),
            (&[("DelaySeconds", "1")], Some("DelaySeconds")),
            (&[("DelaySeconds", "0"), ("VisibilityTimeout", "31")], Some("VisibilityTimeout")),
            (&[("ContentBasedDeduplication", "true")], Some("ContentBasedDeduplication")),
        ] {
            let difference = queue.difference(&requested(pairs)).expect("valid");
            assert_eq!(difference.as_deref(), expect, "{pairs:?}");
        }
    }
}
