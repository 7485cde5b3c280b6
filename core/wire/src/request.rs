//! Requests: from head and body to the members of an input.

mod cbor;
mod events;
mod malformed;
mod mismatch;
mod rest;

use aws_smithy_schema::codec::Codec;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use bytes::Bytes;
use fogbank_schema::{Kind, Protocol, ShapeIndex};
use fogbank_service::{ByteStream, RequestStream, ServiceError, WireInput};

pub(crate) use rest::Bindings;

use crate::check::{Checked, Findings};
use crate::codec::CBOR;
use crate::constraints::Constraints;
use crate::dynamic;
use crate::form::{Form, FormError};
use crate::form_reader::FormReader;
use crate::habits::{self, Validation};
use crate::protocol::{Dialect, RequestHead, dialect_of};
use crate::service_wire::ServiceWire;
use crate::validate;

/// The body of a request.
#[derive(Debug)]
pub enum RequestBody {
    /// The whole body.
    Bytes(Bytes),
    /// A body that has not been read yet, for operations whose input streams.
    Stream(ByteStream),
}

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<ByteStream> for RequestBody {
    fn from(stream: ByteStream) -> Self {
        Self::Stream(stream)
    }
}

/// A request on its way into an operation.
#[derive(Debug)]
pub struct WireRequest<'r> {
    wire: &'r ServiceWire,
    op: usize,
    head: RequestHead<'r>,
    body: Bytes,
    stream: Option<ByteStream>,
}

type Read<'f> = &'f mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>;

impl ServiceWire {
    /// The request of this operation, ready to be read.
    pub fn request<'r>(
        &'r self,
        op: usize,
        head: impl Into<RequestHead<'r>>,
        body: impl Into<RequestBody>,
    ) -> WireRequest<'r> {
        let (body, stream) = match body.into() {
            RequestBody::Bytes(bytes) if self.streams_in(op) => {
                (Bytes::new(), Some(ByteStream::from(bytes)))
            }
            RequestBody::Bytes(bytes) => (bytes, None),
            RequestBody::Stream(stream) => (Bytes::new(), Some(stream)),
        };
        WireRequest { wire: self, op, head: head.into(), body, stream }
    }
}

impl WireInput for WireRequest<'_> {
    fn read(&mut self, read: Read<'_>) -> Result<(), ServiceError> {
        let wire = self.wire;
        let Some(shape) = wire.model.operations[self.op].input else {
            return self.with_reader(read);
        };
        if wire.validation == Validation::Own {
            return self.with_reader(read);
        }
        if wire.validation == Validation::Document && self.lacks_document(shape) {
            return Err(malformed::no_body());
        }
        let constraints = wire.constraints();
        if !constraints.needed(shape) {
            return self.with_reader(read);
        }
        let findings = Findings::new(constraints);
        self.with_reader(&mut |inner| read(&mut Checked { inner, findings: &findings, shape }))?;
        if !findings.any() {
            return Ok(());
        }
        if wire.validation == Validation::Document {
            return Err(malformed::document());
        }
        let mut value = None;
        self.with_reader(&mut |from| {
            value = Some(dynamic::read_input(wire.schemas, self.op, from)?);
            Ok(())
        })?;
        match value.and_then(|value| self.invalid(constraints, shape, &value)) {
            Some(answer) => Err(answer),
            None => Ok(()),
        }
    }

    fn take_stream(&mut self) -> RequestStream {
        let body = std::mem::take(&mut self.body);
        let body = self.stream.take().unwrap_or_else(|| ByteStream::from(body));
        match self.wire.events_in(self.op) {
            Some(union) => RequestStream::Events(events::events(self.wire, union, body)),
            None => RequestStream::Bytes(body),
        }
    }
}

