//! PartiQL: no text makes the parser panic.

#![no_main]

use fogbank_provider_dynamodb::engine::partiql;
use fogbank_provider_dynamodb::engine::value::Value;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = partiql::parse(text, Vec::new());
    let parameters = text.matches('?').map(|_| Value::Bool(true)).collect();
    let _ = partiql::parse(text, parameters);
});
