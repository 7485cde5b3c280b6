//! The reader of JSON bodies behind HTTP bindings.

#![no_main]

use std::sync::LazyLock;

use fogbank_fuzz::{head, read, wire};
use fogbank_schema::Protocol;
use fogbank_wire::ServiceWire;
use libfuzzer_sys::fuzz_target;

static WIRE: LazyLock<ServiceWire> = LazyLock::new(|| {
    wire(include_bytes!("../../generated/index/models/lambda.bin"), Protocol::RestJson1)
});

fuzz_target!(|body: &[u8]| {
    let head = head("POST", "/2015-03-31/functions").expect("the head is well-formed");
    read(&WIRE, "CreateFunction", &head, body);
});
