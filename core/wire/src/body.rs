//! Bodies of responses.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use fogbank_service::ByteStream;
use futures_core::Stream;
use http_body::{Body as HttpBody, Frame, SizeHint};

type Chunks = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// The body of a response: bytes that leave together with the head, or a stream.
pub enum Body {
    /// The whole body.
    Full(Bytes),
    /// Chunks as they come.
    Stream {
        /// The chunks.
        chunks: Chunks,
        /// The number of bytes still to come, where it is known.
        remaining: Option<u64>,
    },
}

impl Body {
    /// No body.
    pub const fn empty() -> Self {
        Self::Full(Bytes::new())
    }

    /// A streaming body; one that is already in memory is sent as a whole.
    pub fn stream(stream: ByteStream) -> Self {
        match stream.as_bytes() {
            Some(bytes) => Self::Full(bytes.clone()),
            None => {
                let remaining = stream.length();
                Self::Stream { chunks: stream.into_stream(), remaining }
            }
        }
    }

    /// Chunks of unknown total length.
    pub fn chunks(chunks: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Self {
        Self::Stream { chunks: Box::pin(chunks), remaining: None }
    }

    /// The content, where it is one piece.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Full(bytes) => Some(bytes),
            Self::Stream { .. } => None,
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Full(bytes)
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Full(bytes.into())
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::Full(text.into())
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self::Full(Bytes::from_static(text.as_bytes()))
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match &mut *self {
            Self::Full(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Full(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Stream { chunks, remaining } => chunks.as_mut().poll_next(cx).map(|chunk| {
                chunk.map(|chunk| {
                    chunk.map(|data| {
                        if let Some(remaining) = remaining {
                            *remaining = remaining.saturating_sub(data.len() as u64);
                        }
                        Frame::data(data)
                    })
                })
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Full(bytes) => bytes.is_empty(),
            Self::Stream { .. } => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Stream { remaining: Some(remaining), .. } => SizeHint::with_exact(*remaining),
            Self::Stream { remaining: None, .. } => SizeHint::default(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(bytes) => f.debug_tuple("Full").field(&bytes.len()).finish(),
            Self::Stream { remaining, .. } => f.debug_tuple("Stream").field(remaining).finish(),
        }
    }
}
