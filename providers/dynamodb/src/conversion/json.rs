//! Attributes as the JSON of an answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use fogbank_service::shape::json::quote_into;

use crate::engine::value::{Attributes, Value};

/// Appends a map.
pub(super) fn write_map(out: &mut String, attributes: &Attributes) {
    out.push('{');
    for (at, (name, value)) in attributes.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        quote_into(out, name);
        out.push(':');
        write_value(out, value);
    }
    out.push('}');
}

/// Appends a value as the union that it is.
fn write_value(out: &mut String, value: &Value) {
    out.push_str("{\"");
    out.push_str(value.kind().name());
    out.push_str("\":");
    match value {
        Value::S(text) => quote_into(out, text),
        Value::N(number) => in_quotes(out, number.text().as_str()),
        Value::B(bytes) => binary(out, bytes),
        Value::M(map) => write_map(out, map),
        Value::L(list) => write_list(out, list, write_value),
        Value::Ss(set) => write_list(out, set, |out, text| quote_into(out, text)),
        Value::Ns(set) => write_list(out, set, |out, it| in_quotes(out, it.text().as_str())),
        Value::Bs(set) => write_list(out, set, |out, bytes| binary(out, bytes)),
        Value::Null | Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
    }
    out.push('}');
}

fn write_list<T>(out: &mut String, list: &[T], mut write: impl FnMut(&mut String, &T)) {
    out.push('[');
    for (at, entry) in list.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(out, entry);
    }
    out.push(']');
}

/// A text that has nothing to escape.
fn in_quotes(out: &mut String, text: &str) {
    out.push('"');
    out.push_str(text);
    out.push('"');
}

fn binary(out: &mut String, bytes: &[u8]) {
    out.push('"');
    BASE64.encode_string(bytes, out);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::value::Number;
    use crate::transfer::item_json::attributes_out;

    fn value() -> impl Strategy<Value = Value> {
        let number = || (any::<i64>(), -20i32..20).prop_map(|(n, e)| format!("{n}e{e}"));
        let number = move || number().prop_filter_map("a number", |text| Number::parse(&text).ok());
        let bytes = || proptest::collection::vec(any::<u8>(), 0..9).prop_map(bytes::Bytes::from);
        let text = || any::<String>().prop_map(String::into_boxed_str);
        let leaf = prop_oneof![
            text().prop_map(Value::S),
            number().prop_map(Value::N),
            bytes().prop_map(Value::B),
            proptest::collection::vec(text(), 1..4).prop_map(Value::Ss),
            proptest::collection::vec(number(), 1..4).prop_map(Value::Ns),
            proptest::collection::vec(bytes(), 1..4).prop_map(Value::Bs),
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::L),
                attributes(inner).prop_map(Value::M),
            ]
        })
    }

    fn attributes(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Attributes> {
        let entry = (any::<String>().prop_map(String::into_boxed_str), value);
        proptest::collection::vec(entry, 0..4).prop_map(|entries| entries.into_iter().collect())
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_exports_have(attributes in attributes(value())) {
            let mut text = String::new();
            write_map(&mut text, &attributes);
            let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            prop_assert_eq!(read, attributes_out(&attributes));
        }
    }
}
