//! GetObjectAttributes.

use fogbank_api_s3::{
    Checksum, GetObjectAttributesOutput, GetObjectAttributesParts, GetObjectAttributesRequest,
    ObjectPart,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::checksum::Kind;
use crate::errors;
use crate::key::ObjectKey;
use crate::members::{customer_key, set_checksum, size};
use crate::object::Object;
use crate::ops::get_object::find;
use crate::store::{self, Versioning};
use crate::version_id::Addressed;

const ATTRIBUTES: [&str; 5] = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

/// The attributes that the request names.
pub(crate) async fn get_object_attributes(
    cx: &RequestContext,
    input: GetObjectAttributesRequest,
) -> Result<GetObjectAttributesOutput, ServiceError> {
    let key = ObjectKey::parse(&input.key)?;
    let addressed = Addressed::parse(input.version_id.as_deref())?;
    if input.object_attributes.is_empty()
        || input.object_attributes.iter().any(|it| !ATTRIBUTES.contains(&it.as_str()))
    {
        return Err(errors::invalid_argument(
            "Invalid attribute name specified.",
            "x-amz-object-attributes",
            None,
        ));
    }
    let owner = input.expected_bucket_owner.as_deref();
    let found =
        store::read(cx, &input.bucket, owner, |bucket| find(bucket, &key, addressed, "GET"))?;
    let object = &found.object;
    customer_key!(input).check_read(&object.encryption)?;
    let wants = |name: &str| input.object_attributes.iter().any(|it| it.as_str() == name);
    let versioned = found.versioning != Versioning::Off;
    Ok(GetObjectAttributesOutput {
        last_modified: Some(found.version.modified.to_wire_secs()),
        version_id: versioned.then(|| found.version.id_text()),
        e_tag: wants("ETag").then(|| object.etag.hex()),
        checksum: wants("Checksum").then(|| checksum(object)).flatten(),
        object_parts: (wants("ObjectParts") && !object.parts.is_empty())
            .then(|| parts(object, input.max_parts, input.part_number_marker)),
        storage_class: wants("StorageClass").then(|| object.storage_class.as_str().into()),
        object_size: wants("ObjectSize").then(|| size(object.size())).flatten(),
        ..GetObjectAttributesOutput::default()
    })
}

/// The checksum without the number of parts.
fn checksum(object: &Object) -> Option<Checksum> {
    let kept = object.checksum.as_ref()?;
    let mut checksum =
        Checksum { checksum_type: Some(kept.kind.as_str().into()), ..Checksum::default() };
    set_checksum!(checksum, kept.algorithm, kept.value.base64());
    Some(checksum)
}

/// The parts: all of those with checksums of their own, only the number of others.
fn parts(object: &Object, max: Option<i32>, marker: Option<i32>) -> GetObjectAttributesParts {
    let total = i32::try_from(object.parts.len()).ok();
    let composite = object.checksum.as_ref().filter(|it| it.kind == Kind::Composite);
    let Some(whole) = composite else {
        return GetObjectAttributesParts {
            total_parts_count: total,
            ..GetObjectAttributesParts::default()
        };
    };
    let max = max.filter(|max| *max > 0).unwrap_or(1000).min(1000);
    let marker = marker.unwrap_or(0);
    let mut rest = object.parts.iter().filter(|part| i32::from(part.number) > marker);
    let page: Vec<ObjectPart> = rest
        .by_ref()
        .take(usize::try_from(max).unwrap_or(0))
        .map(|part| {
            let mut shown = ObjectPart {
                part_number: Some(i32::from(part.number)),
                size: size(part.size),
                ..ObjectPart::default()
            };
            if let Some(value) = &part.checksum {
                set_checksum!(shown, whole.algorithm, value.base64());
            }
            shown
        })
        .collect();
    let next = page.last().and_then(|part| part.part_number).unwrap_or(0);
    GetObjectAttributesParts {
        total_parts_count: total,
        part_number_marker: Some(marker),
        next_part_number_marker: Some(next),
        max_parts: Some(max),
        is_truncated: Some(rest.next().is_some()),
        parts: (!page.is_empty()).then_some(page),
    }
}
