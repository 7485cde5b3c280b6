//! POST form uploads.

use std::collections::BTreeMap;
use std::io;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use fogbank_api_s3::{PutObjectOutput, PutObjectRequest};
use fogbank_service::{ByteStream, RequestContext, ServiceError, raw_response};
use futures_util::StreamExt as _;
use http::header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LOCATION};
use http::{Response, StatusCode};
use multer::{Field, Multipart};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::policy::{self, SizeRange};
use super::{Target, signer};
use crate::access::Strictness;
use crate::errors;
use crate::members::checksum_members;
use crate::metadata;
use crate::ops::buckets::object_url;
use crate::ops::put_object;
use crate::tags::{Tagged, Tags};

/// The most bytes of all fields before the file.
const MOST_BEFORE_FILE: usize = 20 * 1024;
/// What S3 leaves as it is in the address that a form is redirected to.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b' ');

fn malformed() -> ServiceError {
    errors::error(
        "MalformedPOSTRequest",
        400,
        "The body of your POST request is not well-formed multipart/form-data.",
        &[],
    )
}

/// Puts the file of a form.
pub(super) async fn answer(
    cx: &RequestContext,
    strictness: Strictness,
    target: &Target,
    body: ByteStream,
) -> Result<Response<ByteStream>, ServiceError> {
    if !target.key.is_empty() || target.bucket.is_empty() {
        let kind = if target.bucket.is_empty() { "SERVICE" } else { "OBJECT" };
        return Err(errors::method_not_allowed("POST", kind));
    }
    if !super::is_form(&cx.http) {
        return Err(errors::precondition_failed(
            "Bucket POST must be of the enclosure-type multipart/form-data",
        ));
    }
    let kind = cx.http.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = multer::parse_boundary(kind.unwrap_or_default()).map_err(|_| malformed())?;
    let mut parts = Multipart::new(body.into_stream(), boundary);
    let mut fields = BTreeMap::new();
    let mut file = None;
    let mut rest = MOST_BEFORE_FILE;
    while let Some(part) = parts.next_field().await.map_err(|_| malformed())? {
        let name = part.name().unwrap_or_default().to_ascii_lowercase();
        if name == "file" {
            file = Some(part);
            break;
        }
        let value = value_of(part, &mut rest).await?;
        fields.insert(name, value);
    }
    let file = file.ok_or_else(|| {
        errors::invalid_argument(
            "POST requires exactly one file upload per request.",
            "file",
            Some("0"),
        )
    })?;
    fields.insert("bucket".to_owned(), target.bucket.clone());
    policy::check_signature(&fields)?;
    let cx = &signer::context(cx, strictness, &fields)?;
    let range = match fields.get("policy") {
        Some(policy) => policy::check(policy, &fields, cx.now())?,
        None => SizeRange::default(),
    };
    put(cx, strictness, target, &fields, file, range).await
}

/// The text of a field; `rest` is how many bytes may still come before the file.
async fn value_of(mut part: Field<'_>, rest: &mut usize) -> Result<String, ServiceError> {
    let mut value = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(|_| malformed())? {
        *rest = rest.checked_sub(chunk.len()).ok_or_else(|| {
            errors::error(
                "MaxPostPreDataLengthExceeded",
                400,
                "Your POST request fields preceding the upload file were too large.",
                &[("MaxPostPreDataLengthExceeded", &MOST_BEFORE_FILE.to_string())],
            )
        })?;
        value.extend_from_slice(&chunk);
    }
    String::from_utf8(value).map_err(|_| malformed())
}

async fn put(
    cx: &RequestContext,
    strictness: Strictness,
    target: &Target,
    fields: &BTreeMap<String, String>,
    file: Field<'static>,
    range: SizeRange,
) -> Result<Response<ByteStream>, ServiceError> {
    let key = fields.get("key").ok_or_else(|| policy::missing_field("key"))?;
    let key = match file.file_name() {
        Some(name) => key.replace("${filename}", name),
        None => key.clone(),
    };
    if key.is_empty() {
        let message = "User key must have a length greater than 0.";
        return Err(errors::invalid_argument(message, "key", Some("")));
    }
    signer::admit(cx, strictness, &target.bucket, &key, fields).await?;
    let input = PutObjectRequest {
        body: limited(file, range),
        bucket: target.bucket.clone(),
        key: key.clone(),
        ..request(fields)?
    };
    let output = put_object::put_object_by(cx, input, "Post").await?;
    Ok(respond(cx, target, fields, &key, &output))
}

