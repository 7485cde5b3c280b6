//! Which provider answers for a service.

use std::collections::BTreeMap;
use std::fmt;

use crate::UpstreamUrl;

/// The start of the variables that choose a provider: `PROVIDER_OVERRIDE_<SERVICE>`.
pub const PROVIDER_OVERRIDE: &str = "PROVIDER_OVERRIDE_";

/// The chosen providers, by the service's name in the AWS CLI, such as `dynamodbstreams`
/// or `sqs`, in lower case.
///
/// Variables cannot hold a dash, so `PROVIDER_OVERRIDE_COGNITO_IDP` is `cognito-idp`.
pub type ProviderOverrides = BTreeMap<String, ProviderChoice>;

/// A provider of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderChoice {
    /// A provider that fogbank has, by its name; the gateway knows which there are.
    Named(String),
    /// The server that the service's requests are passed on to.
    Upstream(UpstreamUrl),
}

/// What may be written as a provider.
pub(crate) const ALLOWED: &str = "the name of a provider such as default, or upstream:URL";

impl ProviderChoice {
    /// Reads a provider as a user writes it.
    pub(crate) fn from_text(text: &str) -> Result<Self, String> {
        if let Some(url) = text.strip_prefix("upstream:") {
            return Ok(Self::Upstream(UpstreamUrl::from_text(url)?));
        }
        let name = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
        if text.is_empty() || !text.bytes().all(name) {
            return Err(format!("{text:?} is not a provider"));
        }
        Ok(Self::Named(text.to_owned()))
    }
}

impl fmt::Display for ProviderChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProviderChoice::Named(name) => f.write_str(name),
            ProviderChoice::Upstream(url) => write!(f, "upstream:{url}"),
        }
    }
}

/// The service that a variable's or a key's ending names.
pub(crate) fn service_name(written: &str) -> String {
    written.to_ascii_lowercase().replace('_', "-")
}
