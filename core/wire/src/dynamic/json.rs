//! Dynamic values as canonical JSON, for tests that compare what two sides understood.
//!
//! A structure is an object of its present members by their names in the model; a blob is Base64;
//! a timestamp is a number of seconds; floats that are no numbers are `"NaN"`, `"Infinity"` and
//! `"-Infinity"`; a stream of events is a list of unions.

use aws_smithy_types::{DateTime, Document, Number};
use base64::Engine;
use bytes::Bytes;
use fogbank_schema::{Kind, Member, Schemas, ShapeIndex};
use serde_json::Value as Json;

use super::Value;
use crate::scalar::{BASE64, double, double_text};

/// The JSON does not describe a value of the shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromJsonError(String);

impl std::fmt::Display for FromJsonError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FromJsonError {}

fn number(value: f64) -> Json {
    if let Some(number) = serde_json::Number::from_f64(value) {
        return Json::Number(number);
    }
    Json::String(double_text(value))
}

/// The canonical JSON of a value of this shape.
pub fn to_json(schemas: &'static Schemas, shape: ShapeIndex, value: &Value) -> Json {
    let described = schemas.model().shape(shape);
    match (&described.kind, value) {
        (Kind::Structure(structure) | Kind::Union(structure), Value::Struct(members)) => {
            let members = members.iter().filter_map(|(index, value)| {
                let member = structure.members.get(*index)?;
                Some((member.name.to_owned(), to_json(schemas, member.target, value)))
            });
            Json::Object(members.collect())
        }
        // The events of a stream.
        (Kind::Union(_), Value::List(events)) => {
            events.iter().map(|event| to_json(schemas, shape, event)).collect()
        }
        (Kind::List { member, .. }, Value::List(values)) => {
            values.iter().map(|value| to_json(schemas, member.target, value)).collect()
        }
        (Kind::Map { value: member, .. }, Value::Map(entries)) => {
            let entries = entries
                .iter()
                .map(|(key, value)| (key.clone(), to_json(schemas, member.target, value)));
            Json::Object(entries.collect())
        }
        (_, value) => scalar_json(value),
    }
}

fn scalar_json(value: &Value) -> Json {
    match value {
        Value::Boolean(value) => Json::Bool(*value),
        Value::Integer(value) => Json::from(*value),
        Value::Long(value) => Json::from(*value),
        // The shortest decimal that is this float, rather than its exact value.
        Value::Float(value) => number(value.to_string().parse().unwrap_or(f64::from(*value))),
        Value::Double(value) => number(*value),
        Value::String(text) => Json::String(text.clone()),
        Value::Blob(bytes) => Json::String(BASE64.encode(bytes)),
        Value::Timestamp(time) => {
            #[allow(clippy::cast_precision_loss)]
            let seconds = time.secs() as f64 + f64::from(time.subsec_nanos() / 1_000_000) / 1e3;
            number(seconds)
        }
        Value::Document(document) => document_json(document),
        _ => Json::Null,
    }
}

fn document_json(document: &Document) -> Json {
    match document {
        Document::Object(entries) => Json::Object(
            entries.iter().map(|(key, value)| (key.clone(), document_json(value))).collect(),
        ),
        Document::Array(values) => values.iter().map(document_json).collect(),
        Document::Number(Number::PosInt(value)) => Json::from(*value),
        Document::Number(Number::NegInt(value)) => Json::from(*value),
        Document::Number(Number::Float(value)) => number(*value),
        Document::String(text) => Json::String(text.clone()),
        Document::Bool(value) => Json::Bool(*value),
        _ => Json::Null,
    }
}

fn json_document(json: &Json) -> Document {
    match json {
        Json::Null => Document::Null,
        Json::Bool(value) => Document::Bool(*value),
        Json::Number(number) => Document::Number(match (number.as_u64(), number.as_i64()) {
            (Some(value), _) => Number::PosInt(value),
            (None, Some(value)) => Number::NegInt(value),
            _ => Number::Float(number.as_f64().unwrap_or_default()),
        }),
        Json::String(text) => Document::String(text.clone()),
        Json::Array(values) => Document::Array(values.iter().map(json_document).collect()),
        Json::Object(entries) => Document::Object(
            entries.iter().map(|(key, value)| (key.clone(), json_document(value))).collect(),
        ),
    }
}

/// The value of this shape that canonical JSON describes.
///
/// # Errors
///
/// When the JSON is not of the shape.
pub fn from_json(
    schemas: &'static Schemas,
    shape: ShapeIndex,
    json: &Json,
) -> Result<Value, FromJsonError> {
    if json.is_null() {
        return Ok(Value::Null);
    }
    let described = schemas.model().shape(shape);
    let wrong = || FromJsonError(format!("{json} is no {}", described.name));
    match (&described.kind, json) {
        (Kind::Structure(structure) | Kind::Union(structure), Json::Object(entries)) => {
            members(schemas, &structure.members, entries)
        }
        (Kind::Union(_), Json::Array(events)) if described.event_stream => {
            let events = events.iter().map(|event| from_json(schemas, shape, event));
            Ok(Value::List(events.collect::<Result<_, _>>()?))
        }
        (Kind::List { member, .. }, Json::Array(values)) => {
            let values = values.iter().map(|value| from_json(schemas, member.target, value));
            Ok(Value::List(values.collect::<Result<_, _>>()?))
        }
        (Kind::Map { value: member, .. }, Json::Object(entries)) => {
            let entries = entries
                .iter()
                .map(|(key, value)| Ok((key.clone(), from_json(schemas, member.target, value)?)));
            Ok(Value::Map(entries.collect::<Result<_, _>>()?))
        }
        (Kind::Document, json) => Ok(Value::Document(json_document(json))),
        (kind, json) => scalar(kind, json).ok_or_else(wrong),
    }
}

fn members(
    schemas: &'static Schemas,
    members: &[Member<'static>],
    entries: &serde_json::Map<String, Json>,
) -> Result<Value, FromJsonError> {
    let mut present = Vec::with_capacity(entries.len());
    for (name, json) in entries {
        let index = members
            .iter()
            .position(|member| member.name == name)
            .ok_or_else(|| FromJsonError(format!("there is no member {name}")))?;
        let value = from_json(schemas, members[index].target, json)?;
        if value != Value::Null {
            present.push((index, value));
        }
    }
    present.sort_by_key(|(index, _)| *index);
    Ok(Value::Struct(present))
}

fn scalar(kind: &Kind<'_>, json: &Json) -> Option<Value> {
    let float = || json.as_f64().or_else(|| double(json.as_str()?).ok());
    match kind {
        Kind::String | Kind::Enum(_) => Some(Value::String(json.as_str()?.to_owned())),
        Kind::Boolean => json.as_bool().map(Value::Boolean),
        Kind::Integer => i32::try_from(json.as_i64()?).ok().map(Value::Integer),
        Kind::Long => json.as_i64().map(Value::Long),
        #[allow(clippy::cast_possible_truncation)]
        Kind::Float => float().map(|value| Value::Float(value as f32)),
        Kind::Double => float().map(Value::Double),
        Kind::Blob => BASE64.decode(json.as_str()?).ok().map(|b| Value::Blob(Bytes::from(b))),
        Kind::Timestamp => {
            let seconds = json.as_f64()?;
            #[allow(clippy::cast_possible_truncation)]
            let milliseconds = (seconds * 1e3).round() as i64;
            Some(Value::Timestamp(DateTime::from_millis(milliseconds)))
        }
        _ => None,
    }
}
