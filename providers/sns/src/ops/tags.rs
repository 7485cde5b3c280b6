//! `TagResource`, `UntagResource`, `ListTagsForResource`.

use std::collections::{BTreeMap, BTreeSet};

use fogbank_api_sns::{
    ListTagsForResourceRequest, ListTagsForResourceResponse, Tag, TagLimitExceededException,
    TagResourceRequest, TagResourceResponse, UntagResourceRequest, UntagResourceResponse,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::topic::arn::Located;

/// The most tags of a topic.
const MOST: usize = 50;

/// Tags with those of a request among them.
///
/// # Errors
/// `InvalidParameter` for a key that comes twice, `TagLimitExceeded`.
pub(crate) fn checked(
    mut tags: BTreeMap<String, String>,
    given: Vec<Tag>,
) -> Result<BTreeMap<String, String>, ServiceError> {
    let keys: BTreeSet<_> = given.iter().map(|tag| tag.key.as_str()).collect();
    if keys.len() < given.len() {
        return Err(errors::parameter("Duplicated keys are not allowed."));
    }
    if keys.iter().any(|key| key.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("aws:"))) {
        let reason = "aws: prefixed tag key names are not allowed for external use";
        return Err(errors::reason("Tags", reason));
    }
    tags.extend(given.into_iter().map(|tag| (tag.key, tag.value)));
    if tags.len() > MOST {
        let message = "Could not complete request: tag quota of per resource exceeded";
        return Err(TagLimitExceededException::new(message).into());
    }
    Ok(tags)
}

pub(crate) fn tag(
    cx: &RequestContext,
    input: TagResourceRequest,
) -> Result<TagResourceResponse, ServiceError> {
    let at = Located::new(cx, &input.resource_arn, "ResourceArn")?;
    let changed = at.store.topics.try_update(at.name.as_str(), |topic| {
        topic.tags = checked(topic.tags.clone(), input.tags)?;
        Ok(TagResourceResponse {})
    });
    changed.unwrap_or_else(|| Err(errors::no_resource()))
}

pub(crate) fn untag(
    cx: &RequestContext,
    input: &UntagResourceRequest,
) -> Result<UntagResourceResponse, ServiceError> {
    let at = Located::new(cx, &input.resource_arn, "ResourceArn")?;
    let changed = at.store.topics.update(at.name.as_str(), |topic| {
        topic.tags.retain(|key, _| !input.tag_keys.contains(key));
    });
    changed.map(|()| UntagResourceResponse {}).ok_or_else(errors::no_resource)
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListTagsForResourceRequest,
) -> Result<ListTagsForResourceResponse, ServiceError> {
    let at = Located::new(cx, &input.resource_arn, "ResourceArn")?;
    let tags = at.store.topics.read(at.name.as_str(), |topic| topic.tags.clone());
    let tags = tags.ok_or_else(errors::no_resource)?;
    let tags = tags.into_iter().map(|(key, value)| Tag { key, value }).collect();
    Ok(ListTagsForResourceResponse { tags: Some(tags) })
}
