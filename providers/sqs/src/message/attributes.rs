//! Message attributes: what a sender may attach, and what a receiver asks for.

use std::collections::BTreeMap;

use bytes::Bytes;
use fogbank_api_sqs as api;
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};

use crate::errors;
use crate::message::digest::MessageDigest;

/// The most attributes of a message.
const MOST: usize = 10;
/// The longest name and the longest data type, in bytes.
const LONGEST: usize = 256;
/// The prefixes of names that are AWS's own, in any case.
const RESERVED: [&str; 2] = ["aws.", "amazon."];

/// The attributes of a message, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MessageAttributes(Vec<(Box<str>, MessageAttribute)>);

/// One attribute: its data type with its label, such as `Number.int`, and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MessageAttribute {
    pub(crate) data_type: Box<str>,
    pub(crate) value: Value,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Value {
    /// Of the types `String` and `Number`.
    Text(Box<str>),
    /// Of the type `Binary`.
    Binary(Box<[u8]>),
}

impl MessageAttributes {
    /// Checks what a sender attached.
    ///
    /// # Errors
    /// `InvalidParameterValue` in AWS's words, `UnsupportedOperation` for lists.
    pub(crate) fn new(
        attributes: Option<BTreeMap<String, api::MessageAttributeValue>>,
    ) -> Result<Self, ServiceError> {
        let attributes = attributes.unwrap_or_default();
        if attributes.len() > MOST {
            return Err(errors::invalid_parameter(format!(
                "Number of message attributes [{}] exceeds the allowed maximum [{MOST}].",
                attributes.len()
            )));
        }
        let checked = attributes.into_iter().map(|(name, value)| {
            check_name(&name)?;
            let value = MessageAttribute::new("user", &name, value)?;
            Ok((name.into_boxed_str(), value))
        });
        checked.collect::<Result<_, _>>().map(Self)
    }

    /// How much they count of the size of their message, in bytes.
    pub(crate) fn size(&self) -> usize {
        let size = |(name, attribute): &(Box<str>, MessageAttribute)| {
            let value = match &attribute.value {
                Value::Text(text) => text.len(),
                Value::Binary(bytes) => bytes.len(),
            };
            name.len() + attribute.data_type.len() + value
        };
        self.0.iter().map(size).sum()
    }

    /// The digest of all of them.
    pub(crate) fn digest(&self) -> Option<MessageDigest> {
        MessageDigest::of_attributes(self.iter())
    }

    /// Names and attributes in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &MessageAttribute)> {
        self.0.iter().map(|(name, attribute)| (&**name, attribute))
    }
}

impl MessageAttribute {
    /// Checks an attribute; `kind` is `user` or `system`.
    pub(crate) fn new(
        kind: &str,
        name: &str,
        attribute: api::MessageAttributeValue,
    ) -> Result<Self, ServiceError> {
        let lists = attribute.string_list_values.is_some_and(|list| !list.is_empty())
            || attribute.binary_list_values.is_some_and(|list| !list.is_empty());
        if lists {
            return Err(errors::unsupported(
                "Message attribute list values in SendMessage operation are not supported.",
            ));
        }
        let data_type = attribute.data_type;
        if data_type.is_empty() {
            return Err(errors::invalid_parameter(format!(
                "The message ({kind}) attribute '{name}' must contain a non-empty message \
                 attribute type."
            )));
        }
        if data_type.len() > LONGEST {
            return Err(errors::invalid_parameter(format!(
                "Length of message attribute type must be less than {LONGEST} bytes."
            )));
        }
        let value = match logical_type(&data_type) {
            Some(LogicalType::Binary) => attribute
                .binary_value
                .filter(|bytes| !bytes.is_empty())
                .map(|bytes| Value::Binary(bytes.as_ref().into())),
            Some(LogicalType::String | LogicalType::Number) => attribute
                .string_value
                .filter(|text| !text.is_empty())
                .map(|text| Value::Text(text.into_boxed_str())),
            None => {
                return Err(errors::invalid_parameter(format!(
                    "The type of message ({kind}) attribute '{name}' is invalid. You must use \
                     only the following supported type prefixes: Binary, Number, String."
                )));
            }
        };
        let value = value.ok_or_else(|| {
            errors::invalid_parameter(format!(
                "Message ({kind}) attribute '{name}' must contain a non-empty value of type \
                 '{data_type}'."
            ))
        })?;
        if let Value::Text(text) = &value {
            if !is_allowed_text(text) {
                return Err(errors::invalid_attribute_characters(kind, name));
            }
            if logical_type(&data_type) == Some(LogicalType::Number) && !is_number(text) {
                return Err(errors::invalid_parameter(format!(
                    "Can't cast the value of message ({kind}) attribute '{name}' to a number."
                )));
            }
        }
        Ok(Self { data_type: data_type.into_boxed_str(), value })
    }

