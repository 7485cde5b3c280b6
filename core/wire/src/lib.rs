//! AWS's wire protocols on the server's side.
//!
//! A [`ServiceWire`] answers four questions for one service in one protocol: which operation a
//! request means, what its input is (checked against the constraints of the model while it is
//! read), and how an output or an error goes back. The codecs for JSON, CBOR and request XML are
//! AWS's own (`aws-smithy-*`); the query protocols, HTTP bindings, XML results and error documents
//! are this crate's. Nothing of the codecs leaks out except the serde traits of
//! `aws_smithy_schema`, which generated code speaks.

mod body;
mod check;
mod codec;
pub mod conformance;
mod constraints;
mod detect;
pub mod dynamic;
mod form;
mod form_reader;
mod habits;
mod json_reader;
mod json_writer;
mod limits;
mod protocol;
mod query_names;
mod request;
mod respond;
mod scalar;
mod service_wire;
mod validate;
mod xml_writer;

pub use body::Body;
pub use limits::Limits;
pub use protocol::{Dialect, RequestHead, RequestIds, protocol_of};
pub use request::{RequestBody, WireRequest};
pub use service_wire::ServiceWire;
pub use xml_writer::escape::escaped as xml_escaped;
