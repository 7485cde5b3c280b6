//! The `gzip` and `deflate` content encodings.

use std::io::Write;

use bytes::{Buf, Bytes};
use flate2::write::{MultiGzDecoder, ZlibDecoder};
use fogbank_service::ServiceError;

use super::Decoder;

/// How much is inflated at once, in bytes; it bounds what a small input can grow to unseen.
const STEP: usize = 4 * 1024;

/// Inflates a body.
pub(crate) enum Inflate {
    /// `gzip`.
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
    /// `deflate`, which is the zlib format.
    Deflate(Box<ZlibDecoder<Vec<u8>>>),
}

impl Inflate {
    /// The decoder of a content encoding; none for encodings that are not decoded.
    pub(crate) fn of(encoding: &str) -> Option<Self> {
        match encoding {
            "gzip" => Some(Self::Gzip(Box::new(MultiGzDecoder::new(Vec::new())))),
            "deflate" => Some(Self::Deflate(Box::new(ZlibDecoder::new(Vec::new())))),
            _ => None,
        }
    }

    fn write(&mut self, data: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            Inflate::Gzip(decoder) => {
                decoder.write_all(data)?;
                Ok(std::mem::take(decoder.get_mut()))
            }
            Inflate::Deflate(decoder) => {
                decoder.write_all(data)?;
                Ok(std::mem::take(decoder.get_mut()))
            }
        }
    }
}

impl Decoder for Inflate {
    fn decode(&mut self, input: &mut Bytes) -> Result<Option<Bytes>, ServiceError> {
        while !input.is_empty() {
            let step = input.len().min(STEP);
            let inflated = self.write(&input[..step]).map_err(|_| malformed())?;
            input.advance(step);
            if !inflated.is_empty() {
                return Ok(Some(inflated.into()));
            }
        }
        Ok(None)
    }

    fn finish(&mut self) -> Result<Option<Bytes>, ServiceError> {
        let rest = match self {
            Inflate::Gzip(decoder) => {
                decoder.try_finish().map(|()| std::mem::take(decoder.get_mut()))
            }
            Inflate::Deflate(decoder) => {
                decoder.try_finish().map(|()| std::mem::take(decoder.get_mut()))
            }
        };
        Ok(Some(rest.map_err(|_| malformed())?.into()))
    }
}

fn malformed() -> ServiceError {
    ServiceError::new(
        "SerializationException",
        400,
        "The request body could not be decompressed with its Content-Encoding.",
    )
}
