//! The routes of the REST protocols: any path and query, against S3 and API Gateway.

#![no_main]

use std::sync::LazyLock;

use fogbank_fuzz::{head, read, wire};
use fogbank_schema::Protocol;
use fogbank_wire::ServiceWire;
use libfuzzer_sys::fuzz_target;

static WIRES: LazyLock<[LazyLock<ServiceWire>; 2]> = LazyLock::new(|| {
    [
        LazyLock::new(|| {
            wire(include_bytes!("../../generated/index/models/s3.bin"), Protocol::RestXml)
        }),
        LazyLock::new(|| {
            wire(include_bytes!("../../generated/index/models/apigateway.bin"), Protocol::RestJson1)
        }),
    ]
});

fuzz_target!(|target: &str| {
    for method in ["GET", "PUT", "POST", "HEAD", "DELETE", "PATCH"] {
        let Some(head) = head(method, target) else { return };
        for wire in WIRES.iter() {
            if let Ok(op) = wire.operation_of(&head, b"") {
                read(wire, wire.model().operations[op].name, &head, b"");
            }
        }
    }
});
