//! The reader of the query protocol.

#![no_main]

use std::sync::LazyLock;

use fogbank_fuzz::{head, read, wire};
use fogbank_schema::Protocol;
use fogbank_wire::ServiceWire;
use libfuzzer_sys::fuzz_target;

static WIRE: LazyLock<ServiceWire> = LazyLock::new(|| {
    wire(include_bytes!("../../generated/index/models/iam.bin"), Protocol::AwsQuery)
});

fuzz_target!(|body: &[u8]| {
    let head = head("POST", "/").expect("the head is well-formed");
    read(&WIRE, "CreateRole", &head, body);
});
