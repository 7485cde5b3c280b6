//! One HTTP/1.1 connection that sends prepared requests and reads answers.

use std::io;
use std::net::SocketAddr;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A kept-alive connection, opened again where the server does not keep it.
pub(crate) struct Connection {
    address: SocketAddr,
    /// The server has said that it closes the connection behind its last answer.
    closes: bool,
    socket: TcpStream,
    buffer: BytesMut,
}

/// The head of an answer, and its body where the caller keeps it.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

enum Framing {
    Length(usize),
    Chunked,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        let buffer = BytesMut::with_capacity(256 << 10);
        Ok(Self { address, closes: false, socket, buffer })
    }

    /// Sends one request and reads its answer; the body is thrown away unless `keep`.
    pub(crate) async fn call(&mut self, request: &[u8], keep: bool) -> io::Result<Answer> {
        if self.closes {
            *self = Self::open(self.address).await?;
        }
        self.socket.write_all(request).await?;
        let (status, framing) = self.read_head().await?;
        let mut body = Vec::new();
        match framing {
            Framing::Length(length) => self.read_exactly(length, keep, &mut body).await?,
            Framing::Chunked => self.read_chunks(keep, &mut body).await?,
        }
        Ok(Answer { status, body })
    }

    /// Sends the head of a request and its body in pieces, and reads the answer.
    pub(crate) async fn call_with_body(
        &mut self,
        head: &[u8],
        mut piece: impl FnMut() -> Option<Vec<u8>>,
    ) -> io::Result<Answer> {
        self.socket.write_all(head).await?;
        while let Some(piece) = piece() {
            self.socket.write_all(&piece).await?;
        }
        self.call(b"", true).await
    }

    /// Sends a request and shows the body of the answer piece by piece; returns its status.
    pub(crate) async fn call_for_body(
        &mut self,
        request: &[u8],
        mut show: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<u16> {
        self.socket.write_all(request).await?;
        let (status, framing) = self.read_head().await?;
        let Framing::Length(mut length) = framing else {
            return Err(io::Error::other("an answer without its length"));
        };
        while length > 0 {
            if self.buffer.is_empty() {
                self.buffer.reserve(256 << 10);
                self.fill().await?;
            }
            let now = length.min(self.buffer.len());
            show(&self.buffer[..now])?;
            self.buffer.advance(now);
            length -= now;
        }
        Ok(status)
    }

    async fn fill(&mut self) -> io::Result<()> {
        if self.socket.read_buf(&mut self.buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    async fn read_head(&mut self) -> io::Result<(u16, Framing)> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; 64];
            let mut head = httparse::Response::new(&mut headers);
            let parsed = head.parse(&self.buffer).map_err(io::Error::other)?;
            if let httparse::Status::Complete(length) = parsed {
                let status = head.code.unwrap_or(0);
                let framing = framing(status, head.headers);
                self.closes = head.headers.iter().any(closes);
                self.buffer.advance(length);
                return Ok((status, framing));
            }
            self.fill().await?;
        }
    }

    async fn read_exactly(
        &mut self,
        mut length: usize,
        keep: bool,
        body: &mut Vec<u8>,
    ) -> io::Result<()> {
        loop {
            let now = length.min(self.buffer.len());
            if keep {
                body.extend_from_slice(&self.buffer[..now]);
            }
            self.buffer.advance(now);
            length -= now;
            if length == 0 {
                return Ok(());
            }
            self.buffer.reserve(256 << 10);
            self.fill().await?;
        }
    }

    async fn read_chunks(&mut self, keep: bool, body: &mut Vec<u8>) -> io::Result<()> {
        loop {
            match httparse::parse_chunk_size(&self.buffer) {
                Ok(httparse::Status::Complete((head, size))) => {
                    self.buffer.advance(head);
                    let size = usize::try_from(size).map_err(io::Error::other)?;
                    self.read_exactly(size, keep, body).await?;
                    self.read_exactly(2, false, &mut Vec::new()).await?;
                    if size == 0 {
                        return Ok(());
                    }
                }
                Ok(httparse::Status::Partial) => self.fill().await?,
                Err(_) => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
    }
}

fn closes(header: &httparse::Header<'_>) -> bool {
    header.name.eq_ignore_ascii_case("connection") && header.value.eq_ignore_ascii_case(b"close")
}

fn framing(status: u16, headers: &[httparse::Header<'_>]) -> Framing {
    if status == 204 || status == 304 {
        return Framing::Length(0);
    }
    for header in headers {
        if header.name.eq_ignore_ascii_case("content-length") {
            let text = std::str::from_utf8(header.value).unwrap_or("0");
            return Framing::Length(text.trim().parse().unwrap_or(0));
        }
        if header.name.eq_ignore_ascii_case("transfer-encoding") {
            return Framing::Chunked;
        }
    }
    Framing::Length(0)
}
