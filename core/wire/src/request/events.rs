//! Event streams that come in: frames of `application/vnd.amazon.eventstream`, each an event of
//! the input's union.
//!
//! SDKs that sign put each frame into another one, with the date and the signature of the chunk;
//! an empty one of these ends the stream. Signatures are not verified.

use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder, read_message_from};
use aws_smithy_schema::Schema;
use aws_smithy_schema::codec::Codec;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};
use bytes::{Bytes, BytesMut};
use fogbank_schema::{Kind, Protocol, ShapeIndex, Structure};
use fogbank_service::{ByteStream, RequestEvents, ServiceError, WireEvent, stream_error};

use super::cbor::Lenient;
use crate::codec::CBOR;
use crate::scalar::{not_an_aggregate, refuse_reads};
use crate::service_wire::ServiceWire;

/// The largest frame that is taken, in bytes: AWS's limit is 16 MiB of payload and 128 KiB of headers.
const LARGEST_FRAME: usize = 17 << 20;

fn malformed(reason: impl std::fmt::Display) -> ServiceError {
    ServiceError::new(
        "SerializationException",
        400,
        format!("The event stream is malformed: {reason}"),
    )
}

/// The events in a request's body; `union` is what the model calls them.
pub(super) fn events(wire: &ServiceWire, union: ShapeIndex, body: ByteStream) -> RequestEvents {
    let state = Frames {
        wire: wire.clone(),
        union,
        body: Some(body),
        buffer: BytesMut::new(),
        decoder: MessageFrameDecoder::new(),
    };
    RequestEvents::new(futures_util::stream::unfold(state, |mut state| async move {
        let event = state.next().await;
        if !matches!(event, Some(Ok(_))) {
            state.body = None;
        }
        Some((event?.map(|event| Box::new(event) as Box<dyn WireEvent>), state))
    }))
}

struct Frames {
    wire: ServiceWire,
    union: ShapeIndex,
    /// None at the end.
    body: Option<ByteStream>,
    buffer: BytesMut,
    decoder: MessageFrameDecoder,
}

impl Frames {
    async fn next(&mut self) -> Option<Result<Event, ServiceError>> {
        let message = match self.message().await? {
            Ok(message) => message,
            Err(error) => return Some(Err(error)),
        };
        if header(&message, ":chunk-signature").is_none() {
            return Some(self.event(message));
        }
        if message.payload().is_empty() {
            return None;
        }
        let inner = read_message_from(message.payload().clone()).map_err(malformed);
        Some(inner.and_then(|inner| self.event(inner)))
    }

    /// The next frame of the body.
    async fn message(&mut self) -> Option<Result<Message, ServiceError>> {
        loop {
            match self.decoder.decode_frame(&mut self.buffer) {
                Ok(DecodedFrame::Complete(message)) => return Some(Ok(message)),
                Ok(DecodedFrame::Incomplete) if self.buffer.len() <= LARGEST_FRAME => {}
                Ok(DecodedFrame::Incomplete) => {
                    return Some(Err(malformed("a frame is too large")));
                }
                Err(error) => return Some(Err(malformed(error))),
            }
            match self.body.as_mut()?.next().await {
                Some(Ok(chunk)) => self.buffer.extend_from_slice(&chunk),
                Some(Err(error)) => return Some(Err(stream_error(error))),
                None if self.buffer.is_empty() => return None,
                None => return Some(Err(malformed("it ends in the middle of a frame"))),
            }
        }
    }

    fn event(&self, message: Message) -> Result<Event, ServiceError> {
        let kind = text(&message, ":message-type").unwrap_or("event");
        if kind != "event" {
            let reason = text(&message, ":exception-type").or(text(&message, ":error-code"));
            return Err(malformed(format!("it has an {kind} ({})", reason.unwrap_or("unnamed"))));
        }
        let name = text(&message, ":event-type").unwrap_or_default();
        let found = match &self.wire.model.shape(self.union).kind {
            Kind::Union(union) => union.members.iter().position(|member| member.name == name),
            _ => None,
        };
        let member = found.ok_or_else(|| malformed(format!("there is no event {name:?}")))?;
        Ok(Event { wire: self.wire.clone(), union: self.union, member, message })
    }
}

