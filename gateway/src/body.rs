//! The body of a request, read once: whole, or as a stream.

pub(crate) mod decoding;

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use fogbank_service::{ByteStream, ServiceError, stream_error};
use futures_core::Stream;
use hyper::body::{Body as _, Incoming};
use tokio::time::Sleep;

use crate::faults;
use decoding::{AwsChunked, Inflate};

/// How long a client may pause in the middle of a body.
const PATIENCE: Duration = Duration::from_secs(60);

/// Bodies up to this size, in bytes, are read at once even where the operation streams.
const SMALL: u64 = 64 * 1024;

/// The body of a request on its way in.
#[derive(Default)]
pub(crate) struct RequestBody {
    source: Source,
    /// What to take off, outermost first.
    pub(crate) chunked: Option<AwsChunked>,
    /// The number of bytes below the chunk framing, where it is stated.
    pub(crate) decoded_length: Option<u64>,
    /// The compression below the chunk framing.
    pub(crate) inflate: Option<Inflate>,
}

#[derive(Default)]
enum Source {
    #[default]
    Taken,
    Whole(Bytes),
    Flowing(Patient),
}

impl From<Incoming> for RequestBody {
    fn from(body: Incoming) -> Self {
        let source = if body.is_end_stream() {
            Source::Whole(Bytes::new())
        } else {
            Source::Flowing(Patient { body, sleep: None })
        };
        Self { source, ..Self::default() }
    }
}

impl From<Bytes> for RequestBody {
    fn from(body: Bytes) -> Self {
        Self { source: Source::Whole(body), ..Self::default() }
    }
}

impl RequestBody {
    /// The content as far as it was read already.
    pub(crate) fn peek(&self) -> &[u8] {
        match &self.source {
            Source::Whole(bytes) => bytes,
            Source::Taken | Source::Flowing(_) => &[],
        }
    }

    /// Whether there is nothing to read.
    pub(crate) fn is_empty(&self) -> bool {
        match &self.source {
            Source::Taken => true,
            Source::Whole(bytes) => bytes.is_empty(),
            Source::Flowing(_) => false,
        }
    }

    /// Reads the whole body and takes its encodings off; it stays and can be read again.
    ///
    /// # Errors
    ///
    /// When it is larger than `limit` bytes, malformed, cut short, or comes too slowly.
    pub(crate) async fn read(&mut self, limit: usize) -> Result<Bytes, ServiceError> {
        let mut bytes = match std::mem::take(&mut self.source) {
            Source::Taken => Bytes::new(),
            Source::Whole(bytes) => bytes,
            Source::Flowing(patient) => patient.collect(limit).await?,
        };
        if let Some(mut chunked) = self.chunked.take() {
            bytes = decoding::decode_whole(bytes, &mut chunked, limit)?;
        }
        if let Some(mut inflate) = self.inflate.take() {
            bytes = decoding::decode_whole(bytes, &mut inflate, limit)?;
        }
        self.source = Source::Whole(bytes.clone());
        Ok(bytes)
    }

    /// Reads the whole body with its encodings, which are taken off when it is read again.
    ///
    /// # Errors
    ///
    /// When it is larger than `limit` bytes, cut short, or comes too slowly.
    pub(crate) async fn read_encoded(&mut self, limit: usize) -> Result<Bytes, ServiceError> {
        let bytes = match std::mem::take(&mut self.source) {
            Source::Taken => Bytes::new(),
            Source::Whole(bytes) => bytes,
            Source::Flowing(patient) => patient.collect(limit).await?,
        };
        self.source = Source::Whole(bytes.clone());
        Ok(bytes)
    }

    /// Takes the content that was read.
    pub(crate) fn take_read(&mut self) -> Bytes {
        match std::mem::take(&mut self.source) {
            Source::Whole(bytes) => bytes,
            Source::Taken | Source::Flowing(_) => Bytes::new(),
        }
    }

    /// Takes the body as a stream; a small one is read first, so that the stream is one piece.
    pub(crate) async fn stream(&mut self) -> ByteStream {
        let small = match &self.source {
            Source::Flowing(patient) => {
                patient.body.size_hint().exact().is_some_and(|length| length <= SMALL)
            }
            Source::Whole(_) | Source::Taken => true,
        };
        if small {
            let limit = usize::MAX;
            return match self.read(limit).await {
                Ok(bytes) => {
                    self.source = Source::Taken;
                    ByteStream::from(bytes)
                }
                Err(error) => failed(error),
            };
        }
        let Source::Flowing(patient) = std::mem::take(&mut self.source) else {
            return ByteStream::default();
        };
        let length = patient.body.size_hint().exact();
        let mut stream = ByteStream::new(patient, length);
        if let Some(chunked) = self.chunked.take() {
            stream = decoding::decode(stream, chunked, self.decoded_length);
        }
        if let Some(inflate) = self.inflate.take() {
            stream = decoding::decode(stream, inflate, None);
        }
        stream
    }
}

/// A stream that fails, so that a provider meets the error where it reads the body.
fn failed(error: ServiceError) -> ByteStream {
    let error = io::Error::new(io::ErrorKind::InvalidData, error);
    ByteStream::new(futures_util::stream::iter([Err(error)]), None)
}

/// A body whose client may pause, but not for ever.
struct Patient {
    body: Incoming,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    async fn collect(mut self, limit: usize) -> Result<Bytes, ServiceError> {
        let hint = self.body.size_hint();
        if hint.lower() > limit as u64 {
            return Err(faults::body_too_large(limit));
        }
        let Some(first) = self.next().await? else { return Ok(Bytes::new()) };
        if self.body.is_end_stream() {
            return Ok(first);
        }
        let expected = usize::try_from(hint.lower()).unwrap_or(0).max(first.len() * 2);
        let mut all = Vec::with_capacity(expected.min(limit));
        all.extend_from_slice(&first);
        while let Some(chunk) = self.next().await? {
            if all.len() + chunk.len() > limit {
                return Err(faults::body_too_large(limit));
            }
            all.extend_from_slice(&chunk);
        }
        Ok(all.into())
    }

    async fn next(&mut self) -> Result<Option<Bytes>, ServiceError> {
        match poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await {
            Some(chunk) => chunk.map(Some).map_err(stream_error),
            None => Ok(None),
        }
    }

    /// Looks whether the client has paused for too long.
    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(PATIENCE)));
        sleep
            .as_mut()
            .poll(cx)
            .map(|()| Some(Err(io::Error::new(io::ErrorKind::TimedOut, faults::request_timeout()))))
    }
}

impl Stream for Patient {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let frame = match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Pending => return self.poll_patience(cx),
                Poll::Ready(frame) => frame,
            };
            self.sleep = None;
            match frame {
                None => return Poll::Ready(None),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data()
                        && !data.is_empty()
                    {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
                Some(Err(error)) => {
                    tracing::debug!(%error, "a request's body was cut short");
                    let error =
                        io::Error::new(io::ErrorKind::UnexpectedEof, faults::incomplete_body());
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}
