//! Whether a message is what a filter policy wants.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::Value;

use crate::message::MessageAttribute;
use crate::subscription::filter::compile::{Condition, Filter, Node};
use crate::subscription::filter::json;

/// A value of a message, as conditions look at it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Field {
    Text(String),
    Number(f64),
    Bool(bool),
    Null,
    Array(Vec<Field>),
    Object(BTreeMap<String, Field>),
    /// Something is there that no condition on values can be met by.
    Opaque,
}

impl Field {
    /// The attributes of a message.
    pub(crate) fn of_attributes(attributes: &BTreeMap<String, MessageAttribute>) -> Self {
        let field = |attribute: &MessageAttribute| match attribute.base() {
            "Number" => attribute.text().trim().parse().map_or(Self::Opaque, Self::Number),
            "Binary" => Self::Opaque,
            _ if attribute.data_type == "String.Array" => {
                match serde_json::from_str(&attribute.text()) {
                    Ok(Value::Array(values)) => {
                        Self::Array(values.iter().map(Self::of_json).collect())
                    }
                    Ok(value) => Self::of_json(&value),
                    Err(_) => Self::Text(attribute.text()),
                }
            }
            _ => Self::Text(attribute.text()),
        };
        Self::Object(attributes.iter().map(|(name, it)| (name.clone(), field(it))).collect())
    }

    /// The body of a message; none when it is not a JSON object.
    pub(crate) fn of_body(body: &str) -> Option<Self> {
        match serde_json::from_str(body) {
            Ok(value @ Value::Object(_)) => Some(Self::of_json(&value)),
            _ => None,
        }
    }

    fn of_json(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => number.as_f64().map_or(Self::Opaque, Self::Number),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(values) => Self::Array(values.iter().map(Self::of_json).collect()),
            Value::Object(members) => {
                let mut fields = BTreeMap::new();
                for (name, value) in members {
                    place(&mut fields, name, Self::of_json(value));
                }
                Self::Object(fields)
            }
        }
    }
}

/// Puts a field under a name, whose dots lead into objects.
fn place(fields: &mut BTreeMap<String, Field>, name: &str, value: Field) {
    match name.split_once('.').filter(|_| json::is_path(name)) {
        None => merge(fields, name, value),
        Some((first, rest)) => {
            let mut inner = BTreeMap::new();
            place(&mut inner, rest, value);
            merge(fields, first, Field::Object(inner));
        }
    }
}

fn merge(fields: &mut BTreeMap<String, Field>, name: &str, value: Field) {
    match (fields.get_mut(name), value) {
        (Some(Field::Object(there)), Field::Object(more)) => {
            for (name, value) in more {
                merge(there, &name, value);
            }
        }
        (Some(there), value) => {
            let both = vec![std::mem::replace(there, Field::Null), value];
            *there = Field::Array(both);
        }
        (None, value) => {
            fields.insert(name.to_owned(), value);
        }
    }
}

impl Filter {
    /// Whether a message with these fields is wanted.
    pub(crate) fn accepts(&self, fields: &Field) -> bool {
        self.0.accepts(Some(fields))
    }
}

impl Node {
    fn accepts(&self, value: Option<&Field>) -> bool {
        if let Some(Field::Array(values)) = value
            && !values.is_empty()
        {
            // A condition that something is absent holds for the array, not for an element.
            let absent = self.conditions.contains(&Condition::Exists(false));
            let only_absent = absent && self.conditions.len() == 1;
            return !only_absent && values.iter().any(|value| self.accepts(Some(value)));
        }
        let value = value.filter(|value| !matches!(value, Field::Array(_)));
        if !self.conditions.is_empty() && !self.conditions.iter().any(|it| it.holds(value)) {
            return false;
        }
        let member = |name: &str| match value {
            Some(Field::Object(members)) => members.get(name),
            _ => None,
        };
        self.fields.iter().all(|(name, field)| field.accepts(member(name)))
            && self.alternatives.iter().all(|it| it.iter().any(|node| node.accepts(value)))
    }
}

impl Condition {
    fn holds(&self, value: Option<&Field>) -> bool {
        let Some(value) = value else { return *self == Self::Exists(false) };
        let text = match value {
            Field::Text(text) => Some(text.as_str()),
            _ => None,
        };
        let number = match value {
            Field::Number(number) => Some(*number),
            _ => None,
        };
        let is_leaf = !matches!(value, Field::Object(_));
        match self {
            Self::Text(wanted) => text == Some(wanted),
            Self::Number(wanted) => number == Some(*wanted),
            Self::True => *value == Field::Bool(true),
            Self::False => *value == Field::Bool(false),
            Self::Null => *value == Field::Null,
            Self::Prefix(prefix) => text.is_some_and(|text| text.starts_with(prefix)),
            Self::Suffix(suffix) => text.is_some_and(|text| text.ends_with(suffix)),
            Self::EqualsIgnoreCase(wanted) => {
                text.is_some_and(|text| text.to_lowercase() == wanted.to_lowercase())
            }
            Self::AnythingBut(unwanted) => {
                is_leaf && text.is_none_or(|text| !unwanted.iter().any(|it| it == text))
            }
            Self::AnythingButNumbers(unwanted) => {
                is_leaf && number.is_none_or(|number| !unwanted.contains(&number))
            }
            Self::AnythingButPrefix(prefix) => text.is_some_and(|text| !text.starts_with(prefix)),
            Self::Numeric(bottom, top) => number.is_some_and(|number| {
                let above = |&(bound, inclusive)| number > bound || (inclusive && number == bound);
                let below = |&(bound, inclusive)| number < bound || (inclusive && number == bound);
                bottom.as_ref().is_none_or(above) && top.as_ref().is_none_or(below)
            }),
            Self::Cidr(network, mask) => {
                let address = text.and_then(|text| text.parse().ok());
                address.is_some_and(|address| in_network(address, *network, *mask))
            }
            Self::Exists(wanted) => *wanted,
        }
    }
}

fn in_network(address: IpAddr, network: IpAddr, mask: u8) -> bool {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 4),
        IpAddr::V6(v6) => (v6.to_bits(), 6),
    };
    let ((a, kind), (b, other)) = (bits(address), bits(network));
    kind == other && (a ^ b).checked_shr(128 - u32::from(mask)).unwrap_or_default() == 0
}
