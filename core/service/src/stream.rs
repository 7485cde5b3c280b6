//! Bodies that flow: streaming blobs and event streams.

use std::fmt;
use std::io;
use std::pin::Pin;

use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeDeserializer};
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::StreamExt;

use crate::ServiceError;
use crate::shape::ReadValue;

type Chunks = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// A streaming blob. It is read once and never collected unless somebody asks.
///
/// A request's stream ends in an error when the body is cut short or when a checksum that came
/// with it does not match.
pub struct ByteStream {
    inner: Inner,
    length: Option<u64>,
}

enum Inner {
    Bytes(Bytes),
    Chunks(Chunks),
}

impl Default for ByteStream {
    fn default() -> Self {
        Self::from(Bytes::new())
    }
}

impl From<Bytes> for ByteStream {
    fn from(bytes: Bytes) -> Self {
        Self { length: Some(bytes.len() as u64), inner: Inner::Bytes(bytes) }
    }
}

impl From<Vec<u8>> for ByteStream {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from(Bytes::from(bytes))
    }
}

impl ByteStream {
    /// A stream of chunks; `length` is the number of bytes where it is known.
    pub fn new(
        chunks: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
        length: Option<u64>,
    ) -> Self {
        Self { inner: Inner::Chunks(Box::pin(chunks)), length }
    }

    /// The number of bytes, where it is known before they are read.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The content, where it is already in memory as one piece.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.inner {
            Inner::Bytes(bytes) => Some(bytes),
            Inner::Chunks(_) => None,
        }
    }

    /// The next chunk; none at the end.
    pub async fn next(&mut self) -> Option<io::Result<Bytes>> {
        match &mut self.inner {
            Inner::Bytes(bytes) if bytes.is_empty() => None,
            Inner::Bytes(bytes) => Some(Ok(std::mem::take(bytes))),
            Inner::Chunks(chunks) => chunks.next().await,
        }
    }

    /// Reads everything, at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// The stream's own error, or [`io::ErrorKind::FileTooLarge`] past the limit.
    pub async fn collect(mut self, limit: usize) -> io::Result<Bytes> {
        let first = match self.next().await {
            None => return Ok(Bytes::new()),
            Some(first) => first?,
        };
        let mut rest = BytesMut::new();
        let mut length = first.len();
        while let Some(chunk) = self.next().await {
            let chunk = chunk?;
            if rest.is_empty() {
                rest.extend_from_slice(&first);
            }
            length += chunk.len();
            if length > limit {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            rest.extend_from_slice(&chunk);
        }
        if length > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(if rest.is_empty() { first } else { rest.freeze() })
    }

    /// The chunks as a stream.
    pub fn into_stream(self) -> Chunks {
        match self.inner {
            Inner::Bytes(bytes) => Box::pin(futures_util::stream::iter(Some(Ok(bytes)))),
            Inner::Chunks(chunks) => chunks,
        }
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream").field("length", &self.length).finish_non_exhaustive()
    }
}

/// A typed stream of events; `T` is the union of the model.
pub struct EventStream<T>(Pin<Box<dyn Stream<Item = Result<T, ServiceError>> + Send>>);

impl<T> EventStream<T> {
    /// A stream of these events. An error ends the stream as an exception event.
    pub fn new(events: impl Stream<Item = Result<T, ServiceError>> + Send + 'static) -> Self {
        Self(Box::pin(events))
    }

    /// The next event; none at the end.
    pub async fn next(&mut self) -> Option<Result<T, ServiceError>> {
        self.0.next().await
    }
}

impl<T: SerializableStruct + Send + 'static> EventStream<T> {
    /// The stream without its type, for the wire.
    pub fn erase(self) -> ResponseStream {
        ResponseStream::Events(Box::pin(
            self.0.map(|event| {
                event.map(|event| Box::new(event) as Box<dyn SerializableStruct + Send>)
            }),
        ))
    }
}

impl<T: Send + 'static> Default for EventStream<T> {
    fn default() -> Self {
        Self::new(futures_util::stream::empty())
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}

/// Events on their way to the wire.
pub type ErasedEvents =
    Pin<Box<dyn Stream<Item = Result<Box<dyn SerializableStruct + Send>, ServiceError>> + Send>>;

/// What streams out with a response.
pub enum ResponseStream {
    /// A streaming blob.
    Bytes(ByteStream),
    /// An event stream.
    Events(ErasedEvents),
}

/// What streams in with a request.
#[derive(Debug)]
pub enum RequestStream {
    /// A streaming blob.
    Bytes(ByteStream),
    /// An event stream.
    Events(RequestEvents),
}

/// An event on its way in, to be read as the union of the model.
pub trait WireEvent: Send {
    /// Reads the union with this consumer of a deserializer.
    ///
    /// # Errors
    ///
    /// The service's answer to an event that is malformed.
    fn read(
        &mut self,
        read: &mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), ServiceError>;
}

type WireEvents = Pin<Box<dyn Stream<Item = Result<Box<dyn WireEvent>, ServiceError>> + Send>>;

/// The events of a request, without their type.
pub struct RequestEvents(WireEvents);

impl RequestEvents {
    /// A stream of these events.
    pub fn new(
        events: impl Stream<Item = Result<Box<dyn WireEvent>, ServiceError>> + Send + 'static,
    ) -> Self {
        Self(Box::pin(events))
    }

    /// The next event; none at the end.
    pub async fn next(&mut self) -> Option<Result<Box<dyn WireEvent>, ServiceError>> {
        self.0.next().await
    }

    /// The stream with its type.
    pub fn typed<T: ReadValue + Send + 'static>(self) -> EventStream<T> {
        EventStream::new(self.0.map(|event| {
            let mut value = None;
            event?.read(&mut |from| {
                value = Some(T::read_value(&aws_smithy_schema::prelude::UNIT, from)?);
                Ok(())
            })?;
            value.ok_or_else(|| ServiceError::internal("an event was not read"))
        }))
    }
}

impl fmt::Debug for RequestEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestEvents")
    }
}

/// The answer to a request whose stream failed: the one that the stream's error holds (a checksum
/// that does not match, a malformed chunk), or `IncompleteBody` when the client went away.
pub fn stream_error(error: io::Error) -> ServiceError {
    match error.downcast::<ServiceError>() {
        Ok(answer) => answer,
        Err(_) => {
            ServiceError::new("IncompleteBody", 400, "The request body terminated unexpectedly")
        }
    }
}