fn header<'m>(message: &'m Message, name: &str) -> Option<&'m Header> {
    message.headers().iter().find(|header| header.name().as_str() == name)
}

fn text<'m>(message: &'m Message, name: &str) -> Option<&'m str> {
    header(message, name)?.value().as_string().ok().map(|text| text.as_str())
}

/// One event: a member of the union.
struct Event {
    wire: ServiceWire,
    union: ShapeIndex,
    member: usize,
    message: Message,
}

type Elements<'e> = &'e mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>;
type Entries<'e> = &'e mut dyn FnMut(String, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>;
type Members<'m> =
    &'m mut dyn FnMut(&Schema<'_>, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>;

impl WireEvent for Event {
    fn read(&mut self, read: Elements<'_>) -> Result<(), ServiceError> {
        read(&mut UnionReader(self)).map_err(malformed)
    }
}

impl Event {
    fn described(&self) -> Option<&'static Structure<'static>> {
        let model: &'static _ = self.wire.model;
        let Kind::Union(union) = &model.shape(self.union).kind else { return None };
        match &model.shape(union.members.get(self.member)?.target).kind {
            Kind::Structure(structure) => Some(structure),
            _ => None,
        }
    }

    fn document(&self, read: Elements<'_>) -> Result<(), SerdeError> {
        let payload = self.message.payload();
        match self.wire.protocol {
            Protocol::RpcV2Cbor => {
                let mut reader = CBOR.create_deserializer(payload);
                read(&mut Lenient::new(&mut reader, self.wire.limits().levels()))
            }
            Protocol::RestXml => read(&mut self.wire.xml().create_deserializer(payload)),
            _ => read(&mut self.wire.json(payload)?),
        }
    }
}

macro_rules! structure_only {
    () => {
        fn read_list(&mut self, _: &Schema<'_>, _: Elements<'_>) -> Result<(), SerdeError> {
            not_an_aggregate()
        }

        fn read_map(&mut self, _: &Schema<'_>, _: Entries<'_>) -> Result<(), SerdeError> {
            not_an_aggregate()
        }
    };
}

/// The union, which has the event as its one member.
struct UnionReader<'e>(&'e Event);

impl ShapeDeserializer for UnionReader<'_> {
    fn read_struct(&mut self, schema: &Schema<'_>, state: Members<'_>) -> Result<(), SerdeError> {
        match schema.member_schema_by_index(self.0.member) {
            Some(member) => state(member, &mut EventReader(self.0)),
            None => Ok(()),
        }
    }

    structure_only!();

    refuse_reads! {
        read_boolean -> bool;
        read_byte -> i8;
        read_short -> i16;
        read_integer -> i32;
        read_long -> i64;
        read_float -> f32;
        read_double -> f64;
        read_big_integer -> BigInteger;
        read_big_decimal -> BigDecimal;
        read_string -> String;
        read_blob -> Blob;
        read_timestamp -> DateTime;
        read_document -> Document;
    }
}

/// The structure of an event: members in headers, and a payload or a document.
struct EventReader<'e>(&'e Event);

