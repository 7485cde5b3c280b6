//! DynamoDB JSON, as exports write it and imports read it: `{"S": "text"}`, `{"N": "1"}`, …

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json};

use crate::engine::validation::Invalid;
use crate::engine::value::{Attributes, Number, Value};

/// A value as DynamoDB JSON.
pub fn value_out(value: &Value) -> Json {
    let (name, content) = match value {
        Value::S(text) => ("S", Json::from(text.as_ref())),
        Value::N(number) => ("N", Json::from(number.to_string())),
        Value::B(bytes) => ("B", Json::from(STANDARD.encode(bytes))),
        Value::Ss(set) => ("SS", set.iter().map(|own| Json::from(own.as_ref())).collect()),
        Value::Ns(set) => ("NS", set.iter().map(|own| Json::from(own.to_string())).collect()),
        Value::Bs(set) => ("BS", set.iter().map(|own| Json::from(STANDARD.encode(own))).collect()),
        Value::M(map) => ("M", attributes_out(map)),
        Value::L(list) => ("L", list.iter().map(value_out).collect()),
        Value::Null => ("NULL", Json::Bool(true)),
        Value::Bool(flag) => ("BOOL", Json::Bool(*flag)),
    };
    Json::Object(Map::from_iter([(name.to_owned(), content)]))
}

/// Attributes as DynamoDB JSON.
pub fn attributes_out(attributes: &Attributes) -> Json {
    attributes.iter().map(|(name, value)| (name.to_owned(), value_out(value))).collect()
}

fn malformed() -> Invalid {
    Invalid::new("The item is not well-formed DynamoDB JSON")
}

fn text(json: &Json) -> Result<&str, Invalid> {
    json.as_str().ok_or_else(malformed)
}

fn texts(json: &Json) -> Result<Vec<&str>, Invalid> {
    json.as_array().ok_or_else(malformed)?.iter().map(text).collect()
}

fn bytes(text: &str) -> Result<bytes::Bytes, Invalid> {
    STANDARD.decode(text).map(Into::into).map_err(|_| malformed())
}

/// Reads a value.
pub fn value_in(json: &Json) -> Result<Value, Invalid> {
    let mut entries = json.as_object().ok_or_else(malformed)?.iter();
    let (Some((kind, content)), None) = (entries.next(), entries.next()) else {
        return Err(malformed());
    };
    match kind.as_str() {
        "S" => Ok(Value::s(text(content)?)),
        "N" => Ok(Value::N(Number::parse(text(content)?)?)),
        "B" => Ok(Value::B(bytes(text(content)?)?)),
        "SS" => Value::string_set(texts(content)?.into_iter().map(Into::into).collect()),
        "NS" => Value::number_set(texts(content)?),
        "BS" => {
            Value::binary_set(texts(content)?.into_iter().map(bytes).collect::<Result<_, _>>()?)
        }
        "M" => Ok(Value::M(attributes_in(content)?)),
        "L" => {
            let list = content.as_array().ok_or_else(malformed)?;
            Ok(Value::L(list.iter().map(value_in).collect::<Result<_, _>>()?))
        }
        "NULL" => Ok(Value::Null),
        "BOOL" => Ok(Value::Bool(content.as_bool().ok_or_else(malformed)?)),
        _ => Err(malformed()),
    }
}

/// Reads attributes.
pub fn attributes_in(json: &Json) -> Result<Attributes, Invalid> {
    let map = json.as_object().ok_or_else(malformed)?;
    map.iter().map(|(name, value)| Ok((name.as_str().into(), value_in(value)?))).collect()
}

/// The items of a file: one object with the member `Item` a line.
pub fn items(text: &str) -> impl Iterator<Item = Result<Attributes, Invalid>> {
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| {
        let json: Json = serde_json::from_str(line).map_err(|_| malformed())?;
        attributes_in(json.get("Item").ok_or_else(malformed)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_back() {
        let line = r#"{"Item":{"b":{"B":"AQI="},"bs":{"BS":["AQ=="]},"l":{"L":[{"NULL":true},{"BOOL":false}]},"m":{"M":{"n":{"N":"1.5"}}},"ns":{"NS":["1","2"]},"s":{"S":"x\ny"},"ss":{"SS":["a"]}}}"#;
        let item = items(line).next().expect("one").expect("an item");
        let again = Json::Object(Map::from_iter([("Item".to_owned(), attributes_out(&item))]));
        assert_eq!(again.to_string(), line);
    }

    #[test]
    fn lines_that_are_no_items_are_refused() {
        for line in [
            "{",
            "{}",
            r#"{"Item":{"a":{}}}"#,
            r#"{"Item":{"a":{"X":1}}}"#,
            r#"{"Item":{"a":{"S":1}}}"#,
        ] {
            assert!(items(line).next().expect("one").is_err(), "{line}");
        }
    }
}
