//! Values of records and expressions.

use std::cmp::Ordering;

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

    /// A value of JSON.
    pub(super) fn of_json(json: serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(flag) => Value::Boolean(flag),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(whole) => Value::Integer(whole),
                None => Value::Decimal(number.as_f64().unwrap_or_default()),
            },
            serde_json::Value::String(text) => Value::Text(text),
            serde_json::Value::Array(items) => {
                Value::List(items.into_iter().map(Value::of_json).collect())
            }
            serde_json::Value::Object(members) => Value::Object(
                members.into_iter().map(|(name, value)| (name, Value::of_json(value))).collect(),
            ),
        }
    }
}

/// A number without a fraction that it does not have.
fn decimal(number: f64) -> String {
    number.to_string()
}
