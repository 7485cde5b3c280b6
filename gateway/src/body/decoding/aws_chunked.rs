//! The `aws-chunked` content encoding: chunks with or without signatures, and trailers.

use bytes::{Buf, Bytes};
use fogbank_service::ServiceError;
use fogbank_signing::Chunks;

use super::{Decoder, Expected};

/// The longest line of the framing: a chunk's head or a trailer, in bytes.
const LONGEST_LINE: usize = 8 * 1024;

/// The largest chunk that a head may announce, in bytes: S3's largest part.
const LARGEST_CHUNK: u64 = 5 * 1024 * 1024 * 1024;

/// Takes the framing off a body and checks its length and its trailing checksum.
///
/// Signatures of the chunks are compared where somebody asks for it, and skipped otherwise.
pub(crate) struct AwsChunked {
    state: State,
    line: Vec<u8>,
    decoded: u64,
    length: Option<u64>,
    expected: Option<Expected>,
    verified: bool,
    signatures: Option<Box<Signatures>>,
}

/// The signatures of a body, as far as it came.
struct Signatures {
    chunks: Chunks,
    /// What the head of the chunk says.
    stated: String,
    /// The trailers so far, in canonical form.
    trailers: String,
    trailer_signature: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Head,
    Data(u64),
    DataEnd,
    Trailer,
    Done,
}

impl AwsChunked {
    /// A decoder of a body that announces this length (`x-amz-decoded-content-length`) and
    /// perhaps this trailing checksum (`x-amz-trailer`).
    pub(crate) fn new(length: Option<u64>, expected: Option<Expected>) -> Self {
        Self {
            state: State::Head,
            line: Vec::new(),
            decoded: 0,
            length,
            expected,
            verified: false,
            signatures: None,
        }
    }

    /// Compares the signatures of the chunks from here on.
    pub(crate) fn verify(&mut self, chunks: Chunks) {
        self.signatures = Some(Box::new(Signatures {
            chunks,
            stated: String::new(),
            trailers: String::new(),
            trailer_signature: None,
        }));
    }

    /// The chunk is over.
    fn end_chunk(&mut self) -> Result<(), ServiceError> {
        let Some(signatures) = &mut self.signatures else { return Ok(()) };
        let stated = std::mem::take(&mut signatures.stated);
        if signatures.chunks.end_chunk(&stated) { Ok(()) } else { Err(does_not_match()) }
    }

    /// Completes a line of the framing; none when its end is not there yet.
    fn take_line(&mut self, input: &mut Bytes) -> Result<Option<Vec<u8>>, ServiceError> {
        let end = input.iter().position(|&byte| byte == b'\n');
        let taken = end.map_or(input.len(), |end| end + 1);
        if self.line.len() + taken > LONGEST_LINE {
            return Err(malformed());
        }
        self.line.extend_from_slice(&input[..taken]);
        input.advance(taken);
        if end.is_none() {
            return Ok(None);
        }
        let mut line = std::mem::take(&mut self.line);
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(Some(line))
    }

