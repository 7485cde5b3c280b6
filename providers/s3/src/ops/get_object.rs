//! GetObject and HeadObject.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_smithy_types::date_time::Format;
use fogbank_api_s3::{GetObjectOutput, GetObjectRequest, HeadObjectOutput, HeadObjectRequest};
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::access;
use crate::checksum::Checksum;
use crate::configuration::Configuration;
use crate::encryption::{CustomerKey, kms};
use crate::errors;
use crate::key::ObjectKey;
use crate::lifecycle;
use crate::members::{
    conditions, customer_key, set_checksum, set_encryption, set_object_checksum, size, text,
};
use crate::metadata::{DEFAULT_CONTENT_TYPE, encode_rfc2047};
use crate::object::{Object, STANDARD};
use crate::range::{self, ByteRange};
use crate::store::{self, Bucket, Version, Versioning};
use crate::upload::MAX_PART_NUMBER;
use crate::version_id::Addressed;

/// An object with the version that it is.
pub(crate) struct Found {
    pub(crate) version: Arc<Version>,
    pub(crate) object: Arc<Object>,
    pub(crate) versioning: Versioning,
    pub(crate) configuration: Arc<Configuration>,
    /// The request named no version.
    pub(crate) unversioned: bool,
}

/// Finds the object of a version.
///
/// # Errors
///
/// `NoSuchKey`, `NoSuchVersion`, or `MethodNotAllowed` for a delete marker that was addressed by
/// its id; they carry the headers that say so.
pub(crate) fn find(
    bucket: &Bucket,
    key: &ObjectKey,
    addressed: Addressed,
    method: &str,
) -> Result<Found, ServiceError> {
    let version = bucket.find(key, addressed);
    let Some(version) = version else {
        return Err(match addressed {
            Addressed::Current => errors::no_such_key(key),
            Addressed::Null => errors::no_such_version(key, crate::version_id::NULL),
            Addressed::Id(id) => errors::no_such_version(key, &id.text()),
        });
    };
    let Some(object) = &version.object else {
        let error = match addressed {
            Addressed::Current => errors::no_such_key(key),
            _ => {
                let format = Format::HttpDate;
                let date = version.modified.to_wire_secs().fmt(format).unwrap_or_default();
                errors::delete_marker_not_allowed(method)
                    .with_header(http::header::LAST_MODIFIED, date)
            }
        };
        return Err(error
            .with_header(http::HeaderName::from_static("x-amz-delete-marker"), "true")
            .with_header(http::HeaderName::from_static("x-amz-version-id"), version.id_text()));
    };
    Ok(Found {
        version: version.clone(),
        object: object.clone(),
        versioning: bucket.configuration.versioning,
        configuration: bucket.configuration.share(),
        unversioned: addressed == Addressed::Current,
    })
}

/// What a read asks for, of either operation.
struct Read<'a> {
    /// The request sets headers of its answer.
    overrides: bool,
    bucket: &'a str,
    key: ObjectKey,
    owner: Option<&'a str>,
    version_id: Option<&'a str>,
    conditions: crate::conditions::Conditions,
    customer: CustomerKey<'a>,
    range: Option<&'a str>,
    part_number: Option<i32>,
    method: &'static str,
}

/// What of an object is read.
struct Selected {
    found: Found,
    /// The bytes, when not all.
    range: Option<ByteRange>,
    /// The checksum of the bytes, as far as it is known.
    checksum: Option<Checksum>,
    parts_count: Option<i32>,
}

