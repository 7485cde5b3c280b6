//! The reader of CBOR.

#![no_main]

use std::sync::LazyLock;

use fogbank_fuzz::{head, read, wire};
use fogbank_schema::Protocol;
use fogbank_wire::ServiceWire;
use libfuzzer_sys::fuzz_target;

static WIRE: LazyLock<ServiceWire> = LazyLock::new(|| {
    wire(include_bytes!("../../generated/index/models/cloudwatch.bin"), Protocol::RpcV2Cbor)
});

fuzz_target!(|body: &[u8]| {
    let head = head("POST", "/service/GraniteServiceVersion20100801/operation/PutMetricData")
        .expect("the head is well-formed");
    read(&WIRE, "PutMetricData", &head, body);
});
