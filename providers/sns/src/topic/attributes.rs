//! The attributes of a topic: what can be set, how it is checked, what is shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::errors::Wrong;
use crate::message::signing::SignatureVersion;
use crate::store::Topic;
use crate::topic::archive::ArchivePolicy;
use crate::topic::delivery_policy::TopicPolicy;
use crate::topic::policy::Policy;

/// The longest display name, in characters.
const LONGEST_DISPLAY_NAME: usize = 100;
/// The protocols whose deliveries CloudWatch can be told of.
const FEEDBACK_PROTOCOLS: [&str; 5] = ["Application", "Firehose", "HTTP", "Lambda", "SQS"];

/// What was set of a topic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TopicAttributes {
    pub(crate) fifo: bool,
    #[serde(default)]
    pub(crate) content_based_deduplication: bool,
    #[serde(default)]
    pub(crate) display_name: String,
    #[serde(default)]
    pub(crate) policy: Option<Policy>,
    #[serde(default)]
    pub(crate) delivery_policy: Option<TopicPolicy>,
    #[serde(default)]
    pub(crate) signature_version: Option<SignatureVersion>,
    #[serde(default)]
    pub(crate) archive_policy: Option<ArchivePolicy>,
    /// `FifoThroughputScope`, `KmsMasterKeyId`, `TracingConfig` and what concerns feedback.
    #[serde(default)]
    pub(crate) others: BTreeMap<String, String>,
}

/// Whether a value is true, in the cases that AWS takes.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn boolean(name: &str, value: &str) -> Result<bool, Wrong> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Wrong(format!("{name}: Invalid value [{value}]. Must be true or false."))),
    }
}

/// Whether the attributes of a new topic ask for a FIFO topic.
pub(crate) fn asks_for_fifo(requested: &BTreeMap<String, String>) -> bool {
    requested.get("FifoTopic").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

impl TopicAttributes {
    /// The attributes of a new topic.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn new(requested: &BTreeMap<String, String>) -> Result<Self, Wrong> {
        let mut attributes = Self { fifo: asks_for_fifo(requested), ..Self::default() };
        for (name, value) in requested {
            if name == "FifoTopic" {
                boolean(name, value)?;
            } else if !attributes.set(name, value)? {
                return Err(Wrong(format!("Unknown attribute {name}")));
            }
        }
        Ok(attributes)
    }

    /// Sets one attribute; false when there is none of this name that can be set.
    ///
    /// # Errors
    /// What is wrong with its value.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<bool, Wrong> {
        match name {
            "DisplayName" => {
                if value.chars().count() > LONGEST_DISPLAY_NAME {
                    return Err(Wrong::new("DisplayName"));
                }
                value.clone_into(&mut self.display_name);
            }
            "Policy" => {
                self.policy = if value.is_empty() { None } else { Some(Policy::parse(value)?) };
            }
            "DeliveryPolicy" => {
                let policy = if value.is_empty() { None } else { Some(TopicPolicy::parse(value)?) };
                self.delivery_policy = policy
                    .filter(|policy| *policy != TopicPolicy::default() || value.contains("http"));
            }
            "SignatureVersion" => {
                self.signature_version = Some(match value {
                    "1" => SignatureVersion::V1,
                    "2" => SignatureVersion::V2,
                    _ => {
                        return Err(Wrong(format!(
                            "SignatureVersion: Invalid value [{value}]. Must be 1 or 2."
                        )));
                    }
                });
            }
            "ContentBasedDeduplication" if self.fifo => {
                self.content_based_deduplication = boolean(name, value)?;
            }
            "ContentBasedDeduplication" => {
                if boolean(name, value)? {
                    let what = "Content-based deduplication can only be set for FIFO topics";
                    return Err(Wrong::new(what));
                }
            }
            "ArchivePolicy" => {
                self.archive_policy = ArchivePolicy::parse(value, self.fifo)?;
            }
            "FifoThroughputScope" => {
                if !self.fifo || !matches!(value, "Topic" | "MessageGroup") {
                    return Err(Wrong(format!(
                        "FifoThroughputScope: Invalid value [{value}]. Must be Topic or MessageGroup."
                    )));
                }
                self.keep(name, value);
            }
            "TracingConfig" => {
                if !matches!(value, "Active" | "PassThrough") {
                    return Err(Wrong(format!(
                        "TracingConfig: Invalid value [{value}]. Please use either PassThrough or Active"
                    )));
                }
                self.keep(name, value);
            }
            "KmsMasterKeyId" => self.keep(name, value),
            _ => return self.set_feedback(name, value),
        }
        Ok(true)
    }

    /// Sets what CloudWatch is told of deliveries.
    fn set_feedback(&mut self, name: &str, value: &str) -> Result<bool, Wrong> {
        let kind = FEEDBACK_PROTOCOLS.iter().find_map(|protocol| name.strip_prefix(protocol));
        match kind {
            Some("SuccessFeedbackSampleRate") => {
                let rate = value.parse::<u8>().ok().filter(|rate| *rate <= 100);
                if rate.is_none() && !value.is_empty() {
                    let what = "value provided is not an integer between 0-100";
                    return Err(Wrong(format!("{name}: {value} {what}")));
                }
            }
            Some("SuccessFeedbackRoleArn" | "FailureFeedbackRoleArn") => {
                let is_role = value.starts_with("arn:") && value.contains(":iam::");
                if !value.is_empty() && !is_role {
                    return Err(Wrong(format!("{name}: {value} is not a valid ARN")));
                }
            }
            _ => return Ok(false),
        }
        self.keep(name, value);
        Ok(true)
    }

    fn keep(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            self.others.remove(name);
        } else {
            self.others.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Whether deduplication looks at each message group by itself.
    pub(crate) fn deduplicates_by_group(&self) -> bool {
        self.others.get("FifoThroughputScope").is_some_and(|scope| scope == "MessageGroup")
    }

    /// Whether a topic with these attributes is what a request asks for.
    pub(crate) fn agree(&self, requested: &BTreeMap<String, String>) -> Result<bool, Wrong> {
        let asked = Self::new(requested)?;
        let same = |name: &str| match name {
            "FifoTopic" => asked.fifo == self.fifo,
            "ContentBasedDeduplication" => {
                asked.content_based_deduplication == self.content_based_deduplication
            }
            "DisplayName" => asked.display_name == self.display_name,
            "Policy" => asked.policy == self.policy,
            "DeliveryPolicy" => asked.delivery_policy == self.delivery_policy,
            "SignatureVersion" => {
                asked.signature_version.unwrap_or_default()
                    == self.signature_version.unwrap_or_default()
            }
            "ArchivePolicy" => asked.archive_policy == self.archive_policy,
            "TracingConfig" => {
                let of = |it: &Self| it.others.get(name).is_some_and(|mode| mode == "Active");
                of(&asked) == of(self)
            }
            _ => asked.others.get(name) == self.others.get(name),
        };
        Ok(requested.keys().all(|name| same(name)))
    }
}

