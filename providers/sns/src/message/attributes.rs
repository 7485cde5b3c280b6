//! Message attributes: what they may be called and hold.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use fogbank_api_sns::MessageAttributeValue;
use fogbank_api_sqs as sqs;
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};

use crate::errors;

/// The longest name, in bytes.
const LONGEST_NAME: usize = 256;

/// A message attribute that is in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MessageAttribute {
    /// `String`, `Number` or `Binary`, with what the sender wrote after it.
    pub(crate) data_type: String,
    pub(crate) value: Value,
}

/// What an attribute holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Value {
    Text(String),
    Bytes(Bytes),
}

impl MessageAttribute {
    /// Checks an attribute of a request.
    ///
    /// # Errors
    /// `ParameterValueInvalid`.
    fn new(name: &str, given: MessageAttributeValue) -> Result<Self, ServiceError> {
        check_name(name)?;
        let base = base_of(&given.data_type).ok_or_else(|| {
            errors::invalid_value(format!(
                "The message attribute '{name}' has an invalid message attribute type, the set of \
                 supported type prefixes is Binary, Number, and String."
            ))
        })?;
        let text = given.string_value.filter(|text| !text.is_empty());
        let bytes = given.binary_value.filter(|bytes| !bytes.is_empty());
        let (value, field) = match base {
            "Binary" => (bytes.map(Value::Bytes), text.map(|_| "Binary")),
            _ => (text.map(Value::Text), bytes.map(|_| "String")),
        };
        let value = match (value, field) {
            (Some(value), _) => value,
            (None, Some(field)) => {
                return Err(errors::invalid_value(format!(
                    "The message attribute '{name}' with type '{base}' must use field '{field}'."
                )));
            }
            (None, None) => {
                return Err(errors::invalid_value(format!(
                    "The message attribute '{name}' must contain non-empty message attribute value \
                     for message attribute type '{base}'."
                )));
            }
        };
        if let ("Number", Value::Text(text)) = (base, &value)
            && text.trim().parse::<f64>().is_err()
        {
            return Err(errors::invalid_value(format!(
                "Could not cast message attribute '{name}' value to number."
            )));
        }
        Ok(Self { data_type: given.data_type, value })
    }

    /// `String`, `Number` or `Binary`.
    pub(crate) fn base(&self) -> &str {
        base_of(&self.data_type).unwrap_or(&self.data_type)
    }

    /// The value as text; bytes in base64.
    pub(crate) fn text(&self) -> String {
        match &self.value {
            Value::Text(text) => text.clone(),
            Value::Bytes(bytes) => STANDARD.encode(bytes),
        }
    }

    /// The most bytes that its type and its value have as texts.
    pub(crate) fn size(&self) -> usize {
        let value = match &self.value {
            Value::Text(text) => text.len(),
            Value::Bytes(bytes) => bytes.len().div_ceil(3) * 4,
        };
        self.data_type.len() + value
    }

    /// The attribute as SQS takes it.
    pub(crate) fn to_sqs(&self) -> sqs::MessageAttributeValue {
        let (text, bytes) = match &self.value {
            Value::Text(text) => (Some(text.clone()), None),
            Value::Bytes(bytes) => (None, Some(bytes.clone())),
        };
        sqs::MessageAttributeValue {
            data_type: self.data_type.clone(),
            string_value: text,
            binary_value: bytes,
            ..Default::default()
        }
    }
}

/// The base of a type: all of it, or what stands before a dot with something after it.
fn base_of(data_type: &str) -> Option<&str> {
    let base = match data_type.split_once('.') {
        None => data_type,
        Some((base, custom)) if !custom.is_empty() => base,
        Some(_) => return None,
    };
    matches!(base, "Binary" | "Number" | "String").then_some(base)
}

fn check_name(name: &str) -> Result<(), ServiceError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let wrong = |message: String| Err(errors::invalid_value(message));
    if name.len() > LONGEST_NAME {
        return wrong("Length of message attribute name must be less than 256 bytes.".to_owned());
    }
    if let Some(other) = name.chars().find(|c| !allowed(*c)) {
        return wrong(format!(
            "Invalid non-alphanumeric character '#x{:X}' was found in the message attribute name. \
             Can only include alphanumeric characters, hyphens, underscores, or dots.",
            u32::from(other)
        ));
    }
    if name.starts_with('.') {
        return wrong(
            "Invalid message attribute name starting with character '.' was found.".to_owned(),
        );
    }
    if name.ends_with('.') {
        return wrong(
            "Invalid message attribute name ending with character '.' was found.".to_owned(),
        );
    }
    if name.contains("..") {
        return wrong("Message attribute name can not have successive '.' character.".to_owned());
    }
    Ok(())
}

/// Checks the attributes of a message.
///
/// # Errors
/// `ParameterValueInvalid`.
pub(crate) fn checked(
    given: Option<BTreeMap<String, MessageAttributeValue>>,
) -> Result<BTreeMap<String, MessageAttribute>, ServiceError> {
    let given = given.unwrap_or_default();
    given
        .into_iter()
        .map(|(name, value)| {
            let attribute = MessageAttribute::new(&name, value)?;
            Ok((name, attribute))
        })
        .collect()
}

/// How much attributes count against the limit of a message, in bytes.
pub(crate) fn size(given: Option<&BTreeMap<String, MessageAttributeValue>>) -> usize {
    let of_one = |(name, value): (&String, &MessageAttributeValue)| {
        let text = value.string_value.as_ref().map_or(0, String::len);
        let bytes = value.binary_value.as_ref().map_or(0, Bytes::len);
        name.len() + value.data_type.len() + text + bytes
    };
    given.into_iter().flatten().map(of_one).sum()
}
