//! The reader of XML bodies behind HTTP bindings.

#![no_main]

use std::sync::LazyLock;

use fogbank_fuzz::{head, read, wire};
use fogbank_schema::Protocol;
use fogbank_wire::ServiceWire;
use libfuzzer_sys::fuzz_target;

static WIRE: LazyLock<ServiceWire> = LazyLock::new(|| {
    wire(include_bytes!("../../generated/index/models/s3.bin"), Protocol::RestXml)
});

fuzz_target!(|body: &[u8]| {
    let head = head("PUT", "/b?lifecycle").expect("the head is well-formed");
    read(&WIRE, "PutBucketLifecycleConfiguration", &head, body);
});