impl Read<'_> {
    fn select(&self, cx: &RequestContext) -> Result<Selected, ServiceError> {
        let addressed = Addressed::parse(self.version_id)?;
        if self.overrides && access::is_anonymous(cx) {
            return Err(errors::overrides_need_a_signature());
        }
        if let Some(number) = self.part_number
            && !(1..=i32::from(MAX_PART_NUMBER)).contains(&number)
        {
            return Err(errors::part_number_out_of_range(number));
        }
        if self.range.is_some() && self.part_number.is_some() {
            return Err(errors::invalid_request(
                "Cannot specify both Range header and partNumber query parameter",
            ));
        }
        let found = store::read(cx, self.bucket, self.owner, |bucket| {
            find(bucket, &self.key, addressed, self.method)
        })?;
        let object = &found.object;
        if self.method == "GET" && object.is_archived(cx.now()) {
            return Err(errors::invalid_object_state(&object.storage_class));
        }
        self.conditions.check_read(&object.etag, found.version.modified, cx.now())?;
        self.customer.check_read(&object.encryption)?;
        let size = object.size();
        let (range, part) = match (self.range, self.part_number) {
            (Some(range), _) => (range::parse(range, size)?, None),
            (None, Some(number)) => {
                let (range, part) = part_range(object, number)?;
                (Some(range), Some(part))
            }
            (None, None) => (None, None),
        };
        let checksum = match (part.flatten(), range) {
            (Some(value), _) => object.checksum.as_ref().map(|whole| Checksum {
                algorithm: whole.algorithm,
                value,
                kind: whole.kind,
                parts: 0,
            }),
            (None, Some(range)) if range.length() != size => None,
            _ => object.checksum.clone(),
        };
        let parts_count = self.part_number.and_then(|_| i32::try_from(object.parts.len()).ok());
        let parts_count = parts_count.filter(|count| *count > 0);
        Ok(Selected { range, checksum, parts_count, found })
    }
}

/// The bytes of a part, and its checksum where the object keeps one per part.
fn part_range(
    object: &Object,
    number: i32,
) -> Result<(ByteRange, Option<crate::checksum::Value>), ServiceError> {
    if object.parts.is_empty() {
        return match number {
            1 => Ok((ByteRange { start: 0, end: object.size() }, None)),
            _ => Err(errors::invalid_part_number(number, 1)),
        };
    }
    let mut start = 0;
    for (index, part) in object.parts.iter().enumerate() {
        let end = start + part.size;
        if i32::try_from(index + 1) == Ok(number) {
            return Ok((ByteRange { start, end }, part.checksum.clone()));
        }
        start = end;
    }
    Err(errors::invalid_part_number(number, object.parts.len()))
}

/// Whether an input sets headers of its answer.
macro_rules! overrides {
    ($input:expr) => {
        $input.response_cache_control.is_some()
            || $input.response_content_disposition.is_some()
            || $input.response_content_encoding.is_some()
            || $input.response_content_language.is_some()
            || $input.response_content_type.is_some()
            || $input.response_expires.is_some()
    };
}

/// The members that both outputs have.
macro_rules! fill {
    ($output:expr, $cx:expr, $input:expr, $selected:expr, $key:expr) => {{
        let Selected { found, range, checksum, parts_count } = &$selected;
        let Found { version, object, versioning, configuration, unversioned } = found;
        let headers = &object.headers;
        let or = |given: &Option<String>, kept: &Option<String>| given.clone().or(kept.clone());
        let length = range.map_or(object.size(), ByteRange::length);
        $output.accept_ranges = Some("bytes".to_owned());
        $output.last_modified = Some(version.modified.to_wire_secs());
        $output.content_length = size(length);
        $output.content_range = range.map(|range| range.content_range(object.size()));
        $output.e_tag = Some(object.etag.quoted());
        $output.version_id = (*versioning != Versioning::Off).then(|| version.id_text());
        $output.cache_control = or(&$input.response_cache_control, &headers.cache_control);
        $output.content_disposition =
            or(&$input.response_content_disposition, &headers.content_disposition);
        $output.content_encoding = or(&$input.response_content_encoding, &headers.content_encoding);
        $output.content_language = or(&$input.response_content_language, &headers.content_language);
        $output.content_type = or(&$input.response_content_type, &headers.content_type)
            .or_else(|| Some(DEFAULT_CONTENT_TYPE.to_owned()));
        $output.expires = or(&$input.response_expires, &headers.expires);
        $output.website_redirect_location = headers.website_redirect_location.clone();
        $output.metadata = Some(shown_metadata(&headers.user));
        $output.storage_class =
            (object.storage_class != STANDARD).then(|| object.storage_class.as_str().into());
        $output.restore = restore_header(object, $cx.now());
        $output.replication_status = object.replication.map(|it| it.as_str().into());
        $output.parts_count = *parts_count;
        $output.tag_count = object.tags.count();
        $output.expiration = unversioned
            .then(|| lifecycle::expiration_header(configuration, $key, object, version))
            .flatten();
        if let Some(retention) = object.lock.retention {
            $output.object_lock_mode = Some(retention.mode.as_str().into());
            $output.object_lock_retain_until_date = Some(retention.until.to_wire());
        }
        $output.object_lock_legal_hold_status =
            object.lock.legal_hold.map(|on| if on { "ON" } else { "OFF" }.into());
        set_encryption!($output, &object.encryption);
        if text!($input.checksum_mode).is_some_and(|it| it.eq_ignore_ascii_case("ENABLED")) {
            set_object_checksum!($output, checksum);
        }
    }};
}