    fn read_trailer(&mut self, line: &[u8]) -> Result<(), ServiceError> {
        let line = std::str::from_utf8(line).map_err(|_| malformed())?;
        let (name, value) = line.split_once(':').ok_or_else(malformed)?;
        if let Some(signatures) = &mut self.signatures {
            if name.trim().eq_ignore_ascii_case("x-amz-trailer-signature") {
                signatures.trailer_signature = Some(value.trim().to_owned());
                return Ok(());
            }
            let name = name.trim().to_ascii_lowercase();
            signatures.trailers.push_str(&format!("{name}:{}\n", value.trim()));
        }
        if let Some(expected) = &mut self.expected
            && name.trim().eq_ignore_ascii_case(expected.trailer())
        {
            expected.verify(value.trim())?;
            self.verified = true;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), ServiceError> {
        self.state = State::Done;
        if let Some(signatures) = &mut self.signatures
            && !signatures.trailers.is_empty()
        {
            let stated = signatures.trailer_signature.take().unwrap_or_default();
            if !signatures.chunks.end_trailers(&signatures.trailers, &stated) {
                return Err(does_not_match());
            }
        }
        if self.length.is_some_and(|length| length != self.decoded) {
            return Err(incomplete());
        }
        if self.expected.is_some() && !self.verified {
            return Err(ServiceError::new(
                "MalformedTrailerError",
                400,
                "The request contained trailing data that was not well-formed or did not conform \
                 to our published schema.",
            ));
        }
        Ok(())
    }

    /// Goes on by one line of the framing; none when it is not there yet.
    fn step(&mut self, input: &mut Bytes) -> Result<Option<()>, ServiceError> {
        let Some(line) = self.take_line(input)? else { return Ok(None) };
        match self.state {
            State::Head => {
                let size = chunk_size(&line)?;
                if let Some(signatures) = &mut self.signatures {
                    signatures.stated = chunk_signature(&line);
                }
                self.state = if size == 0 { State::Trailer } else { State::Data(size) };
                if size == 0 {
                    self.end_chunk()?;
                }
            }
            State::DataEnd if line.is_empty() => {
                self.end_chunk()?;
                self.state = State::Head;
            }
            State::Trailer if line.is_empty() => self.end()?,
            State::Trailer => self.read_trailer(&line)?,
            State::DataEnd | State::Data(_) | State::Done => return Err(malformed()),
        }
        Ok(Some(()))
    }
}

impl Decoder for AwsChunked {
    fn decode(&mut self, input: &mut Bytes) -> Result<Option<Bytes>, ServiceError> {
        while !input.is_empty() {
            if let State::Data(left) = self.state {
                let take = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
                let piece = input.split_to(take);
                self.decoded += take as u64;
                if self.length.is_some_and(|length| self.decoded > length) {
                    return Err(incomplete());
                }
                if let Some(expected) = &mut self.expected {
                    expected.update(&piece);
                }
                if let Some(signatures) = &mut self.signatures {
                    signatures.chunks.update(&piece);
                }
                let left = left - take as u64;
                self.state = if left == 0 { State::DataEnd } else { State::Data(left) };
                return Ok(Some(piece));
            }
            if self.state == State::Done {
                return Err(malformed());
            }
            if self.step(input)?.is_none() {
                return Ok(None);
            }
        }
        Ok(None)
    }

    fn finish(&mut self) -> Result<Option<Bytes>, ServiceError> {
        match self.state {
            State::Done => Ok(None),
            // Some clients leave out the last empty line.
            State::Trailer if self.line.is_empty() => self.end().map(|()| None),
            State::Trailer => {
                let line = std::mem::take(&mut self.line);
                self.read_trailer(line.trim_ascii_end())?;
                self.end().map(|()| None)
            }
            _ => Err(incomplete()),
        }
    }
}

/// The size in a chunk's head: `400;chunk-signature=…` or `400`.
fn chunk_size(head: &[u8]) -> Result<u64, ServiceError> {
    let digits = head.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    let digits = std::str::from_utf8(digits).map_err(|_| malformed())?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(malformed());
    }
    u64::from_str_radix(digits, 16).ok().filter(|size| *size <= LARGEST_CHUNK).ok_or_else(malformed)
}

/// The signature in a chunk's head; empty when there is none.
fn chunk_signature(head: &[u8]) -> String {
    let text = String::from_utf8_lossy(head);
    let mut extensions = text.split(';').skip(1);
    let signature = extensions.find_map(|part| part.trim().strip_prefix("chunk-signature="));
    signature.unwrap_or_default().to_owned()
}

fn does_not_match() -> ServiceError {
    ServiceError::new(
        "SignatureDoesNotMatch",
        403,
        "The request signature we calculated does not match the signature you provided. Check \
         your key and signing method.",
    )
}

fn incomplete() -> ServiceError {
    ServiceError::new("IncompleteBody", 400, "The request body terminated unexpectedly")
}

fn malformed() -> ServiceError {
    ServiceError::new(
        "InvalidRequest",
        400,
        "The chunk encoding algorithm is invalid or the chunks are not well-formed.",
    )
}
