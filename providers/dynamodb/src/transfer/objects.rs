//! Objects in S3: what imports read and exports write.

use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use fogbank_api_s3::{GetObjectRequest, ListObjectsV2Request, PutObjectRequest, S3Client};
use fogbank_service::ServiceError;
use md5::{Digest as _, Md5};

/// The largest object that is read, unpacked.
const LARGEST: u64 = 4 << 30;

/// Why an object could not be read or written, as imports and exports report it.
#[derive(Clone, Debug)]
pub struct Failure {
    /// `FailureCode`.
    pub code: String,
    /// `FailureMessage`.
    pub message: String,
}

impl Failure {
    /// A failure with these words.
    pub fn new(code: &str, message: impl Into<String>) -> Failure {
        Failure { code: code.to_owned(), message: message.into() }
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Failure {
        let code = format!("S3{}", error.code());
        Failure { code, message: error.message().unwrap_or_default().to_owned() }
    }
}

/// The MD5 of some bytes in base64.
pub fn md5(bytes: &[u8]) -> String {
    STANDARD.encode(Md5::digest(bytes))
}

/// Bytes packed with gzip.
///
/// # Errors
/// Never in practice: the packer writes to memory.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer
        .write_all(bytes)
        .and_then(|()| packer.finish())
        .map_err(|error| Failure::new("InternalServerError", error.to_string()))
}

/// The text of an object that was packed with `compression`.
///
/// # Errors
/// Bytes that are not packed so, or no UTF-8.
pub fn unpack(bytes: &[u8], compression: Option<&str>) -> Result<String, Failure> {
    let mut text = String::new();
    let read = match compression {
        Some("GZIP") => {
            flate2::read::MultiGzDecoder::new(bytes).take(LARGEST).read_to_string(&mut text)
        }
        Some("ZSTD") => zstd::stream::read::Decoder::new(bytes)
            .and_then(|decoder| decoder.take(LARGEST).read_to_string(&mut text)),
        _ => {
            let mut bytes = bytes;
            bytes.read_to_string(&mut text)
        }
    };
    match read {
        Ok(_) => Ok(text.trim_start_matches('\u{feff}').to_owned()),
        Err(error) => {
            Err(Failure::new("FormatError", format!("The input cannot be read: {error}")))
        }
    }
}

/// The keys under a prefix, in order.
///
/// # Errors
/// What S3 answers.
pub async fn keys(
    s3: &S3Client,
    bucket: &str,
    prefix: Option<&str>,
) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let mut token = None;
    loop {
        let page = s3
            .list_objects_v2(ListObjectsV2Request {
                bucket: bucket.to_owned(),
                prefix: prefix.map(str::to_owned),
                continuation_token: token,
                ..ListObjectsV2Request::default()
            })
            .await?;
        let objects = page.contents.unwrap_or_default().into_iter();
        found.extend(objects.filter_map(|object| object.key).filter(|key| !key.ends_with('/')));
        token = page.next_continuation_token;
        if token.is_none() {
            return Ok(found);
        }
    }
}

/// The bytes of an object.
///
/// # Errors
/// What S3 answers.
pub async fn read(s3: &S3Client, bucket: &str, key: String) -> Result<Bytes, Failure> {
    let request =
        GetObjectRequest { bucket: bucket.to_owned(), key, ..GetObjectRequest::default() };
    let object = s3.get_object(request).await?;
    let limit = usize::try_from(LARGEST).unwrap_or(usize::MAX);
    let read = object.body.collect(limit).await;
    read.map_err(|error| Failure::new("InternalServerError", error.to_string()))
}

/// Writes an object and returns its ETag.
///
/// # Errors
/// What S3 answers.
pub async fn write(
    s3: &S3Client,
    bucket: &str,
    key: String,
    body: Vec<u8>,
) -> Result<String, Failure> {
    let length = i64::try_from(body.len()).ok();
    let request = PutObjectRequest {
        bucket: bucket.to_owned(),
        key,
        content_length: length,
        body: body.into(),
        ..PutObjectRequest::default()
    };
    let done = s3.put_object(request).await?;
    Ok(done.e_tag.unwrap_or_default().trim_matches('"').to_owned())
}
