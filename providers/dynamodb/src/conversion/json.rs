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