impl WireRequest<'_> {
    /// Reads the input's members without checking them against the model's constraints.
    ///
    /// # Errors
    ///
    /// The service's answer to a request that is malformed.
    pub fn read_unchecked(&mut self, read: Read<'_>) -> Result<(), ServiceError> {
        self.with_reader(read)
    }

    /// The service's answer to an input that breaks constraints of its model.
    fn invalid(
        &self,
        constraints: &Constraints,
        shape: ShapeIndex,
        input: &dynamic::Value,
    ) -> Option<ServiceError> {
        let wire = self.wire;
        match wire.validation {
            Validation::Detected(code) => {
                let operation = &wire.model.operations[self.op];
                if habits::looks_at_texts_first(wire.model.metadata.name)
                    && let Some((name, reason)) =
                        validate::text_problem(constraints, shape, input, wire.names)
                {
                    let words = format!("Invalid parameter: {name} Reason: {reason}");
                    let error = ServiceError::new("InvalidParameterException", 400, words);
                    return Some(error.with_code("InvalidParameter"));
                }
                let words = validate::message(constraints, operation, shape, input)?;
                let code = habits::validation_code(wire.model, operation, code);
                Some(ServiceError::new(code, 400, words))
            }
            Validation::MissingParameter => {
                let name = validate::missing(constraints, shape, input, wire.names)?;
                let words = format!("The request must contain the parameter {name}.");
                Some(
                    ServiceError::new("MissingRequiredParameterException", 400, words)
                        .with_code("MissingParameter"),
                )
            }
            Validation::Document | Validation::Own => None,
        }
    }

    /// The operation needs a document as its body, and the body is empty.
    fn lacks_document(&self, input: ShapeIndex) -> bool {
        if !self.body.is_empty() || self.stream.is_some() {
            return false;
        }
        let model = self.wire.model;
        let Kind::Structure(structure) = &model.shape(input).kind else { return false };
        structure.payload.is_some_and(|payload| {
            let member = &structure.members[usize::from(payload)];
            member.required && matches!(model.shape(member.target).kind, Kind::Structure(_))
        })
    }

    /// Reads with a fresh reader of the protocol.
    fn with_reader(&self, read: Read<'_>) -> Result<(), ServiceError> {
        let wire = self.wire;
        let result = match wire.protocol {
            Protocol::AwsJson1_0 | Protocol::AwsJson1_1 => {
                // No JSON begins as a map of CBOR does, and few bodies are empty.
                let first = self.body.first().copied().unwrap_or(0xa0);
                if first >= 0x80 && dialect_of(self.head.headers) == Dialect::AmzCbor {
                    let body = if self.body.is_empty() { &[0xa0][..] } else { &self.body };
                    let mut reader = CBOR.create_deserializer(body);
                    let lenient = cbor::Lenient::new(&mut reader, wire.limits().levels());
                    read(&mut lenient.with_milliseconds())
                } else {
                    self.read_json(read)
                }
            }
            Protocol::RpcV2Cbor => {
                let body = if self.body.is_empty() { &[0xa0][..] } else { &self.body };
                let mut reader = CBOR.create_deserializer(body);
                read(&mut cbor::Lenient::new(&mut reader, wire.limits().levels()))
            }
            Protocol::AwsQuery | Protocol::Ec2Query => return self.read_form(read),
            Protocol::RestJson1 | Protocol::RestXml => self.read_rest(read),
        };
        result.map_err(|error| self.malformed(&error))
    }

    fn read_json(&self, read: Read<'_>) -> Result<(), SerdeError> {
        let mut reader = self.wire.json(&self.body)?;
        read(&mut reader)?;
        reader.end()
    }

    fn read_form(&self, read: Read<'_>) -> Result<(), ServiceError> {
        let wire = self.wire;
        let not_text =
            || ServiceError::new("MalformedQueryString", 400, "Keys may not contain invalid UTF-8");
        let query = self.head.query.unwrap_or_default();
        let body = std::str::from_utf8(&self.body).map_err(|_| not_text())?;
        let input = wire.model.operations[self.op].input;
        let texts = [query, body.trim_end()];
        // Nothing is looked up in the form of an operation without parameters.
        let unread = self.has_no_members() && !texts.iter().any(|text| text.contains('%'));
        let texts = if unread { &[][..] } else { &texts };
        let form = Form::parse(texts, wire.limits()).map_err(|error| match error {
            FormError::NotUtf8 => not_text(),
            FormError::TooLarge => ServiceError::new(
                "MalformedQueryString",
                400,
                format!("The request has more than {} parameters.", wire.limits().form_fields),
            ),
            FormError::TooDeep => {
                ServiceError::new("MalformedQueryString", 400, "maximum nesting depth exceeded")
            }
        })?;
        read(&mut FormReader::input(&form, wire, input)).map_err(|error| self.malformed(&error))
    }

    fn has_no_members(&self) -> bool {
        let model = self.wire.model;
        let input = model.operations[self.op].input.map(|input| &model.shape(input).kind);
        match input {
            Some(Kind::Structure(structure)) => structure.members.is_empty(),
            Some(_) => false,
            None => true,
        }
    }
}
