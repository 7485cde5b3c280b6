//! `TagResource`, `UntagResource`, `ListResourceTags`.

use std::collections::{BTreeMap, BTreeSet};

use fogbank_api_kms::{
    ListResourceTagsRequest, ListResourceTagsResponse, Tag, TagResourceRequest,
    UntagResourceRequest,
};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::key::locate;
use crate::paging::page;

const MAXIMUM: usize = 50;

/// The tags of a key with more of them.
pub(crate) fn checked(
    mut tags: BTreeMap<String, String>,
    more: Vec<Tag>,
) -> Result<BTreeMap<String, String>, ServiceError> {
    let mut names = BTreeSet::new();
    for tag in more {
        if tag.tag_key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
            return Err(errors::tag("Tags beginning with aws: are reserved"));
        }
        if !names.insert(tag.tag_key.clone()) {
            return Err(errors::tag("Duplicate tag keys"));
        }
        tags.insert(tag.tag_key, tag.tag_value);
    }
    if tags.len() > MAXIMUM {
        return Err(errors::tag("Too many tags"));
    }
    Ok(tags)
}

/// Tags as the API lists them.
pub(crate) fn listed(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    let tag =
        |(key, value): (&String, &String)| Tag { tag_key: key.clone(), tag_value: value.clone() };
    tags.iter().map(tag).collect()
}

pub(crate) fn tag(cx: &RequestContext, input: TagResourceRequest) -> Result<Unit, ServiceError> {
    let found = locate::find_customer_key(cx, &input.key_id, "TagResource")?;
    found.change(|key| {
        key.check_changeable()?;
        key.tags = checked(std::mem::take(&mut key.tags), input.tags)?;
        Ok(Unit)
    })
}

pub(crate) fn untag(
    cx: &RequestContext,
    input: &UntagResourceRequest,
) -> Result<Unit, ServiceError> {
    let found = locate::find_customer_key(cx, &input.key_id, "UntagResource")?;
    found.change(|key| {
        key.check_changeable()?;
        input.tag_keys.iter().for_each(|name| drop(key.tags.remove(name)));
        Ok(Unit)
    })
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListResourceTagsRequest,
) -> Result<ListResourceTagsResponse, ServiceError> {
    let found = locate::find_key(cx, &input.key_id)?;
    let tags = listed(&found.key.tags).into_iter().map(|tag| (tag.tag_key.clone(), tag));
    let page = page(tags, input.limit, 50, input.marker.as_deref())?;
    Ok(ListResourceTagsResponse {
        truncated: page.truncated(),
        next_marker: page.next,
        tags: Some(page.items),
    })
}
