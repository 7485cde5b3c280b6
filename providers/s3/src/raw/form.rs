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
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::policy::{self, SizeRange};
use super::{Target, signer};
use crate::access::Strictness;
use crate::errors;
use crate::members::checksum_members;
use crate::metadata;
use crate::ops::buckets::object_url;
use crate::ops::put_object;
use crate::tags::{Tagged, Tags};

/// The most bytes of a field other than the file.
const MAX_FIELD: usize = 64 * 1024;

/// Puts the file of a form.
pub(super) async fn answer(
    cx: &RequestContext,
    strictness: Strictness,
    target: &Target,
    body: ByteStream,
) -> Result<Response<ByteStream>, ServiceError> {
    if !super::is_form(&cx.http) {
        return Err(errors::precondition_failed(
            "Bucket POST must be of the enclosure-type multipart/form-data",
        ));
    }
    let malformed = || {
        errors::error(
            "MalformedPOSTRequest",
            400,
            "The body of your POST request is not well-formed multipart/form-data.",
            &[],
        )
    };
    let kind = cx.http.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = multer::parse_boundary(kind.unwrap_or_default()).map_err(|_| malformed())?;
    let mut parts = Multipart::new(body.into_stream(), boundary);
    let mut fields = BTreeMap::new();
    let mut file = None;
    while let Some(part) = parts.next_field().await.map_err(|_| malformed())? {
        let name = part.name().unwrap_or_default().to_ascii_lowercase();
        if name == "file" {
            file = Some(part);
            break;
        }
        let value = part.text().await.map_err(|_| malformed())?;
        if value.len() > MAX_FIELD {
            return Err(errors::error(
                "MaxPostPreDataLengthExceeded",
                400,
                "Your POST request fields preceding the upload file were too large.",
                &[("MaxPostPreDataLengthExceeded", &MAX_FIELD.to_string())],
            ));
        }
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
    let expires = get("expires").and_then(|it| DateTime::from_str(&it, Format::HttpDate).ok());
    Ok(PutObjectRequest {
        acl: get("acl").map(Into::into),
        cache_control: header("cache-control"),
        content_disposition: header("content-disposition"),
        content_encoding: header("content-encoding"),
        content_language: header("content-language"),
        content_type: header("content-type"),
        expires,
        metadata: Some(user.collect()),
        storage_class: get("x-amz-storage-class").map(Into::into),
        website_redirect_location: get("x-amz-website-redirect-location"),
        server_side_encryption: get("x-amz-server-side-encryption").map(Into::into),
        ssekms_key_id: get("x-amz-server-side-encryption-aws-kms-key-id"),
        sse_customer_algorithm: get("x-amz-server-side-encryption-customer-algorithm"),
        sse_customer_key: get("x-amz-server-side-encryption-customer-key"),
        sse_customer_key_md5: get("x-amz-server-side-encryption-customer-key-md5"),
        checksum_crc32: get("x-amz-checksum-crc32"),
        checksum_crc32c: get("x-amz-checksum-crc32c"),
        checksum_crc64nvme: get("x-amz-checksum-crc64nvme"),
        checksum_sha1: get("x-amz-checksum-sha1"),
        checksum_sha256: get("x-amz-checksum-sha256"),
        tagging: get("tagging").map(|document| tagging(&document)).transpose()?,
        ..PutObjectRequest::default()
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
    let escaped = utf8_percent_encode(key, NON_ALPHANUMERIC);
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
        ("x-amz-version-id", output.version_id.as_deref()),
        ("x-amz-checksum-type", output.checksum_type.as_ref().map(|it| it.as_str())),
        (
            "x-amz-server-side-encryption",
            output.server_side_encryption.as_ref().map(|it| it.as_str()),
        ),
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