/// The file's bytes, which fail outside of the policy's limits.
fn limited(file: Field<'static>, range: SizeRange) -> ByteStream {
    let mut length = 0;
    let mut ended = false;
    let mut file = Box::pin(file);
    let chunks = futures_util::stream::poll_fn(move |task| {
        if ended {
            return std::task::Poll::Ready(None);
        }
        let next = std::task::ready!(file.poll_next_unpin(task));
        std::task::Poll::Ready(match next {
            Some(Ok(chunk)) => {
                length += chunk.len() as u64;
                match range.max {
                    Some(max) if length > max => {
                        ended = true;
                        Some(Err(refused(errors::entity_too_large(length, max))))
                    }
                    _ => Some(Ok(chunk)),
                }
            }
            Some(Err(error)) => Some(Err(io::Error::other(error))),
            None => {
                ended = true;
                let min = range.min.filter(|min| length < *min);
                min.map(|min| Err(refused(errors::entity_too_small(length, min))))
            }
        })
    });
    ByteStream::new(chunks, None)
}

fn refused(error: ServiceError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// The fields as members of PutObject.
fn request(fields: &BTreeMap<String, String>) -> Result<PutObjectRequest, ServiceError> {
    let get = |name: &str| fields.get(name).cloned();
    let header = |name: &str| fields.get(name).map(|value| metadata::latin1(value));
    let user = fields.iter().filter_map(|(name, value)| {
        Some((name.strip_prefix("x-amz-meta-")?.to_owned(), metadata::verbatim(value)))
    });
    Ok(PutObjectRequest {
        acl: get("acl").map(Into::into),
        cache_control: header("cache-control"),
        content_disposition: header("content-disposition"),
        content_encoding: header("content-encoding"),
        content_language: header("content-language"),
        content_md5: get("content-md5"),
        content_type: header("content-type"),
        expires: header("expires"),
        metadata: Some(user.collect()),
        storage_class: get("x-amz-storage-class").map(Into::into),
        website_redirect_location: get("x-amz-website-redirect-location"),
        server_side_encryption: get("x-amz-server-side-encryption").map(Into::into),
        ssekms_key_id: get("x-amz-server-side-encryption-aws-kms-key-id"),
        ssekms_encryption_context: get("x-amz-server-side-encryption-context"),
        bucket_key_enabled: get("x-amz-server-side-encryption-bucket-key-enabled")
            .map(|it| it.eq_ignore_ascii_case("true")),
        sse_customer_algorithm: get("x-amz-server-side-encryption-customer-algorithm"),
        sse_customer_key: get("x-amz-server-side-encryption-customer-key"),
        sse_customer_key_md5: get("x-amz-server-side-encryption-customer-key-md5"),
        checksum_algorithm: get("x-amz-checksum-algorithm").map(Into::into),
        checksum_crc32: get("x-amz-checksum-crc32"),
        checksum_crc32c: get("x-amz-checksum-crc32c"),
        checksum_crc64nvme: get("x-amz-checksum-crc64nvme"),
        checksum_md5: get("x-amz-checksum-md5"),
        checksum_sha1: get("x-amz-checksum-sha1"),
        checksum_sha256: get("x-amz-checksum-sha256"),
        checksum_sha512: get("x-amz-checksum-sha512"),
        checksum_xxhash3: get("x-amz-checksum-xxhash3"),
        checksum_xxhash64: get("x-amz-checksum-xxhash64"),
        checksum_xxhash128: get("x-amz-checksum-xxhash128"),
        object_lock_mode: get("x-amz-object-lock-mode").map(Into::into),
        object_lock_retain_until_date: get("x-amz-object-lock-retain-until-date")
            .map(|date| retain_until(&date))
            .transpose()?,
        object_lock_legal_hold_status: get("x-amz-object-lock-legal-hold").map(Into::into),
        tagging: get("tagging").map(|document| tagging(&document)).transpose()?,
        ..PutObjectRequest::default()
    })
}

fn retain_until(date: &str) -> Result<DateTime, ServiceError> {
    DateTime::from_str(date, Format::DateTime).map_err(|_| {
        errors::invalid_argument(
            "The retain until date must be provided in ISO 8601 format",
            "x-amz-object-lock-retain-until-date",
            Some(date),
        )
    })
}

/// The tags of a `<Tagging>` document as the header that means the same.
fn tagging(document: &str) -> Result<String, ServiceError> {
    let malformed = |_| errors::malformed_xml();
    let mut decoder = aws_smithy_xml::decode::Document::try_from(document.as_bytes())
        .map_err(|_| errors::malformed_xml())?;
    let mut root = decoder.root_element().map_err(malformed)?;
    let mut tags = Vec::new();
    while let Some(mut set) = root.next_tag() {
        while let Some(mut tag) = set.next_tag() {
            let (mut key, mut value) = (String::new(), String::new());
            while let Some(mut field) = tag.next_tag() {
                let name = field.start_el().local().to_owned();
                let text = aws_smithy_xml::decode::try_data(&mut field).map_err(malformed)?;
                match name.as_str() {
                    "Key" => key = text.into_owned(),
                    _ => value = text.into_owned(),
                }
            }
            tags.push((key, value));
        }
    }
    let tags = Tags::checked(tags, Tagged::Object)?;
    let escape = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> =
        tags.0.iter().map(|(key, value)| format!("{}={}", escape(key), escape(value))).collect();
    Ok(pairs.join("&"))
}

fn respond(
    cx: &RequestContext,
    target: &Target,
    fields: &BTreeMap<String, String>,
    key: &str,
    output: &PutObjectOutput,
) -> Response<ByteStream> {
    let etag = output.e_tag.as_deref().unwrap_or_default();
    let escaped = utf8_percent_encode(key, PLAIN).to_string().replace(' ', "+");
    let location = object_url(cx, &target.bucket, key);
    let redirect = fields.get("success_action_redirect").or_else(|| fields.get("redirect"));
    let redirect =
        redirect.filter(|url| url.parse::<http::Uri>().is_ok_and(|it| it.host().is_some()));
    let mut response = match (redirect, fields.get("success_action_status").map(String::as_str)) {
        (Some(_), _) => raw_response(StatusCode::SEE_OTHER, ""),
        (None, Some("200")) => raw_response(StatusCode::OK, ""),
        (None, Some("201")) => {
            let document = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Location>{}</Location>\
                 <Bucket>{}</Bucket><Key>{}</Key><ETag>{}</ETag></PostResponse>",
                escape_xml(&location),
                escape_xml(&target.bucket),
                escape_xml(key),
                escape_xml(etag),
            );
            let mut response = raw_response(StatusCode::CREATED, document);
            set(&mut response, CONTENT_TYPE, "application/xml");
            response
        }
        (None, _) => raw_response(StatusCode::NO_CONTENT, ""),
    };
    let location = match redirect {
        None => location,
        Some(url) => {
            let mark = if url.contains('?') { '&' } else { '?' };
            let tag = utf8_percent_encode(etag, NON_ALPHANUMERIC);
            format!("{url}{mark}bucket={}&key={escaped}&etag={tag}", target.bucket)
        }
    };
    set(&mut response, LOCATION, &location);
    set(&mut response, ETAG, etag);
    for (algorithm, value) in checksum_members!(output) {
        if let Some(value) = value {
            set(&mut response, HeaderName::from_static(algorithm.header()), &value);
        }
    }
    for (name, value) in [
        ("x-amz-expiration", output.expiration.as_deref()),
        ("x-amz-version-id", output.version_id.as_deref()),
        ("x-amz-checksum-type", output.checksum_type.as_ref().map(|it| it.as_str())),
        (
            "x-amz-server-side-encryption",
            output.server_side_encryption.as_ref().map(|it| it.as_str()),
        ),
        ("x-amz-server-side-encryption-aws-kms-key-id", output.ssekms_key_id.as_deref()),
        (
            "x-amz-server-side-encryption-bucket-key-enabled",
            output.bucket_key_enabled.map(|on| if on { "true" } else { "false" }),
        ),
        (
            "x-amz-server-side-encryption-customer-algorithm",
            output.sse_customer_algorithm.as_deref(),
        ),
        ("x-amz-server-side-encryption-customer-key-md5", output.sse_customer_key_md5.as_deref()),
    ] {
        if let Some(value) = value {
            set(&mut response, HeaderName::from_static(name), value);
        }
    }
    response
}

fn set(response: &mut Response<ByteStream>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn escape_xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
