//! The body of a message: one text for everybody, or one for each protocol.

use std::collections::BTreeMap;

use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::errors;

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Body {
    /// The same to everybody.
    Plain(String),
    /// Something else to each protocol (`MessageStructure` is `json`).
    ByProtocol(BTreeMap<String, String>),
}

impl Body {
    /// Reads a body. `platform` is the push platform when the message goes to one endpoint; then a
    /// text for it is enough.
    ///
    /// # Errors
    /// `InvalidParameter`.
    pub(crate) fn new(
        text: String,
        structure: Option<&str>,
        platform: Option<&str>,
    ) -> Result<Self, ServiceError> {
        match structure {
            None | Some("") => return Ok(Self::Plain(text)),
            Some("json") => {}
            Some(_) => return Err(errors::parameter("MessageStructure")),
        }
        let document: Map<String, Value> = serde_json::from_str(&text).map_err(|_| {
            errors::parameter("Message Structure - JSON message body failed to parse")
        })?;
        let texts: BTreeMap<_, _> = document
            .into_iter()
            .filter_map(|(protocol, value)| match value {
                Value::String(text) => Some((protocol, text)),
                _ => None,
            })
            .collect();
        let enough = platform.is_some_and(|platform| texts.contains_key(platform));
        if texts.contains_key("default") || enough {
            return Ok(Self::ByProtocol(texts));
        }
        Err(errors::parameter("Message Structure - No default entry in JSON message body"))
    }

    /// The text for a protocol or a push platform.
    pub(crate) fn of(&self, protocol: &str) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::ByProtocol(texts) => {
                let text = texts.get(protocol).or_else(|| texts.get("default"));
                text.map_or("", String::as_str)
            }
        }
    }
}