/// The content of an object, or a range or a part of it.
pub(crate) async fn get_object(
    cx: &RequestContext,
    input: GetObjectRequest,
) -> Result<GetObjectOutput, ServiceError> {
    let read = Read {
        overrides: overrides!(input),
        bucket: &input.bucket,
        key: ObjectKey::parse(&input.key)?,
        owner: input.expected_bucket_owner.as_deref(),
        version_id: input.version_id.as_deref(),
        conditions: conditions(
            input.if_match.clone(),
            input.if_none_match.clone(),
            input.if_modified_since.as_ref(),
            input.if_unmodified_since.as_ref(),
        ),
        customer: customer_key!(input),
        range: input.range.as_deref(),
        part_number: input.part_number,
        method: "GET",
    };
    let selected = read.select(cx)?;
    let named = (input.bucket.as_str(), read.key.as_str());
    kms::check_usable(cx, &selected.found.object.encryption, "Decrypt", named).await?;
    let content = &selected.found.object.content;
    let body = match selected.range {
        Some(range) => content.slice(range).stream(),
        None => content.stream(),
    };
    let mut output = GetObjectOutput { body, ..GetObjectOutput::default() };
    fill!(output, cx, input, selected, &read.key);
    Ok(output)
}

/// What GetObject answers, without the content.
pub(crate) async fn head_object(
    cx: &RequestContext,
    input: HeadObjectRequest,
) -> Result<HeadObjectOutput, ServiceError> {
    let read = Read {
        overrides: overrides!(input),
        bucket: &input.bucket,
        key: ObjectKey::parse(&input.key)?,
        owner: input.expected_bucket_owner.as_deref(),
        version_id: input.version_id.as_deref(),
        conditions: conditions(
            input.if_match.clone(),
            input.if_none_match.clone(),
            input.if_modified_since.as_ref(),
            input.if_unmodified_since.as_ref(),
        ),
        customer: customer_key!(input),
        range: input.range.as_deref(),
        part_number: input.part_number,
        method: "HEAD",
    };
    let selected = read.select(cx)?;
    let mut output = HeadObjectOutput::default();
    fill!(output, cx, input, selected, &read.key);
    Ok(output)
}

fn shown_metadata(user: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    user.iter().map(|(name, value)| (name.clone(), encode_rfc2047(value))).collect()
}

/// The `x-amz-restore` header of an object that was restored from an archive.
fn restore_header(object: &Object, now: Timestamp) -> Option<String> {
    let copy = object.restored?;
    if copy.is_ongoing(now) {
        return Some("ongoing-request=\"true\"".to_owned());
    }
    if !copy.is_there(now) {
        return None;
    }
    let until = copy.until.to_wire_secs().fmt(Format::HttpDate).ok()?;
    Some(format!("ongoing-request=\"false\", expiry-date=\"{until}\""))
}
