//! Request bodies as they were meant: without content encodings and chunk framing.
//!
//! Everything here works on a stream. A body that turns out to be malformed, cut short, or unlike
//! its checksum ends in an error that holds the service's answer; see
//! [`fogbank_service::stream_error`].

mod aws_chunked;
mod checksum;
mod inflate;

pub(crate) use aws_chunked::AwsChunked;
pub(crate) use checksum::Expected;
pub(crate) use inflate::Inflate;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use fogbank_service::{ByteStream, ServiceError};
use futures_core::Stream;

/// Turns a body as it came into the body that was meant, piece by piece.
pub(crate) trait Decoder: Send + Unpin + 'static {
    /// Takes from `input` until there is something to hand on; none asks for more input.
    fn decode(&mut self, input: &mut Bytes) -> Result<Option<Bytes>, ServiceError>;

    /// The input has ended: hands on what is left, if that is a proper end.
    fn finish(&mut self) -> Result<Option<Bytes>, ServiceError>;
}

/// The stream of what a decoder makes of another stream.
pub(crate) fn decode(stream: ByteStream, decoder: impl Decoder, length: Option<u64>) -> ByteStream {
    let chunks = Decoded {
        chunks: stream.into_stream(),
        input: Bytes::new(),
        decoder,
        stage: Stage::Flowing,
    };
    ByteStream::new(chunks, length)
}

/// Decodes a body that is in memory.
pub(crate) fn decode_whole(
    mut body: Bytes,
    decoder: &mut impl Decoder,
    limit: usize,
) -> Result<Bytes, ServiceError> {
    let mut pieces = Pieces::default();
    while let Some(piece) = decoder.decode(&mut body)? {
        pieces.push(piece, limit)?;
    }
    if let Some(piece) = decoder.finish()? {
        pieces.push(piece, limit)?;
    }
    Ok(pieces.join())
}

/// Pieces of a body on their way into one.
#[derive(Default)]
struct Pieces {
    first: Bytes,
    rest: Vec<u8>,
}

impl Pieces {
    fn push(&mut self, piece: Bytes, limit: usize) -> Result<(), ServiceError> {
        if self.first.len().max(self.rest.len()) + piece.len() > limit {
            return Err(crate::faults::body_too_large(limit));
        }
        if self.first.is_empty() && self.rest.is_empty() {
            self.first = piece;
        } else {
            if self.rest.is_empty() {
                self.rest.extend_from_slice(&std::mem::take(&mut self.first));
            }
            self.rest.extend_from_slice(&piece);
        }
        Ok(())
    }

    fn join(self) -> Bytes {
        if self.rest.is_empty() { self.first } else { self.rest.into() }
    }
}

#[derive(PartialEq)]
enum Stage {
    Flowing,
    InputEnded,
    Done,
}

struct Decoded<S, D> {
    chunks: S,
    input: Bytes,
    decoder: D,
    stage: Stage,
}

impl<S, D> Decoded<S, D> {
    fn fail(&mut self, error: ServiceError) -> Poll<Option<io::Result<Bytes>>> {
        self.stage = Stage::Done;
        Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::InvalidData, error))))
    }
}

impl<S, D> Stream for Decoded<S, D>
where
    S: Stream<Item = io::Result<Bytes>> + Unpin,
    D: Decoder,
{
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        while this.stage == Stage::Flowing {
            match this.decoder.decode(&mut this.input) {
                Ok(Some(piece)) if piece.is_empty() => {}
                Ok(Some(piece)) => return Poll::Ready(Some(Ok(piece))),
                Err(error) => return this.fail(error),
                Ok(None) => match Pin::new(&mut this.chunks).poll_next(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Some(Ok(chunk))) => this.input = chunk,
                    Poll::Ready(Some(Err(error))) => {
                        this.stage = Stage::Done;
                        return Poll::Ready(Some(Err(error)));
                    }
                    Poll::Ready(None) => this.stage = Stage::InputEnded,
                },
            }
        }
        if this.stage == Stage::InputEnded {
            this.stage = Stage::Done;
            match this.decoder.finish() {
                Ok(Some(piece)) if !piece.is_empty() => return Poll::Ready(Some(Ok(piece))),
                Ok(_) => {}
                Err(error) => return this.fail(error),
            }
        }
        Poll::Ready(None)
    }
}