impl ShapeDeserializer for EventReader<'_> {
    fn read_struct(&mut self, schema: &Schema<'_>, state: Members<'_>) -> Result<(), SerdeError> {
        let event = self.0;
        let Some(structure) = event.described() else { return Ok(()) };
        let mut payload = None;
        for (index, described) in structure.members.iter().enumerate() {
            let Some(member) = schema.member_schema_by_index(index) else { continue };
            if member.event_header().is_some() {
                if let Some(header) = header(&event.message, described.name) {
                    state(member, &mut ValueReader(header.value()))?;
                }
            } else if member.event_payload().is_some() {
                payload = Some((member, &event.wire.model.shape(described.target).kind));
            }
        }
        let bytes = event.message.payload();
        match payload {
            Some((member, Kind::Blob)) => {
                state(member, &mut ValueReader(&HeaderValue::ByteArray(bytes.clone())))
            }
            Some((member, Kind::String | Kind::Enum(_))) => {
                let text = std::str::from_utf8(bytes)
                    .map_err(|_| SerdeError::invalid_input("the payload is no UTF-8"))?;
                state(member, &mut ValueReader(&HeaderValue::String(text.to_owned().into())))
            }
            _ if bytes.is_empty() => Ok(()),
            Some((member, _)) => event.document(&mut |from| state(member, from)),
            None => event.document(&mut |from| {
                from.read_struct(schema, &mut |member, value| {
                    if member.event_header().is_some() {
                        return value.skip_value();
                    }
                    state(member, value)
                })
            }),
        }
    }

    structure_only!();

    refuse_reads! {
        read_boolean -> bool;
        read_byte -> i8;
        read_short -> i16;
        read_integer -> i32;
        read_long -> i64;
        read_float -> f32;
        read_double -> f64;
        read_big_integer -> BigInteger;
        read_big_decimal -> BigDecimal;
        read_string -> String;
        read_blob -> Blob;
        read_timestamp -> DateTime;
        read_document -> Document;
    }
}

/// The value of a header, or a payload that is text or bytes.
struct ValueReader<'v>(&'v HeaderValue);

impl ValueReader<'_> {
    fn integer(&self) -> Result<i64, SerdeError> {
        Ok(match self.0 {
            HeaderValue::Byte(value) => i64::from(*value),
            HeaderValue::Int16(value) => i64::from(*value),
            HeaderValue::Int32(value) => i64::from(*value),
            HeaderValue::Int64(value) => *value,
            _ => return Err(SerdeError::type_mismatch("the header is no integer")),
        })
    }

    fn narrow<T: TryFrom<i64>>(&self) -> Result<T, SerdeError> {
        T::try_from(self.integer()?)
            .map_err(|_| SerdeError::invalid_input("the integer is too large"))
    }
}

impl ShapeDeserializer for ValueReader<'_> {
    fn read_struct(&mut self, _: &Schema<'_>, _: Members<'_>) -> Result<(), SerdeError> {
        not_an_aggregate()
    }

    structure_only!();

    fn read_boolean(&mut self, _: &Schema<'_>) -> Result<bool, SerdeError> {
        match self.0 {
            HeaderValue::Bool(value) => Ok(*value),
            _ => Err(SerdeError::type_mismatch("the header is no boolean")),
        }
    }

    fn read_byte(&mut self, _: &Schema<'_>) -> Result<i8, SerdeError> {
        self.narrow()
    }

    fn read_short(&mut self, _: &Schema<'_>) -> Result<i16, SerdeError> {
        self.narrow()
    }

    fn read_integer(&mut self, _: &Schema<'_>) -> Result<i32, SerdeError> {
        self.narrow()
    }

    fn read_long(&mut self, _: &Schema<'_>) -> Result<i64, SerdeError> {
        self.integer()
    }

    fn read_string(&mut self, _: &Schema<'_>) -> Result<String, SerdeError> {
        let text = self.0.as_string().map(|text| text.as_str().to_owned());
        text.map_err(|_| SerdeError::type_mismatch("the header is no string"))
    }

    fn read_blob(&mut self, _: &Schema<'_>) -> Result<Blob, SerdeError> {
        match self.0 {
            HeaderValue::ByteArray(bytes) => Ok(Blob::from_maybe_shared(Bytes::clone(bytes))),
            _ => Err(SerdeError::type_mismatch("the header is no byte array")),
        }
    }

    fn read_timestamp(&mut self, _: &Schema<'_>) -> Result<DateTime, SerdeError> {
        match self.0 {
            HeaderValue::Timestamp(time) => Ok(*time),
            _ => Err(SerdeError::type_mismatch("the header is no timestamp")),
        }
    }

    refuse_reads! {
        read_float -> f32;
        read_double -> f64;
        read_big_integer -> BigInteger;
        read_big_decimal -> BigDecimal;
        read_document -> Document;
    }
}
