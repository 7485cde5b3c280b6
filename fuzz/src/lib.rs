//! What the fuzz targets share: a service in a protocol, and one operation's body to read.

use std::sync::LazyLock;

use bytes::Bytes;
use fogbank_schema::{Protocol, Schemas};
use fogbank_service::WireInput;
use fogbank_wire::{RequestIds, ServiceWire, dynamic};
use http::request::Parts;

/// A service's wire in a protocol, from its compact model.
pub fn wire(model: &'static [u8], protocol: Protocol) -> ServiceWire {
    ServiceWire::for_service(Box::leak(Box::new(Schemas::new(model))), protocol)
}

/// A request's head.
pub fn head(method: &str, uri: &str) -> Option<Parts> {
    let request = http::Request::builder().method(method).uri(uri).body(()).ok()?;
    Some(request.into_parts().0)
}

/// Reads a body as this operation's input: it must come to an input or to an error of the caller.
pub fn read(wire: &LazyLock<ServiceWire>, operation: &str, head: &Parts, body: &[u8]) {
    let op = wire.model().operation_index(operation).expect("the model has the operation");
    let mut request = wire.request(op, head, Bytes::copy_from_slice(body));
    let read = request.read(&mut |from| dynamic::read_input(wire.schemas(), op, from).map(drop));
    if let Err(error) = read {
        assert!((400..500).contains(&error.status()), "{error:?}");
        let response = wire.error(Some(op), &error, RequestIds::new("id"));
        assert_eq!(response.status().as_u16(), error.status());
    }
}
