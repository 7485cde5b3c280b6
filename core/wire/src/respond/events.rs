//! Event streams: each event a frame of `application/vnd.amazon.eventstream`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_types::event_stream::{Header, HeaderValue as EventValue, Message};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};
use bytes::Bytes;
use fogbank_schema::Protocol;
use fogbank_service::ServiceError;
use fogbank_service::stream::ErasedEvents;
use futures_core::Stream;
use http::Response;
use http::header::{CONTENT_TYPE, HeaderValue};

use super::forward::Filtered;
use super::head::PayloadFormat as _;
use crate::Body;
use crate::service_wire::ServiceWire;

const EVENT_STREAM: HeaderValue = HeaderValue::from_static("application/vnd.amazon.eventstream");

impl ServiceWire {
    /// The response whose body is these events; RPC protocols begin with the output's members.
    pub(crate) fn event_response(
        &self,
        events: ErasedEvents,
        initial: Option<Vec<u8>>,
    ) -> Response<Body> {
        let first = initial.map(|document| {
            let message = Message::new(document)
                .add_header(text_header(":message-type", "event"))
                .add_header(text_header(":event-type", "initial-response"))
                .add_header(text_header(":content-type", self.event_content_type()));
            frame(&message)
        });
        let body = Body::chunks(Frames { wire: self.clone(), first, events: Some(events) });
        let mut response = Response::new(body);
        response.headers_mut().insert(CONTENT_TYPE, EVENT_STREAM);
        response
    }

    fn event_content_type(&self) -> &'static str {
        match self.protocol {
            Protocol::RpcV2Cbor => "application/cbor",
            Protocol::AwsJson1_0 => "application/x-amz-json-1.0",
            Protocol::AwsJson1_1 => "application/x-amz-json-1.1",
            Protocol::RestJson1 => "application/json",
            _ => "text/xml",
        }
    }

    fn event_frame(&self, event: &dyn SerializableStruct) -> io::Result<Bytes> {
        let mut writer = EventWriter { wire: self, message: None };
        event.serialize_members(&mut writer).map_err(other)?;
        frame(&writer.message.unwrap_or_else(|| Message::new(Bytes::new())))
    }

    fn exception_frame(&self, error: &ServiceError) -> io::Result<Bytes> {
        let modelled = error.shape().map(|shape| self.event_document(shape)).transpose();
        let message = match modelled.map_err(other)? {
            Some(document) => Message::new(document)
                .add_header(text_header(":message-type", "exception"))
                .add_header(text_header(":exception-type", error.name()))
                .add_header(text_header(":content-type", self.event_content_type())),
            None => Message::new(Bytes::new())
                .add_header(text_header(":message-type", "error"))
                .add_header(text_header(":error-code", error.code()))
                .add_header(text_header(":error-message", error.message().unwrap_or_default())),
        };
        frame(&message)
    }

    fn event_document(&self, value: &dyn SerializableStruct) -> Result<Vec<u8>, SerdeError> {
        match self.protocol {
            Protocol::RestXml | Protocol::AwsQuery | Protocol::Ec2Query => {
                self.structure(value.schema(), value)
            }
            Protocol::RestJson1 => super::rest::json(value),
            _ => self.rpc_document(value, crate::Dialect::Standard),
        }
    }
}

fn other(error: SerdeError) -> io::Error {
    io::Error::other(error.to_string())
}

fn text_header(name: &'static str, value: &str) -> Header {
    Header::new(name, EventValue::String(value.to_owned().into()))
}

fn frame(message: &Message) -> io::Result<Bytes> {
    let mut bytes = Vec::new();
    write_message_to(message, &mut bytes).map_err(io::Error::other)?;
    Ok(bytes.into())
}

/// Events as frames.
struct Frames {
    wire: ServiceWire,
    first: Option<io::Result<Bytes>>,
    events: Option<ErasedEvents>,
}

impl Stream for Frames {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(first));
        }
        let Some(events) = &mut self.events else { return Poll::Ready(None) };
        let frame = match std::task::ready!(events.as_mut().poll_next(cx)) {
            None => {
                self.events = None;
                return Poll::Ready(None);
            }
            Some(Ok(event)) => self.wire.event_frame(event.as_ref()),
            Some(Err(error)) => {
                self.events = None;
                self.wire.exception_frame(&error)
            }
        };
        Poll::Ready(Some(frame))
    }
}

/// Takes the one member that a union has as its event.
struct EventWriter<'w> {
    wire: &'w ServiceWire,
    message: Option<Message>,
}

macro_rules! no_event {
    ($($write:ident($value:ty);)*) => {$(
        fn $write(&mut self, _: &Schema<'_>, _: $value) -> Result<(), SerdeError> {
            Err(SerdeError::custom("an event is a structure"))
        }
    )*};
}

type Write<'w> = &'w dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>;

