//! Parameters: what one is, and the rules of its parts.

pub(crate) mod access;
pub(crate) mod changes;
pub(crate) mod cipher;
pub(crate) mod filter;
pub(crate) mod lookup;
pub(crate) mod name;
pub(crate) mod policy;
pub(crate) mod public;
pub(crate) mod secret;
pub(crate) mod sharing;
pub(crate) mod value;

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_ssm as api;
use fogbank_context::{AccountId, Timestamp};
use fogbank_service::RequestContext;
use fogbank_state::{Resource, Rows, rows};
use serde::{Deserialize, Serialize};

use crate::store::SsmStore;
use policy::Policy;

/// The most versions that a parameter keeps.
pub(crate) const MOST_VERSIONS: usize = 100;

/// A parameter with its versions.
///
/// **Invariants.** `latest` is the version with the highest number; `versions` holds it too. Every
/// label names a version that is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Parameter {
    /// The name as it was created.
    pub(crate) name: String,
    /// The newest version.
    pub(crate) latest: Arc<Version>,
    /// The versions that labels name.
    pub(crate) labels: BTreeMap<String, i64>,
    /// All versions by number.
    #[serde(skip)]
    pub(crate) versions: Rows<i64, Arc<Version>>,
}

impl Resource for Parameter {
    const VERSION: u32 = 1;
    rows!(versions);
}

/// A version of a parameter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Version {
    /// 1 and up.
    pub(crate) number: i64,
    /// What the value is.
    pub(crate) kind: Kind,
    /// The value; of a secure string, what KMS made of it.
    pub(crate) value: String,
    /// The key of a secure string.
    pub(crate) key_id: Option<String>,
    /// When it was put.
    pub(crate) modified: Timestamp,
    /// Who put it.
    pub(crate) user: String,
    /// The description.
    pub(crate) description: Option<String>,
    /// What values have to match.
    pub(crate) allowed_pattern: Option<String>,
    /// The tier.
    pub(crate) tier: Tier,
    /// The policies.
    pub(crate) policies: Vec<Policy>,
    /// `text`, `aws:ec2:image` or `aws:ssm:integration`.
    pub(crate) data_type: String,
}

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// A text.
    String,
    /// Texts with commas between them.
    StringList,
    /// An encrypted text.
    SecureString,
}

impl Kind {
    /// The kind of the API's type, which the wire has checked.
    pub(crate) fn of(kind: &api::ParameterType) -> Self {
        match kind {
            api::ParameterType::StringList => Self::StringList,
            api::ParameterType::SecureString => Self::SecureString,
            _ => Self::String,
        }
    }

    /// The API's type.
    pub(crate) fn api(self) -> api::ParameterType {
        match self {
            Self::String => api::ParameterType::String,
            Self::StringList => api::ParameterType::StringList,
            Self::SecureString => api::ParameterType::SecureString,
        }
    }
}

/// The tier of a parameter; intelligent tiering chooses one of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Tier {
    /// Values of 4,096 characters, no policies.
    Standard,
    /// Values of 8,192 characters, and policies.
    Advanced,
}

impl Tier {
    /// The API's tier.
    pub(crate) fn api(self) -> api::ParameterTier {
        match self {
            Self::Standard => api::ParameterTier::Standard,
            Self::Advanced => api::ParameterTier::Advanced,
        }
    }
}

impl Version {
    /// When its expiration policy deletes the parameter.
    pub(crate) fn expires(&self) -> Option<Timestamp> {
        self.policies.iter().find_map(Policy::expiration)
    }

    /// The policies as lists show them.
    pub(crate) fn inline_policies(&self, now: Timestamp) -> Vec<api::ParameterInlinePolicy> {
        let expires = self.expires();
        self.policies.iter().map(|policy| policy.inline(self.modified, expires, now)).collect()
    }

    /// The version as `GetParameter` shows it.
    pub(crate) fn shown(&self, name: String, arn: String, value: String) -> api::Parameter {
        api::Parameter {
            name: Some(name),
            r#type: Some(self.kind.api()),
            value: Some(value),
            version: Some(self.number),
            selector: None,
            source_result: None,
            last_modified_date: Some(self.modified.to_wire()),
            arn: Some(arn),
            data_type: Some(self.data_type.clone()),
        }
    }
}

impl Parameter {
    /// The version that a selector names: a number or a label.
    pub(crate) fn select(&self, selector: &str) -> Option<&Arc<Version>> {
        let number = match selector.parse::<i64>() {
            Ok(number) => number,
            Err(_) => *self.labels.get(selector)?,
        };
        self.versions.get(&number)
    }

    /// The labels of a version.
    pub(crate) fn labels_of(&self, number: i64) -> Vec<String> {
        let labels = self.labels.iter().filter(|(_, version)| **version == number);
        labels.map(|(label, _)| label.clone()).collect()
    }
}

/// The ARN of a parameter of the request's account and region.
pub(crate) fn arn(cx: &RequestContext, name: &str) -> String {
    arn_in(cx, cx.account, name)
}

/// The ARN of a parameter of an account in the request's region.
pub(crate) fn arn_in(cx: &RequestContext, account: AccountId, name: &str) -> String {
    let slash = if name.starts_with('/') { "" } else { "/" };
    let (partition, region) = (cx.partition(), &cx.region);
    // Without the machinery of formats: every answer has one.
    let (partition, account) = (partition.as_str(), account.to_string());
    let parts =
        ["arn:", partition, ":ssm:", region.as_str(), ":", &account, ":parameter", slash, name];
    parts.concat()
}

/// The key under which a resource's tags are kept.
pub(crate) fn tags_key(key: &str) -> String {
    format!("Parameter/{key}")
}

/// A parameter by its key; one that has expired is deleted first.
pub(crate) fn find(store: &SsmStore, key: &str, now: Timestamp) -> Option<Arc<Parameter>> {
    let parameter = store.parameters.get(key)?;
    let expired = |parameter: &Parameter| parameter.latest.expires().is_some_and(|at| at <= now);
    if !expired(&parameter) {
        return Some(parameter);
    }
    if store.parameters.remove_if(key, expired).is_some() {
        store.tags.remove(&tags_key(key));
    }
    None
}

/// All parameters with their keys, without those that have expired, in the order of their keys.
pub(crate) fn all(store: &SsmStore, now: Timestamp) -> Vec<(String, Arc<Parameter>)> {
    store
        .parameters
        .iter()
        .filter(|(_, parameter)| parameter.latest.expires().is_none_or(|at| at > now))
        .map(|(key, parameter)| (key.clone(), parameter))
        .collect()
}
