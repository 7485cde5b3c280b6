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

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt;

    /// Decodes with every way of cutting the input into two, whole and as a stream.
    fn check(
        input: &str,
        trailer: Option<&str>,
        length: Option<u64>,
        expected: Result<&str, &str>,
    ) {
        let decoder = || AwsChunked::new(length, trailer.and_then(Expected::announced));
        let whole = decode_whole(Bytes::from(input.to_owned()), &mut decoder(), 1 << 20);
        let seen = whole.as_deref().map_err(ServiceError::code);
        assert_eq!(seen, expected.map(str::as_bytes), "{input:?}");
        for cut in 0..=input.len() {
            let pieces =
                [&input[..cut], &input[cut..]].map(|piece| Ok(Bytes::from(piece.to_owned())));
            let stream = ByteStream::new(futures_util::stream::iter(pieces), None);
            let decoded = decode(stream, decoder(), length).into_stream();
            let pieces: Vec<_> =
                futures_util::FutureExt::now_or_never(decoded.collect::<Vec<_>>()).unwrap();
            let result: io::Result<Vec<Bytes>> = pieces.into_iter().collect();
            let result =
                result.map(|pieces| pieces.concat()).map_err(fogbank_service::stream_error);
            let seen = result.as_deref().map_err(ServiceError::code);
            assert_eq!(seen, expected.map(str::as_bytes), "{input:?} cut at {cut}");
        }
    }

    #[test]
    fn chunks_with_and_without_signatures() {
        let length = Some(9);
        check("4\r\nabcd\r\n5\r\nefghi\r\n0\r\n\r\n", None, length, Ok("abcdefghi"));
        let signed = "4;chunk-signature=ab\r\nabcd\r\n5;chunk-signature=cd\r\nefghi\r\n\
                      0;chunk-signature=ef\r\n\r\n";
        check(signed, None, length, Ok("abcdefghi"));
        check("0\r\n\r\n", None, Some(0), Ok(""));
        check("4\r\nabcd\r\n0\r\n", None, None, Ok("abcd"));
    }

    #[test]
    fn framing_that_is_wrong_or_cut_short() {
        for (input, code) in [
            ("", "IncompleteBody"),
            ("4\r\nab", "IncompleteBody"),
            ("4\r\nabcd\r\n", "IncompleteBody"),
            ("4\r\nabcd", "IncompleteBody"),
            ("x\r\nabcd\r\n0\r\n\r\n", "InvalidRequest"),
            ("-4\r\nabcd\r\n0\r\n\r\n", "InvalidRequest"),
            ("\r\nabcd\r\n0\r\n\r\n", "InvalidRequest"),
            ("4\r\nabcdef\r\n0\r\n\r\n", "InvalidRequest"),
            ("ffffffffffffffffff\r\n", "InvalidRequest"),
            ("4\r\nabcd\r\n0\r\n\r\nmore", "InvalidRequest"),
            ("4\r\nabcd\r\n0\r\nno colon\r\n\r\n", "InvalidRequest"),
        ] {
            check(input, None, None, Err(code));
        }
        check("4\r\nabcd\r\n0\r\n\r\n", None, Some(5), Err("IncompleteBody"));
        check("4\r\nabcd\r\n0\r\n\r\n", None, Some(3), Err("IncompleteBody"));
    }

    #[test]
    fn trailing_checksums_are_verified() {
        // Of `hello world`, as other implementations compute them.
        let sums = [
            ("x-amz-checksum-crc32", "DUoRhQ=="),
            ("x-amz-checksum-crc32c", "yZRlqg=="),
            ("x-amz-checksum-crc64nvme", "jSnVw/bqjr4="),
            ("x-amz-checksum-sha1", "Kq5sNclPz7QV2+lfQIuc6R7oRu0="),
            ("x-amz-checksum-sha256", "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="),
        ];
        for (name, sum) in sums {
            let body = format!("b\r\nhello world\r\n0\r\n{name}:{sum}\r\n\r\n");
            check(&body, Some(name), Some(11), Ok("hello world"));
            let body = format!("b\r\nhello_world\r\n0\r\n{name}: {sum}\r\n\r\n");
            check(&body, Some(name), Some(11), Err("BadDigest"));
            let body = "b\r\nhello world\r\n0\r\n\r\n";
            check(body, Some(name), Some(11), Err("MalformedTrailerError"));
        }
    }

    #[test]
    fn a_small_input_cannot_grow_without_bound() {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; 8 << 20]).unwrap();
        let bomb = Bytes::from(encoder.finish().unwrap());
        let mut inflate = Inflate::of("gzip").unwrap();
        let error = decode_whole(bomb, &mut inflate, 1 << 20).unwrap_err();
        assert_eq!(error.status(), 413);
    }
}
