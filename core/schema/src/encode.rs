//! The compact encoding: postcard in one zstd frame.

use crate::ServiceModel;

/// The bytes are not a compact service model.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The zstd frame is broken.
    #[error("the compact model cannot be decompressed")]
    Decompress(#[source] std::io::Error),
    /// The content is not a model of this version.
    #[error("the compact model cannot be decoded")]
    Decode(#[source] postcard::Error),
}

/// Encodes a model. Deterministic: the same model gives the same bytes.
///
/// # Errors
///
/// When the compressor fails.
pub fn encode(model: &ServiceModel<'_>) -> Result<Vec<u8>, std::io::Error> {
    let plain = postcard::to_stdvec(model).map_err(std::io::Error::other)?;
    zstd::bulk::compress(&plain, 19)
}

/// Decodes a model. The decompressed text is leaked: a model lives as long as the process.
///
/// # Errors
///
/// When the bytes are not a model of this version.
pub fn decode(bytes: &[u8]) -> Result<ServiceModel<'static>, DecodeError> {
    let plain: &'static [u8] =
        Vec::leak(zstd::stream::decode_all(bytes).map_err(DecodeError::Decompress)?);
    postcard::from_bytes(plain).map_err(DecodeError::Decode)
}
