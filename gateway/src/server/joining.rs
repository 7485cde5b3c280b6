//! Writes small answers in one piece.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Answers up to this size, in bytes, are joined.
const SMALL: usize = 4096;

/// A stream that joins head and body of a small answer before it writes them: copying so little is
/// less work than a list of pieces is for the kernel (0.3 of 7 microseconds for 450 bytes), and
/// TLS would make records of the pieces.
pub(crate) struct Joining<S> {
    stream: S,
    joined: Vec<u8>,
}

impl<S> Joining<S> {
    /// Joins what is written to this stream.
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, joined: Vec::new() }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Joining<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Joining<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let stream = Pin::new(&mut this.stream);
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        if pieces.len() < 2 || length > SMALL {
            return stream.poll_write_vectored(cx, pieces);
        }
        this.joined.clear();
        pieces.iter().for_each(|piece| this.joined.extend_from_slice(piece));
        stream.poll_write(cx, &this.joined)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn small_pieces_are_joined_and_large_ones_are_not() {
        let (ours, mut theirs) = tokio::io::duplex(1 << 20);
        let mut joining = Joining::new(ours);
        let body = vec![b'b'; SMALL];
        for (body, joined) in [(&body[..100], true), (&body, false)] {
            let pieces = [IoSlice::new(b"head"), IoSlice::new(body)];
            let mut written = joining.write_vectored(&pieces).await.unwrap();
            assert_eq!(joining.joined.len() == 4 + body.len(), joined);
            let whole = [b"head", body].concat();
            if written < whole.len() {
                joining.write_all(&whole[written..]).await.unwrap();
                written = whole.len();
            }
            let mut read = vec![0; written];
            theirs.read_exact(&mut read).await.unwrap();
            assert_eq!(read, whole);
        }
    }

    #[tokio::test]
    async fn what_does_not_fit_is_left() {
        let (ours, mut theirs) = tokio::io::duplex(6);
        let mut joining = Joining::new(ours);
        let pieces = [IoSlice::new(b"head"), IoSlice::new(b"body")];
        assert_eq!(joining.write_vectored(&pieces).await.unwrap(), 6);
        let mut read = [0; 6];
        theirs.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"headbo");
    }
}
