//! The words for a JSON value of the wrong type.
//!
//! The codec only says that a value is wrong; AWS says what it found and what it wanted. So a body
//! that failed is read once more, as plain JSON beside the model.

use fogbank_schema::{Kind, Member, ServiceModel, ShapeIndex};
use serde_json::Value as Json;

type Model = &'static ServiceModel<'static>;

/// Says what is wrong with a body; none when nothing is, or when it is no JSON at all.
pub(super) fn words(model: Model, input: ShapeIndex, body: &[u8]) -> Option<String> {
    let json: Json = serde_json::from_slice(body).ok()?;
    let new_words = matches!(model.metadata.name, "dynamodb" | "dynamodbstreams" | "sqs");
    Walk { model, new_words }.value(input, &json)
}

struct Walk {
    model: Model,
    /// The service names tokens, not the classes of its parser.
    new_words: bool,
}

impl Walk {
    fn value(&self, shape: ShapeIndex, json: &Json) -> Option<String> {
        let described = self.model.shape(shape);
        match (&described.kind, json) {
            (_, Json::Null) | (Kind::Document, _) => None,
            (Kind::Structure(structure) | Kind::Union(structure), Json::Object(entries)) => {
                entries.iter().find_map(|(name, value)| {
                    let named =
                        |member: &&Member<'_>| member.wire_name.unwrap_or(member.name) == name;
                    let member = structure.members.iter().find(named)?;
                    self.value(member.target, value)
                })
            }
            (Kind::List { member, .. }, Json::Array(values)) => {
                values.iter().find_map(|value| self.value(member.target, value))
            }
            (Kind::Map { value: member, .. }, Json::Object(entries)) => {
                entries.values().find_map(|value| self.value(member.target, value))
            }
            (Kind::List { .. }, Json::Object(_)) => Some(structure_words()),
            (Kind::List { .. }, scalar) => {
                Some(format!("Unrecognized collection type {}", class(scalar)))
            }
            (Kind::Structure(_) | Kind::Union(_) | Kind::Map { .. }, Json::Array(_)) => {
                Some(list_words())
            }
            (Kind::Structure(_) | Kind::Union(_) | Kind::Map { .. }, _) => {
                Some("Unexpected field type".to_owned())
            }
            (_, Json::Object(_)) => Some(structure_words()),
            (_, Json::Array(_)) => Some(list_words()),
            (kind, scalar) => self.scalar(kind, scalar),
        }
    }

    fn scalar(&self, kind: &Kind<'_>, json: &Json) -> Option<String> {
        if let (Kind::Blob, Json::String(text)) = (kind, json) {
            return self.blob(text);
        }
        let (wanted, fits) = match kind {
            Kind::String | Kind::Enum(_) => ("String", json.is_string()),
            Kind::Boolean => ("Boolean", json.is_boolean()),
            Kind::Integer => {
                ("Integer", json.as_i64().is_some_and(|value| i32::try_from(value).is_ok()))
            }
            Kind::Long => ("Long", json.is_i64()),
            Kind::Float => ("Float", json.is_number()),
            Kind::Double => ("Double", json.is_number()),
            Kind::Blob => ("Blob", false),
            Kind::Timestamp => ("Timestamp", json.is_number() || json.is_string()),
            _ => return None,
        };
        if fits {
            return None;
        }
        Some(if self.new_words {
            format!("{} cannot be converted to {wanted}", token(json))
        } else {
            format!("{} can not be converted to an {wanted}", class(json))
        })
    }

    /// What is wrong with Base64 text; none for what is wrong inside it.
    fn blob(&self, text: &str) -> Option<String> {
        let length = text.len();
        let words =
            format!("Base64 encoded length is expected a multiple of 4 bytes but found: {length}");
        match length % 4 {
            0 => None,
            _ if self.new_words => Some(words),
            _ => Some(format!("'{text}' can not be converted to a Blob: {words}")),
        }
    }
}

fn structure_words() -> String {
    "Start of structure or map found where not expected.".to_owned()
}

fn list_words() -> String {
    "Start of list found where not expected".to_owned()
}

fn token(json: &Json) -> &'static str {
    match json {
        Json::Bool(true) => "TRUE_VALUE",
        Json::Bool(false) => "FALSE_VALUE",
        Json::Number(_) => "NUMBER_VALUE",
        _ => "STRING_VALUE",
    }
}

fn class(json: &Json) -> &'static str {
    match json {
        Json::Bool(_) => "class java.lang.Boolean",
        Json::Number(_) => "class com.amazon.coral.value.json.numbers.TruncatingBigNumber",
        _ => "class java.lang.String",
    }
}