/// What `GetTopicAttributes` answers.
pub(crate) fn shown(topic: &Topic) -> BTreeMap<String, String> {
    let attributes = &topic.attributes;
    let policy = attributes.policy.clone().unwrap_or_else(|| Policy::standard(&topic.arn));
    let pending = topic.subscriptions.values().filter(|it| it.is_pending()).count();
    let confirmed = topic.subscriptions.len() - pending;
    let mut shown = attributes.others.clone();
    let mut show = |name: &str, value: String| shown.insert(name.to_owned(), value);
    show("TopicArn", topic.arn.to_string());
    show("Owner", topic.arn.account.clone());
    show("DisplayName", attributes.display_name.clone());
    show("Policy", policy.as_str().to_owned());
    show("SubscriptionsConfirmed", confirmed.to_string());
    show("SubscriptionsPending", pending.to_string());
    show("SubscriptionsDeleted", topic.deleted_subscriptions.to_string());
    if let Some(policy) = &attributes.delivery_policy {
        show("DeliveryPolicy", policy.to_json());
    }
    let effective = TopicPolicy::effective(attributes.delivery_policy.as_ref());
    show("EffectiveDeliveryPolicy", effective);
    if let Some(version) = attributes.signature_version {
        show("SignatureVersion", version.as_str().to_owned());
    }
    if attributes.fifo {
        show("FifoTopic", "true".to_owned());
        let deduplicates = attributes.content_based_deduplication;
        show("ContentBasedDeduplication", deduplicates.to_string());
    }
    if let Some(policy) = &attributes.archive_policy {
        show("ArchivePolicy", policy.to_json());
    }
    if let Some(at) = topic.archive_since {
        show("BeginningArchiveTime", crate::message::time::to_text(at));
    }
    shown
}