impl ShapeSerializer for EventWriter<'_> {
    fn write_struct(
        &mut self,
        schema: &Schema<'_>,
        value: &dyn SerializableStruct,
    ) -> Result<(), SerdeError> {
        let name = schema.member_name().unwrap_or_default();
        let mut parts = EventParts::default();
        value.serialize_members(&mut parts)?;
        let has_payload = value.schema().members().iter().any(|m| m.event_payload().is_some());
        let (payload, content_type) = match parts.payload {
            Some((payload, content_type)) => (payload, Some(content_type)),
            None if has_payload => {
                let mut document = PayloadWriter { wire: self.wire, document: None };
                value.serialize_members(&mut document)?;
                match document.document {
                    Some(document) => (document.into(), Some(self.wire.event_content_type())),
                    None => (Bytes::new(), None),
                }
            }
            None => {
                let all_headers =
                    value.schema().members().iter().all(|m| m.event_header().is_some());
                if all_headers && !value.schema().members().is_empty() {
                    (Bytes::new(), None)
                } else {
                    let rest = Filtered { value, keep: |m| m.event_header().is_none() };
                    let document = self.wire.event_document(&rest)?;
                    (document.into(), Some(self.wire.event_content_type()))
                }
            }
        };
        let mut message = Message::new(payload)
            .add_header(text_header(":message-type", "event"))
            .add_header(text_header(":event-type", name));
        if let Some(content_type) = content_type {
            message = message.add_header(text_header(":content-type", content_type));
        }
        for header in parts.headers {
            message = message.add_header(header);
        }
        self.message = Some(message);
        Ok(())
    }

    no_event! {
        write_list(Write<'_>);
        write_map(Write<'_>);
        write_boolean(bool);
        write_byte(i8);
        write_short(i16);
        write_integer(i32);
        write_long(i64);
        write_float(f32);
        write_double(f64);
        write_big_integer(&BigInteger);
        write_big_decimal(&BigDecimal);
        write_string(&str);
        write_blob(Blob);
        write_timestamp(&DateTime);
        write_document(&Document);
    }

    fn write_null(&mut self, _: &Schema<'_>) -> Result<(), SerdeError> {
        Ok(())
    }
}

/// The headers of an event, and its payload where that is text or bytes.
#[derive(Default)]
struct EventParts {
    headers: Vec<Header>,
    payload: Option<(Bytes, &'static str)>,
}

impl EventParts {
    fn header(&mut self, schema: &Schema<'_>, value: EventValue) -> Result<(), SerdeError> {
        if schema.event_header().is_some() {
            let name = schema.member_name().unwrap_or_default().to_owned();
            self.headers.push(Header::new(name, value));
        }
        Ok(())
    }
}

macro_rules! not_in_head {
    ($($write:ident($value:ty);)*) => {$(
        fn $write(&mut self, _: &Schema<'_>, _: $value) -> Result<(), SerdeError> {
            Ok(())
        }
    )*};
}

impl ShapeSerializer for EventParts {
    not_in_head! {
        write_struct(&dyn SerializableStruct);
        write_list(Write<'_>);
        write_map(Write<'_>);
        write_float(f32);
        write_double(f64);
        write_big_integer(&BigInteger);
        write_big_decimal(&BigDecimal);
        write_document(&Document);
    }

    fn write_boolean(&mut self, schema: &Schema<'_>, value: bool) -> Result<(), SerdeError> {
        self.header(schema, EventValue::Bool(value))
    }

    fn write_byte(&mut self, schema: &Schema<'_>, value: i8) -> Result<(), SerdeError> {
        self.header(schema, EventValue::Byte(value))
    }

    fn write_short(&mut self, schema: &Schema<'_>, value: i16) -> Result<(), SerdeError> {
        self.header(schema, EventValue::Int16(value))
    }

    fn write_integer(&mut self, schema: &Schema<'_>, value: i32) -> Result<(), SerdeError> {
        self.header(schema, EventValue::Int32(value))
    }

    fn write_long(&mut self, schema: &Schema<'_>, value: i64) -> Result<(), SerdeError> {
        self.header(schema, EventValue::Int64(value))
    }

    fn write_string(&mut self, schema: &Schema<'_>, value: &str) -> Result<(), SerdeError> {
        if schema.event_payload().is_some() {
            self.payload = Some((Bytes::copy_from_slice(value.as_bytes()), "text/plain"));
            return Ok(());
        }
        self.header(schema, EventValue::String(value.to_owned().into()))
    }

    fn write_blob(&mut self, schema: &Schema<'_>, value: Blob) -> Result<(), SerdeError> {
        let bytes = Bytes::from(value.into_inner());
        if schema.event_payload().is_some() {
            self.payload = Some((bytes, "application/octet-stream"));
            return Ok(());
        }
        self.header(schema, EventValue::ByteArray(bytes))
    }

    fn write_timestamp(&mut self, schema: &Schema<'_>, value: &DateTime) -> Result<(), SerdeError> {
        self.header(schema, EventValue::Timestamp(*value))
    }

    fn write_null(&mut self, _: &Schema<'_>) -> Result<(), SerdeError> {
        Ok(())
    }
}

/// Takes the payload of an event that is a structure.
struct PayloadWriter<'w> {
    wire: &'w ServiceWire,
    document: Option<Vec<u8>>,
}

impl ShapeSerializer for PayloadWriter<'_> {
    fn write_struct(
        &mut self,
        schema: &Schema<'_>,
        value: &dyn SerializableStruct,
    ) -> Result<(), SerdeError> {
        if schema.event_payload().is_some() {
            self.document = Some(self.wire.event_document(value)?);
        }
        Ok(())
    }

    not_in_head! {
        write_list(Write<'_>);
        write_map(Write<'_>);
        write_boolean(bool);
        write_byte(i8);
        write_short(i16);
        write_integer(i32);
        write_long(i64);
        write_float(f32);
        write_double(f64);
        write_big_integer(&BigInteger);
        write_big_decimal(&BigDecimal);
        write_string(&str);
        write_blob(Blob);
        write_timestamp(&DateTime);
        write_document(&Document);
    }

    fn write_null(&mut self, _: &Schema<'_>) -> Result<(), SerdeError> {
        Ok(())
    }
}
