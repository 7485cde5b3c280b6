//! Attribute values between the API's types and the engine's.

mod json;
mod written;

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_dynamodb::AttributeValue;
use fogbank_service::generated::{Schema, SerdeError, SerializableStruct, ShapeSerializer};
use fogbank_service::{Held, Holds};

use self::written::Written;
use crate::engine::validation::Invalid;
use crate::engine::value::{Attributes, Number, Value};
use crate::table::state::Item;

/// Attributes as the API carries them.
pub type AttributeMap = BTreeMap<String, AttributeValue>;

/// A value of a request, checked.
///
/// # Errors
/// A value without a type, a number out of range, a set that is none.
pub fn value_in(value: AttributeValue) -> Result<Value, Invalid> {
    let boxed = |list: Vec<String>| list.into_iter().map(String::into_boxed_str).collect();
    match value {
        AttributeValue::S(text) => Ok(Value::S(text.into_boxed_str())),
        AttributeValue::N(text) => Ok(Value::N(Number::parse(&text)?)),
        AttributeValue::B(bytes) => Ok(Value::B(bytes)),
        AttributeValue::Ss(members) => Value::string_set(boxed(members)),
        AttributeValue::Ns(members) => Value::number_set(members.iter().map(String::as_str)),
        AttributeValue::Bs(members) => Value::binary_set(members),
        AttributeValue::M(map) => Ok(Value::M(attributes_in(map)?)),
        AttributeValue::L(list) => Ok(Value::L(values_in(list)?)),
        AttributeValue::Null(true) => Ok(Value::Null),
        // AWS took it for the same in some regions, and ceased to.
        AttributeValue::Null(false) => Err(Invalid::new(
            "One or more parameter values were invalid: Null attribute value types must have the \
             value of true",
        )),
        AttributeValue::Bool(flag) => Ok(Value::Bool(flag)),
        AttributeValue::Unknown => Err(Invalid::new(
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
        )),
    }
}

/// The values of a list of a request.
pub fn values_in(list: Vec<AttributeValue>) -> Result<Vec<Value>, Invalid> {
    list.into_iter().map(value_in).collect()
}

/// The attributes of a request.
pub fn attributes_in(map: AttributeMap) -> Result<Attributes, Invalid> {
    let mut entries = Vec::with_capacity(map.len());
    for (name, value) in map {
        entries.push((name.into_boxed_str(), value_in(value)?));
    }
    Ok(entries.into())
}

/// An item as an answer holds it.
pub type HeldMap = Held<AttributeMap>;

/// An item of an answer, which is written from where it is stored.
pub fn held(item: &Item) -> HeldMap {
    Held::new(Arc::clone(item))
}

/// Attributes of an answer that are stored nowhere.
pub fn held_parts(parts: Attributes) -> HeldMap {
    Held::new(Arc::new(parts))
}

/// Appends attributes as the JSON of an answer.
pub fn write_json(out: &mut String, attributes: &Attributes) {
    json::write_map(out, attributes);
}

/// Answers hold attributes as the engine has them; DynamoDB and its streams have each their types.
macro_rules! outgoing {
    ($api:ident, $value_out:ident) => {
        fn $value_out(value: &Value) -> $api::AttributeValue {
            use $api::AttributeValue as Out;
            match value {
                Value::S(text) => Out::S(text.to_string()),
                Value::N(number) => Out::N(number.to_string()),
                Value::B(bytes) => Out::B(bytes.clone()),
                Value::Ss(set) => Out::Ss(set.iter().map(ToString::to_string).collect()),
                Value::Ns(set) => Out::Ns(set.iter().map(ToString::to_string).collect()),
                Value::Bs(set) => Out::Bs(set.clone()),
                Value::M(map) => Out::M(map.to_value()),
                Value::L(list) => Out::L(list.iter().map($value_out).collect()),
                Value::Null => Out::Null(true),
                Value::Bool(flag) => Out::Bool(*flag),
            }
        }

        impl Holds<BTreeMap<String, $api::AttributeValue>> for Attributes {
            fn to_value(&self) -> BTreeMap<String, $api::AttributeValue> {
                self.iter().map(|(name, value)| (name.to_owned(), $value_out(value))).collect()
            }

            fn write(
                &self,
                schema: &Schema<'_>,
                serializer: &mut dyn ShapeSerializer,
            ) -> Result<(), SerdeError> {
                static ANY: $api::AttributeValue = $api::AttributeValue::Unknown;
                Written { union: ANY.schema(), serializer }.map(schema, self)
            }

            fn write_json(&self, out: &mut String) -> bool {
                json::write_map(out, self);
                true
            }
        }
    };
}

outgoing!(fogbank_api_dynamodb, value_out);
outgoing!(fogbank_api_dynamodbstreams, stream_value_out);
