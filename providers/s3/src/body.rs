//! Content on its way in and out, and at rest.
//!
//! **Invariant.** No more than [`INLINE`] bytes of a body and the chunk that is under way are in
//! memory at once.

use bytes::{Bytes, BytesMut};
use fogbank_digest::Md5Stream;
use fogbank_service::{ByteStream, RequestContext, ServiceError};
use fogbank_state::Blob;
use serde::{Deserialize, Serialize};

use crate::checksum::{Algorithm, Hasher, Value};
use crate::errors;
use crate::range::ByteRange;

/// Content up to this size stays in memory as one piece, so that head and body of an answer leave
/// together.
pub(crate) const INLINE: usize = 64 * 1024;

/// The most bytes of one upload: 5 GiB.
pub(crate) const MAX_UPLOAD: u64 = 5 * 1024 * 1024 * 1024;

/// The content of an object or of a part. Copies share it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Content(Blob);

impl From<Blob> for Content {
    fn from(blob: Blob) -> Self {
        Self(blob)
    }
}

impl Content {
    /// The number of bytes.
    pub(crate) fn len(&self) -> u64 {
        self.0.len()
    }

    /// The contents one after the other.
    pub(crate) fn concat<'a>(contents: impl IntoIterator<Item = &'a Content>) -> Self {
        Self(Blob::concat(contents.into_iter().map(|content| content.0.clone())))
    }

    /// A range of the content, which shares it.
    pub(crate) fn slice(&self, range: ByteRange) -> Self {
        Self(self.0.slice(range.start..range.end))
    }

    /// The bytes as a stream; in memory where they are one piece in memory.
    pub(crate) fn stream(&self) -> ByteStream {
        match self.0.as_bytes() {
            Some(bytes) => ByteStream::from(bytes.clone()),
            None => ByteStream::new(self.0.read(..), Some(self.0.len())),
        }
    }
}

/// What is to be computed of a body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) checksums: &'a [Algorithm],
    /// The MD5 takes longer than all the rest, and not every tag is one.
    pub(crate) md5: bool,
}

/// What was read of a body.
#[derive(Debug)]
pub(crate) struct Ingested {
    pub(crate) content: Content,
    /// If it was asked for.
    pub(crate) md5: Option<[u8; 16]>,
    /// The checksums that were asked for, in that order.
    pub(crate) checksums: Vec<(Algorithm, Value)>,
}

impl Ingested {
    /// The checksum of an algorithm that was asked for.
    pub(crate) fn checksum(&self, algorithm: Algorithm) -> Option<&Value> {
        self.checksums.iter().find(|(other, _)| *other == algorithm).map(|(_, value)| value)
    }
}

struct Digests {
    md5: Option<Md5Stream>,
    checksums: Vec<(Algorithm, Hasher)>,
}

impl Digests {
    fn new(wanted: Wanted<'_>, length: Option<u64>) -> Self {
        let mut checksums: Vec<(Algorithm, Hasher)> = Vec::with_capacity(wanted.checksums.len());
        for algorithm in wanted.checksums {
            if !checksums.iter().any(|(other, _)| other == algorithm) {
                checksums.push((*algorithm, Hasher::new(*algorithm)));
            }
        }
        Self { md5: wanted.md5.then(|| Md5Stream::new(length)), checksums }
    }

    async fn update(&mut self, chunk: &Bytes) {
        for (_, hasher) in &mut self.checksums {
            hasher.update(chunk);
        }
        if let Some(md5) = &mut self.md5 {
            md5.update(chunk).await;
        }
    }

    async fn finish(self, content: Content) -> Ingested {
        let checksums = self.checksums.into_iter();
        let checksums = checksums.map(|(algorithm, hasher)| (algorithm, hasher.finish())).collect();
        let md5 = match self.md5 {
            Some(md5) => Some(md5.finish().await),
            None => None,
        };
        Ingested { content, md5, checksums }
    }
}

/// Reads a body into the blob store (or, when it is small, into memory), computing what is wanted
/// on the way.
///
/// # Errors
///
/// `EntityTooLarge` above 5 GiB, `IncompleteBody` for a body cut short, what the stream's own check
/// says, an internal fault when the blob store fails.
pub(crate) async fn ingest(
    cx: &RequestContext,
    mut body: ByteStream,
    wanted: Wanted<'_>,
) -> Result<Ingested, ServiceError> {
    let announced = body.length();
    if let Some(length) = announced.filter(|length| *length > MAX_UPLOAD) {
        return Err(errors::entity_too_large(length, MAX_UPLOAD));
    }
    let mut digests = Digests::new(wanted, announced);
    let mut small = BytesMut::new();
    let mut length = 0;
    // What is known not to stay in one piece goes to the store at once.
    let large = announced.is_some_and(|length| length > INLINE as u64);
    let mut writer = large.then(|| cx.world.blobs().writer(announced));
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(fogbank_service::stream_error)?;
        length += chunk.len() as u64;
        if length > MAX_UPLOAD {
            return Err(errors::entity_too_large(length, MAX_UPLOAD));
        }
        digests.update(&chunk).await;
        match &mut writer {
            None if small.len() + chunk.len() <= INLINE => small.extend_from_slice(&chunk),
            None => {
                let mut blob = cx.world.blobs().writer(announced);
                if !small.is_empty() {
                    blob.write(small.split().freeze()).await.map_err(ServiceError::internal)?;
                }
                blob.write(chunk).await.map_err(ServiceError::internal)?;
                writer = Some(blob);
            }
            Some(blob) => blob.write(chunk).await.map_err(ServiceError::internal)?,
        }
    }
    if announced.is_some_and(|announced| announced != length) {
        return Err(errors::incomplete_body());
    }
    let blob = match writer {
        None => Blob::from(small.freeze()),
        Some(blob) => blob.finish().await.map_err(ServiceError::internal)?,
    };
    Ok(digests.finish(Content(blob)).await)
}

/// Reads content again to compute what is wanted of it.
///
/// # Errors
///
/// An internal fault when the blob store fails.
pub(crate) async fn digest(
    content: &Content,
    wanted: Wanted<'_>,
) -> Result<Ingested, ServiceError> {
    let mut digests = Digests::new(wanted, Some(content.len()));
    let mut stream = content.stream();
    while let Some(chunk) = stream.next().await {
        digests.update(&chunk.map_err(ServiceError::internal)?).await;
    }
    Ok(digests.finish(content.clone()).await)
}