    /// The attribute as it goes out.
    pub(crate) fn to_wire(&self) -> api::MessageAttributeValue {
        let mut wire = api::MessageAttributeValue {
            data_type: self.data_type.to_string(),
            ..Default::default()
        };
        match &self.value {
            Value::Text(text) => wire.string_value = Some(text.to_string()),
            Value::Binary(bytes) => wire.binary_value = Some(Bytes::copy_from_slice(bytes)),
        }
        wire
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LogicalType {
    String,
    Number,
    Binary,
}

fn logical_type(data_type: &str) -> Option<LogicalType> {
    match data_type.split('.').next()? {
        "String" => Some(LogicalType::String),
        "Number" => Some(LogicalType::Number),
        "Binary" => Some(LogicalType::Binary),
        _ => None,
    }
}

/// Decimal numbers, as wide as Java's `BigDecimal`.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    mantissa && exponent
}

/// Whether a text has only characters that messages may contain: tab, line feed, carriage return,
/// and everything from the space on but U+FFFE and U+FFFF.
pub(crate) fn is_allowed_text(text: &str) -> bool {
    let bytes = text.as_bytes();
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
    let noncharacter = |window: &[u8]| window[0] == 0xef && window[1] == 0xbf && window[2] >= 0xbe;
    !bytes.iter().fold(false, |found, byte| found | control(byte))
        && (text.is_ascii() || !bytes.windows(3).any(noncharacter))
}

fn check_name(name: &str) -> Result<(), ServiceError> {
    // AWS takes Latin letters with diacritics beside what its documentation lists.
    let allowed = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '_' | '-' | '.')
            || ('\u{c0}'..='\u{17f}').contains(&c)
    };
    let reserved = |prefix: &str| {
        name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let refusal = if name.is_empty() {
        "Message (user) attribute name can not be empty.".to_owned()
    } else if name.len() > LONGEST {
        format!("Length of message attribute name must be less than {LONGEST} bytes.")
    } else if RESERVED.into_iter().any(reserved) {
        "You can't use message attribute names beginning with 'AWS.' or 'Amazon.' because these \
         strings are reserved for internal use."
            .to_owned()
    } else if name.starts_with('.') {
        "You can't start message attribute name with '.'.".to_owned()
    } else if name.ends_with('.') {
        "You can't end message attribute name with '.'.".to_owned()
    } else if name.contains("..") {
        "Message attribute name can not have successive '.' characters.".to_owned()
    } else if !name.chars().all(allowed) {
        format!(
            "Message (user) attribute name '{name}' is invalid. Attribute name can contain A-Z, \
             a-z, 0-9, underscore (_), hyphen (-), and period (.) characters."
        )
    } else {
        return Ok(());
    };
    Err(errors::invalid_parameter(refusal))
}

/// Which message attributes a receiver asks for.
#[derive(Debug)]
pub(crate) enum AttributeFilter {
    /// None.
    Nothing,
    /// All: `All`, `.*` and `*`.
    Everything,
    /// Those with these names, or whose names start with what stands before `.*`.
    Names(Vec<String>),
}

impl AttributeFilter {
    /// The filter that a list of names means.
    pub(crate) fn new(names: Option<Vec<String>>) -> Self {
        match names {
            Some(names) if names.iter().any(|name| matches!(&**name, "All" | ".*" | "*")) => {
                Self::Everything
            }
            Some(names) if !names.is_empty() => Self::Names(names),
            _ => Self::Nothing,
        }
    }

