//! The compact encoding: postcard in one zstd frame.

use serde::{Deserialize, Serialize};

use crate::{Metadata, Operation, ServiceModel, Shapes};

/// The bytes are not a compact service model.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The zstd frame is broken.
    #[error("the compact model cannot be decompressed")]
    Decompress(#[source] std::io::Error),
    /// The content is not a model of this version.
    #[error("the compact model cannot be decoded")]
    Decode(#[source] postcard::Error),
    /// The shapes are not as long as is stated.
    #[error("the compact model has shapes of other lengths than it states")]
    Length,
}

/// What is in the frame. Shapes are encoded one by one, so that each can be decoded by itself.
#[derive(Serialize, Deserialize)]
struct Content<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    operations: Vec<Operation<'a>>,
    lengths: Vec<u32>,
    shapes: &'a [u8],
}

/// Encodes a model. Deterministic: the same model gives the same bytes.
///
/// # Errors
///
/// When the compressor fails.
pub fn encode(model: &ServiceModel<'_>) -> Result<Vec<u8>, std::io::Error> {
    let (mut shapes, mut lengths) = (Vec::new(), Vec::new());
    for shape in model.shapes.iter() {
        let start = shapes.len();
        shapes = postcard::to_extend(shape, shapes).map_err(std::io::Error::other)?;
        lengths.push(u32::try_from(shapes.len() - start).map_err(std::io::Error::other)?);
    }
    let content = Content {
        metadata: model.metadata.clone(),
        operations: model.operations.clone(),
        lengths,
        shapes: &shapes,
    };
    let plain = postcard::to_stdvec(&content).map_err(std::io::Error::other)?;
    zstd::bulk::compress(&plain, 19)
}

/// Decodes a model, but for its shapes, which are decoded on their first use. The decompressed
/// text is leaked: a model lives as long as the process.
///
/// # Errors
///
/// When the bytes are not a model of this version.
pub fn decode(bytes: &[u8]) -> Result<ServiceModel<'static>, DecodeError> {
    let plain: &'static [u8] = decompress(bytes).map_err(DecodeError::Decompress)?.leak();
    let content: Content<'static> = postcard::from_bytes(plain).map_err(DecodeError::Decode)?;
    let shapes = Shapes::encoded(content.shapes, content.lengths.into_iter())?;
    Ok(ServiceModel { metadata: content.metadata, operations: content.operations, shapes })
}

/// Decompresses a frame in one piece, as long as the frame says that it is.
pub(crate) fn decompress(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let length = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten();
    match length.and_then(|length| usize::try_from(length).ok()) {
        Some(length) => zstd::bulk::decompress(bytes, length),
        None => zstd::stream::decode_all(bytes),
    }
}
