//! Values of records and expressions.

use std::cmp::Ordering;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::timestamp::Timestamp;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// There is nothing at a path.
    Missing,
    Null,
    Boolean(bool),
    Integer(i64),
    Decimal(f64),
    Text(String),
    Timestamp(Timestamp),
    List(Vec<Value>),
    /// Members in their order.
    Object(Vec<(String, Value)>),
}

impl Value {
    pub(super) fn is_true(&self) -> bool {
        *self == Value::Boolean(true)
    }

    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Value::Missing | Value::Null)
    }

    /// The value as a number; a text that is one counts.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            #[allow(clippy::cast_precision_loss)]
            Value::Integer(number) => Some(*number as f64),
            Value::Decimal(number) => Some(*number),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// How two values are ordered; none where they cannot be compared.
    pub(super) fn compare(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
            (Value::Boolean(left), Value::Boolean(right)) => Some(left.cmp(right)),
            (Value::Boolean(flag), Value::Text(text)) => {
                Some(flag.to_string().as_str().cmp(text.to_ascii_lowercase().as_str()))
            }
            (Value::Text(_), Value::Boolean(_)) => other.compare(self).map(Ordering::reverse),
            (Value::Integer(left), Value::Integer(right)) => Some(left.cmp(right)),
            (Value::Timestamp(left), Value::Timestamp(right)) => {
                Some(left.nanos().cmp(&right.nanos()))
            }
            _ => self.number()?.partial_cmp(&other.number()?),
        }
    }

    /// The value as a field of CSV.
    pub(super) fn text(&self) -> String {
        match self {
            Value::Missing | Value::Null => String::new(),
            Value::Boolean(flag) => flag.to_string(),
            Value::Integer(number) => number.to_string(),
            Value::Decimal(number) => decimal(*number),
            Value::Text(text) => text.clone(),
            Value::Timestamp(at) => at.text(),
            Value::List(_) | Value::Object(_) => self.json(),
        }
    }

    /// The value as JSON, its members in their order.
    pub(super) fn json(&self) -> String {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        match self {
            Value::Missing | Value::Null => "null".to_owned(),
            Value::Boolean(flag) => flag.to_string(),
            Value::Integer(number) => number.to_string(),
            Value::Decimal(number) => serde_json::Value::from(*number).to_string(),
            Value::Text(text) => quoted(text),
            Value::Timestamp(at) => quoted(&at.text()),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(Value::json).collect();
                format!("[{}]", items.join(","))
            }
            Value::Object(members) => {
                let members = members.iter().filter(|(_, value)| *value != Value::Missing);
                let members: Vec<String> = members
                    .map(|(name, value)| format!("{}:{}", quoted(name), value.json()))
                    .collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }
}

/// Values of JSON, members in the order of their document.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfJson)
    }
}

struct OfJson;

impl<'de> Visitor<'de> for OfJson {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Boolean(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    #[allow(clippy::cast_precision_loss)]
    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(i64::try_from(number).map_or(Value::Decimal(number as f64), Value::Integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Decimal(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::new();
        while let Some((name, value)) = entries.next_entry::<String, Value>()? {
            // Of members with one name the last counts.
            match members.iter_mut().find(|(other, _)| *other == name) {
                Some(member) => member.1 = value,
                None => members.push((name, value)),
            }
        }
        Ok(Value::Object(members))
    }
}

/// A number without a fraction that it does not have.
fn decimal(number: f64) -> String {
    number.to_string()
}