    /// The attributes that pass, as they go out, with their digest.
    pub(crate) fn select(
        &self,
        attributes: &MessageAttributes,
    ) -> Option<(BTreeMap<String, api::MessageAttributeValue>, MessageDigest)> {
        let passes = |name: &str| match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Names(names) => names.iter().any(|wanted| match wanted.strip_suffix(".*") {
                Some(prefix) => name.starts_with(prefix),
                None => name == wanted,
            }),
        };
        let selected = || attributes.iter().filter(|(name, _)| passes(name));
        let digest = MessageDigest::of_attributes(selected())?;
        let wire = selected().map(|(name, attribute)| (name.to_owned(), attribute.to_wire()));
        Some((wire.collect(), digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(data_type: &str, value: &str) -> api::MessageAttributeValue {
        api::MessageAttributeValue {
            data_type: data_type.to_owned(),
            string_value: Some(value.to_owned()),
            ..Default::default()
        }
    }

    fn check(name: &str, value: api::MessageAttributeValue, refusal: Option<&str>) {
        let result = MessageAttributes::new(Some(BTreeMap::from([(name.to_owned(), value)])));
        match (result, refusal) {
            (Ok(_), None) => {}
            (Err(error), Some(refusal)) => {
                assert_eq!(error.message(), Some(refusal), "{name}");
            }
            (result, _) => panic!("{name}: {result:?}"),
        }
    }

    #[test]
    fn names_follow_the_rules() {
        let longest = "L".repeat(256);
        for name in ["a", "Help.Me", "attr.1øßä", "a_b-c", "awsome", longest.as_str()] {
            check(name, text("String", "x"), None);
        }
        let reserved = "You can't use message attribute names beginning with 'AWS.' or 'Amazon.' \
                        because these strings are reserved for internal use.";
        let too_long = "L".repeat(257);
        for (name, refusal) in [
            ("aWs.x", reserved),
            ("AMAZON.x", reserved),
            (".x", "You can't start message attribute name with '.'."),
            ("x.", "You can't end message attribute name with '.'."),
            ("x..y", "Message attribute name can not have successive '.' characters."),
            ("", "Message (user) attribute name can not be empty."),
            (&too_long, "Length of message attribute name must be less than 256 bytes."),
            (
                "a!b",
                "Message (user) attribute name 'a!b' is invalid. Attribute name can contain A-Z, \
                 a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.",
            ),
        ] {
            check(name, text("String", "x"), Some(refusal));
        }
    }

    #[test]
    fn types_and_values_go_together() {
        let binary = |data_type: &str, bytes: &'static [u8]| api::MessageAttributeValue {
            data_type: data_type.to_owned(),
            binary_value: Some(Bytes::from_static(bytes)),
            ..Default::default()
        };
        check("a", text("String.label", "x"), None);
        check("a", text("Number.int", "-1.5e+3"), None);
        check("a", binary("Binary.png", b"\0"), None);
        let empty = "Message (user) attribute 'a' must contain a non-empty value of type 'String'.";
        check("a", text("String", ""), Some(empty));
        check("a", binary("String", b"x"), Some(empty));
        let empty = "Message (user) attribute 'a' must contain a non-empty value of type 'Binary'.";
        check("a", text("Binary", "x"), Some(empty));
        check("a", binary("Binary", b""), Some(empty));
        let wrong = "The type of message (user) attribute 'a' is invalid. You must use only the \
                     following supported type prefixes: Binary, Number, String.";
        check("a", text("string", "x"), Some(wrong));
        check("a", text("Strings", "x"), Some(wrong));
        let number = "Can't cast the value of message (user) attribute 'a' to a number.";
        for text_value in ["x", "1.2.3", "", "e5", "1e", ".", "0x10", "NaN"] {
            let refusal = if text_value.is_empty() {
                "Message (user) attribute 'a' must contain a non-empty value of type 'Number'."
            } else {
                number
            };
            check("a", text("Number", text_value), Some(refusal));
        }
        let long = format!("Number.{}", "L".repeat(256));
        let refusal = "Length of message attribute type must be less than 256 bytes.";
        check("a", text(&long, "1"), Some(refusal));
        let error = MessageAttribute::new("user", "a", text("String", "\u{8}")).expect_err("BS");
        assert_eq!(error.code(), "InvalidParameterValue");
    }

    #[test]
    fn eleven_are_too_many() {
        let attributes = |n: usize| {
            Some((0..n).map(|i| (format!("a{i}"), text("String", "x"))).collect::<BTreeMap<_, _>>())
        };
        assert_eq!(MessageAttributes::new(attributes(10)).expect("ten").size(), 10 * 9);
        let error = MessageAttributes::new(attributes(11)).expect_err("eleven");
        let message = "Number of message attributes [11] exceeds the allowed maximum [10].";
        assert_eq!(error.message(), Some(message));
    }

    #[test]
    fn characters_are_checked() {
        for (text, allowed) in [
            ("", true),
            ("plain", true),
            ("tab\tline\nreturn\r", true),
            ("größe 漢字 😀 \u{fffd} \u{7f}", true),
            ("\u{0}", false),
            ("a\u{8}b", false),
            ("\u{b}", false),
            ("\u{1f}", false),
            ("ü\u{fffe}", false),
            ("\u{ffff}", false),
        ] {
            assert_eq!(is_allowed_text(text), allowed, "{text:?}");
        }
    }

    #[test]
    fn receivers_choose_attributes() {
        let attributes = ["Help.Me", "Hello", "General"].map(|n| (n.to_owned(), text("String", n)));
        let attributes = MessageAttributes::new(Some(attributes.into())).expect("valid");
        let check = |wanted: &[&str], expect: &[&str]| {
            let wanted = wanted.iter().map(|name| (*name).to_owned()).collect();
            let selected = AttributeFilter::new(Some(wanted)).select(&attributes);
            let names: Vec<_> = selected.into_iter().flat_map(|(map, _)| map.into_keys()).collect();
            assert_eq!(names, expect);
        };
        let all = ["General", "Hello", "Help.Me"];
        check(&[], &[]);
        check(&["All"], &all);
        check(&[".*"], &all);
        check(&["*"], &all);
        check(&["Hello", "General", "Other"], &["General", "Hello"]);
        check(&["Hel.*"], &["Hello", "Help.Me"]);
        check(&["Help"], &[]);
        check(&["AWS."], &[]);
        check(&["..foo"], &[]);
    }
}
